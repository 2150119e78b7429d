"""Lists and vectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import FLOAT64, INT64, DType, list_of

_FLOATS = list_of(FLOAT64)


def with_missing_last(node: exp.Expr) -> exp.Expr:
    """A list to order by: Spark has a missing element below all others."""
    name = exp.to_identifier("element")
    is_missing = exp.Is(this=name.copy(), expression=exp.Null())
    ranked = function("STRUCT", is_missing, name.copy())
    return function("TRANSFORM", node, exp.Lambda(this=ranked, expressions=[name]))


def _split(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, separator = args
    # The separator is a regular expression there.
    pattern = re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", str(separator.constant))
    return function("SPLIT", x(), text(pattern))


def _length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return cast(function("ARRAY_SIZE", args[0]()), INT64, dialect)


def _count_distinct(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    there = function("ARRAY_DISTINCT", function("ARRAY_COMPACT", args[0]()))
    return cast(function("ARRAY_SIZE", there), INT64, dialect)


def _contains(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, value = args
    # ARRAY_CONTAINS is null beside an element that is.
    found = function("ARRAY_POSITION", x(), cast(value(), x.dtype.element, dialect))
    return exp.GT(this=found, expression=number(0))


def _contains_any(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("ARRAYS_OVERLAP", *(function("ARRAY_COMPACT", a()) for a in args))


def _at(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, index = args
    place = index.constant
    assert isinstance(place, int)
    return function("TRY_ELEMENT_AT", x(), number(place + 1 if place >= 0 else place))


def _product(a: exp.Expr, b: exp.Expr) -> exp.Expr:
    return exp.Mul(this=a, expression=b)


def _squared_difference(a: exp.Expr, b: exp.Expr) -> exp.Expr:
    between = exp.Paren(this=exp.Sub(this=a, expression=b))
    return exp.Mul(this=between, expression=between.copy())


def _sum_of_pairs(
    x: Arg, y: Arg, summand: Callable[[exp.Expr, exp.Expr], exp.Expr], dialect: Dialect
) -> exp.Expr:
    """The sum from left to right, null if a number is missing or a list is shorter."""
    lists = [v() if v.dtype == _FLOATS else cast(v(), _FLOATS, dialect) for v in (x, y)]
    summands = function("ZIP_WITH", *lists, _lambda(("a", "b"), summand))
    add = _lambda(("total", "number"), lambda a, b: exp.Add(this=a, expression=b))
    return function("AGGREGATE", summands, cast(number(0), FLOAT64, dialect), add)


def _lambda(names: tuple[str, str], body: Callable[[exp.Expr, exp.Expr], exp.Expr]) -> exp.Expr:
    a, b = map(exp.to_identifier, names)
    return exp.Lambda(this=body(a.copy(), b.copy()), expressions=[a, b])


def _dot_product(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    return _sum_of_pairs(x, y, _product, dialect)


def _distance(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    return exp.Sqrt(this=_sum_of_pairs(x, y, _squared_difference, dialect))


def _cosine_similarity(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    sizes = exp.Mul(
        this=exp.Sqrt(this=_sum_of_pairs(x, x, _product, dialect)),
        expression=exp.Sqrt(this=_sum_of_pairs(y, y, _product, dialect)),
    )
    return function("TRY_DIVIDE", _sum_of_pairs(x, y, _product, dialect), sizes)


NATIVE: dict[str, Lowering] = {
    "split": _split,
    "list_length": _length,
    "list_count_distinct": _count_distinct,
    "list_contains": _contains,
    "list_contains_any": _contains_any,
    "list_at": _at,
    "dot_product": _dot_product,
    "vector_distance": _distance,
    "cosine_similarity": _cosine_similarity,
}
