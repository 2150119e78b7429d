"""What a lowering of an op is given: its arguments as Spark columns, with their types."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alignc.backends.python.build import beside_number, call, constant, method, written
from alignc.ir.decimals import in_type
from alignc.ir.expr import Expr, Literal, Scalar
from alignc.ir.types import (
    BINARY,
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOAT64,
    FLOATS,
    INT8,
    INT16,
    INT32,
    INT64,
    INTEGERS,
    JSON,
    STRING,
    TIMESTAMP,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    DType,
)

# Spark has no unsigned integers: the next wider type holds them.
_TYPES = {
    BOOL: "boolean",
    INT8: "tinyint",
    INT16: "smallint",
    INT32: "int",
    INT64: "bigint",
    UINT8: "smallint",
    UINT16: "int",
    UINT32: "bigint",
    UINT64: "decimal(20,0)",
    FLOAT32: "float",
    FLOAT64: "double",
    STRING: "string",
    JSON: "string",
    BINARY: "binary",
    DATE: "date",
    TIMESTAMP: "timestamp",
    # Microseconds.
    DURATION: "bigint",
}


def spark_type(dtype: DType) -> str:
    """A type as Spark's DDL writes it."""
    match dtype.name:
        case "Decimal":
            return f"decimal({dtype.digits}, {dtype.scale})"
        case "List" | "Embedding":
            return f"array<{spark_type(dtype.element)}>"
        case _:
            return _TYPES[dtype]


@dataclass(frozen=True)
class Arg:
    """An argument; `node` is a Spark column, `value` may be a plain Python constant."""

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
        """What an operator can have on its other side: constants need no `F.lit` there."""
        if not isinstance(self.expr, Literal):
            return self.node
        is_decimal = self.dtype.name == "Decimal"
        plain = beside_number(self.expr) if is_decimal else plain_constant(self.expr)
        return self.node if plain is None else plain

    def as_type(self, dtype: DType) -> ast.expr:
        """The argument in a type that is wider, or null where 64 bits do not hold it."""
        if self.dtype == dtype:
            return self.node
        if isinstance(self.expr, Literal) and (value := in_type(self.expr, dtype)):
            return literal(value)
        is_narrower = self.dtype == UINT64 and dtype == INT64
        return try_cast(self.node, dtype) if is_narrower else cast(self.node, dtype)


Lowering = Callable[[Sequence[Arg], DType], ast.expr]


@dataclass(frozen=True)
class Rows:
    """What an aggregate is given: the value of each row, and its place in the total order."""

    x: Arg
    rank: ast.expr
    parameter: Scalar
    result: DType


AggregateLowering = Callable[[Rows], ast.expr]


def column(name: str) -> ast.expr:
    return call("F.col", column_name(name))


def is_plain_name(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is not None


def column_name(name: str) -> ast.expr:
    """A column's name as Spark wants it in a string: dots and the like need backticks."""
    return constant(_escaped(name))


def _escaped(name: str) -> str:
    return name if is_plain_name(name) else "`" + name.replace("`", "``") + "`"


def member(struct: str, name: str) -> ast.expr:
    """A member of a column of structs."""
    return call("F.col", member_name(struct, name))


def member_name(struct: str, name: str) -> ast.expr:
    """The same as Spark wants it in a string; selected, it has the member's name."""
    return constant(f"{struct}.{_escaped(name)}")


def cast(node: ast.expr, dtype: DType) -> ast.expr:
    return method(node, "cast", constant(spark_type(dtype)))


def try_cast(node: ast.expr, dtype: DType) -> ast.expr:
    """A conversion that gives null where it fails."""
    return method(node, "try_cast", constant(spark_type(dtype)))


def _is_long(value: Literal) -> bool:
    """Whether Spark has no integer literal for it."""
    return value.dtype == UINT64 and isinstance(value.value, int) and value.value >= 2**63


def literal(value: Literal) -> ast.expr:
    """`F.lit(...)`, with its type where Spark would choose another."""
    if isinstance(value.value, tuple):
        return _array(value)
    plain = plain_constant(value)
    given = str(value.value) if _is_long(value) else value.value
    if plain is not None and value.dtype.name == "Decimal":
        plain = beside_number(value)
    node = call("F.lit", plain or constant(given))
    return node if plain is not None and value.dtype in _PLAIN else cast(node, value.dtype)


def _array(value: Literal) -> ast.expr:
    """`F.array(...)`, cast where its elements do not show its type."""
    elements = [literal(each) for each in value.elements]
    made = call("F.array", *elements)
    is_plain = value.dtype.element not in INTEGERS and any(
        e.value is not None for e in value.elements
    )
    return made if is_plain else cast(made, value.dtype)


# Constants from which Spark sees their type.
_PLAIN = (BOOL, STRING, FLOAT64, DATE, TIMESTAMP)


def plain_constant(value: Literal) -> ast.expr | None:
    """A literal as Python writes it, None where Spark needs a cast; durations are microseconds."""
    if _is_long(value):
        return None
    if value.dtype == DURATION and isinstance(value.value, int):
        return constant(value.value)
    if value.dtype == DATE and str(value.value) < "1000":
        # PySpark writes such a year with fewer than four digits, which Spark does not read.
        return None
    return written(value)
