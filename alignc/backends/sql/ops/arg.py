"""What a lowering of an op is given: its arguments as SQL, with their types and their origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, number, operand, try_cast
from alignc.ir.expr import Expr, Literal, Scalar
from alignc.ir.types import (
    FLOAT32,
    FLOAT64,
    FLOATS,
    INT64,
    INTEGERS,
    UINT64,
    DType,
    is_decimal,
)

_PLAIN_DIGITS = 18


@dataclass(frozen=True)
class Arg:
    """An argument. Each use of `sql` in a tree needs a copy of its own: take it by `a()`."""

    sql: exp.Expr
    dtype: DType
    expr: Expr

    def __call__(self) -> exp.Expr:
        return self.sql.copy()

    @property
    def is_integer(self) -> bool:
        return self.dtype in INTEGERS

    @property
    def is_float(self) -> bool:
        return self.dtype in FLOATS

    @property
    def is_constant(self) -> bool:
        return isinstance(self.expr, Literal) and self.expr.value is not None

    @property
    def constant(self) -> Scalar:
        """The value of an argument that the op table says is constant."""
        assert isinstance(self.expr, Literal)
        assert not isinstance(self.expr.value, tuple)
        return self.expr.value

    def as_type(self, dtype: DType, dialect: Dialect) -> exp.Expr:
        """The argument in a type that is wider, or null where 64 bits do not hold it."""
        if self.dtype == dtype:
            return self()
        is_written = self.is_constant and self._is_plain and dialect.reads_decimals
        if is_decimal(dtype) and is_written:
            return decimal_number(self.constant, dtype.scale)
        if self.dtype == UINT64 and dtype == INT64:
            if dialect.has_try_cast:
                return try_cast(self(), INT64, dialect)
            fits = exp.LT(this=self.operand(), expression=number(2**63))
            return case((fits, cast(self(), INT64, dialect)))
        return cast(self(), dtype, dialect)

    @property
    def _is_plain(self) -> bool:
        return self.is_integer or is_plain_decimal(self.dtype)

    def as_double(self, dialect: Dialect) -> exp.Expr:
        """An operand of float arithmetic: beside an integer 32 bits would stay 32 bits."""
        return cast(self(), FLOAT64, dialect) if self.dtype == FLOAT32 else self.operand()

    def operand(self) -> exp.Expr:
        return operand(self())


def is_plain_decimal(dtype: DType) -> bool:
    """Whether all engines keep each digit of such a number wherever it stands."""
    return is_decimal(dtype) and dtype.digits <= _PLAIN_DIGITS


def decimal_number(value: Scalar, scale: int = 0) -> exp.Expr:
    """A constant as an exact number with at least `scale` digits behind the point."""
    exact = Decimal(str(value))
    _, _, fraction = f"{exact:f}".partition(".")
    literal = exp.Literal(this=f"{abs(exact):.{max(scale, len(fraction))}f}", is_string=False)
    return exp.Neg(this=literal) if exact < 0 else literal


Lowering = Callable[[Sequence[Arg], DType, Dialect], exp.Expr]

# Puts `OVER w` behind a call, or leaves it as it is where the rows are in a group.
Over = Callable[[exp.Expr], exp.Expr]


@dataclass(frozen=True)
class Rows:
    """What an aggregate is given: the value of each row, and its place in the total order."""

    x: Arg
    rank: exp.Expr
    parameter: Scalar
    result: DType
    over: Over


AggregateLowering = Callable[[Rows, Dialect], exp.Expr]
