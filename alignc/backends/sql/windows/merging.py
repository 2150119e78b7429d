"""Parts of aggregates put together from the two tiles that a window touches."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, divide, function, number
from alignc.backends.sql.ops.nan import is_nan

# Gives a part in the late and in the early tile.
Sides = Callable[[str], tuple[exp.Expr, exp.Expr]]


def _count(kind: str) -> Callable[[Sides, Dialect], exp.Expr]:
    def merged(of: Sides, dialect: Dialect) -> exp.Expr:
        late, early = (exp.Coalesce(this=c, expressions=[number(0)]) for c in of(kind))
        return exp.Add(this=late, expression=early)

    return merged


def _sum(kind: str) -> Callable[[Sides, Dialect], exp.Expr]:
    def merged(of: Sides, dialect: Dialect) -> exp.Expr:
        late, early = of(kind)
        both = exp.Add(this=late, expression=early)
        return exp.Coalesce(this=both, expressions=[late.copy(), early.copy()])

    return merged


def _m2(of: Sides, dialect: Dialect) -> exp.Expr:
    """The squared distances in each tile, and those between their means (Chan et al.)."""
    late, early = (exp.Coalesce(this=c, expressions=[number(0)]) for c in of("m2"))
    means = [
        divide(total, count, dialect)
        for total, count in zip(of("float_sum"), of("count"), strict=True)
    ]
    apart = function("POWER", exp.Sub(this=means[0], expression=means[1]), number(2))
    late_count, early_count = of("count")
    both = exp.Paren(this=exp.Add(this=late_count.copy(), expression=early_count.copy()))
    weighted = exp.Mul(this=exp.Mul(this=apart, expression=late_count), expression=early_count)
    between = exp.Coalesce(this=divide(weighted, both, dialect), expressions=[number(0)])
    return exp.Add(this=exp.Add(this=late, expression=early), expression=between)


def _extreme(kind: str, name: str) -> Callable[[Sides, Dialect], exp.Expr]:
    def merged(of: Sides, dialect: Dialect) -> exp.Expr:
        found = function(name, *of(kind))
        if dialect.skips_nulls:
            return found
        return exp.Coalesce(this=found, expressions=list(of(kind)))

    return merged


def _float_min(of: Sides, dialect: Dialect) -> exp.Expr:
    """The smaller float where LEAST may be NaN beside NaN, which is above every number."""
    late, early = of("min")
    found = case(
        (is_nan(late, dialect), early),
        (is_nan(early.copy(), dialect), late.copy()),
        otherwise=function("LEAST", late.copy(), early.copy()),
    )
    return exp.Coalesce(this=found, expressions=[late.copy(), early.copy()])


def _float_max(of: Sides, dialect: Dialect) -> exp.Expr:
    """The larger float where GREATEST may be a number beside NaN."""
    late, early = of("max")
    found = case(
        (is_nan(late, dialect), late.copy()),
        (is_nan(early, dialect), early.copy()),
        otherwise=function("GREATEST", late.copy(), early.copy()),
    )
    return exp.Coalesce(this=found, expressions=[late.copy(), early.copy()])


MERGED: dict[str, Callable[[Sides, Dialect], exp.Expr]] = {
    "count": _count("count"),
    "trues": _count("trues"),
    "sum": _sum("sum"),
    "squares": _sum("squares"),
    "float_sum": _sum("float_sum"),
    "m2": _m2,
    "min": _extreme("min", "LEAST"),
    "float_min": _float_min,
    "max": _extreme("max", "GREATEST"),
    "float_max": _float_max,
}
