"""Comparisons, in which NaN is a value like others, for engines to which it is not, or may not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, text
from alignc.backends.sql.ops import category, comparison
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.nan import (
    above,
    can_be_nan,
    different,
    equal,
    is_infinite,
    is_nan,
    less,
    not_above,
    not_below,
)
from alignc.ir.expr import Expr, without_spans
from alignc.ir.types import FLOAT64, DType

_Compare = Callable[[Arg, Arg, Dialect], exp.Expr]


def _compared(compare: _Compare) -> Lowering:
    return lambda args, result, dialect: compare(args[0], args[1], dialect)


def _is_in(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *values = args
    numbers = [v for v in values if not can_be_nan(v)]
    plain = comparison.NATIVE["is_in"]([x, *numbers], result, dialect)
    if len(numbers) == len(values) or not can_be_nan(x):
        return plain
    return exp.Or(this=plain, expression=is_nan(x(), dialect)) if numbers else is_nan(x(), dialect)


def _is_between(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, lower, upper = args
    if not any(map(can_be_nan, (lower, upper))):
        return comparison.NATIVE["is_between"](args, result, dialect)
    bounds = (not_below(x, lower, dialect), not_above(x, upper, dialect))
    return exp.and_(*map(_in_parentheses, bounds), copy=False)


def _in_parentheses(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, exp.Or | exp.Not) else node


def _choose(first: _Compare, second: _Compare) -> Lowering:
    """`x` or `y`, by how they compare."""

    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return case(
            (first(x, y, dialect), x.as_type(result, dialect)),
            (second(x, y, dialect), y.as_type(result, dialect)),
        )

    return lower


def _clip(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, lower, upper = args
    return case(
        (less(x, lower, dialect), lower.as_type(result, dialect)),
        (above(x, upper, dialect), upper.as_type(result, dialect)),
        otherwise=x.as_type(result, dialect),
    )


def _arg_max(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    first: dict[Expr, tuple[Arg, Arg]] = {}
    for size, label in zip(args[::2], args[1::2], strict=True):
        first.setdefault(without_spans(size.expr), (size, label))
    if len(first) == 1:
        return category.NATIVE["arg_max"](args, result, dialect)
    # GREATEST is null beside a null, and NaN, which no label would equal, beside NaN.
    lowest = cast(text("-Infinity"), FLOAT64, dialect)
    chosen = [
        (size.as_type(FLOAT64, dialect), label.as_type(result, dialect))
        for size, label in first.values()
    ]
    there = [exp.Coalesce(this=size, expressions=[lowest.copy()]) for size, _ in chosen]
    greatest = function("GREATEST", *there)
    nans = [(is_nan(size.copy(), dialect), label) for size, label in chosen]
    others = [
        (exp.EQ(this=size.copy(), expression=greatest.copy()), label.copy())
        for size, label in chosen
    ]
    return case(*nans, *others)


def _is_finite(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    value = args[0].as_type(FLOAT64, dialect)
    # NaN is not below anything.
    return exp.LT(this=exp.Abs(this=value), expression=cast(text("Infinity"), FLOAT64, dialect))


def _question(ask: Callable[[exp.Expr, Dialect], exp.Expr]) -> Lowering:
    return lambda args, result, dialect: ask(args[0].as_type(FLOAT64, dialect), dialect)


def _is_not_nan(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return exp.Not(this=is_nan(args[0].as_type(FLOAT64, dialect), dialect))


def _ordinal(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *labels = args
    return case(*((equal(x, label, dialect), number(i)) for i, label in enumerate(labels)))


NATIVE: dict[str, Lowering] = {
    "eq": _compared(equal),
    "ne": _compared(different),
    "lt": _compared(less),
    "le": _compared(not_above),
    "gt": _compared(above),
    "ge": _compared(not_below),
    "is_in": _is_in,
    "is_between": _is_between,
    "least": _choose(not_above, above),
    "greatest": _choose(not_below, less),
    "clip": _clip,
    "arg_max": _arg_max,
    "ordinal": _ordinal,
    "is_nan": _question(is_nan),
    "is_not_nan": _is_not_nan,
    "is_finite": _is_finite,
    "is_infinite": _question(is_infinite),
}
