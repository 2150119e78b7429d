"""Values of JSON texts: a helper of the program asks Spark's variants, which know the type of a value."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, is_plain_name, spark_type
from alignc.backends.python.build import call, constant
from alignc.ir.json_path import parse_path
from alignc.ir.types import DType


def _value(args: Sequence[Arg], result: DType) -> ast.expr:
    x, path = args
    spelled = constant(_spelled(str(path.constant)))
    return call("json_value", x.node, spelled, constant(spark_type(result)))


def _spelled(path: str) -> str:
    return "$" + "".join(map(_step, parse_path(path)))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if is_plain_name(step) else f'["{step}"]'


NATIVE: dict[str, Lowering] = dict.fromkeys(
    ("json_string", "json_integer", "json_float", "json_boolean"), _value
)
