"""Numbers. Spark's ANSI mode raises on overflow; the `try_` functions give null."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, method
from alignc.ir.bounds import is_never_negative
from alignc.ir.types import (
    FLOAT64,
    FLOATS,
    INT64,
    NARROW_INTEGERS,
    DType,
    decimal,
    is_decimal,
    whole_digits,
)

_DIGITS_128 = 34
_LOW, _HIGH = -(2.0**63), 2.0**63


def _arithmetic(operator: ast.operator, checked: str) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        if result in FLOATS:
            right = y.value if y.is_constant else y.as_type(FLOAT64)
            return binary(x.as_type(FLOAT64), operator, right)
        if is_decimal(result):
            return _exact(x, operator, y, result)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return binary(cast(x.node, INT64), operator, y.node)
        return call(f"F.{checked}", x.as_type(INT64), y.as_type(INT64))

    return lower


def _exact(x: Arg, operator: ast.operator, y: Arg, result: DType) -> ast.expr:
    """Arithmetic of decimals; Spark counts 20 digits for 64-bit integers, which have 19."""
    left, right = _exact_operand(x), _exact_operand(y)
    if x.is_constant and y.is_constant:
        left = x.node
    made = binary(left, operator, right)
    # The type of a product has one digit to spare, that of a sum has none.
    return cast(made, result) if isinstance(operator, ast.Mult) or x.is_constant else made


def _exact_operand(x: Arg) -> ast.expr:
    if x.is_integer and not x.is_constant:
        return cast(x.node, decimal(whole_digits(x.dtype), 0))
    return x.value


def _div(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    return call("F.try_divide", x.as_type(FLOAT64), y.as_type(FLOAT64))


def _neg(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    if is_decimal(result):
        return _negative(x)
    if x.is_float:
        return ast.UnaryOp(ast.USub(), x.as_type(FLOAT64))
    zero = cast(call("F.lit", constant(0)), INT64)
    return call("F.try_subtract", zero, x.as_type(INT64))


def _negative(x: Arg) -> ast.expr:
    """A decimal with the other sign: Spark rounds to 34 digits where it only changes the sign."""
    if x.dtype.digits <= _DIGITS_128:
        return ast.UnaryOp(ast.USub(), x.node)
    return cast(binary(call("F.lit", constant(0)), ast.Sub(), x.node), x.dtype)


def _abs(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    if is_decimal(result) and result.digits > _DIGITS_128:
        is_negative = compare(x.node, ast.Lt(), constant(0))
        return method(call("F.when", is_negative, _negative(x)), "otherwise", x.node)
    if x.is_float or is_decimal(result):
        return call("F.abs", x.as_type(result))
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
        if is_decimal(x.dtype):
            return method(call(f"F.{name}", x.node), "try_cast", constant("bigint"))
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
    rounded = call("F.round", x.node if is_decimal(result) else x.as_type(FLOAT64), digits.value)
    return cast(rounded, result) if is_decimal(result) else rounded


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
