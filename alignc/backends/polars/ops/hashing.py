"""Hashes: Polars has no MD5, so that a helper of the program asks Python for it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, constant, method
from alignc.ir.types import INT64, STRING, TIMESTAMP, DType


def _hash(args: Sequence[Arg], result: DType) -> ast.expr:
    first, *others = (_encoded(a) for a in args)
    for other in others:
        first = binary(first, ast.Add(), other)
    return call("md5_number", first)


def _encoded(x: Arg) -> ast.expr:
    if x.dtype == STRING:
        text = x.node
    else:
        text = cast(x.as_type(INT64) if x.dtype == TIMESTAMP else x.node, STRING)
    length = cast(method(text, "str.len_chars"), STRING)
    there = binary(binary(length, ast.Add(), constant(":")), ast.Add(), text)
    return method(there, "fill_null", constant("-"))


NATIVE: dict[str, Lowering] = {"hash": _hash}
