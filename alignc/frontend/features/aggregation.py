"""Aggregates of a feature over the events of its entity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    F,
    Feature,
    Float64,
    Int64,
    Integer,
    Number,
    made,
    microseconds,
)
from alignc.frontend.features.origins import AggregateOrigin
from alignc.ir.module import Window


@dataclass(frozen=True)
class Aggregation:
    """`feature.aggregate()`, on the way to an aggregate; `over` says which events count."""

    value: Feature
    window: Window

    def over(
        self,
        *,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
        closed: Literal["right", "left", "both", "none"] = "right",
    ) -> Aggregation:
        """The last so many weeks, days, … of elapsed time: `q - length < event_ts <= q`."""
        length = microseconds(
            timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        )
        if length <= 0:
            report("ALN115", "a window needs a positive length", here(), "such as `over(hours=1)`")
            length = 1
        return Aggregation(
            self.value, Window(length=length, offset=self.window.offset, closed=closed)
        )

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
        shift = microseconds(
            timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        )
        if shift < 0:
            report("ALN115", "a window cannot be moved into the future", here())
            shift = 0
        return Aggregation(
            self.value, Window(length=self.window.length, offset=shift, closed=self.window.closed)
        )

    def _make(self, kind: type[F], aggregate: str) -> F:
        return made(kind, AggregateOrigin(aggregate, self.value, self.window), self.value)

    def count(self) -> Int64:
        """How many values are not null."""
        return self._make(Int64, "count")

    def sum(self) -> Number:
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
