"""A query as people write it by hand in a dbt project; sqlfluff's default rules have nothing to say.

    WITH "daily" AS (                   with
        SELECT
            "customer_id",              daily as (
            COUNT(*) AS "n"      ->         select
        FROM "orders"                           customer_id,
        GROUP BY "customer_id"                  count(*) as n
    )                                       from {{ ref('orders') }}
    ...                                     group by customer_id
                                        )
                                        ...

Words are in lower case, names have quotes where they need them, and no line is longer than 80 columns if
it can be helped. Nothing else changes: Jinja gives back the tokens of the query, apart from the relations, the
order of columns that no one counts, and `inner`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alignc.backends.doc import Doc, print_doc
from alignc.backends.sql.dialect import Dialect
from alignc.backends.sql.frames import frame_text
from alignc.backends.sql.select import Cte, Frame, Join, Line, Query, Select
from alignc.backends.sql.style.columns import simple_columns_first
from alignc.backends.sql.style.jinja import kept
from alignc.backends.sql.style.layout import (
    PIECE,
    clause,
    expression,
    flat,
    nested,
    split_at_commas,
)
from alignc.backends.sql.style.pieces import pieces_of
from alignc.backends.sql.style.tokens import Kind, Token, names_in, tokens_of, unquoted
from alignc.backends.sql.style.words import written

WIDTH = 80
_INDENT = "    "
_END = "\n"


def styled(query: Query, dialect: Dialect, relations: Mapping[str, str]) -> str:
    """The text of a query below the header of its file, without a line end after the last line.

    `relations` has the Jinja of each relation that is read, such as `{{ ref('orders') }}`, by its plain name.
    """
    return _Writer(dialect, relations).query(simple_columns_first(query, relations, dialect))


def styled_expression(text: str, dialect: Dialect) -> str:
    """An expression as it is written on one line of a query."""
    return _Writer(dialect, {}).line(text)


@dataclass(frozen=True)
class _Writer:
    dialect: Dialect
    relations: Mapping[str, str]
    # Texts that have been there before, as they are written.
    dressed: dict[str, list[Token]] = field(default_factory=dict)

    def line(self, text: str) -> str:
        return flat(self._tokens(text))

    def query(self, query: Query) -> str:
        result = "\n".join(self._select(query.result, 0))
        if not query.ctes:
            return result
        head = "with recursive" if query.is_recursive else "with"
        ctes = (self._cte(cte, is_last=cte is query.ctes[-1]) for cte in query.ctes)
        return "\n\n".join((head, *ctes, result))

    def _cte(self, cte: Cte, *, is_last: bool) -> str:
        lines = [*_comment(cte.comment, 0)]
        kept = f" {cte.kept.lower()}" if cte.kept else ""
        lines.append(f"{self._flat(cte.name)} as{kept} (")
        for select in cte.selects:
            if select is not cte.selects[0]:
                lines += ["", f"{_INDENT}union all", ""]
            lines += self._select(select, 1)
        return "\n".join((*lines, ")" if is_last else "),"))

    def _select(self, select: Select, depth: int) -> list[str]:
        """The lines of a SELECT."""
        verb = select.verb.lower()
        lines = self._columns(verb, select.columns, depth)
        if select.source:
            lines += self._relation("from", select.source, select, depth)
        for join in select.joins:
            lines += self._join(join, select, depth)
        lines += self._condition("where", select.where, depth)
        if select.when_incremental:
            assert not select.where
            lines += _when_incremental(select.when_incremental, depth)
        if select.group_by:
            lines += self._print(clause("group by", [*map(self._doc, select.group_by)]), depth)
        if select.having:
            lines += self._condition("having", (select.having,), depth)
        lines += self._windows(select.windows, depth)
        if select.qualify:
            lines += self._condition("qualify", (select.qualify,), depth)
        if select.order_by:
            lines += self._print(clause("order by", self._list(select.order_by)), depth)
        return lines

    def _columns(self, verb: str, columns: Sequence[Line], depth: int) -> list[str]:
        if len(columns) == 1 and not columns[0].doc:
            alone = self._print((verb, " ", self._doc(columns[0].text)), depth)
            if len(alone) == 1 and _fits(alone[0]):
                return alone
        lines = [depth * _INDENT + verb]
        for column in columns:
            lines += _comment(column.doc, depth + 1)
            end = "" if column is columns[-1] else ","
            lines += self._lines(column.text, depth + 1, end=end)
        return lines

    def _relation(self, keyword: str, text: str, select: Select, depth: int) -> list[str]:
        """A relation behind FROM or JOIN; one of the project by its Jinja, and by its name if that is used."""
        tokens = tokens_of(text)
        first = tokens[0]
        name = unquoted(first.text) if first.kind is Kind.NAME else None
        if name is None or name not in self.relations:
            return self._lines(text, depth, start=f"{keyword} ")
        rest = self._flat_tokens(tokens[1:])
        if not rest and name in names_in(_texts(select)):
            rest = f"as {self._name(name)}"
        return [f"{depth * _INDENT}{keyword} {self.relations[name]} {rest}".rstrip()]

    def _join(self, join: Join, select: Select, depth: int) -> list[str]:
        kind = join.kind.lower()
        kind = "inner join" if kind == "join" else kind
        lines = self._relation(kind, join.relation, select, depth)
        return lines + self._condition("on", join.on, depth + 1)

    def _condition(self, keyword: str, conditions: Sequence[str], depth: int) -> list[str]:
        """Conditions that must all hold: one that fits behind the keyword, else one a line below it."""
        if not conditions:
            return []
        if len(conditions) == 1:
            alone = self._lines(conditions[0], depth, start=f"{keyword} ")
            if len(alone) == 1 and _fits(alone[0]):
                return alone
        lines = [depth * _INDENT + keyword]
        for condition in conditions:
            start = "" if condition is conditions[0] else "and "
            lines += self._lines(condition, depth + 1, start=start)
        return lines

    def _windows(self, frames: Sequence[Frame], depth: int) -> list[str]:
        lines: list[str] = []
        for frame in frames:
            if not lines:
                lines.append(depth * _INDENT + "window")
            text = f"{frame.name} AS ({frame_text(frame)})"
            lines += self._lines(text, depth + 1, end="" if frame is frames[-1] else ",")
        return lines

    def _lines(self, text: str, depth: int, *, start: str = "", end: str = "") -> list[str]:
        """The lines of an expression, from `start` to `end`."""
        tokens = self._tokens(text)
        line = f"{depth * _INDENT}{start}{flat(tokens)}{end}"
        if _fits(line):
            return [line]
        return self._print((start, expression(nested(tokens)), end), depth)

    def _print(self, doc: Doc, depth: int) -> list[str]:
        text = print_doc(doc, width=WIDTH, indent=depth * len(_INDENT))
        return (depth * _INDENT + text).split("\n")

    def _doc(self, text: str) -> Doc:
        return expression(nested(self._tokens(text)))

    def _list(self, text: str) -> list[Doc]:
        return [expression(item) for item in split_at_commas(nested(self._tokens(text)))]

    def _flat(self, text: str) -> str:
        return self._flat_tokens(tokens_of(text))

    def _flat_tokens(self, tokens: Sequence[Token]) -> str:
        return flat(self._dressed(tokens))

    def _tokens(self, text: str) -> list[Token]:
        if text not in self.dressed:
            self.dressed[text] = self._dressed(tokens_of(text))
        return self.dressed[text]

    def _dressed(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens as they are written: words in lower case, names without quotes they do not need."""
        found: list[Token] = []
        for place, token in enumerate(tokens):
            match token.kind:
                case Kind.WORD:
                    text = token.word
                case Kind.NAME if not _is_called(tokens, place):
                    text = self._name(unquoted(token.text))
                case Kind.NAME | Kind.TEXT:
                    text = kept(token.text)
                case _:
                    text = token.text
            made = Token(token.kind, text, token.is_apart, token.word)
            found += [made] if self.dialect.joins_texts else _in_pieces(made)
        return found

    def _name(self, name: str) -> str:
        return kept(written(name, self.dialect))


def _in_pieces(token: Token) -> Iterator[Token]:
    """A long text as several that are put together by a sign."""
    if token.kind is not Kind.TEXT or len(token.text) <= PIECE or token.text[0] != "'":
        yield token
        return
    pieces = list(pieces_of(token.text[1:-1], PIECE - 2))
    for piece in pieces:
        yield Token(Kind.TEXT, f"'{piece}'", token.is_apart or piece is not pieces[0])
        if piece is not pieces[-1]:
            yield Token(Kind.SIGN, "||", is_apart=True)


def _is_called(tokens: Sequence[Token], place: int) -> bool:
    """Whether a name is that of a function: without quotes it could be one of the language's own."""
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return following == "(" and (place == 0 or tokens[place - 1].word != "as")


def _texts(select: Select) -> Iterable[str]:
    """All texts in which a column may be qualified."""
    yield from (line.text for line in select.columns)
    yield from (condition for join in select.joins for condition in join.on)
    yield from select.where
    yield from select.group_by
    yield from filter(None, (select.having, select.qualify, select.order_by))
    for frame in select.windows:
        yield from (frame.partition, frame.order)


def _when_incremental(conditions: Sequence[str], depth: int) -> list[str]:
    """A WHERE that dbt leaves out when it builds all of a table; a line end is where a line may end."""
    indent = depth * _INDENT
    first, *others = conditions
    where = [f"{indent}{_INDENT}where {first.replace(_END, ' ')}"]
    if others or not _fits(where[0]):
        inner = indent + 2 * _INDENT
        where = [f"{indent}{_INDENT}where"]
        for condition in (first, *(f"or {other}" for other in others)):
            line = inner + condition.replace(_END, " ")
            where += [line] if _fits(line) else [inner + part for part in condition.split(_END)]
    return [f"{indent}{{% if is_incremental() %}}", *where, f"{indent}{{% endif %}}"]


def _fits(line: str) -> bool:
    return len(line) <= WIDTH


def _comment(words: Sequence[str], depth: int) -> list[str]:
    """The lines of a comment, wrapped."""
    start = f"{depth * _INDENT}-- "
    lines: list[str] = []
    for line in words:
        wrapped = textwrap.wrap(
            line, WIDTH - len(start), break_long_words=False, break_on_hyphens=False
        )
        lines += [f"{start}{kept(part)}" for part in wrapped or [""]]
    return [line.rstrip() for line in lines]
