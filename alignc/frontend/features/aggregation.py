"""Aggregates of a feature over the events of its entity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal, get_args

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    ALL_TIME,
    Bool,
    F,
    Feature,
    Float64,
    Int64,
    Integer,
    Number,
    made,
    microseconds,
)
from alignc.frontend.features.exact import Decimal
from alignc.frontend.features.lists import List, list_like
from alignc.frontend.features.origins import AggregateOrigin
from alignc.frontend.features.text import String
from alignc.ir.expr import Scalar
from alignc.ir.module import Window
from alignc.ir.ops.time import is_grid

# Which ends of a window are in it.
Closed = Literal["right", "left", "both", "none"]


@dataclass(frozen=True)
class Aggregation:
    """`feature.aggregate()`, on the way to an aggregate; `over` says which events count."""

    value: Feature
    window: Window
    where: Feature | None = None
    # The names of aggregates that were made of it, or of what was made of it.
    made_of_it: list[str] = field(default_factory=list, compare=False, repr=False)

    def over(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        rows: int | None = None,
        closed: Closed = "right",
        resolution: timedelta | None = None,
    ) -> Aggregation:
        """The last so many weeks, days, … of elapsed time: `q - length < event_ts <= q`.

        `rows` are the last so many known events, of all time or of that time. With a `resolution`
        q is rounded down to a multiple of it, in UTC: the value changes only then.
        """
        length = _length(weeks, days, hours, minutes, seconds)
        if closed not in get_args(Closed):
            hint = f"one of {', '.join(get_args(Closed))}"
            report("ALN115", f"a window cannot be closed {closed!r}", here(), hint)
            closed = "right"
        if isinstance(rows, float):
            report("ALN115", f"a window has whole rows, not {rows!r}", here())
            rows = 1
        is_whole = rows is None and resolution is None
        if length < 0 or (length == 0 and is_whole) or (rows is not None and rows < 1):
            report("ALN115", "a window needs a positive length", here(), "such as `over(hours=1)`")
            length, rows = 1, None
        before = self.window
        step = before.resolution if resolution is None else _resolution(resolution)
        window = Window(
            length=length or None, offset=before.offset, rows=rows, closed=closed, resolution=step
        )
        return replace(self, window=window)

    def every(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> Aggregation:
        """The window is moved on only so often, like `over(..., resolution=timedelta(...))`."""
        length = _length(weeks, days, hours, minutes, seconds)
        resolution = _resolution(timedelta(microseconds=length))
        if self.window.is_ahead:
            _report_approximate_label()
            return self
        fields = {**dict(self.window), "resolution": resolution}
        return replace(self, window=Window.model_validate(fields))

    def over_next(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> Aggregation:
        """The next so many weeks, days, …, for labels: `q < event_ts <= q + length`."""
        length = self.over(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
        ).window.length
        assert length is not None
        if self.window.resolution is not None:
            _report_approximate_label()
        return replace(self, window=Window(length=length, offset=-length))

    def offset(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> Aggregation:
        """The window moved into the past."""
        shift = _length(weeks, days, hours, minutes, seconds)
        if shift < 0 or self.window.is_ahead:
            hint = "`over_next(...)` is a window after the point in time, for labels"
            report("ALN115", "a window cannot be moved into or in the future", here(), hint)
            shift = 0
        before = self.window
        window = Window.model_validate({**dict(before), "offset": shift})
        return replace(self, window=window)

    def by(self, category: Feature, values: Sequence[Scalar]) -> AggregationByCategory:
        """One aggregate for each of `values`, over the events that have it as their category."""
        parts = []
        for value in values:
            has_value = category == value
            where = has_value if self.where is None else self.where & has_value
            parts.append(replace(self, where=where))
        return AggregationByCategory(tuple(parts))

    def _make(self, kind: type[F] | F, aggregate: str, parameter: Scalar = None) -> F:
        self.made_of_it.append(aggregate)
        origin = AggregateOrigin(aggregate, self.value, self.window, parameter, self.where)
        return made(kind, origin, self.value)

    def count(self) -> Int64:
        """How many values are not null."""
        return self._make(Int64, "count")

    def count_distinct(self) -> Int64:
        """How many different values there are, nulls left out."""
        return self._make(Int64, "count_distinct")

    def sum(self) -> Number:
        if isinstance(self.value, Decimal):
            return self._make(Decimal, "sum")
        is_integer = isinstance(self.value, Integer)
        return self._make(Int64, "sum") if is_integer else self._make(Float64, "sum")

    def mean(self) -> Float64:
        return self._make(Float64, "mean")

    def variance(self) -> Float64:
        """The sample variance."""
        return self._make(Float64, "variance")

    def std(self) -> Float64:
        """The sample standard deviation."""
        return self._make(Float64, "std")

    def min(self) -> Feature:
        return self._make(self.value._value_class(), "min")

    def max(self) -> Feature:
        return self._make(self.value._value_class(), "max")

    def median(self) -> Float64:
        """The value in the middle, or halfway between the two there."""
        return self.percentile(0.5)

    def percentile(self, percentile: float) -> Float64:
        """The value below which a share of the values is (0.9 for nine in ten), interpolated."""
        if not 0 <= percentile <= 1:
            hint = f"{percentile / 100:g} for {percentile:g} %"
            report("ALN137", "a percentile is a share from 0 to 1", here(), hint)
            percentile = 0.5
        return self._make(Float64, "percentile", float(percentile))

    def mode(self) -> Feature:
        """The most frequent value; of several that are, the smallest."""
        return self._make(self.value._value_class(), "mode")

    def first(self) -> Feature:
        """The earliest value that is not null."""
        return self._make(self.value._value_class(), "first")

    def last(self) -> Feature:
        """The latest value that is not null."""
        return self._make(self.value._value_class(), "last")

    def last_k(self, k: int) -> List:
        """The last so many values that are not null, the latest at the end."""
        if k < 1:
            report("ALN182", f"there are no last {k} values", here())
            k = 1
        return self._make(list_like(self.value), "last_k", k)

    def any(self) -> Bool:
        """Whether one of the values is true."""
        return self._make(Bool, "any")

    def all(self) -> Bool:
        """Whether all values are true."""
        return self._make(Bool, "all")

    def concat(self, separator: str = "") -> String:
        """The texts, the earliest first."""
        return self._make(String, "concat", separator)


def _length(weeks: float, days: float, hours: float, minutes: float, seconds: float) -> int:
    """A time in microseconds; ALN115 for one that is none, or longer than all time."""
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):
        length = timedelta.max
    if abs(length) > ALL_TIME:
        hint = f"at most {ALL_TIME.days} days; without `over` a window has no beginning"
        report("ALN115", "a window cannot be that long", here(), hint)
        return microseconds(timedelta(days=1))
    return microseconds(length)


def _report_approximate_label() -> None:
    report("ALN115", "a label is about all of its time", here(), "leave out `every(...)`")


def _resolution(step: timedelta) -> int | None:
    if is_grid(microseconds(step)):
        return microseconds(step)
    hint = "a week, or what divides a day, such as `minutes=15`"
    report("ALN115", f"a window cannot have a resolution of {step}", here(), hint)
    return None


@dataclass(frozen=True)
class AggregationByCategory:
    """`feature.aggregate().by(category, values)`: each aggregate is a list, one for each value."""

    parts: tuple[Aggregation, ...]

    @property
    def made_of_it(self) -> list[str]:
        return [name for part in self.parts for name in part.made_of_it]

    def _each(self, make: Callable[[Aggregation], F]) -> list[F]:
        return [make(part) for part in self.parts]

    def count(self) -> list[Int64]:
        return self._each(Aggregation.count)

    def count_distinct(self) -> list[Int64]:
        return self._each(Aggregation.count_distinct)

    def sum(self) -> list[Number]:
        return self._each(Aggregation.sum)

    def mean(self) -> list[Float64]:
        return self._each(Aggregation.mean)

    def variance(self) -> list[Float64]:
        return self._each(Aggregation.variance)

    def std(self) -> list[Float64]:
        return self._each(Aggregation.std)

    def min(self) -> list[Feature]:
        return self._each(Aggregation.min)

    def max(self) -> list[Feature]:
        return self._each(Aggregation.max)

    def median(self) -> list[Float64]:
        return self._each(Aggregation.median)

    def percentile(self, percentile: float) -> list[Float64]:
        return self._each(lambda part: part.percentile(percentile))

    def mode(self) -> list[Feature]:
        return self._each(Aggregation.mode)

    def first(self) -> list[Feature]:
        return self._each(Aggregation.first)

    def last(self) -> list[Feature]:
        return self._each(Aggregation.last)

    def last_k(self, k: int) -> list[List]:
        return self._each(lambda part: part.last_k(k))

    def any(self) -> list[Bool]:
        return self._each(Aggregation.any)

    def all(self) -> list[Bool]:
        return self._each(Aggregation.all)

    def concat(self, separator: str = "") -> list[String]:
        return self._each(lambda part: part.concat(separator))
