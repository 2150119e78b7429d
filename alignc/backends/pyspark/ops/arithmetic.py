"""Numbers. Spark's ANSI mode raises on overflow; the `try_` functions give null."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, method
from alignc.ir.bounds import is_never_negative
from alignc.ir.types import FLOAT64, FLOATS, INT64, NARROW_INTEGERS, DType

_LOW, _HIGH = -(2.0**63), 2.0**63


def _arithmetic(operator: ast.operator, checked: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        if result in FLOATS:
            right = y.value if y.is_constant else y.as_type(FLOAT64)
            return binary(x.as_type(FLOAT64), operator, right)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return binary(cast(x.node, INT64), operator, y.node)
        return call(f"F.{checked}", x.as_type(INT64), y.as_type(INT64))

    return lower


def _div(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    return call("F.try_divide", x.as_type(FLOAT64), y.as_type(FLOAT64))


def _neg(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    if x.is_float:
        return ast.UnaryOp(ast.USub(), x.as_type(FLOAT64))
    zero = cast(call("F.lit", constant(0)), INT64)
    return call("F.try_subtract", zero, x.as_type(INT64))


def _abs(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    if x.is_float:
        return call("F.abs", x.as_type(FLOAT64))
    if x.dtype in NARROW_INTEGERS:
        return call("F.abs", cast(x.node, INT64))
    # The smallest integer has no positive counterpart.
    has_one = compare(x.as_type(INT64), ast.NotEq(), constant(-(2**63)))
    return call("F.abs", call("F.when", has_one, x.as_type(INT64)))


def _whole(name: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        (x,) = args
        if x.is_integer:
            return method(x.node, "try_cast", constant("bigint"))
        value = x.as_type(FLOAT64)
        # NaN is above every number, so it does not fit either.
        fits = binary(
            compare(value, ast.GtE(), constant(_LOW)),
            ast.BitAnd(),
            compare(value, ast.Lt(), constant(_HIGH)),
        )
        return call(f"F.{name}", call("F.when", fits, value))

    return lower


def _round(args: Sequence[Arg], result: DType) -> ast.expr:
    x, digits = args
    if x.is_integer:
        return x.as_type(FLOAT64)
    return call("F.round", x.as_type(FLOAT64), digits.value)


def _square(args: Sequence[Arg], result: DType) -> ast.expr:
    return call("F.pow", args[0].as_type(FLOAT64), constant(2))


def _sqrt(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    root = call("F.sqrt", x.as_type(FLOAT64))
    if is_never_negative(x.expr):
        return root
    return call("F.when", compare(x.node, ast.GtE(), constant(0)), root)


NATIVE: dict[str, Lowering] = {
    "add": _arithmetic(ast.Add(), "try_add"),
    "sub": _arithmetic(ast.Sub(), "try_subtract"),
    "mul": _arithmetic(ast.Mult(), "try_multiply"),
    "div": _div,
    "neg": _neg,
    "abs": _abs,
    "floor": _whole("floor"),
    "ceil": _whole("ceil"),
    "round": _round,
    "square": _square,
    "sqrt": _sqrt,
}
