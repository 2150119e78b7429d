"""Functions of one number. Outside of a domain Polars gives NaN or an infinity: we, null."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from alignc.backends.polars.ops.arg import Arg, Lowering
from alignc.backends.python.build import binary, call, compare, constant, method
from alignc.ir.types import FLOAT64, DType

# The condition under which a function is defined; None if it always is.
Domain = Callable[[Arg], ast.expr | None]


def _function(name: str, domain: Domain = lambda x: None) -> Lowering:
    def called(args: Sequence[Arg], result: DType) -> ast.expr:
        x, *more = args
        return method(x.as_type(FLOAT64), name, *(a.value for a in more))

    return _where(domain, called)


def _where(domain: Domain, function: Lowering) -> Lowering:
    def lower(args: Sequence[Arg], result: DType) -> ast.expr:
        value = function(args, result)
        condition = domain(args[0])
        return value if condition is None else method(call("pl.when", condition), "then", value)

    return lower


def _compared(operator: ast.cmpop, limit: int) -> Domain:
    # True of NaN where it is an upper side: NaN is above every number.
    return lambda x: compare(x.node, operator, constant(limit))


def _size_up_to_one(operator: ast.cmpop) -> Domain:
    def domain(x: Arg) -> ast.expr:
        small = compare(method(x.as_type(FLOAT64), "abs"), operator, constant(1))
        return small if x.is_integer else binary(small, ast.BitOr(), method(x.node, "is_nan"))

    return domain


def _not_infinite(x: Arg) -> ast.expr | None:
    return None if x.is_integer else ast.UnaryOp(ast.Invert(), method(x.node, "is_infinite"))


def _neither_zero_nor_infinite(x: Arg) -> ast.expr:
    not_zero = compare(x.node, ast.NotEq(), constant(0))
    finite = _not_infinite(x)
    return not_zero if finite is None else binary(not_zero, ast.BitAnd(), finite)


def _arctanh(args: Sequence[Arg], result: DType) -> ast.expr:
    """Polars loses digits where a number is close to -1, and none close to 1."""
    (x,) = args
    value = x.as_type(FLOAT64)
    size = method(method(value, "abs"), "arctanh")
    return binary(method(value, "sign"), ast.Mult(), size)


NATIVE: dict[str, Lowering] = {
    "exp": _function("exp"),
    "log": _function("log", _compared(ast.Gt(), 0)),
    "log10": _function("log10", _compared(ast.Gt(), 0)),
    "log1p": _function("log1p", _compared(ast.Gt(), -1)),
    "log_base": _function("log", _compared(ast.Gt(), 0)),
    "sin": _function("sin", _not_infinite),
    "cos": _function("cos", _not_infinite),
    "tan": _function("tan", _not_infinite),
    "cot": _function("cot", _neither_zero_nor_infinite),
    "arcsin": _function("arcsin", _size_up_to_one(ast.LtE())),
    "arccos": _function("arccos", _size_up_to_one(ast.LtE())),
    "arctan": _function("arctan"),
    "sinh": _function("sinh"),
    "cosh": _function("cosh"),
    "tanh": _function("tanh"),
    "arcsinh": _function("arcsinh"),
    "arccosh": _function("arccosh", _compared(ast.GtE(), 1)),
    "arctanh": _where(_size_up_to_one(ast.Lt()), _arctanh),
    "degrees": _function("degrees"),
    "radians": _function("radians"),
}
