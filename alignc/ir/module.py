"""The Module: everything that the definitions of a project say, typed and without Python.

It is what `ir.json` holds. Names are unique, references are names, expressions are trees, user
code is source text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Final
from typing import Literal as Tag

from pydantic import Field, model_validator

from alignc.ir import formats
from alignc.ir.expr import Expr, Literal, Node, Place, Scalar, columns_of
from alignc.ir.types import DType

FORMAT_VERSION: Final = 1


class UnixTime(Node):
    """Times are whole numbers of `unit` since 1970-01-01 00:00 UTC."""

    kind: Tag["unix"] = "unix"
    unit: Tag["s", "ms", "us"]


class TextTime(Node):
    """Times are text in a strptime format of the parts in `alignc.ir.time_text`."""

    kind: Tag["text"] = "text"
    format: str


TimeFormat = Annotated[UnixTime | TextTime, Field(discriminator="kind")]


class Reading(Node):
    """How the values of a source are written, where that is not the usual way.

    `times` is about columns that are read as timestamps and are not timestamps there.
    """

    times: TimeFormat | None = None
    nan_as_null: bool = False


class FileSource(Node):
    """A file; `name` is the relation that programs read, by default the file's stem.

    `path` is relative to the project, absolute, or an address such as `s3://...`. With
    `partition_keys` it is a folder of parquet files in folders `key=value`, and the keys are columns.
    In a csv file an empty field is null, and so is one that is among `null_values`. A file of json
    lines has an object a line; a key that is not there is null. A Delta Lake table is a folder.
    """

    kind: Tag["file"] = "file"
    name: str
    path: str
    format: Tag["csv", "parquet", "json_lines", "delta"]
    separator: str = ","
    null_values: tuple[str, ...] = ()
    partition_keys: tuple[str, ...] = ()
    reading: Reading = Reading()
    span: Place | None = None

    @property
    def is_remote(self) -> bool:
        return "://" in self.path

    @property
    def is_text(self) -> bool:
        """Whether it has text in every column, whatever type a feature is declared with."""
        return self.format in ("csv", "json_lines")


class DbtModel(Node):
    """A model of the user's own dbt project, or of its package `package`."""

    name: str
    package: str | None = None
    version: int | str | None = None


class Snapshot(Node):
    """What is kept of a table that is updated in place: each state that a row had.

    A row is told by `unique_key`. It is another one when the column `updated_at` says so, or when one
    of `check_columns` has changed.
    """

    table: str
    schema_name: str | None = None
    unique_key: tuple[str, ...]
    updated_at: str | None = None
    check_columns: tuple[str, ...] = ()


class TableSource(Node):
    """A table of a database whose address is in the environment variable `url_variable`.

    With a `default_url` the variable need not be there. In a dbt project it may be a `dbt_model`, or
    the `snapshot` of another table, with that one's columns, `valid_from` and `valid_to`.
    """

    kind: Tag["table"] = "table"
    name: str
    table: str
    schema_name: str | None = None
    url_variable: str
    default_url: str | None = None
    dbt_model: DbtModel | None = None
    snapshot: Snapshot | None = None
    reading: Reading = Reading()
    span: Place | None = None


class RowsColumn(Node):
    """A column of rows that are in the Module; its values are written as those of literals."""

    name: str
    dtype: DType
    values: tuple[Scalar, ...]

    @model_validator(mode="after")
    def _floats_stay_floats(self) -> RowsColumn:
        # JSON has them as 1 and "NaN".
        object.__setattr__(self, "values", tuple(each.value for each in self.literals))
        return self

    @property
    def literals(self) -> tuple[Literal, ...]:
        """The values with their type."""
        return tuple(Literal(dtype=self.dtype, value=value) for value in self.values)


class RowsSource(Node):
    """Rows that definitions hold, with the columns that views read; all have as many values."""

    kind: Tag["rows"] = "rows"
    name: str
    columns: tuple[RowsColumn, ...]
    reading: Reading = Reading()
    span: Place | None = None


Source = Annotated[FileSource | TableSource | RowsSource, Field(discriminator="kind")]


class SourceInput(Node):
    """The view reads a source."""

    kind: Tag["source"] = "source"
    source: str


class ViewInput(Node):
    """The view reads another view; only rows for which `where` is true, if there is one."""

    kind: Tag["view"] = "view"
    view: str
    where: Expr | None = None


class JoinInput(Node):
    """Each row of `left` with features of the view `right`, which has a key once at most.

    `on` is features of `left` and of `right`; `columns` what is taken of `right` under new names.
    """

    kind: Tag["join"] = "join"
    left: Rows
    right: str
    on: tuple[tuple[str, str], ...]
    how: Tag["inner", "left"]
    columns: tuple[tuple[str, str], ...]


class AsOfInput(Node):
    """Each row of `left` with what was known of the view `right` at the row's own `time`.

    `on` is features of `left` and the entities of `right`.
    """

    kind: Tag["join_asof"] = "join_asof"
    left: Rows
    right: str
    on: tuple[tuple[str, str], ...]
    time: str
    columns: tuple[tuple[str, str], ...]


class StackInput(Node):
    """The rows of all `views`, with the `columns` that all of them have.

    `source_column` is a column with the name of the view that a row is from.
    """

    kind: Tag["stack"] = "stack"
    views: tuple[str, ...]
    columns: tuple[str, ...]
    source_column: str | None = None


# Rows of other views.
Rows = Annotated[ViewInput | JoinInput | AsOfInput | StackInput, Field(discriminator="kind")]

JoinInput.model_rebuild()
AsOfInput.model_rebuild()


def origins_in(given: Rows, column: str) -> tuple[tuple[str, str], ...]:
    """The features, as view and name, that a column of `given` is; several in a stack."""
    match given:
        case ViewInput(view=view):
            return ((view, column),)
        case StackInput(views=views):
            return tuple((v, column) for v in views if column != given.source_column)
        case JoinInput() | AsOfInput():
            for name, new in given.columns:
                if new == column:
                    return ((given.right, name),)
            return origins_in(given.left, column)


def reasons_in(given: Rows, column: str) -> tuple[tuple[str, str], ...]:
    """The features that decide which row's value a column of `given` is: conditions, keys, times."""
    return tuple(dict.fromkeys((view, name) for view, name, _ in deciding_in(given, column)))


def deciding_in(given: Rows, column: str) -> tuple[tuple[str, str, Tag["filter", "join"]], ...]:
    """As `reasons_in`, with what it decides by: a condition on rows, or a key or time of a join."""
    match given:
        case ViewInput(view=view, where=where):
            names = sorted(columns_of(where)) if where is not None else []
            return tuple((view, name, "filter") for name in names)
        case StackInput():
            return ()
        case JoinInput() | AsOfInput():
            found = deciding_in(given.left, column)
            taken = column in (new for _, new in given.columns)
            if taken or (isinstance(given, JoinInput) and given.how == "inner"):
                asked = [a for a, _ in given.on]
                asked += [given.time] if isinstance(given, AsOfInput) else []
                keys = [o for name in asked for o in origins_in(given.left, name)]
                keys += [(given.right, b) for _, b in given.on]
                found += tuple((view, name, "join") for view, name in keys)
            return tuple(dict.fromkeys(found))


def views_in(given: SourceInput | Rows) -> tuple[str, ...]:
    """The views that an input reads, each once."""
    match given:
        case SourceInput():
            return ()
        case ViewInput(view=view):
            return (view,)
        case StackInput(views=views):
            return tuple(dict.fromkeys(views))
        case JoinInput() | AsOfInput():
            return tuple(dict.fromkeys((*views_in(given.left), given.right)))


class Raw(Node):
    """A column as it comes, of a struct the member at `path`; naive times are local to `time_zone`."""

    kind: Tag["raw"] = "raw"
    column: str
    path: tuple[str, ...] | None = None
    time_zone: str = "UTC"


class Derived(Node):
    """Computed from features of the same view, on the same row."""

    kind: Tag["derived"] = "derived"
    expr: Expr


class Window(Node):
    """The events that an aggregate covers: `length` and `offset` in microseconds, no length = lifetime.

    `closed="right"` is `q - offset - length < event_ts <= q - offset`. With `rows` only the last so
    many of them, in the total order of the view. A negative offset is a window after q: that of a
    label with the horizon H is `length=H, offset=-H`. With a `resolution` r the window of q is that of
    `floor(q, r)`, the latest point of a grid at or before q: a week, or a divisor of a day.
    """

    length: int | None = None
    offset: int = 0
    rows: int | None = None
    closed: Tag["right", "left", "both", "none"] = "right"
    resolution: int | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether it has events after q."""
        return self.offset < 0


class Aggregated(Node):
    """An aggregate of `value` over the events of the same entity in `window`.

    `parameter` is what some aggregates need to know: which percentile, which separator.
    """

    kind: Tag["aggregated"] = "aggregated"
    aggregate: str
    parameter: Scalar = None
    value: Expr
    window: Window


Compute = Annotated[Raw | Derived | Aggregated, Field(discriminator="kind")]

ConstraintName = Tag[
    "lower_bound",
    "upper_bound",
    "accepted_values",
    "min_length",
    "max_length",
    "matches",
    "starts_with",
    "ends_with",
]


Severity = Tag["error", "warn"]


class Claim(Node):
    """What is said of rows may be false for the share `allow` of them.

    More is as bad as `severity` says; without one, as the project says.
    """

    severity: Severity | None = None
    allow: Annotated[float, Field(ge=0, lt=1)] = 0.0


class Constraint(Claim):
    """A claim about the values of a feature; bounds are inclusive."""

    name: ConstraintName
    values: tuple[Scalar, ...]


class Reference(Claim):
    """A claim that each value of a feature is one of a feature of another view."""

    view: str
    feature: str


class RowRule(Claim):
    """A claim about several features of a row: where `when` is true, `then` is not false."""

    name: str
    when: Expr | None = None
    then: Expr
    description: str | None = None
    span: Place


MeasureName = Tag["row_count", "null_rate", "mean", "quantile", "distinct_ratio"]


class Expectation(Node):
    """A claim about all rows: a measure of them, or of a `feature`, is between two bounds, both included.

    The `parameter` of a quantile is the share of values below it. Rates and ratios are shares of rows.
    """

    measure: MeasureName
    feature: str | None = None
    parameter: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    severity: Severity | None = None
    span: Place


FeatureRole = Tag["entity", "event_timestamp", "created_at", "valid_to", "feature"]


class Feature(Node):
    """A named value per row of a view, or an output of a model.

    `semantic` is the name of the rich type that a raw feature was declared with. `pii`: it is
    personal data, declared or a copy of what is; nothing follows for what is computed from it.
    """

    name: str
    dtype: DType
    compute: Compute
    role: FeatureRole = "feature"
    required: bool = False
    semantic: str | None = None
    pii: bool = False
    description: str | None = None
    constraints: tuple[Constraint, ...] = ()
    reference: Reference | None = None
    tags: tuple[str, ...] = ()
    span: Place


class Contact(Node):
    """A person or a team. A text is read as a name, or as a name with an address: `name <address>`."""

    name: str
    email: str | None = None
    slack_member_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        found = re.fullmatch(r"(.*\S)\s*<(.*)>", data)
        if found is not None and re.fullmatch(formats.EMAIL, found[2]):
            return {"name": found[1], "email": found[2]}
        return {"name": data}

    def __str__(self) -> str:
        email = f" <{self.email}>" if self.email else ""
        slack = f" ({self.slack_member_id})" if self.slack_member_id else ""
        return f"{self.name}{email}{slack}"


class View(Node):
    """Entities, an optional event timestamp and features over one input.

    A row is known from `availability_delay` after its event timestamp on. Of rows with the same times
    the `tie_breakers` decide first. `freshness` is the feature that says when a row was loaded. The
    latest row should not be older than `acceptable_freshness` and must not be older than
    `unacceptable_freshness`, both in microseconds.
    """

    name: str
    symbol: str
    description: str | None = None
    input: Annotated[
        SourceInput | ViewInput | JoinInput | AsOfInput | StackInput, Field(discriminator="kind")
    ]
    ttl: int | None = None
    availability_delay: int = 0
    tie_breakers: tuple[str, ...] = ()
    freshness: str | None = None
    acceptable_freshness: int | None = None
    unacceptable_freshness: int | None = None
    # The topic that new rows are sent to.
    stream: str | None = None
    # How many rows the busiest key has at most, if the settings say so.
    rows_per_key: int | None = None
    features: tuple[Feature, ...]
    rules: tuple[RowRule, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    tags: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    span: Place

    @cached_property
    def by_name(self) -> Mapping[str, Feature]:
        return {feature.name: feature for feature in self.features}

    def _names(self, role: str) -> tuple[str, ...]:
        return tuple(f.name for f in self.features if f.role == role)

    @cached_property
    def entities(self) -> tuple[str, ...]:
        return self._names("entity")

    @cached_property
    def event_timestamp(self) -> str | None:
        return next(iter(self._names("event_timestamp")), None)

    @cached_property
    def created_at(self) -> str | None:
        return next(iter(self._names("created_at")), None)

    @cached_property
    def valid_to(self) -> str | None:
        return next(iter(self._names("valid_to")), None)

    @cached_property
    def raw(self) -> tuple[Feature, ...]:
        return tuple(f for f in self.features if isinstance(f.compute, Raw))


def is_declared(view: View, feature: Feature) -> bool:
    """Whether somebody wrote the feature for this view; it may come along with others' rows.

    Those that come along are said to be where the view is.
    """
    is_read = isinstance(feature.compute, Raw) and not isinstance(view.input, SourceInput)
    return not is_read or feature.span != view.span


class EntityColumn(Node):
    """A key column of a contract's entity rows."""

    name: str
    dtype: DType


class Input(Node):
    """A feature that the model reads; its column is called `name`."""

    view: str
    feature: str
    name: str
    span: Place | None = None


class Label(Node):
    """What the model estimates: `prediction` is the model's output, `feature` the ground truth.

    `when` says which rows of the view are a ground-truth event worth sending to `sink`. A
    prediction with an `expr` is computed from the contract's outputs, else the model gives it.
    """

    view: str
    feature: str
    prediction: str
    problem: Tag["classification", "regression"]
    description: str | None = None
    expr: Expr | None = None
    when: Expr | None = None
    sink: str | None = None
    span: Place | None = None


def are_of_one_truth(a: Label, b: Label) -> bool:
    """Whether two labels are predictions of the same feature, so that they can be compared.

    Which rows are a ground truth (`when`) is for whoever compares to say.
    """
    return (a.view, a.feature, a.problem) == (b.view, b.feature, b.problem)


class Ranking(Node):
    """An output that puts items in an order: the highest score or the lowest rank is first.

    A list is the rows of one version of the model with the same `list_key` and time. An item of it was
    selected if `view` has a row with it and that key, of those for which the feature is true if there
    is a `feature`; a feature that is a list has all selected items of the key itself. The first
    `top_k` places of a list are judged.
    """

    output: str
    by: Tag["score", "rank"]
    view: str
    feature: str | None = None
    item: EntityColumn
    list_key: tuple[EntityColumn, ...]
    top_k: int
    span: Place | None = None

    def reads(self, view: View) -> tuple[str, ...]:
        """The features of its view that say what was selected."""
        time = (view.event_timestamp,) if view.event_timestamp is not None else ()
        feature = (self.feature,) if self.feature is not None else ()
        return (*view.entities, *time, *feature)


class Clustering(Node):
    """An output that puts rows into clusters, by numbers that the model reads.

    Clusters are good if rows are close to others of theirs, and far from those of other ones.
    """

    output: str
    features: tuple[Input, ...]
    span: Place | None = None


class Probability(Node):
    """How likely the model finds it that the prediction is `value`."""

    prediction: str
    value: Literal


OutputRole = Tag["event_timestamp", "model_version", "probability", "feature"]


class Output(Node):
    """A column that the model writes beside its predictions."""

    name: str
    dtype: DType
    role: OutputRole = "feature"
    probability: Probability | None = None
    description: str | None = None
    span: Place


class Contract(Node):
    """What a model reads, writes and is judged by.

    `version` is that of the contract, not of a model trained for it. The model answers at
    `exposed_at_url`. For the freshness of its predictions see `View`.
    """

    name: str
    symbol: str
    description: str | None = None
    entities: tuple[EntityColumn, ...]
    needs_event_timestamp: bool
    inputs: tuple[Input, ...]
    labels: tuple[Label, ...] = ()
    outputs: tuple[Output, ...] = ()
    prediction_source: str | None = None
    # Columns of that source that are called otherwise here: the name here, and there.
    prediction_columns: tuple[tuple[str, str], ...] = ()
    rankings: tuple[Ranking, ...] = ()
    clusterings: tuple[Clustering, ...] = ()
    # The features by whose values the model is judged in parts; `name` is that of the part.
    subgroups: tuple[Input, ...] = ()
    # The contracts that predict the same and that the model is compared with, by name.
    baselines: tuple[str, ...] = ()
    version: int = 1
    exposed_at_url: str | None = None
    acceptable_freshness: int | None = None
    unacceptable_freshness: int | None = None
    tags: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    span: Place

    @property
    def uses(self) -> tuple[Input | Label, ...]:
        """All features of views that the contract's dataset has."""
        return (*self.inputs, *self.labels)

    @property
    def is_judged(self) -> bool:
        """Whether there is something by which its predictions can be told good or bad."""
        return bool(self.labels or self.rankings or self.clusterings)

    @property
    def key_of_predictions(self) -> tuple[EntityColumn, ...]:
        """What its predictions are told by: its entities, and those that only a ranking has."""
        ranked = (e for one in self.rankings for e in (*one.list_key, one.item))
        known = {e.name for e in self.entities}
        return (*self.entities, *dict.fromkeys(e for e in ranked if e.name not in known))


class Module(Node):
    """All definitions of a project, sorted by name."""

    format_version: Tag[1] = FORMAT_VERSION
    project: str
    sources: tuple[Source, ...]
    views: tuple[View, ...]
    contracts: tuple[Contract, ...]

    @cached_property
    def source_by_name(self) -> Mapping[str, Source]:
        return {source.name: source for source in self.sources}

    @cached_property
    def view_by_name(self) -> Mapping[str, View]:
        return {view.name: view for view in self.views}

    @cached_property
    def contract_by_name(self) -> Mapping[str, Contract]:
        return {contract.name: contract for contract in self.contracts}


def module_to_json(module: Module) -> str:
    """The text of `ir.json`: two-space indent, keys in declaration order, nulls left out."""
    return module.model_dump_json(indent=2, exclude_none=True) + "\n"


def module_from_json(text: str) -> Module:
    """The Module of an `ir.json`; pydantic's ValidationError if it is not one."""
    return Module.model_validate_json(text)
