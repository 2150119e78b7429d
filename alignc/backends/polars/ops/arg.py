"""What a lowering of an op is given: its arguments as Polars expressions, with their types."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alignc.backends.python.build import beside_number, call, constant, dotted, method, written
from alignc.ir.decimals import in_type
from alignc.ir.expr import Expr, Literal, Scalar
from alignc.ir.types import FLOATS, INT64, INTEGERS, NUMBERS, UINT64, DType


@dataclass(frozen=True)
class Arg:
    """An argument; `node` is a Polars expression, `value` may be a plain Python constant."""

    node: ast.expr
    dtype: DType
    expr: Expr

    @property
    def is_integer(self) -> bool:
        return self.dtype in INTEGERS

    @property
    def is_float(self) -> bool:
        return self.dtype in FLOATS

    @property
    def is_constant(self) -> bool:
        return isinstance(self.expr, Literal)

    @property
    def constant(self) -> Scalar:
        """The value of an argument that the op table says is constant."""
        assert isinstance(self.expr, Literal)
        assert not isinstance(self.expr.value, tuple)
        return self.expr.value

    @property
    def value(self) -> ast.expr:
        """What an operator can have on its other side: constants need no `pl.lit` there."""
        plain = beside_number(self.expr) if isinstance(self.expr, Literal) else None
        return self.node if plain is None else plain

    def as_type(self, dtype: DType) -> ast.expr:
        """The argument in a type that is wider, or null where 64 bits do not hold it."""
        if self.dtype == dtype:
            return self.node
        if isinstance(self.expr, Literal) and (value := in_type(self.expr, dtype)):
            return literal(value)
        return cast(self.node, dtype, strict=not (self.dtype == UINT64 and dtype == INT64))


Lowering = Callable[[Sequence[Arg], DType], ast.expr]


@dataclass(frozen=True)
class Rows:
    """What an aggregate is given: the value of each row, the rows in their total order."""

    x: Arg
    parameter: Scalar
    result: DType


AggregateLowering = Callable[[Rows], ast.expr]


def polars_type(dtype: DType) -> ast.expr:
    """`pl.Int64`, `pl.Datetime("us", "UTC")`, …"""
    match dtype.name:
        case "Timestamp":
            return call("pl.Datetime", constant("us"), constant("UTC"))
        case "Duration":
            return call("pl.Duration", constant("us"))
        case "Decimal":
            return call("pl.Decimal", *map(constant, dtype.sizes))
        case "List" | "Embedding":
            return call("pl.List", polars_type(dtype.element))
        case _:
            return dotted(f"pl.{_NAMES.get(dtype.name, dtype.name)}")


_NAMES = {"Bool": "Boolean", "Json": "String"}


def cast(node: ast.expr, dtype: DType, *, strict: bool = True) -> ast.expr:
    if strict:
        return method(node, "cast", polars_type(dtype))
    return method(node, "cast", polars_type(dtype), strict=constant(False))


def literal(value: Literal) -> ast.expr:
    """`pl.lit(...)`, with its type where the value does not tell."""
    plain = written(value)
    shows_type = value.dtype not in NUMBERS and value.dtype.name not in (
        "Decimal",
        "List",
        "Embedding",
    )
    if plain is None or not shows_type:
        return call("pl.lit", plain or constant(None), polars_type(value.dtype))
    return call("pl.lit", plain)
