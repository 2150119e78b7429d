"""Numbers. Integers are computed in 128 bits where 64 may not do; what does not fit is null."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, dotted, method
from alignc.ir.bounds import is_never_negative
from alignc.ir.types import FLOAT64, FLOATS, INT64, NARROW_INTEGERS, DType


def _arithmetic(operator: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        if result in FLOATS:
            left = x.value if x.is_constant else x.as_type(FLOAT64)
            right = y.value if y.is_constant else y.as_type(FLOAT64)
            return binary(x.node if x.is_constant and y.is_constant else left, operator, right)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return binary(cast(x.node, INT64), operator, y.node)
        return _checked(binary(_wide(x), operator, _wide(y)))

    return lower


def _wide(x: Arg) -> ast.expr:
    return method(x.node, "cast", dotted("pl.Int128"))


def _checked(node: ast.expr) -> ast.expr:
    """A 128-bit result that is null where it does not fit into 64 bits."""
    return cast(node, INT64, strict=False)


def _div(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    above, below = x.as_type(FLOAT64), y.as_type(FLOAT64)
    if y.is_constant and y.constant:
        return binary(above, ast.Div(), y.value)
    is_safe = compare(y.node, ast.NotEq(), constant(0))
    return method(call("pl.when", is_safe), "then", binary(above, ast.Div(), below))


def _integer_or_float(
    on_float: Callable[[ast.expr], ast.expr],
) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        (x,) = args
        if x.is_float:
            return on_float(x.as_type(FLOAT64))
        if x.dtype in NARROW_INTEGERS:
            return on_float(cast(x.node, INT64))
        return _checked(on_float(_wide(x)))

    return lower


def _whole(rounding: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        (x,) = args
        if x.is_integer:
            return cast(x.node, INT64, strict=False)
        return cast(method(x.node, rounding), INT64, strict=False)

    return lower


def _round(args: Sequence[Arg], result: DType) -> ast.expr:
    x, digits = args
    if x.is_integer:
        return x.as_type(FLOAT64)
    value = x.as_type(FLOAT64)
    if digits.constant == 0:
        return method(value, "round", mode=constant("half_away_from_zero"))
    return call("round_decimal", value, digits.value)


def _square(args: Sequence[Arg], result: DType) -> ast.expr:
    return method(args[0].as_type(FLOAT64), "pow", constant(2))


def _sqrt(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    root = method(x.as_type(FLOAT64), "sqrt")
    if is_never_negative(x.expr):
        return root
    return method(call("pl.when", compare(x.node, ast.GtE(), constant(0))), "then", root)


NATIVE: dict[str, Lowering] = {
    "add": _arithmetic(ast.Add()),
    "sub": _arithmetic(ast.Sub()),
    "mul": _arithmetic(ast.Mult()),
    "div": _div,
    "neg": _integer_or_float(lambda x: binary(constant(0), ast.Sub(), x)),
    "abs": _integer_or_float(lambda x: method(x, "abs")),
    "floor": _whole("floor"),
    "ceil": _whole("ceil"),
    "round": _round,
    "square": _square,
    "sqrt": _sqrt,
}
