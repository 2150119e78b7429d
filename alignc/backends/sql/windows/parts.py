"""What the aggregates of windows are put together from: counts, sums, extremes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from alignc.backends.sql.builder import QueryBuilder
from alignc.backends.sql.dialect import BIGQUERY, Dialect, cast
from alignc.backends.sql.groups import count_where
from alignc.backends.sql.ops import AGGREGATES
from alignc.backends.sql.ops.arg import Arg, Over, Rows
from alignc.backends.sql.ops.bigquery.aggregate import exact_sum as exact_sum_on_bigquery
from alignc.backends.sql.ops.spark.aggregate import exact_sum
from alignc.backends.sql.windows.events import Events
from alignc.ir.expr import Expr
from alignc.ir.plan import WindowColumn
from alignc.ir.types import FLOAT64, INT64, decimal
from alignc.ir.window_plans import Method

_TOTALS = {
    "count": ("count",),
    "sum": ("count", "sum"),
    "mean": ("count", "sum"),
    "variance": ("count", "sum", "squares"),
    "std": ("count", "sum", "squares"),
    "any": ("count", "trues"),
    "all": ("count", "trues"),
}
_OF: Mapping[Method, Mapping[str, tuple[str, ...]]] = {
    Method.TOTALS: _TOTALS,
    Method.EXACT_TILES: _TOTALS,
    Method.TILES: {
        "sum": ("float_sum",),
        "mean": ("count", "float_sum"),
        "variance": ("count", "float_sum", "m2"),
        "std": ("count", "float_sum", "m2"),
        "min": ("min",),
        "max": ("max",),
    },
    Method.BLOCKS: {
        "sum": ("sum",),
        "mean": ("count", "sum"),
        "std": ("variance",),
        **{name: (name,) for name in ("count", "variance", "min", "max", "any", "all")},
    },
    Method.RUNNING: {
        "sum": ("float_sum",),
        **{name: (name,) for name in ("mean", "variance", "std", "min", "max")},
    },
}


@dataclass(frozen=True)
class Part:
    """An aggregate of a value that windows are put together from."""

    kind: str
    value: Expr


def parts_of(made: WindowColumn, method: Method) -> tuple[Part, ...]:
    """What an aggregate is put together from."""
    return tuple(Part(kind, made.value) for kind in _OF[method][made.aggregate])


def named(parts: Iterable[Part]) -> dict[Part, str]:
    """A name for each part: `__sum`, or `__sum_2` where there are several values.

    A sum as a float is called so if there is an exact one, too.
    """
    all_parts = tuple(dict.fromkeys(parts))
    values = list(dict.fromkeys(part.value for part in all_parts))
    names: dict[Part, str] = {}
    for part in all_parts:
        number_of = "" if len(values) == 1 else f"_{values.index(part.value) + 1}"
        kind = part.kind.removeprefix("float_")
        if Part(kind, part.value) in all_parts:
            kind = part.kind
        names[part] = f"__{kind}{number_of}"
    return names


def aggregated(part: Part, events: Events, query: QueryBuilder, over: Over) -> exp.Expr:
    """The part of the events that `over` says."""
    arg, dialect = events.arg(part.value, query), query.dialect
    if part.kind in _AGGREGATED:
        return _AGGREGATED[part.kind](arg, over, dialect)
    rows = Rows(arg, exp.Null(), None, FLOAT64, over)
    return AGGREGATES[dialect.name][part.kind](rows, dialect)


def _trues(x: Arg, over: Over, dialect: Dialect) -> exp.Expr:
    return over(count_where(x(), dialect))


def _sum(x: Arg, over: Over, dialect: Dialect) -> exp.Expr:
    if dialect == BIGQUERY:
        return over(exact_sum_on_bigquery(x, dialect))
    return over(exact_sum(x, dialect) if dialect.name == "spark" else exp.Sum(this=x()))


def _squares(x: Arg, over: Over, dialect: Dialect) -> exp.Expr:
    wide = decimal(38, 0) if dialect == BIGQUERY else INT64
    return over(exp.Sum(this=exp.Mul(this=cast(x(), wide, dialect), expression=x.operand())))


def _m2(x: Arg, over: Over, dialect: Dialect) -> exp.Expr:
    """The sum of the squared distances from the mean."""
    spread = over(exp.VariancePop(this=x.as_type(FLOAT64, dialect)))
    return exp.Mul(this=spread, expression=over(exp.Count(this=x())))


_AGGREGATED: dict[str, Callable[[Arg, Over, Dialect], exp.Expr]] = {
    "count": lambda x, over, dialect: over(exp.Count(this=x())),
    "sum": _sum,
    "float_sum": lambda x, over, dialect: over(exp.Sum(this=x.as_type(FLOAT64, dialect))),
    "squares": _squares,
    "trues": _trues,
    "m2": _m2,
}
