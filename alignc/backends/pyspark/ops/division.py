"""Floor division and its remainder, powers and signs.

Spark cuts off where Python takes the floor: `-7 % 2` is -1. Integers are divided as decimals, in
which neither a sum nor a difference overflows.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering, cast
from alignc.backends.python.build import binary, call, compare, constant, method
from alignc.ir.bounds import is_small_divisor, power_domain
from alignc.ir.types import FLOAT64, FLOATS, INT64, UINT64, DType


def _floor_div(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    if result in FLOATS:
        return _float_quotient(x, y)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        return cast(call("F.floor", binary(_decimal(x), ast.Div(), y.value)), INT64)
    above = binary(_decimal(x), ast.Sub(), _decimal_mod(x, y))
    return method(call("F.try_divide", above, _decimal(y)), "try_cast", constant("bigint"))


def _mod(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    if result in FLOATS:
        whole = binary(y.as_type(FLOAT64), ast.Mult(), _float_quotient(x, y))
        return binary(x.as_type(FLOAT64), ast.Sub(), whole)
    if is_small_divisor(y.expr) and x.dtype != UINT64:
        return call("F.pmod", x.as_type(INT64), call("F.lit", y.value))
    return method(_decimal_mod(x, y), "try_cast", constant("bigint"))


def _float_quotient(x: Arg, y: Arg) -> ast.expr:
    quotient = call("F.try_divide", x.as_type(FLOAT64), y.as_type(FLOAT64))
    # `F.floor` gives an integer; what does not fit into one is whole.
    has_fraction = compare(call("F.abs", quotient), ast.Lt(), constant(2.0**53))
    floor = call("F.when", has_fraction, call("F.floor", quotient))
    return method(floor, "otherwise", quotient)


def _decimal(x: Arg) -> ast.expr:
    return x.node if x.dtype == UINT64 else method(x.node, "cast", constant("decimal(20,0)"))


def _decimal_mod(x: Arg, y: Arg) -> ast.expr:
    remainder = call("F.try_mod", _decimal(x), _decimal(y))
    return call("F.try_mod", binary(remainder, ast.Add(), _decimal(y)), _decimal(y))


def _pow(args: Sequence[Arg], result: DType) -> ast.expr:
    x, y = args
    exponent = y.value if y.is_constant else y.as_type(FLOAT64)
    power = call("F.pow", x.as_type(FLOAT64), exponent)
    zero = constant(0)
    match power_domain(x.expr, y.expr):
        case "all":
            return power
        case "not_zero":
            return call("F.when", compare(x.node, ast.NotEq(), zero), power)
        case "not_negative":
            return call("F.when", compare(x.node, ast.GtE(), zero), power)
        case "positive":
            return call("F.when", compare(x.node, ast.Gt(), zero), power)
        case "depends":
            return _guarded(x, y, power)


def _guarded(x: Arg, y: Arg, power: ast.expr) -> ast.expr:
    zero = constant(0)
    not_negative = compare(y.node, ast.GtE(), zero)
    if y.is_integer:
        defined = binary(compare(x.node, ast.NotEq(), zero), ast.BitOr(), not_negative)
        return call("F.when", defined, power)
    of_zero = binary(compare(x.node, ast.Eq(), zero), ast.BitAnd(), not_negative)
    whole = compare(call("F.rint", y.node), ast.Eq(), y.node)
    of_negative = binary(compare(x.node, ast.Lt(), zero), ast.BitAnd(), whole)
    of_positive = compare(x.node, ast.Gt(), zero)
    defined = binary(binary(of_positive, ast.BitOr(), of_zero), ast.BitOr(), of_negative)
    # Java has NaN for 1 to the power of NaN or infinity, where everybody else has 1.
    size_one = compare(call("F.abs", x.as_type(FLOAT64)), ast.Eq(), constant(1))
    infinite = compare(call("F.abs", y.node), ast.Eq(), constant(float("inf")))
    one = compare(x.node, ast.Eq(), constant(1))
    always = binary(
        binary(size_one, ast.BitAnd(), infinite),
        ast.BitOr(),
        binary(one, ast.BitAnd(), call("F.isnan", y.node)),
    )
    return method(call("F.when", always, constant(1.0)), "when", defined, power)


def _sign(args: Sequence[Arg], result: DType) -> ast.expr:
    (x,) = args
    sign = call("F.signum", x.as_type(FLOAT64))
    return sign if x.is_float else cast(sign, INT64)


NATIVE: dict[str, Lowering] = {
    "floor_div": _floor_div,
    "mod": _mod,
    "pow": _pow,
    "sign": _sign,
}
