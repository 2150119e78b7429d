"""Lists and embeddings: arrays, whose first element is number 1."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import call, compare, constant
from alignc.ir.types import FLOAT64, INT64, DType, list_of

_FLOATS = list_of(FLOAT64)


def _split(args: Sequence[Arg], result: DType) -> ast.expr:
    x, separator = args
    # The separator is a regular expression there.
    pattern = re.sub(r"[\\^$.|?*+()\[\]{}]", r"\\\g<0>", str(separator.constant))
    return call("F.split", x.node, constant(pattern))


def _length(args: Sequence[Arg], result: DType) -> ast.expr:
    return cast(call("F.array_size", args[0].node), INT64)


def _count_distinct(args: Sequence[Arg], result: DType) -> ast.expr:
    there = call("F.array_distinct", call("F.array_compact", args[0].node))
    return cast(call("F.array_size", there), INT64)


def _contains(args: Sequence[Arg], result: DType) -> ast.expr:
    x, value = args
    # `array_contains` is null beside an element that is.
    return compare(call("F.array_position", x.node, value.node), ast.Gt(), constant(0))


def _contains_any(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = (call("F.array_compact", a.node) for a in args)
    return call("F.arrays_overlap", x, y)


def _at(args: Sequence[Arg], result: DType) -> ast.expr:
    x, index = args
    place = index.constant
    assert isinstance(place, int)
    position = constant(place + 1 if place >= 0 else place)
    return call("F.try_element_at", x.node, call("F.lit", position))


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
