"""Values of JSON texts: a helper of the program reads them with Python, Polars would not tell `"1"` from `1`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering
from alignc.backends.python.build import call, constant, name, sequence
from alignc.ir.json_path import parse_path
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING, DType

_KINDS = {BOOL: "bool", INT64: "int", FLOAT64: "float", STRING: "str"}


def _value(args: Sequence[Arg], result: DType) -> ast.expr:
    x, path = args
    steps = sequence([constant(step) for step in parse_path(str(path.constant))])
    return call("json_value", x.node, steps, name(_KINDS[result]))


NATIVE: dict[str, Lowering] = dict.fromkeys(
    ("json_string", "json_integer", "json_float", "json_boolean"), _value
)
