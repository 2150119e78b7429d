"""Floor division and its remainder, powers and signs: `//` and `%` of Polars are Python's."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, dotted, method
from alignc.ir.bounds import power_domain
from alignc.ir.types import FLOAT64, FLOATS, INT64, UINT64, DType, whole_digits


def _division(operator: ast.operator) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        x, y = args
        if result in FLOATS:
            value = binary(_double(x, y), operator, _double(y, x))
            if y.is_constant and y.constant:
                return value
            return method(call("pl.when", compare(y.node, ast.NotEq(), constant(0))), "then", value)
        if y.is_constant and y.constant not in (0, -1) and x.dtype != UINT64:
            return binary(x.as_type(INT64), operator, y.value)
        # A zero gives null, the quotient of the smallest integer and -1 does not fit.
        wide = [method(a.node, "cast", dotted("pl.Int128")) for a in args]
        return cast(binary(wide[0], operator, wide[1]), INT64, strict=False)

    return lower


def _double(x: Arg, beside: Arg) -> ast.expr:
    return x.value if x.is_constant and not beside.is_constant else x.as_type(FLOAT64)


def _pow(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    exponent = y.value if y.is_constant else y.as_type(FLOAT64)
    power = binary(x.as_type(FLOAT64), ast.Pow(), exponent)
    zero = constant(0)
    match power_domain(x.expr, y.expr):
        case "all":
            return power
        case "not_zero":
            condition = compare(x.node, ast.NotEq(), zero)
        case "not_negative":
            condition = compare(x.node, ast.GtE(), zero)
        case "positive":
            condition = compare(x.node, ast.Gt(), zero)
        case "depends":
            condition = _has_power(x, y)
    return method(call("pl.when", condition), "then", power)


def _has_power(x: Arg, y: Arg) -> ast.expr:
    zero = constant(0)
    not_negative = compare(y.node, ast.GtE(), zero)
    if y.is_integer:
        return binary(compare(x.node, ast.NotEq(), zero), ast.BitOr(), not_negative)
    of_zero = binary(compare(x.node, ast.Eq(), zero), ast.BitAnd(), not_negative)
    whole = compare(method(y.node, "floor"), ast.Eq(), y.node)
    of_negative = binary(compare(x.node, ast.Lt(), zero), ast.BitAnd(), whole)
    of_positive = compare(x.node, ast.Gt(), zero)
    return binary(binary(of_positive, ast.BitOr(), of_zero), ast.BitOr(), of_negative)


def _sign(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    if x.is_float:
        return method(x.as_type(FLOAT64), "sign")
    # A decimal without whole digits has no sign in Polars, which would be 1.
    has_room = x.is_integer or whole_digits(x.dtype) > 0
    return cast(method(x.node if has_room else x.as_type(FLOAT64), "sign"), INT64)


NATIVE: dict[str, Lowering] = {
    "floor_div": _division(ast.FloorDiv()),
    "mod": _division(ast.Mod()),
    "pow": _pow,
    "sign": _sign,
}
