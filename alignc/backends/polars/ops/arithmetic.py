"""Numbers. Integers are computed in 128 bits where 64 may not do; what does not fit is null."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, dotted, method
from alignc.ir.bounds import is_never_negative
from alignc.ir.types import (
    FLOAT64,
    FLOATS,
    INT64,
    MAX_DECIMAL_DIGITS,
    NARROW_INTEGERS,
    DType,
    decimal,
    is_decimal,
    scale_of,
)


def _arithmetic(operator: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        if result in FLOATS:
            left = x.value if x.is_constant else x.as_type(FLOAT64)
            right = y.value if y.is_constant else y.as_type(FLOAT64)
            return binary(x.node if x.is_constant and y.is_constant else left, operator, right)
        if is_decimal(result):
            return _exact(x, operator, y, result)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return binary(cast(x.node, INT64), operator, y.node)
        return _checked(binary(_wide(x), operator, _wide(y)))

    return lower


def _exact(x: Arg, operator: ast.operator, y: Arg, result: DType) -> ast.expr:
    """Arithmetic of decimals, which Polars gives 38 digits and the larger of two scales."""
    if isinstance(operator, ast.Mult):
        # In the scale of the product, so that nothing is cut off.
        wide = decimal(MAX_DECIMAL_DIGITS, result.scale)
        left = x.node if y.is_constant and x.is_constant else _in_scale(x, wide)
        return cast(binary(left, operator, _in_scale(y, wide)), result)
    left = x.node if y.is_constant else x.value
    return cast(binary(left, operator, y.value), result)


def _in_scale(x: Arg, wide: DType) -> ast.expr:
    if x.is_constant or scale_of(x.dtype) == wide.scale:
        return x.value
    return cast(x.node, wide)


def _wide(x: Arg) -> ast.expr:
    return method(x.node, "cast", dotted("pl.Int128"))


def _checked(node: ast.expr) -> ast.expr:
    """A 128-bit result that is null where it does not fit into 64 bits."""
    return cast(node, INT64, strict=False)


def _sign_changing(
    on_number: Callable[[ast.expr], ast.expr], on_decimal: Callable[[ast.expr], ast.expr]
) -> Lowering:
    plain = _integer_or_float(on_number)

    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        return on_decimal(args[0].node) if is_decimal(result) else plain(args, result)

    return lower


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


def _whole(rounding: str, beyond: ast.cmpop, step: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        (x,) = args
        if x.is_integer:
            return cast(x.node, INT64, strict=False)
        if is_decimal(x.dtype) and x.dtype.digits == MAX_DECIMAL_DIGITS:
            # Polars raises where the whole number has more digits than its decimals: cut off first.
            cut = _wide(x)
            is_beyond = method(compare(x.node, beyond, cut), "cast", dotted("pl.Int128"))
            return _checked(binary(cut, step, is_beyond))
        return cast(method(x.node, rounding), INT64, strict=False)

    return lower


def _round(args: Sequence[Arg], result: DType) -> ast.expr:
    x, digits = args
    if x.is_integer:
        return x.as_type(FLOAT64)
    if is_decimal(result):
        rounded = method(x.node, "round", digits.value, mode=constant("half_away_from_zero"))
        return cast(rounded, result)
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
    "neg": _sign_changing(
        lambda x: binary(constant(0), ast.Sub(), x), lambda x: ast.UnaryOp(ast.USub(), x)
    ),
    "abs": _sign_changing(lambda x: method(x, "abs"), lambda x: method(x, "abs")),
    "floor": _whole("floor", ast.Lt(), ast.Sub()),
    "ceil": _whole("ceil", ast.Gt(), ast.Add()),
    "round": _round,
    "square": _square,
    "sqrt": _sqrt,
}
