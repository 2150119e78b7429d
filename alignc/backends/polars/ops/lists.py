"""Lists and embeddings."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast, literal
from alignc.backends.python.build import binary, call, compare, constant, method
from alignc.ir.expr import Literal
from alignc.ir.nulls import is_always_null
from alignc.ir.types import BOOL, FLOAT32, FLOAT64, INT8, INT64, DType, list_of

_FLOATS = list_of(FLOAT64)


def _split(args: Sequence[Arg], result: DType) -> ast.expr:
    x, separator = args
    return method(x.node, "str.split", separator.value)


def _length(args: Sequence[Arg], result: DType) -> ast.expr:
    return cast(method(args[0].node, "list.len"), INT64)


def _count_distinct(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    return cast(method(method(x.node, "list.drop_nulls"), "list.n_unique"), INT64)


def _contains(args: Sequence[Arg], result: DType) -> ast.expr:
    x, value = args
    if value.is_constant:
        if value.dtype == FLOAT64 and value.constant != value.constant:
            return _has_nan(x)
        shows_type = value.dtype != FLOAT32 and value.dtype.name != "Decimal"
        return method(x.node, "list.contains", value.value if shows_type else value.node)
    found = method(x.node, "list.contains", value.node, nulls_equal=constant(False))
    if not value.is_float:
        return found
    # To this method NaN does not equal NaN.
    both = binary(method(value.node, "is_nan"), ast.BitAnd(), _has_nan(x))
    return binary(found, ast.BitOr(), both)


def _has_nan(x: Arg) -> ast.expr:
    is_nan = method(call("pl.element"), "is_nan")
    return method(method(x.node, "list.eval", is_nan), "list.any")


def _contains_any(args: Sequence[Arg], result: DType) -> ast.expr:
    # Polars panics where one side is a single null and the other has many rows.
    if any(is_always_null(a.expr) for a in args):
        return literal(Literal(dtype=result))
    x, y = (a.as_type(list_of(INT8)) if a.dtype.element == BOOL else a.node for a in args)
    # Polars has no sets of truth values.
    common = method(x, "list.set_intersection", y)
    count = method(method(common, "list.drop_nulls"), "list.len")
    return compare(count, ast.Gt(), constant(0))


def _at(args: Sequence[Arg], result: DType) -> ast.expr:
    x, index = args
    return method(x.node, "list.get", index.value, null_on_oob=constant(True))


def _of_pairs(helper: str) -> Lowering:
    """A call of a function that programs have; it adds the products from left to right."""

    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        return call(helper, *(x.as_type(_FLOATS) for x in args))

    return lower


NATIVE: dict[str, Lowering] = {
    "split": _split,
    "list_length": _length,
    "list_count_distinct": _count_distinct,
    "list_contains": _contains,
    "list_contains_any": _contains_any,
    "list_at": _at,
    "dot_product": _of_pairs("dot_product"),
    "vector_distance": _of_pairs("vector_distance"),
    "cosine_similarity": _of_pairs("cosine_similarity"),
}
