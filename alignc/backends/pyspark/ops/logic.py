"""Logic: Spark's own is three-valued."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import binary, compare, dotted, method
from alignc.ir.ops.logic import branches
from alignc.ir.types import DType


def _connect(operator: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        return binary(x.node, operator, y.node)

    return lower


def _xor(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    # Of two truth values, one is true and the other is not, if they differ.
    return compare(x.node, ast.NotEq(), y.value)


def _not(args: Sequence[Arg], result: DType) -> ast.expr:
    return ast.UnaryOp(ast.Invert(), args[0].node)


def _if_else(args: Sequence[Arg], result: DType) -> ast.expr:
    pairs, rest = branches(args)
    chain: ast.expr = dotted("F")
    for condition, value in pairs:
        chain = method(chain, "when", condition.node, value.as_type(result))
    return method(chain, "otherwise", rest.as_type(result)) if rest else chain


NATIVE: dict[str, Lowering] = {
    "and": _connect(ast.BitAnd()),
    "or": _connect(ast.BitOr()),
    "xor": _xor,
    "not": _not,
    "if_else": _if_else,
}
