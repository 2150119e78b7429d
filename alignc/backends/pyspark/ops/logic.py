"""Logic: Spark's own is three-valued."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import binary, call, method
from alignc.ir.types import DType


def _connect(operator: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        return binary(x.node, operator, y.node)

    return lower


def _not(args: Sequence[Arg], result: DType) -> ast.expr:
    return ast.UnaryOp(ast.Invert(), args[0].node)


def _if_else(args: Sequence[Arg], result: DType) -> ast.expr:
    condition, then, otherwise = args
    chosen = call("F.when", condition.node, then.as_type(result))
    return method(chosen, "otherwise", otherwise.as_type(result))


NATIVE: dict[str, Lowering] = {
    "and": _connect(ast.BitAnd()),
    "or": _connect(ast.BitOr()),
    "not": _not,
    "if_else": _if_else,
}
