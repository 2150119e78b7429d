"""The base of all feature types, booleans and numbers.

Inside a view's body features are values without a name; the name is the attribute they are assigned
to. Operators and methods build a graph of features. Nothing is computed and hardly anything is
checked here: types are inferred once the whole view is known, so that all mistakes are reported.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar, cast

from alignc.frontend.capture import a_type, call_here, checked_text, here, report
from alignc.frontend.claims import Expectation, Reference, checked
from alignc.frontend.constraints import is_number, misfit
from alignc.frontend.features.clusters import Clusters
from alignc.frontend.features.functions import NumberFunctions
from alignc.frontend.features.origins import (
    CastOrigin,
    MistakeOrigin,
    OpOrigin,
    Origin,
    RawOrigin,
    ReferenceOrigin,
    UdfOrigin,
)
from alignc.frontend.features.rankings import Recommendation
from alignc.frontend.functions import function_source
from alignc.ir import types
from alignc.ir.expr import Constant, Scalar
from alignc.ir.expr import Literal as LiteralNode
from alignc.ir.module import Constraint, ConstraintName, Window
from alignc.ir.types import DType

if TYPE_CHECKING:
    from alignc.frontend.features.aggregation import Aggregation
    from alignc.frontend.features.labels import Label

F = TypeVar("F", bound="Feature")


class Feature:
    """The base of all feature types: roles, constraints, comparison, missing values."""

    dtype: DType
    semantic: ClassVar[str | None] = None
    # Whether a feature of this type is personal data if nothing else is said.
    pii: ClassVar[bool] = False

    def __init__(self) -> None:
        self._origin: Origin = RawOrigin()
        self._span = here()
        self._role: Literal["entity", "event_timestamp", "created_at", "valid_to", "feature"] = (
            "feature"
        )
        self._breaks_ties = False
        self._is_freshness = False
        self._required: bool | None = None
        self._pii: bool | None = None
        self._description: str | None = None
        self._constraints: list[Constraint] = []
        self._reference: Reference | None = None
        self._tags: list[str] = []
        self._alias: str | None = None
        self._is_model_version = False
        self._ranking: Recommendation | None = None
        self._clusters: Clusters | None = None
        # The zone in which the parts of a time are taken.
        self._zone: str | None = None

    def _value_class(self) -> type[Feature]:
        """The type of a value that is computed from this one and is of its kind."""
        return type(self)

    # -- roles and words

    def description(self, text: str) -> Self:
        """What the feature is, for catalogs and for comments in generated code."""
        self._description = checked_text("description", text)
        return self

    def with_tag(self, tag: str) -> Self:
        self._tags.append(checked_text("with_tag", tag))
        return self

    def with_name(self, name: str) -> Self:
        """Among a contract's inputs: the name of the column."""
        self._alias = checked_text("with_name", name) or None
        return self

    def is_required(self) -> Self:
        """A null is a violation."""
        self._required = True
        return self

    def is_optional(self) -> Self:
        """A null is allowed (the default, unless the project says otherwise)."""
        self._required = False
        return self

    def is_pii(self) -> Self:
        """It is about a person (personally identifiable information)."""
        self._pii = True
        return self

    def not_pii(self) -> Self:
        """It is not about a person, although its type often is: an address of a shop."""
        self._pii = False
        return self

    def as_entity(self) -> Self:
        """The feature is (part of) the key."""
        self._role = "entity"
        return self

    def as_tie_breaker(self) -> Self:
        """Of rows with the same times the one with the greatest value is the latest."""
        self._breaks_ties = True
        return self

    def as_model_version(self) -> Self:
        """In a contract: the column that says which version of the model made a prediction."""
        self._is_model_version = True
        return self

    def _constrained(
        self, name: ConstraintName, *values: Scalar, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        bad, share = checked(severity, allow)
        if isinstance(self, Mistake):
            return self
        problem = misfit(name, values, self.dtype)
        if problem is not None:
            report("ALN227", problem, here())
            return self
        self._constraints.append(Constraint(name=name, values=values, severity=bad, allow=share))
        return self

    # -- claims about all rows, and about other views

    def referencing(
        self, other: Feature, *, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        """Each value is one that a feature of another view has: `Customers().customer_id`."""
        origin = other._origin if isinstance(other, Feature) else None
        if isinstance(origin, ReferenceOrigin):
            self._reference = Reference(origin.view, origin.feature, severity, allow)
        elif not isinstance(origin, MistakeOrigin):
            report("ALN227", "a reference is to a feature of another view", here())
        return self

    def expect_null_rate(
        self,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        severity: str | None = None,
    ) -> Expectation:
        """The share of rows that have no value."""
        return Expectation("null_rate", self, at_least, at_most, severity)

    def expect_distinct_ratio(
        self,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        severity: str | None = None,
    ) -> Expectation:
        """How many different values there are, as a share of the rows."""
        return Expectation("distinct_ratio", self, at_least, at_most, severity)

    # -- missing values

    def is_null(self) -> Bool:
        return op(Bool, "is_null", self)

    def is_not_null(self) -> Bool:
        return op(Bool, "is_not_null", self)

    def fill_na(self, value: Self | Constant) -> Any:
        """This feature, or a constant or another feature where it is missing."""
        return op(self._value_class(), "fill_na", self, value)

    def hash_value(self) -> Int64:
        """A number that stands for the value, the same on all engines."""
        return op(Int64, "hash", self)

    def cast(self, to: Feature | type[Feature]) -> Feature:
        """Converted to the type of `to`; text that does not parse gives null."""
        return made(class_of(to), CastOrigin(self))

    # -- comparison (an instance has no hash: equality builds a feature)

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Bool:  # type: ignore[override]
        return op(Bool, "eq", self, other)

    def __ne__(self, other: object) -> Bool:  # type: ignore[override]
        return op(Bool, "ne", self, other)

    def equals(self, other: Feature | Constant) -> Bool:
        return self == other

    def not_equals(self, other: Feature | Constant) -> Bool:
        return self != other

    def __lt__(self, other: Feature | Constant) -> Bool:
        return op(Bool, "lt", self, other)

    def __le__(self, other: Feature | Constant) -> Bool:
        return op(Bool, "le", self, other)

    def __gt__(self, other: Feature | Constant) -> Bool:
        return op(Bool, "gt", self, other)

    def __ge__(self, other: Feature | Constant) -> Bool:
        return op(Bool, "ge", self, other)

    def is_in(self, values: Iterable[Constant]) -> Bool:
        """Whether it is one of some constants."""
        listed = list(values)
        if None in listed:
            report("ALN116", "nothing equals a null", here(), "use `is_null()`")
        return op(Bool, "is_in", self, *(v for v in listed if v is not None))

    def is_between(self, lower: Feature | Constant, upper: Feature | Constant) -> Bool:
        """Whether it is from `lower` to `upper`, both included."""
        return op(Bool, "is_between", self, lower, upper)

    # -- arithmetic, defined for all types so that a wrong one is reported with the others

    def __add__(self, other: Feature | Constant) -> Number:
        return number("add", self, other)

    def __radd__(self, other: Constant) -> Number:
        return number("add", other, self)

    def __sub__(self, other: Feature | Constant) -> Number:
        return number("sub", self, other)

    def __rsub__(self, other: Constant) -> Number:
        return number("sub", other, self)

    def __mul__(self, other: Feature | Constant) -> Number:
        return number("mul", self, other)

    def __rmul__(self, other: Constant) -> Number:
        return number("mul", other, self)

    def __truediv__(self, other: Feature | Constant) -> Float64:
        return op(Float64, "div", self, other)

    def __rtruediv__(self, other: Constant) -> Float64:
        return op(Float64, "div", other, self)

    def __floordiv__(self, other: Feature | Constant) -> Number:
        return number("floor_div", self, other)

    def __rfloordiv__(self, other: Constant) -> Number:
        return number("floor_div", other, self)

    def __mod__(self, other: Feature | Constant) -> Number:
        return number("mod", self, other)

    def __rmod__(self, other: Constant) -> Number:
        return number("mod", other, self)

    def __pow__(self, other: Feature | Constant) -> Float64:
        return op(Float64, "pow", self, other)

    def __rpow__(self, other: Constant) -> Float64:
        return op(Float64, "pow", other, self)

    # -- logic, for the same reason

    def __and__(self, other: Feature | bool) -> Bool:
        return op(Bool, "and", self, other)

    def __rand__(self, other: bool) -> Bool:
        return op(Bool, "and", other, self)

    def __or__(self, other: Feature | bool) -> Bool:
        return op(Bool, "or", self, other)

    def __ror__(self, other: bool) -> Bool:
        return op(Bool, "or", other, self)

    def __xor__(self, other: Feature | bool) -> Bool:
        return op(Bool, "xor", self, other)

    def __rxor__(self, other: bool) -> Bool:
        return op(Bool, "xor", other, self)

    def __invert__(self) -> Bool:
        return op(Bool, "not", self)

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
        using_features: Sequence[Feature] | None = None,
        duckdb: str | None = None,
        postgres: str | None = None,
        pyspark: str | None = None,
        snowflake: str | None = None,
        bigquery: str | None = None,
        redshift: str | None = None,
    ) -> Feature:
        """A Polars expression, kept as the text that was written.

        The text may use `pl` and features of the same view. It may also be a function of Polars
        expressions: of this feature, or of those in `using_features`. It assigns to names and
        returns an expression. The other arguments are the same computation as SQL text for the
        targets that cannot run Polars.
        """
        texts = given_texts(
            duckdb=duckdb,
            postgres=postgres,
            pyspark=pyspark,
            snowflake=snowflake,
            bigquery=bigquery,
            redshift=redshift,
        )
        inputs = (self,) if using_features is None else tuple(using_features)
        if isinstance(expression, FunctionType):
            return user_function(expression, inputs, as_dtype, texts)
        polars = argument_text(0, "expression")
        if polars is None:
            report(
                "ALN111",
                "the text of the Polars expression cannot be found",
                here(),
                "write the expression in the call itself",
            )
            return mistake(Feature)
        return made(class_of(as_dtype), UdfOrigin({"polars": polars} | texts, inputs, is_open=True))

    def transformed_using_features_polars(
        self,
        using_features: Sequence[Feature],
        transformation: object,
        as_dtype: Feature | type[Feature] | None = None,
        *,
        duckdb: str | None = None,
        postgres: str | None = None,
        pyspark: str | None = None,
        snowflake: str | None = None,
        bigquery: str | None = None,
        redshift: str | None = None,
    ) -> Feature:
        """`transform_polars` of several features, by default with the type of this one."""
        return self.transform_polars(
            transformation,
            self if as_dtype is None else as_dtype,
            using_features=using_features,
            duckdb=duckdb,
            postgres=postgres,
            pyspark=pyspark,
            snowflake=snowflake,
            bigquery=bigquery,
            redshift=redshift,
        )

    def transform_pandas(self, function: object, as_dtype: Feature | type[Feature]) -> Feature:
        """Refused: generated programs run no pandas."""
        return report_python_code("transform_pandas")

    def transformed_using_features_pandas(
        self, using_features: Sequence[Feature], transformation: object
    ) -> Feature:
        """Refused: generated programs run no pandas."""
        return report_python_code("transformed_using_features_pandas")

    # -- aggregates

    def aggregate(self, *, where: Feature | None = None) -> Aggregation:
        """Aggregates of this feature over the events of the same entity for which `where` is true."""
        from alignc.frontend.features.aggregation import Aggregation

        return Aggregation(self, Window(), where)

    agg = aggregate

    # -- labels, on a feature of another view

    def as_classification_label(self) -> Label:
        from alignc.frontend.features.labels import Label

        return Label(self, "classification")

    def as_regression_label(self) -> Label:
        from alignc.frontend.features.labels import Label

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

    def logical_xor(self, other: Bool) -> Bool:
        return self ^ other


class Number(NumberFunctions, Feature):
    """What integers and floats share."""

    def lower_bound(self, value: float, *, severity: str | None = None, allow: float = 0.0) -> Self:
        """The smallest value allowed."""
        return self._constrained("lower_bound", value, severity=severity, allow=allow)

    def upper_bound(self, value: float, *, severity: str | None = None, allow: float = 0.0) -> Self:
        """The largest value allowed."""
        return self._constrained("upper_bound", value, severity=severity, allow=allow)

    def bounded_between(
        self, lower: float, upper: float, *, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        self.lower_bound(lower, severity=severity, allow=allow)
        return self.upper_bound(upper, severity=severity, allow=allow)

    def expect_mean(
        self,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        severity: str | None = None,
    ) -> Expectation:
        """The arithmetic mean of the values that are there."""
        return Expectation("mean", self, at_least, at_most, severity)

    def expect_quantile(
        self,
        share: float,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        severity: str | None = None,
    ) -> Expectation:
        """The value below which the share of the values is, interpolated linearly."""
        if not is_number(share) or not 0 <= share <= 1:
            report("ALN227", f"{share!r} is no share of values", here(), "such as 0.99")
            share = 0.5
        return Expectation("quantile", self, at_least, at_most, severity, float(share))

    def is_recommendation_score(
        self, selected_items: object, item_id: Feature, top_k: int = 10
    ) -> Self:
        """In a contract: how well an item fits, the highest first.

        `selected_items` is a view with a row for each item that was selected, a truth value of such a
        view, or a feature that lists the items. The items with the `top_k` highest scores are judged.
        """
        return self._as_recommendation("score", selected_items, item_id, top_k)

    def _as_recommendation(
        self, by: Literal["score", "rank"], selected_items: object, item_id: Feature, top_k: int
    ) -> Self:
        self._ranking = Recommendation(by, selected_items, item_id, top_k, here())
        return self

    def __neg__(self) -> Number:
        return number("neg", self)

    def __abs__(self) -> Number:
        return number("abs", self)

    def abs(self) -> Number:
        return abs(self)

    def __round__(self, digits: int = 0) -> Float64:
        return op(Float64, "round", self, digits)

    def round(self, digits: int = 0) -> Float64:
        """Halves away from zero, at `digits` decimals."""
        return op(Float64, "round", self, digits)

    def __floor__(self) -> Int64:
        return op(Int64, "floor", self)

    def floor(self) -> Int64:
        return op(Int64, "floor", self)

    def __ceil__(self) -> Int64:
        return op(Int64, "ceil", self)

    def ceil(self) -> Int64:
        return op(Int64, "ceil", self)

    def sign(self) -> Number:
        """-1, 0 or 1."""
        return number("sign", self)

    def clip(
        self, lower: float | Decimal | None = None, upper: float | Decimal | None = None
    ) -> Number:
        """Bounded: `lower` where it is below that, `upper` where it is above that."""
        if lower is not None and upper is not None:
            if not lower <= upper:
                report("ALN151", f"nothing is between {lower} and {upper}", here())
            return number("clip", self, lower, upper)
        if lower is not None:
            return number("greatest", self, lower)
        return self if upper is None else number("least", self, upper)


class Categorical(Feature):
    """What text and integers share: they can name categories."""

    def accepted_values(
        self, values: Iterable[Scalar], *, severity: str | None = None, allow: float = 0.0
    ) -> Self:
        """The only values allowed."""
        if isinstance(values, str) or not isinstance(values, Iterable):
            report("ALN227", f"`accepted_values`: {values!r} is no list of values", here())
            return self
        return self._constrained("accepted_values", *values, severity=severity, allow=allow)

    def is_cluster(self, features: Sequence[Feature] | None = None) -> Self:
        """In a contract: the cluster that the model puts a row in, by its inputs that are numbers.

        `features` are those of the inputs that count; else all that are numbers do.
        """
        self._clusters = Clusters(features, here())
        return self

    def one_hot_encode(self, labels: Sequence[Constant]) -> list[Bool]:
        """A boolean for each label: whether this feature has it."""
        return [op(Bool, "eq", self, label) for label in labels]

    def ordinal_categories(self, orders: Sequence[Constant]) -> Int32:
        """The position in `orders`, from 0; null for anything else."""
        return op(Int32, "ordinal", self, *orders)


class Integer(Number, Categorical):
    """What whole numbers share."""

    def is_recommendation_rank(
        self, selected_items: object, item_id: Feature, top_k: int = 10
    ) -> Self:
        """In a contract: the place of an item, the lowest first; else as `is_recommendation_score`."""
        return self._as_recommendation("rank", selected_items, item_id, top_k)


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


class Mistake(Number, Categorical):
    """Has every method that a type can have; what is computed from it is not reported again."""

    # Any type: nobody sees it.
    dtype = types.FLOAT64

    def __getattr__(self, name: str) -> Callable[..., Mistake]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **more: mistake(Mistake)


def mistake(kind: type[F] | F) -> F:
    """Stands for a feature of some kind that could not be made, so that work goes on."""
    # It has the methods of all kinds.
    return cast(F, made(Mistake, MistakeOrigin()))


def made(kind: type[F] | F, origin: Origin, like: Feature | None = None) -> F:
    """A feature of some kind; parts of a time are taken in the zone of `like`."""
    feature = kind.__new__(kind) if isinstance(kind, type) else copy(kind)
    Feature.__init__(feature)
    feature._origin = origin
    feature._zone = like._zone if like is not None else None
    return feature


def op(kind: type[F] | F, name: str, *args: object) -> F:
    """A feature that an op of the table makes; `kind` is the type it is expected to have."""
    zoned = (a for a in args if isinstance(a, Feature) and a._zone is not None)
    like = next(zoned, None)
    zone = like._zone if like is not None else None
    return made(kind, OpOrigin(name, tuple(_in_zone(operand(a), zone) for a in args)), like)


def _in_zone(
    value: Feature | Constant | LiteralNode, zone: str | None
) -> Feature | Constant | LiteralNode:
    """A time without a zone is local to the zone of the feature beside it, as in a column."""
    if isinstance(value, datetime) and value.tzinfo is None and zone is not None:
        from zoneinfo import ZoneInfo

        return value.replace(tzinfo=ZoneInfo(zone))
    return value


def number(name: str, *args: Feature | Constant) -> Number:
    """A number, whole if all arguments are."""
    whole = all(
        isinstance(a, Integer) or (isinstance(a, int) and not isinstance(a, bool)) for a in args
    )
    return op(Int64, name, *args) if whole else op(Float64, name, *args)


def operand(value: object) -> Feature | Constant | LiteralNode:
    """What an op can be given: features and constants of the types that literals have."""
    plain = Feature | bool | int | float | str | date | timedelta | LiteralNode
    if value is None or isinstance(value, plain):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return value
    report("ALN116", f"a feature cannot be compared with {a_type(value)}", here())
    return None


def class_of(to: F | type[F]) -> type[F] | F:
    """The type to convert to; where a type has parameters, a feature that has them."""
    return to if isinstance(to, type) or "dtype" in vars(to) else type(to)


# From the year 1 to 9999: nothing is longer ago.
ALL_TIME = timedelta(days=3_652_059)


def microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def given_texts(**texts: str | None) -> dict[str, str]:
    """The texts of user code by target, of those that there is one for."""
    return {target: text for target, text in texts.items() if text is not None}


def user_function(
    function: FunctionType,
    inputs: tuple[Feature, ...],
    as_dtype: Feature | type[Feature],
    texts: Mapping[str, str],
) -> Feature:
    """A feature that a function of Polars expressions computes from some others."""
    source = function_source(function)
    if source is None:
        return mistake(Feature)
    # A lambda is a Polars expression like any other, and may read what the view has besides.
    origin = UdfOrigin({"polars": source, **texts}, inputs, is_open=function.__name__ == "<lambda>")
    return made(class_of(as_dtype), origin)


def report_python_code(name: str) -> Feature:
    report(
        "ALN186",
        f"`{name}`: code that runs row by row or in pandas is not in generated programs",
        here(),
        "use alignc's operations, `transform_polars`, or `sql_expression`",
    )
    return mistake(Feature)


def argument_text(position: int, name: str) -> str | None:
    """The source text of an argument of the call that is being evaluated."""
    call = call_here()
    if call is None:
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return ast.unparse(keyword.value)
    return ast.unparse(call.args[position]) if len(call.args) > position else None
