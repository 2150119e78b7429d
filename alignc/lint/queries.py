"""Queries of others over generated relations: which features, and columns of models, they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from alignc.ir.module import Module, TableSource
from alignc.lint.relations import Columns, relations_of
from alignc.lint.templates import SOURCES, Filled, TemplateError, filled


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

    It may be a template of dbt. A relation is told by its last name, unless it is a table that the definitions
    read themselves. A column without a relation is looked for in
    all relations of the query; `*` is every column. QueryError if it cannot be parsed.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        query = filled(text)
    except TemplateError as error:
        raise QueryError(str(error), error.line) from None
    try:
        statements = [s for s in sqlglot.parse(query.sql, read="duckdb") if s is not None]
    except SqlglotError as error:
        raise _query_error(error, query) from None
    known = relations_of(module)
    is_given = _given(module)
    found: dict[str, int] = {}
    for name, line in query.read_whole:
        for read in known.get(name, {}).values():
            found.setdefault(read, line)
    for statement in statements:
        tables = [
            _Table(table.alias_or_name, known[table.name], int(table.this.meta.get("line", 1)))
            for table in statement.find_all(exp.Table)
            if table.name in known and not is_given(table.db, table.name)
        ]
        for read, line in _columns(statement, tables):
            found.setdefault(read, query.line(line))
    return tuple(found.items())


def _given(module: Module) -> Callable[[str, str], bool]:
    """Whether a table of a schema is one that the definitions read and do not make."""
    made = {contract.prediction_source for contract in module.contracts}
    tables = [s for s in module.sources if isinstance(s, TableSource) and s.name not in made]
    given = {(source.schema_name, source.table) for source in tables}
    stored = {s.table for s in module.sources if isinstance(s, TableSource) and s.name in made}

    def is_given(schema: str, table: str) -> bool:
        return table not in stored if schema == SOURCES else (schema, table) in given

    return is_given


@dataclass(frozen=True)
class _Table:
    """A relation in a query, under the name that it has there."""

    name: str
    columns: Columns
    line: int


def _query_error(error: Exception, query: Filled) -> QueryError:
    """What the parser says, in words, with the beginning of the token that it has stopped at."""
    from sqlglot.errors import ParseError

    if not isinstance(error, ParseError) or not error.errors:
        return QueryError(str(error).strip().splitlines()[0])
    first = error.errors[0]
    reason = re.sub(r"<Token .*?, text: (.*?), line: .*>", r"`\1`", first["description"])
    reason = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", reason)
    # Its column is that of the end.
    column = first["col"] - len(first["highlight"]) + 1
    return QueryError(reason, query.line(first["line"]), max(column, 1))


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
