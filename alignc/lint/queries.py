"""Queries of others over generated relations: which features, and columns of models, they read."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from alignc.errors import Span
from alignc.ir.module import Module, TableSource
from alignc.lint.relations import relations_of
from alignc.lint.scopes import Place, columns_read
from alignc.lint.templates import SOURCES, Filled, TemplateError, fillings

# Whose SQL a text is read as, where the targets of a project do not say it.
DIALECTS: Final = ("duckdb", "postgres", "snowflake", "bigquery", "redshift", "databricks")


@dataclass(frozen=True)
class Query:
    """A file with SQL of an exposure.

    `reads` are features as `view.feature` and columns of models as `model.column`, each with its place.
    `problem` is why it cannot be read, and where.
    """

    exposure: str
    file: str
    reads: tuple[tuple[str, Span], ...] = ()
    text: str = ""
    problem: tuple[str, Span] | None = None

    def has_name(self, name: str) -> bool:
        """Whether a name is a word of its text, in letters of any case."""
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text, re.IGNORECASE) is not None


class QueryError(ValueError):
    """Why a text of SQL cannot be read, and the place in it."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.line, self.column = line, column


def reads_of(
    text: str, module: Module, dialects: Sequence[str] = DIALECTS
) -> tuple[tuple[str, Place], ...]:
    """The features of views, and the columns of models, that a text of SQL reads, with their places.

    It may be a template of dbt. A relation is told by its last name, in letters of any case, unless it is a
    table that the definitions read themselves. QueryError if no dialect can read it.
    """
    from sqlglot.errors import SqlglotError

    relation = _relation(module)
    found: dict[str, Place] = {}
    lines = text.splitlines()
    problem: QueryError | None = None
    is_read = False
    try:
        given = list(fillings(text))
    except TemplateError as error:
        raise QueryError(str(error), error.line) from None
    for query in given:
        try:
            statements = _parsed(query, dialects)
        except QueryError as error:
            problem = problem or error
            continue
        is_read = True
        for name, line in query.read_whole:
            for read in _lower(relations_of(module).get(name, {})).values():
                found.setdefault(read, (line, 1))
        try:
            for read, place in (one for s in statements for one in columns_read(s, relation)):
                found.setdefault(read, _in_template(read, place, query, lines))
        except SqlglotError as error:
            problem, is_read = _query_error(error, query), False
    if problem is not None and not is_read:
        raise problem
    return tuple(found.items())


def _in_template(read: str, place: Place, query: Filled, lines: Sequence[str]) -> Place:
    """The place in the text; in a template words have moved within their line."""
    line = query.line(place[0])
    if not query.is_template:
        return line, place[1]
    text = lines[line - 1] if line <= len(lines) else ""
    name = re.search(rf"(?<!\w){re.escape(read.partition('.')[2])}(?!\w)", text, re.IGNORECASE)
    return line, (name.start() if name else len(text) - len(text.lstrip())) + 1


def _parsed(query: Filled, dialects: Sequence[str]) -> list[Any]:
    """The statements in the first dialect that can read them; its error is that of the first one."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    problem: QueryError | None = None
    # It writes a line for each statement that it has no name for.
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        for dialect in dict.fromkeys(dialects):
            try:
                texts = (query.sql, *query.others)
                found = [s for text in texts for s in sqlglot.parse(text, read=dialect) if s]
            except SqlglotError as error:
                problem = problem or _query_error(error, query)
                continue
            others = [one for one in found if isinstance(one, exp.Command)]
            if not others:
                return found
            problem = problem or QueryError(f"{others[0].this} is no query")
    finally:
        logger.disabled = before
    assert problem is not None
    raise problem


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


def _relation(module: Module) -> Callable[[Any], Mapping[str, str] | None]:
    """The columns of a table of a query, if it is a generated relation and none that the definitions read."""
    known = {name.lower(): _lower(columns) for name, columns in relations_of(module).items()}
    made = {contract.prediction_source for contract in module.contracts}
    tables = [s for s in module.sources if isinstance(s, TableSource)]
    given = {_name_of(s) for s in tables if s.name not in made}
    stored = {s.table.lower() for s in tables if s.name in made}

    def relation(table: Any) -> Mapping[str, str] | None:
        name, schema = table.name.lower(), table.db.lower()
        is_given = name not in stored if schema == SOURCES else (schema, name) in given
        return None if is_given else known.get(name)

    return relation


def _name_of(source: TableSource) -> tuple[str | None, str]:
    return source.schema_name and source.schema_name.lower(), source.table.lower()


def _lower(columns: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): read for name, read in columns.items()}


def unread(queries: Sequence[Query]) -> Iterator[str]:
    """A line for each query that cannot be read."""
    for query in queries:
        if query.problem is not None:
            reason, place = query.problem
            yield f"{place}: the SQL cannot be read, nor what `{query.exposure}` reads: {reason}"
