"""Expressions: five node kinds, everything else is a row in the op table.

Column(name)          a column of the relation at hand
Literal(value, dtype) a constant with its type
Call(op, args)        an op of `alignc.ir.ops`, aggregates excluded
Cast(value, dtype)    a conversion; text that does not parse gives null
Udf(dtype, inputs, texts)  source text per target, opaque beyond its inputs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated
from typing import Literal as Tag

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from alignc.errors import Span
from alignc.ir.calendar import instant_text
from alignc.ir.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT64,
    INT64,
    MAX_DECIMAL_DIGITS,
    STRING,
    TIMESTAMP,
    DType,
    decimal,
)

# What a literal holds, and what a definition may write for it.
Scalar = bool | int | float | str | None
Held = Scalar | tuple[Scalar, ...]
Constant = Scalar | date | datetime | timedelta | Decimal


def _read_span(value: object) -> object:
    if isinstance(value, str):
        file, line, column = value.rsplit(":", 2)
        return Span(file, int(line), int(column))
    return value


# A place, written `file:line:column` in JSON.
Place = Annotated[
    Span,
    BeforeValidator(_read_span, json_schema_input_type=str),
    PlainSerializer(str, return_type=str),
]


class Node(BaseModel):
    """A frozen value. Rebuild a node through its constructor; `model_copy` does not validate."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Column(Node):
    kind: Tag["column"] = "column"
    name: str


class Literal(Node):
    """A constant. Timestamps and dates are ISO 8601 text, durations microseconds, decimals text,
    bytes hexadecimal text; the value of a list is a tuple of those of its elements.
    """

    kind: Tag["literal"] = "literal"
    dtype: DType
    value: Held = None

    @model_validator(mode="before")
    @classmethod
    def _floats_stay_floats(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        value = data.get("value")
        match str(data.get("dtype")):
            case "Float32" | "Float64" if value is not None:
                return {**data, "value": float(value)}
            case dtype if value is not None and dtype.startswith(("List[Float", "Embedding")):
                return {**data, "value": tuple(v if v is None else float(v) for v in value)}
            case _:
                return data

    @property
    def elements(self) -> tuple[Literal, ...]:
        """The constants in a list that is there."""
        assert isinstance(self.value, tuple)
        return tuple(Literal(dtype=self.dtype.element, value=each) for each in self.value)


class Call(Node):
    kind: Tag["call"] = "call"
    op: str
    args: tuple[Expr, ...]
    span: Place | None = None


class Cast(Node):
    kind: Tag["cast"] = "cast"
    value: Expr
    dtype: DType
    span: Place | None = None


class Udf(Node):
    """Source text that runs on the targets named in `texts` (`polars`, `duckdb`, `postgres`, `pyspark`,
    `snowflake`, `bigquery`, `redshift`).

    A text is an expression of the target that reads `inputs` by name; one for Polars may also be a
    function of them, in their order.
    """

    kind: Tag["udf"] = "udf"
    dtype: DType
    inputs: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    span: Place | None = None

    def text_for(self, target: str) -> str | None:
        return dict(self.texts).get(target)


Expr = Annotated[Column | Literal | Call | Cast | Udf, Field(discriminator="kind")]

Call.model_rebuild()
Cast.model_rebuild()


def literal(value: Constant) -> Literal:
    """The literal of a Python constant; None is a null of type Bool, times without a zone are UTC."""
    match value:
        case bool() | None:
            return Literal(dtype=BOOL, value=value)
        case int():
            return Literal(dtype=INT64, value=value)
        case float():
            return Literal(dtype=FLOAT64, value=value)
        case str():
            return Literal(dtype=STRING, value=value)
        case datetime():
            instant = value if value.tzinfo else value.replace(tzinfo=UTC)
            return Literal(dtype=TIMESTAMP, value=instant_text(instant))
        case date():
            return Literal(dtype=DATE, value=value.isoformat())
        case timedelta():
            return Literal(dtype=DURATION, value=value // timedelta(microseconds=1))
        case Decimal():
            return _decimal_literal(value)


def _decimal_literal(value: Decimal) -> Literal:
    """A decimal as wide as its text; ValueError if that is too wide or no number."""
    text = f"{value:f}"
    whole, _, fraction = text.lstrip("-").partition(".")
    digits = len(whole.lstrip("0")) + len(fraction)
    if not value.is_finite() or digits > MAX_DECIMAL_DIGITS:
        raise ValueError(f"{value} is not a number of at most {MAX_DECIMAL_DIGITS} digits")
    return Literal(dtype=decimal(max(digits, 1), len(fraction)), value=text)


def call(op: str, *args: Expr, span: Span | None = None) -> Call:
    return Call(op=op, args=args, span=span)


def children(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Call():
            return expr.args
        case Cast():
            return (expr.value,)
        case Column() | Literal() | Udf():
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def columns_of(expr: Expr) -> set[str]:
    """The names of the columns that the expression reads."""
    names: set[str] = set()
    for node in walk(expr):
        if isinstance(node, Column):
            names.add(node.name)
        elif isinstance(node, Udf):
            names.update(node.inputs)
    return names


def rewrite(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` applied to every node, innermost first; same object if unchanged."""
    match expr:
        case Call():
            args = tuple(rewrite(a, change) for a in expr.args)
            if any(new is not old for new, old in zip(args, expr.args, strict=True)):
                expr = Call(op=expr.op, args=args, span=expr.span)
        case Cast():
            value = rewrite(expr.value, change)
            if value is not expr.value:
                expr = Cast(value=value, dtype=expr.dtype, span=expr.span)
        case Column() | Literal() | Udf():
            pass
    return change(expr)


def substitute(expr: Expr, values: dict[str, Expr]) -> Expr:
    """The expression with columns replaced by `values`. A Udf reads columns by name and is left alone."""
    return rewrite(expr, lambda e: values.get(e.name, e) if isinstance(e, Column) else e)


def without_spans(expr: Expr) -> Expr:
    """The expression as a value: two that compute the same thing in two places become equal."""

    def strip(e: Expr) -> Expr:
        match e:
            case Call(span=Span()):
                return Call(op=e.op, args=e.args)
            case Cast(span=Span()):
                return Cast(value=e.value, dtype=e.dtype)
            case Udf(span=Span()):
                return Udf(dtype=e.dtype, inputs=e.inputs, texts=e.texts)
            case _:
                return e

    return rewrite(expr, strip)
