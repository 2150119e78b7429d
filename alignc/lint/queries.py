"""Queries of others over generated relations: which features, and columns of models, they read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignc.ir.module import Module
from alignc.lint.relations import Columns, relations_of


@dataclass(frozen=True)
class Query:
    """A file with SQL of an exposure.

    `reads` are features as `view.feature` and columns of models as `model.column`, each with its line.
    """

    exposure: str
    file: str
    reads: tuple[tuple[str, int], ...]


class QueryError(ValueError):
    """Why a text of SQL cannot be read, and the place in it."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.line, self.column = line, column


def reads_of(text: str, module: Module) -> tuple[tuple[str, int], ...]:
    """The features of views, and the columns of models, that a text of SQL names.

    A relation is told by its last name. A column without a relation is looked for in
    all relations of the query; `*` is every column. QueryError if it cannot be parsed.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = [s for s in sqlglot.parse(text, read="duckdb") if s is not None]
    except SqlglotError as error:
        raise _query_error(error) from None
    known = relations_of(module)
    found: dict[str, int] = {}
    for statement in statements:
        tables = [
            _Table(table.alias_or_name, known[table.name], int(table.this.meta.get("line", 1)))
            for table in statement.find_all(exp.Table)
            if table.name in known
        ]
        for read, line in _columns(statement, tables):
            found.setdefault(read, line)
    return tuple(found.items())


@dataclass(frozen=True)
class _Table:
    """A relation in a query, under the name that it has there."""

    name: str
    columns: Columns
    line: int


def _query_error(error: Exception) -> QueryError:
    """What the parser says, in words, with the beginning of the token that it has stopped at."""
    from sqlglot.errors import ParseError

    if not isinstance(error, ParseError) or not error.errors:
        return QueryError(str(error).strip().splitlines()[0])
    first = error.errors[0]
    reason = re.sub(r"<Token .*?, text: (.*?), line: .*>", r"`\1`", first["description"])
    reason = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", reason)
    # Its column is that of the end.
    column = first["col"] - len(first["highlight"]) + 1
    return QueryError(reason, first["line"], max(column, 1))


def _columns(statement: object, tables: Sequence[_Table]) -> Iterator[tuple[str, int]]:
    from sqlglot import exp

    assert isinstance(statement, exp.Expr)
    names = {table.name for table in tables}
    for column in statement.find_all(exp.Column):
        if column.table and column.table not in names:
            continue
        is_all = isinstance(column.this, exp.Star)
        line = int(column.this.meta.get("line", 0))
        for table in tables:
            if column.table in ("", table.name):
                for name, read in table.columns.items():
                    if is_all or name == column.name:
                        yield read, line or table.line
    for star in statement.find_all(exp.Star):
        if isinstance(star.parent, exp.Select):
            for table in tables:
                yield from ((read, table.line) for read in table.columns.values())
