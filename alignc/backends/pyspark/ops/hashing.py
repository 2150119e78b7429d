"""Hashes: 15 hexadecimal digits of an MD5 as a number."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import call, constant
from alignc.ir.types import INT64, STRING, TIMESTAMP, DType


def _hash(args: Sequence[Arg], result: DType) -> ast.expr:
    parts = [_encoded(a) for a in args]
    encoded = parts[0] if len(parts) == 1 else call("F.concat", *parts)
    digits = call("F.substring", call("F.md5", encoded), constant(1), constant(15))
    return cast(call("F.conv", digits, constant(16), constant(10)), INT64)


def _encoded(x: Arg) -> ast.expr:
    text = _text(x)
    there = call("F.concat", call("F.char_length", text), call("F.lit", constant(":")), text)
    return call("F.coalesce", there, call("F.lit", constant("-")))


def _text(x: Arg) -> ast.expr:
    if x.dtype == STRING:
        return x.node
    return cast(call("F.unix_micros", x.node) if x.dtype == TIMESTAMP else x.node, STRING)


NATIVE: dict[str, Lowering] = {"hash": _hash}
