"""Text."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import constant, method
from alignc.ir.regex import parse, spell
from alignc.ir.types import DType


def _contains(args: Sequence[Arg], result: DType) -> ast.expr:
    x, part = args
    return method(x.node, "contains", part.value)


def _matches(args: Sequence[Arg], result: DType) -> ast.expr:
    x, pattern = args
    return method(x.node, "rlike", constant(spell(parse(str(pattern.constant)), "java")))


NATIVE: dict[str, Lowering] = {"contains": _contains, "matches": _matches}
