"""Functions of one number. Spark's logarithms are null outside of their domain, the rest is NaN."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from alignc.backends.pyspark.ops.arg import Arg, Lowering
from alignc.backends.python.build import binary, call, compare, constant
from alignc.ir.types import FLOAT64, DType

# The condition under which a function is defined; None if it always is.
Domain = Callable[[Arg], ast.expr | None]


def _function(name: str, domain: Domain | None = None) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        (x,) = args
        called = call(f"F.{name}", x.as_type(FLOAT64))
        condition = domain(x) if domain is not None else None
        return called if condition is None else call("F.when", condition, called)

    return lower


def _compared(operator: ast.cmpop, limit: int) -> Domain:
    # True of NaN where it is an upper side: NaN is above every number.
    return lambda x: compare(x.node, operator, constant(limit))


def _size_up_to_one(operator: ast.cmpop) -> Domain:
    def domain(x: Arg) -> ast.expr:
        small = compare(call("F.abs", x.as_type(FLOAT64)), operator, constant(1))
        return small if x.is_integer else binary(small, ast.BitOr(), call("F.isnan", x.node))

    return domain


def _not_infinite(x: Arg) -> ast.expr | None:
    if x.is_integer:
        return None
    return compare(call("F.abs", x.node), ast.NotEq(), constant(float("inf")))


def _neither_zero_nor_infinite(x: Arg) -> ast.expr:
    not_zero = compare(x.node, ast.NotEq(), constant(0))
    finite = _not_infinite(x)
    return not_zero if finite is None else binary(not_zero, ast.BitAnd(), finite)


def _log_base(args: Sequence[Arg], result: DType) -> ast.expr:
    x, base = args
    assert isinstance(base.constant, int | float)
    return call("F.log", constant(float(base.constant)), x.as_type(FLOAT64))


NATIVE: dict[str, Lowering] = {
    "exp": _function("exp"),
    "log": _function("ln"),
    "log10": _function("log10"),
    "log1p": _function("log1p"),
    "log_base": _log_base,
    "sin": _function("sin", _not_infinite),
    "cos": _function("cos", _not_infinite),
    "tan": _function("tan", _not_infinite),
    "cot": _function("cot", _neither_zero_nor_infinite),
    "arcsin": _function("asin", _size_up_to_one(ast.LtE())),
    "arccos": _function("acos", _size_up_to_one(ast.LtE())),
    "arctan": _function("atan"),
    "sinh": _function("sinh"),
    "cosh": _function("cosh"),
    "tanh": _function("tanh"),
    "arcsinh": _function("asinh"),
    "arccosh": _function("acosh", _compared(ast.GtE(), 1)),
    "arctanh": _function("atanh", _size_up_to_one(ast.Lt())),
    "degrees": _function("degrees"),
    "radians": _function("radians"),
}
