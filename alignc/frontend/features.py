"""Feature types and what can be computed from them.

Inside a view's body these are values without a name; the name is the attribute they are assigned
to. Operators and methods build a graph of features. Nothing is computed and hardly anything is
checked here: types are inferred once the whole view is known, so that all mistakes are reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar, cast

from alignc.frontend.capture import call_here, here, report
from alignc.frontend.sources import Stream
from alignc.ir import types
from alignc.ir.expr import Scalar
from alignc.ir.module import Constraint, ConstraintName, Window
from alignc.ir.ops.time import COMPONENTS
from alignc.ir.regex import PatternError, literal_text, parse
from alignc.ir.types import DType

if TYPE_CHECKING:
    from alignc.frontend.views import ViewDefinition


@dataclass(frozen=True)
class RawOrigin:
    """A column of the source."""

    time_zone: str = "UTC"


@dataclass(frozen=True)
class OpOrigin:
    """An op of the table over features and constants."""

    op: str
    args: tuple[Feature | Scalar, ...]


@dataclass(frozen=True)
class CastOrigin:
    value: Feature


@dataclass(frozen=True)
class UdfOrigin:
    """Source text by target, over named features."""

    texts: Mapping[str, str]


@dataclass(frozen=True)
class AggregateOrigin:
    aggregate: str
    value: Feature
    window: Window


@dataclass(frozen=True)
class ReferenceOrigin:
    """A feature of a view, seen from outside."""

    view: ViewDefinition
    feature: str


@dataclass(frozen=True)
class MistakeOrigin:
    """Stands for a feature that could not be made; the mistake has been reported."""


Origin = (
    RawOrigin
    | OpOrigin
    | CastOrigin
    | UdfOrigin
    | AggregateOrigin
    | ReferenceOrigin
    | MistakeOrigin
)

Problem = Literal["classification", "regression"]

F = TypeVar("F", bound="Feature")


class Feature:
    """The base of all feature types: roles, constraints, comparison, missing values."""

    dtype: ClassVar[DType]
    semantic: ClassVar[str | None] = None

    def __init__(self) -> None:
        self._origin: Origin = RawOrigin()
        self._span = here()
        self._role: Literal["entity", "event_timestamp", "created_at", "feature"] = "feature"
        self._required: bool | None = None
        self._description: str | None = None
        self._constraints: list[Constraint] = []
        self._tags: list[str] = []
        self._alias: str | None = None
        self._is_model_version = False

    # -- roles and words

    def description(self, text: str) -> Self:
        """What the feature is, for catalogs and for comments in generated code."""
        self._description = text
        return self

    def with_tag(self, tag: str) -> Self:
        self._tags.append(tag)
        return self

    def with_name(self, name: str) -> Self:
        """Among a contract's inputs: the name of the column."""
        self._alias = name
        return self

    def is_required(self) -> Self:
        """A null is a violation."""
        self._required = True
        return self

    def is_optional(self) -> Self:
        """A null is allowed (the default, unless the project says otherwise)."""
        self._required = False
        return self

    def as_entity(self) -> Self:
        """The feature is (part of) the key."""
        self._role = "entity"
        return self

    def as_model_version(self) -> Self:
        """In a contract: the column that says which version of the model made a prediction."""
        self._is_model_version = True
        return self

    def _constrained(self, name: ConstraintName, *values: Scalar) -> Self:
        self._constraints.append(Constraint(name=name, values=values))
        return self

    # -- missing values

    def is_null(self) -> Bool:
        return _op(Bool, "is_null", self)

    def is_not_null(self) -> Bool:
        return _op(Bool, "is_not_null", self)

    def fill_na(self, value: Self | Scalar) -> Any:
        """This feature, or a constant or another feature where it is missing."""
        return _op(_value_class(self), "fill_na", self, value)

    def cast(self, to: Feature | type[Feature]) -> Feature:
        """Converted to the type of `to`; text that does not parse gives null."""
        return _made(_class_of(to), CastOrigin(self))

    # -- comparison (an instance has no hash: equality builds a feature)

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Bool:  # type: ignore[override]
        return _op(Bool, "eq", self, _operand(other))

    def __ne__(self, other: object) -> Bool:  # type: ignore[override]
        return _op(Bool, "ne", self, _operand(other))

    def equals(self, other: Feature | Scalar) -> Bool:
        return self == other

    def not_equals(self, other: Feature | Scalar) -> Bool:
        return self != other

    def __lt__(self, other: Feature | Scalar) -> Bool:
        return _op(Bool, "lt", self, other)

    def __le__(self, other: Feature | Scalar) -> Bool:
        return _op(Bool, "le", self, other)

    def __gt__(self, other: Feature | Scalar) -> Bool:
        return _op(Bool, "gt", self, other)

    def __ge__(self, other: Feature | Scalar) -> Bool:
        return _op(Bool, "ge", self, other)

    def is_in(self, values: Iterable[Scalar]) -> Bool:
        return _op(Bool, "is_in", self, *values)

    # -- arithmetic, defined for all types so that a wrong one is reported with the others

    def __add__(self, other: Feature | Scalar) -> Number:
        return _number("add", self, other)

    def __radd__(self, other: Scalar) -> Number:
        return _number("add", other, self)

    def __sub__(self, other: Feature | Scalar) -> Number:
        return _number("sub", self, other)

    def __rsub__(self, other: Scalar) -> Number:
        return _number("sub", other, self)

    def __mul__(self, other: Feature | Scalar) -> Number:
        return _number("mul", self, other)

    def __rmul__(self, other: Scalar) -> Number:
        return _number("mul", other, self)

    def __truediv__(self, other: Feature | Scalar) -> Float64:
        return _op(Float64, "div", self, other)

    def __rtruediv__(self, other: Scalar) -> Float64:
        return _op(Float64, "div", other, self)

    def __and__(self, other: Feature | bool) -> Bool:
        return _op(Bool, "and", self, other)

    def __or__(self, other: Feature | bool) -> Bool:
        return _op(Bool, "or", self, other)

    def __invert__(self) -> Bool:
        return _op(Bool, "not", self)

    def __bool__(self) -> bool:
        report(
            "ALN110",
            "a feature has no truth value while definitions are read",
            here(),
            "combine conditions with `&`, `|` and `~` instead of `and`, `or`, `not` and `if`",
        )
        return True

    # -- the escape hatch

    def transform_polars(
        self,
        expression: object,
        as_dtype: Feature | type[Feature],
        *,
        duckdb: str | None = None,
        postgres: str | None = None,
        pyspark: str | None = None,
    ) -> Feature:
        """A Polars expression, kept as the text that was written.

        The text may use `pl` and features of the same view. The other arguments are the same
        computation as SQL text for the targets that cannot run Polars.
        """
        given = {"duckdb": duckdb, "postgres": postgres, "pyspark": pyspark}
        texts = {target: text for target, text in given.items() if text is not None}
        polars = _argument_text(0, "expression")
        if polars is None:
            report(
                "ALN111",
                "the text of the Polars expression cannot be found",
                here(),
                "write the expression in the call itself",
            )
            return mistake(Feature)
        return _made(_class_of(as_dtype), UdfOrigin({"polars": polars} | texts))

    # -- aggregates

    def aggregate(self) -> Aggregation:
        """Aggregates of this feature over the events of the same entity."""
        return Aggregation(self, Window())

    agg = aggregate

    # -- labels, on a feature of another view

    def as_classification_label(self) -> Label:
        return Label(self, "classification")

    def as_regression_label(self) -> Label:
        return Label(self, "regression")

    as_classification_target = as_classification_label
    as_regression_target = as_regression_label


class Bool(Feature):
    """True or false. `&`, `|` and `~` are three-valued."""

    dtype = types.BOOL

    def logical_and(self, other: Bool) -> Bool:
        return self & other

    def logical_or(self, other: Bool) -> Bool:
        return self | other


class Number(Feature):
    """What integers and floats share."""

    def lower_bound(self, value: float) -> Self:
        """The smallest value allowed."""
        return self._constrained("lower_bound", value)

    def upper_bound(self, value: float) -> Self:
        """The largest value allowed."""
        return self._constrained("upper_bound", value)

    def bounded_between(self, lower: float, upper: float) -> Self:
        return self.lower_bound(lower).upper_bound(upper)

    def __neg__(self) -> Number:
        return _number("neg", self)

    def __abs__(self) -> Number:
        return _number("abs", self)

    def abs(self) -> Number:
        return abs(self)

    def __round__(self, digits: int = 0) -> Float64:
        return _op(Float64, "round", self, digits)

    def round(self, digits: int = 0) -> Float64:
        """Halves away from zero, at `digits` decimals."""
        return _op(Float64, "round", self, digits)

    def __floor__(self) -> Int64:
        return _op(Int64, "floor", self)

    def floor(self) -> Int64:
        return _op(Int64, "floor", self)

    def __ceil__(self) -> Int64:
        return _op(Int64, "ceil", self)

    def ceil(self) -> Int64:
        return _op(Int64, "ceil", self)

    def sqrt(self) -> Float64:
        return _op(Float64, "sqrt", self)


class Categorical(Feature):
    """What text and integers share: they can name categories."""

    def accepted_values(self, values: Iterable[Scalar]) -> Self:
        """The only values allowed."""
        return self._constrained("accepted_values", *values)

    def one_hot_encode(self, labels: Sequence[Scalar]) -> list[Bool]:
        """A boolean for each label: whether this feature has it."""
        return [_op(Bool, "eq", self, label) for label in labels]

    def ordinal_categories(self, orders: Sequence[Scalar]) -> Int32:
        """The position in `orders`, from 0; null for anything else."""
        return _op(Int32, "ordinal", self, *orders)


class Integer(Number, Categorical):
    pass


class Int8(Integer):
    dtype = types.INT8


class Int16(Integer):
    dtype = types.INT16


class Int32(Integer):
    dtype = types.INT32


class Int64(Integer):
    dtype = types.INT64


class UInt8(Integer):
    dtype = types.UINT8


class UInt16(Integer):
    dtype = types.UINT16


class UInt32(Integer):
    dtype = types.UINT32


class UInt64(Integer):
    dtype = types.UINT64


class Float32(Number):
    dtype = types.FLOAT32


class Float64(Number):
    dtype = types.FLOAT64


# The spelling of the first years; always 64 bits wide.
Float = Float64


class String(Categorical):
    """Unicode text."""

    dtype = types.STRING

    def contains(self, pattern: str, *, literal: bool = False) -> Bool:
        """Whether a regular expression (or, with `literal`, a text) is found in it."""
        if literal:
            return _op(Bool, "contains", self, pattern)
        try:
            text = literal_text(parse(pattern))
        except PatternError as error:
            report("ALN112", f"pattern {pattern!r}: {error}", here(), "see docs/semantics.md, Text")
            return mistake(Bool)
        if text is not None:
            return _op(Bool, "contains", self, text)
        return _op(Bool, "matches", self, pattern)

    def min_length(self, length: int) -> Self:
        return self._constrained("min_length", length)

    def max_length(self, length: int) -> Self:
        return self._constrained("max_length", length)


class UUID(String):
    """A UUID, kept as its text."""

    semantic = "UUID"


class Timestamp(Feature):
    """A point in time. Values without a zone are local to `time_zone`."""

    dtype = types.TIMESTAMP

    def __init__(self, time_zone: str = "UTC") -> None:
        super().__init__()
        if not _is_zone(time_zone):
            report(
                "ALN113",
                f"unknown time zone `{time_zone}`",
                here(),
                "use a name of the IANA database such as `Europe/Oslo`",
            )
            time_zone = "UTC"
        self._origin = RawOrigin(time_zone)
        self._zone = time_zone

    def date_component(self, component: str) -> Int64:
        """A part of the date or time in the feature's zone; weeks are ISO, Monday is 1."""
        if component not in COMPONENTS:
            report(
                "ALN114",
                f"`{component}` is not a date component",
                here(),
                "known: " + ", ".join(COMPONENTS),
            )
            return mistake(Int64)
        return _op(Int64, "date_component", self, component, getattr(self, "_zone", "UTC"))

    def day(self) -> Int64:
        return self.date_component("day")

    def hour(self) -> Int64:
        return self.date_component("hour")

    def minute(self) -> Int64:
        return self.date_component("minute")

    def second(self) -> Int64:
        return self.date_component("second")

    def week(self) -> Int64:
        return self.date_component("week")

    def month(self) -> Int64:
        return self.date_component("month")

    def quarter(self) -> Int64:
        return self.date_component("quarter")

    def year(self) -> Int64:
        return self.date_component("year")

    def weekday(self) -> Int64:
        return self.date_component("weekday")

    def day_of_year(self) -> Int64:
        return self.date_component("day_of_year")

    def __sub__(self, other: Feature | Scalar) -> Float64:
        """The seconds since another timestamp."""
        return _op(Float64, "seconds_between", self, other)

    def as_created_at(self) -> Self:
        """When the row was written: it is not known before."""
        self._role = "created_at"
        return self


class EventTimestamp(Timestamp):
    """When the row happened. State older than `ttl` is not used."""

    def __init__(self, ttl: timedelta | None = None, time_zone: str = "UTC") -> None:
        super().__init__(time_zone)
        self._role = "event_timestamp"
        self.ttl = ttl


class Mistake(Timestamp, String, Bool, Integer):
    """Has the methods of all types; what is computed from it is not reported again."""


def Entity(dtype: Feature) -> Feature:
    """A key of the given type; the spelling of the first years for `dtype.as_entity()`."""
    return dtype.as_entity()


@dataclass(frozen=True)
class Coordinate:
    """A point in a plane; a helper for computations, not a feature of its own."""

    x: Number
    y: Number

    def euclidean_distance(self, to: Coordinate) -> Float64:
        """The straight-line distance, in the unit of the coordinates."""
        return _op(Float64, "euclidean_distance", self.x, self.y, to.x, to.y)

    # As users of Aligned spell it.
    eucledian_distance = euclidean_distance


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
        length = _microseconds(
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
        shift = _microseconds(
            timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        )
        if shift < 0:
            report("ALN115", "a window cannot be moved into the future", here())
            shift = 0
        return Aggregation(
            self.value, Window(length=self.window.length, offset=shift, closed=self.window.closed)
        )

    def _make(self, kind: type[F], aggregate: str) -> F:
        return _made(kind, AggregateOrigin(aggregate, self.value, self.window), self.value)

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
        return self._make(_value_class(self.value), "min")

    def max(self) -> Feature:
        return self._make(_value_class(self.value), "max")


class Label:
    """What a model estimates, in the body of a contract."""

    def __init__(self, truth: Feature, problem: Problem) -> None:
        self.truth = truth
        self.problem: Problem = problem
        self.when: Feature | None = None
        self.sink: Stream | None = None
        self.words: str | None = None
        self.span = here()

    def send_ground_truth_event(self, when: Bool, sink_to: Stream) -> Self:
        """Where a row's truth is sent to, and which rows have one."""
        self.when, self.sink = when, sink_to
        return self

    def description(self, text: str) -> Self:
        """What the prediction is."""
        self.words = text
        return self


def mistake(kind: type[F]) -> F:
    """Stands for a feature of some kind that could not be made, so that work goes on."""
    # It has the methods of all kinds.
    return cast(F, _made(Mistake, MistakeOrigin()))


def _made(kind: type[F], origin: Origin, like: Feature | None = None) -> F:
    """A feature of some kind; parts of a time are taken in the zone of `like`."""
    feature = kind.__new__(kind)
    Feature.__init__(feature)
    feature._origin = origin
    if isinstance(feature, Timestamp):
        feature._zone = getattr(like, "_zone", "UTC")
    return feature


def _op(kind: type[F], op: str, *args: Feature | Scalar) -> F:
    like = next((a for a in args if isinstance(a, Timestamp)), None)
    return _made(kind, OpOrigin(op, args), like)


def _number(op: str, *args: Feature | Scalar) -> Number:
    whole = all(
        isinstance(a, Integer) or (isinstance(a, int) and not isinstance(a, bool)) for a in args
    )
    return _op(Int64, op, *args) if whole else _op(Float64, op, *args)


def _operand(value: object) -> Feature | Scalar:
    if value is None or isinstance(value, Feature | bool | int | float | str):
        return value
    report("ALN116", f"a feature cannot be compared with a {type(value).__name__}", here())
    return None


def _class_of(to: Feature | type[Feature]) -> type[Feature]:
    return to if isinstance(to, type) else type(to)


def _value_class(feature: Feature) -> type[Feature]:
    return Timestamp if isinstance(feature, EventTimestamp) else type(feature)


def _microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _argument_text(position: int, name: str) -> str | None:
    """The source text of an argument of the call that is being evaluated."""
    call = call_here()
    if call is None:
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return ast.unparse(keyword.value)
    return ast.unparse(call.args[position]) if len(call.args) > position else None
