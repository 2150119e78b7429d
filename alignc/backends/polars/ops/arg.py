"""What a lowering of an op is given: its arguments as Polars expressions, with their types."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alignc.backends.python.build import call, constant, dotted, method
from alignc.ir.expr import Expr, Literal, Scalar
from alignc.ir.types import FLOAT64, FLOATS, INT64, INTEGERS, STRING, TIMESTAMP, UINT64, DType


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
        return self.expr.value

    @property
    def value(self) -> ast.expr:
        """What an operator can have on its other side: constants need no `pl.lit` there."""
        if not isinstance(self.expr, Literal) or self.expr.value is None or self.dtype == TIMESTAMP:
            return self.node
        return constant(self.expr.value)

    def as_type(self, dtype: DType) -> ast.expr:
        """The argument in a type that is wider, or null where 64 bits do not hold it."""
        if self.dtype == dtype:
            return self.node
        if dtype == FLOAT64 and isinstance(self.expr, Literal) and self.expr.value is not None:
            return literal(Literal(dtype=dtype, value=self.expr.value))
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
    if dtype == TIMESTAMP:
        return call("pl.Datetime", constant("us"), constant("UTC"))
    return dotted("pl.Boolean" if dtype.name == "Bool" else f"pl.{dtype.name}")


def cast(node: ast.expr, dtype: DType, *, strict: bool = True) -> ast.expr:
    if strict:
        return method(node, "cast", polars_type(dtype))
    return method(node, "cast", polars_type(dtype), strict=constant(False))


def _moment(time: datetime) -> ast.expr:
    """`pl.datetime(2026, 3, 8, 6, 48, time_zone="UTC")`, zeros at its end left out."""
    parts = [time.year, time.month, time.day, time.hour, time.minute, time.second, time.microsecond]
    while len(parts) > 3 and parts[-1] == 0:
        parts.pop()
    return call("pl.datetime", *map(constant, parts), time_zone=constant("UTC"))


def literal(value: Literal) -> ast.expr:
    """`pl.lit(...)`, with its type where the value does not tell."""
    if value.value is None:
        return call("pl.lit", constant(None), polars_type(value.dtype))
    if value.dtype == TIMESTAMP:
        return _moment(datetime.fromisoformat(str(value.value)).astimezone(UTC))
    if value.dtype == STRING or isinstance(value.value, bool):
        return call("pl.lit", constant(value.value))
    return call("pl.lit", constant(value.value), polars_type(value.dtype))
