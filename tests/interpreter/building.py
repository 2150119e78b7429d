"""Short spellings of Module nodes, and the comparison of values, for the interpreter's tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal as Tag

from alignc.errors import Span
from alignc.interpreter import Row, Value
from alignc.ir.expr import Column, Expr
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    EntityColumn,
    Feature,
    FileSource,
    Input,
    Label,
    Module,
    Raw,
    SourceInput,
    View,
    ViewInput,
    Window,
)
from alignc.ir.types import FLOAT64, STRING, TIMESTAMP, DType

PLACE = Span("f.py", 1)
HOUR = 3_600_000_000
Closed = Tag["right", "left", "both", "none"]


def at(hour: int, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    """A time of 1 January 2024, UTC."""
    return datetime(2024, 1, 1, hour, minute, second, microsecond, tzinfo=UTC)


def raw(name: str, dtype: DType, column: str | None = None, zone: str = "UTC") -> Feature:
    compute = Raw(column=column or name, time_zone=zone)
    return Feature(name=name, dtype=dtype, compute=compute, span=PLACE)


def entity(name: str, dtype: DType = STRING) -> Feature:
    return Feature(name=name, dtype=dtype, compute=Raw(column=name), role="entity", span=PLACE)


def event_timestamp(name: str = "ts", zone: str = "UTC") -> Feature:
    compute = Raw(column=name, time_zone=zone)
    return Feature(name=name, dtype=TIMESTAMP, compute=compute, role="event_timestamp", span=PLACE)


def created_at(name: str = "created") -> Feature:
    compute = Raw(column=name)
    return Feature(name=name, dtype=TIMESTAMP, compute=compute, role="created_at", span=PLACE)


def derived(name: str, dtype: DType, expr: Expr) -> Feature:
    return Feature(name=name, dtype=dtype, compute=Derived(expr=expr), span=PLACE)


def over(
    name: str,
    aggregate: str,
    value: Expr | str,
    hours: float | None = None,
    *,
    offset: float = 0,
    closed: Closed = "right",
    dtype: DType = FLOAT64,
) -> Feature:
    length = None if hours is None else int(hours * HOUR)
    window = Window(length=length, offset=int(offset * HOUR), closed=closed)
    read = Column(name=value) if isinstance(value, str) else value
    compute = Aggregated(aggregate=aggregate, value=read, window=window)
    return Feature(name=name, dtype=dtype, compute=compute, span=PLACE)


def view(
    name: str,
    *features: Feature,
    ttl: float | None = None,
    of_view: str | None = None,
    where: Expr | None = None,
) -> View:
    """A view over the source `s`, or over another view."""
    read = SourceInput(source="s") if of_view is None else ViewInput(view=of_view, where=where)
    micros = None if ttl is None else int(ttl * HOUR)
    return View(name=name, symbol=name, input=read, ttl=micros, features=features, span=PLACE)


def contract(
    *inputs: str,
    labels: Sequence[str] = (),
    entities: Sequence[tuple[str, DType]] = (("id", STRING),),
    timed: bool = True,
) -> Contract:
    """The contract `m`; inputs and labels are written `view.feature`."""
    return Contract(
        name="m",
        symbol="M",
        entities=tuple(EntityColumn(name=name, dtype=dtype) for name, dtype in entities),
        needs_event_timestamp=timed,
        inputs=tuple(Input(view=v, feature=f, name=f) for v, f in (i.split(".") for i in inputs)),
        labels=tuple(
            Label(view=v, feature=f, prediction=f"p_{f}", problem="regression")
            for v, f in (i.split(".") for i in labels)
        ),
        span=PLACE,
    )


def module(*views: View, model: Contract | None = None) -> Module:
    return Module(
        project="p",
        sources=(FileSource(name="s", path="s.csv", format="csv"),),
        views=views,
        contracts=() if model is None else (model,),
    )


def rows(columns: str, *values: tuple[Value, ...]) -> list[Row]:
    """Rows with the blank-separated `columns`."""
    return [dict(zip(columns.split(), given, strict=True)) for given in values]


def same(x: Value, y: Value) -> bool:
    """Equal in type and value; floats to 1e-12, NaN equals NaN."""
    if type(x) is not type(y):
        return False
    if isinstance(x, float) and isinstance(y, float):
        if math.isnan(x) or math.isnan(y):
            return math.isnan(x) and math.isnan(y)
        return math.isclose(x, y, rel_tol=1e-12, abs_tol=1e-12)
    return x == y


def column(given: Sequence[Row], name: str) -> list[Value]:
    return [row[name] for row in given]
