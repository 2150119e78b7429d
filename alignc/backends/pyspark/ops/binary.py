"""Bytes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import call
from alignc.ir.types import INT64, DType


def _byte_length(args: Sequence[Arg], result: DType) -> ast.expr:
    return cast(call("F.octet_length", args[0].node), INT64)


NATIVE: dict[str, Lowering] = {"byte_length": _byte_length}
