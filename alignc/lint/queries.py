"""Queries of others over generated relations: which views and columns they read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignc.ir.module import Module, View


@dataclass(frozen=True)
class Query:
    """A file with SQL of an exposure; `reads` are features as `view.feature`, each with its line."""

    exposure: str
    file: str
    reads: tuple[tuple[str, int], ...]


def reads_of(text: str, module: Module) -> tuple[tuple[str, int], ...]:
    """The features of views that a text of SQL names.

    A relation is a view if its last name is that of one. A column without a relation is looked for in
    all views of the query; `*` is every feature. ValueError if it cannot be parsed.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = [s for s in sqlglot.parse(text, read="duckdb") if s is not None]
    except SqlglotError as error:
        raise ValueError(_reason(error)) from None
    found: dict[str, int] = {}
    for statement in statements:
        tables: dict[str, View] = {}
        lines: dict[str, int] = {}
        for table in statement.find_all(exp.Table):
            view = module.view_by_name.get(table.name)
            if view is not None:
                tables[table.alias_or_name] = view
                lines[view.name] = int(table.this.meta.get("line", 1))
        for view, name, line in _columns(statement, tables, lines):
            found.setdefault(f"{view.name}.{name}", line)
    return tuple(found.items())


def _reason(error: Exception) -> str:
    """The first line of what the parser says, without the marks that it underlines with."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()[0]


def _columns(
    statement: object, tables: Mapping[str, View], lines: Mapping[str, int]
) -> Iterator[tuple[View, str, int]]:
    from sqlglot import exp

    assert isinstance(statement, exp.Expr)
    for column in statement.find_all(exp.Column):
        views = [tables[column.table]] if column.table in tables else list(tables.values())
        if column.table and column.table not in tables:
            continue
        is_all = isinstance(column.this, exp.Star)
        line = int(column.this.meta.get("line", 0))
        for view in views:
            for name in view.by_name:
                if is_all or name == column.name:
                    yield view, name, line or lines[view.name]
    for star in statement.find_all(exp.Star):
        if isinstance(star.parent, exp.Select):
            for view in tables.values():
                yield from ((view, name, lines[view.name]) for name in view.by_name)
