"""A query in the making: its steps so far, and how lines of it are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from textwrap import indent

from sqlglot import exp

from alignc.backends.sql.dialect import (
    Dialect,
    cast,
    column,
    moment,
    moved,
    not_null,
)
from alignc.backends.sql.expressions import Columns, lower_expr
from alignc.backends.sql.frames import with_frames_in_place
from alignc.backends.sql.ops.comparison import order_keys, partition_key, told_apart
from alignc.backends.sql.select import Cte, Join, Line, Select
from alignc.ir.expr import Column, Literal
from alignc.ir.plan import NamedExpr, Schema
from alignc.ir.types import BOOL, STRING, TIMESTAMP, DType

# The names of helper columns and relations.
TIME, RANK, ASKS, FAILS, ENTITY = "__time", "__rank", "__asks", "__fails", "__entity"
# The place of a row among those of its key, which no row lacks.
PLACE = "__place"

_WIDTH = 88
_STEP = " " * 4


@dataclass
class QueryBuilder:
    """The steps so far; `schemas` are the columns of all steps of the plan.

    `taken` are the relations that are there already, in lower case: DuckDB does not tell `A` from `a`.
    """

    dialect: Dialect
    schemas: dict[str, Schema]
    taken: set[str]
    # The names to tell if a key of a relation is there twice.
    told: Mapping[tuple[str, tuple[str, ...]], str]
    # The steps that cost little to read again.
    cheap: frozenset[str] = frozenset()
    # Relations that are computed once and kept, or by each reader what that needs.
    kept: dict[str, bool] = field(default_factory=dict)
    # The step that is lowered now.
    step: str = ""
    ctes: list[Cte] = field(default_factory=list)
    # What must hold for the whole query, and which keys of which relations that is about.
    checks: list[str] = field(default_factory=list)
    checked: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    @cached_property
    def entity_rows(self) -> str:
        """The relation with the entity rows as they are, numbered."""
        return self.fresh("entity_rows")

    def fresh(self, name: str) -> str:
        """A name for a helper relation: one that a source or a step has would be read instead."""
        unique, count = name, 2
        while unique.lower() in self.taken:
            unique, count = f"{name}_{count}", count + 1
        self.taken.add(unique.lower())
        return unique

    def cte(self, name: str, select: Select, comment: tuple[str, ...] = (), *more: Select) -> None:
        selects = (select, *more)
        if not self.dialect.has_named_windows:
            selects = tuple(map(with_frames_in_place, selects))
        self.ctes.append(Cte(self.name(name), self.step, selects, comment))

    def recursive_cte(
        self, name: str, first: Select, following: Select, comment: tuple[str, ...] = ()
    ) -> None:
        selects = (first, following)
        self.ctes.append(Cte(self.name(name), self.step, selects, comment, is_recursive=True))

    def join(
        self, kind: str, relation: str, on: Sequence[exp.Expr], alias: str | None = None
    ) -> Join:
        """A join; the conditions know the relation by its alias, if it has one."""
        text = self.name(relation)
        if alias is not None and alias != relation:
            text += f" AS {self.name(alias)}"
        return Join(kind, text, self.conditions(*on))

    def exists(self, relation: str, on: Sequence[exp.Expr], alias: str | None = None) -> str:
        """A condition: the relation has a row that all of `on` hold for, which know it by its alias."""
        rows = self.join("FROM", relation, on, alias)
        first, *others = (indent(condition, _STEP).lstrip() for condition in rows.on)
        lines = ["SELECT 1", f"FROM {rows.relation}", f"WHERE {first}"]
        lines += (f"{_STEP}AND {condition}" for condition in others)
        return "\n".join(("EXISTS (", *(indent(line, _STEP) for line in lines), ")"))

    def conditions(self, *conditions: exp.Expr) -> tuple[str, ...]:
        """Conditions that must all hold, one a line."""
        alone = len(conditions) == 1
        return tuple(
            self.print(c if alone or not isinstance(c, exp.Or) else exp.Paren(this=c))
            for c in conditions
        )

    def name(self, name: str) -> str:
        return self.dialect.quoted(name)

    def print(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Column):
            return ".".join(self.name(part.name) for part in node.parts)
        flat = self.dialect.print(node)
        return flat if len(flat) <= _WIDTH - 8 else self.dialect.print(node, pretty=True)

    def plain(self, name: str) -> Line:
        return Line(self.name(name), name=name)

    def aliased(self, node: exp.Expr, name: str, doc: str | None = None) -> Line:
        if isinstance(node, exp.Column) and node.name == name:
            return Line(self.print(node), words(doc), name)
        return Line(f"{self.print(node)} AS {self.name(name)}", words(doc), name)

    def line(
        self, given: NamedExpr, schema: Mapping[str, DType], columns: Columns = column
    ) -> Line:
        """A column; its description stands where it is computed, not where it is passed on."""
        if isinstance(given.expr, Column) and given.expr.name == given.name and columns is column:
            return self.plain(given.name)
        doc = None if isinstance(given.expr, Column) else given.doc
        value = lower_expr(given.expr, schema, self.dialect, columns)
        if isinstance(given.expr, Literal) and not self._shows_type(given.expr, given.dtype):
            value = cast(value, given.dtype, self.dialect)
        return self.aliased(value, given.name, doc)

    def _shows_type(self, literal: Literal, dtype: DType) -> bool:
        """Whether a constant alone has its type: a number is a decimal or a small integer, a null is of none."""
        if literal.value is None:
            return False
        return dtype in (BOOL, TIMESTAMP) or (dtype == STRING and self.dialect.has_texts)

    def keys(
        self, names: Iterable[str], schema: Schema, relation: str | None = None
    ) -> list[exp.Expr]:
        """What to partition by for the rows that have the same values in some columns."""
        return [partition_key(column(n, relation), schema[n], self.dialect) for n in names]

    def group_by(
        self, names: Iterable[str], schema: Schema, relation: str | None = None
    ) -> tuple[str, ...]:
        """What to group by, so that the columns can be selected.

        A text that is compared in another form is there in both: by itself it would be one with others, and
        in a group by that form alone there would be no such column.
        """
        found: list[str] = []
        for name in names:
            (key,) = self.keys([name], schema, relation)
            found += dict.fromkeys((self.print(column(name, relation)), self.print(key)))
        return tuple(found)

    def same(self, names: Iterable[str], left: str, right: str, schema: Schema) -> list[exp.Expr]:
        """Conditions for rows of two relations to have the same values in columns of these names."""
        return self.same_key([(n, n) for n in names], left, right, schema)

    def same_key(
        self, on: Iterable[tuple[str, str]], left: str, right: str, schema: Schema
    ) -> list[exp.Expr]:
        """The same in pairs of columns; `schema` has the types of the left ones."""
        conditions: list[exp.Expr] = []
        for a, b in on:
            x, y = (
                told_apart(column(n, r), schema[a], self.dialect)
                for n, r in ((a, left), (b, right))
            )
            conditions.append(exp.EQ(this=x, expression=y))
        return conditions

    def ordered(
        self,
        partition: Sequence[exp.Expr],
        order: Sequence[str],
        schema: Schema,
        *,
        latest_first: bool = False,
        relation: str | None = None,
    ) -> exp.Expr:
        """The row number in the total order of columns, which are of `relation`; a null is the lowest value."""
        ordered = [
            exp.Ordered(this=key, desc=latest_first, nulls_first=not latest_first)
            for n in order
            for key in order_keys(column(n, relation), schema[n], self.dialect)
        ]
        if self.dialect.has_zero_nulls and latest_first and len(order) == 1 and order[0] != PLACE:
            # By one column alone, DuckDB 2.0 takes a null for a zero when it puts batches together.
            is_null = exp.Is(this=column(order[0], relation), expression=exp.Null())
            ordered.insert(0, exp.Ordered(this=is_null, nulls_first=False))
        return exp.Window(
            this=exp.RowNumber(),
            partition_by=list(partition),
            order=exp.Order(expressions=ordered) if ordered else None,
            over="OVER",
        )


def words(text: str | None) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.splitlines()) if text else ()


def equal(left: str, a: str, right: str, b: str) -> exp.Expr:
    """Whether two columns are equal, which are no texts, or those of a dialect to which spaces are signs."""
    return exp.EQ(this=column(a, left), expression=column(b, right))


def are_known(names: Sequence[str], relation: str | None = None) -> list[exp.Expr]:
    return [not_null(column(n, relation)) for n in names]


def is_alive(then: exp.Expr, at: exp.Expr, ttl: int, dialect: Dialect) -> exp.Expr:
    """Whether a time is less than a TTL before `at`, a `moment`."""
    return exp.GT(this=moment(then.copy(), dialect), expression=moved(at.copy(), -ttl, dialect))
