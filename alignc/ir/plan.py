"""The Plan: a small relational program, the only thing that backends translate.

A plan is a list of named steps; each reads earlier ones by name and the last one is a `Write`.
Names starting with `__` are the compiler's own: `__row` numbers the entity rows, which is how rows
keep their identity through joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated
from typing import Literal as Tag

from pydantic import Field

from alignc.ir.expr import Expr, Node, Place, Scalar
from alignc.ir.module import TimeFormat, Window
from alignc.ir.types import BOOL, INT64, DType

ENTITIES = "entities"
# What the entity rows call their point in time.
EVENT_TIMESTAMP = "event_timestamp"
ROW = "__row"
# The entity row's point in time, as a UTC instant, whatever the given column was.
AT = "__at"
# The point of a grid at or before it, for windows with a resolution.
GRID = "__grid"


class ScanColumn(Node):
    """A column of a relation, of a struct the member at `path`.

    It is read as `dtype`, naive times in `time_zone`, and called `name` from here on. With
    `asks="unread"` it is whether there is a value that cannot be read so, and null stands for it.
    """

    name: str
    column: str
    path: tuple[str, ...] | None = None
    dtype: DType
    time_zone: str = "UTC"
    # Only where they matter: of a timestamp, and of a float.
    times: TimeFormat | None = None
    nan_as_null: bool = False
    # Of whole numbers and booleans in json, where 1.0 and 1 are one number.
    is_json_number: bool = False
    asks: Tag["value", "unread"] = "value"
    # Whether the source has text there, whatever the type is; of what could not be read, that is what counts.
    is_text: bool = False
    doc: str | None = None
    span: Place | None = None

    @property
    def what(self) -> tuple[object, ...]:
        """What is read, and as what. How the values of a source are written is the source's own."""
        return self.column, self.path, self.dtype, self.time_zone, self.asks

    @property
    def made(self) -> DType:
        """The type of what is read."""
        return self.dtype if self.asks == "value" else BOOL


class Scan(Node):
    """Read `columns` of a source. With `row_id` the rows are numbered under that name.

    `others` keeps the relation's columns as they came, known here or not, for the `Write`.
    A relation that another program has written is `typed`: its values are as they are to be.
    """

    kind: Tag["scan"] = "scan"
    source: str
    columns: tuple[ScanColumn, ...]
    row_id: str | None = None
    others: bool = False
    typed: bool = False


class NamedExpr(Node):
    """An output column with the words of its definition."""

    name: str
    expr: Expr
    dtype: DType
    doc: str | None = None
    span: Place | None = None


class Project(Node):
    """Compute `columns` from one row, nothing else remains."""

    kind: Tag["project"] = "project"
    input: str
    columns: tuple[NamedExpr, ...]


class Filter(Node):
    """Keep the rows for which the predicate is true."""

    kind: Tag["filter"] = "filter"
    input: str
    predicate: Expr


class Slice(Node):
    """The rows of `input` that a run of the program is about.

    A run may be about a period, which `time` decides, and about one of several partitions, which
    `by` decides. Events that the rows of the period see are up to `before` microseconds older than
    it and up to `after` younger; None is no limit. A run that is about everything has all rows.
    """

    kind: Tag["slice"] = "slice"
    input: str
    time: str
    by: tuple[str, ...]
    before: int | None = 0
    after: int = 0


class Distinct(Node):
    """One row for each combination of `columns`, rows with a null among them left out."""

    kind: Tag["distinct"] = "distinct"
    input: str
    columns: tuple[str, ...]


class Union(Node):
    """The rows of all `inputs`, of each its `columns`."""

    kind: Tag["union"] = "union"
    inputs: tuple[str, ...]
    columns: tuple[str, ...]


class JoinSide(Node):
    """A right side of a key join: `columns` are taken under new names, null where nothing matches.

    A side without a key is one row, which all rows get. An inner side leaves out the rows where nothing matches. With `unique` a key that several rows have ends the program; it is the name to tell.
    """

    input: str
    on: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    unique: str | None = None
    how: Tag["left", "inner"] = "left"

    @property
    def key(self) -> tuple[str, ...]:
        """The key as the right side calls it."""
        return tuple(b for _, b in self.on)


class KeyJoin(Node):
    """Each row of `left` once at most, with columns of the right sides. A null key matches nothing."""

    kind: Tag["key_join"] = "key_join"
    left: str
    left_columns: tuple[str, ...]
    rights: tuple[JoinSide, ...]


class AsOfJoin(Node):
    """For each row of `left` the latest row of `right` known at `left_time`.

    Known: `right_time + delay <= left_time` and, where a row says when it was written,
    `created_at <= left_time`. Alive: `right_time > left_time - ttl` and, where a row says until when
    it holds, `left_time < valid_to`; the latest is looked for among those that are alive. Without a
    `left_time` every row is known. The latest is the last one by `right_time`, `created_at`, `order`. Rows of `left`
    without a match are absent from the result.
    """

    kind: Tag["as_of_join"] = "as_of_join"
    left: str
    right: str
    on: tuple[tuple[str, str], ...]
    left_time: str | None
    right_time: str
    created_at: str | None = None
    valid_to: str | None = None
    delay: int = 0
    ttl: int | None = None
    order: tuple[str, ...]
    left_columns: tuple[str, ...]
    right_columns: tuple[str, ...]
    # Rows of the busiest key at most, if that is known.
    rows_per_key: int | None = None


class WindowColumn(Node):
    """An aggregate of the right side's `value` over `window`, ending at the left row's time."""

    name: str
    aggregate: str
    parameter: Scalar = None
    value: Expr
    window: Window
    dtype: DType
    doc: str | None = None
    span: Place | None = None


class WindowAggregate(Node):
    """Every row of `left`, with aggregates over the rows of `right` that have its key.

    Rows of `left` with a null key or time see no rows; `left_columns` tell them apart. Where a row of
    `right` says when it was written, it counts if `created_at <= left_time`. `order` follows
    `right_time` and `created_at` in the total order, for the aggregates that ask for one.
    """

    kind: Tag["window_aggregate"] = "window_aggregate"
    left: str
    right: str
    on: tuple[tuple[str, str], ...]
    left_time: str
    right_time: str
    created_at: str | None = None
    order: tuple[str, ...] = ()
    # How many rows of `right` the busiest key has at most, if the settings say so.
    rows_per_key: int | None = None
    left_columns: tuple[str, ...]
    aggregates: tuple[WindowColumn, ...]


class GroupColumn(Node):
    """An aggregate of `value` over the rows of a group.

    Without an `aggregate` it is the number of rows for which `value` is true, or of all rows.
    """

    name: str
    aggregate: str | None = None
    parameter: Scalar = None
    value: Expr | None = None
    dtype: DType = INT64
    doc: str | None = None
    span: Place | None = None


class Group(Node):
    """A row for each combination of `by` that is there, nulls included, with aggregates of its rows.

    Without `by` all rows are one group, also where there are none.
    """

    kind: Tag["group"] = "group"
    input: str
    by: tuple[str, ...] = ()
    columns: tuple[GroupColumn, ...]


class RunningColumn(Node):
    """Of the rows in their order: the `sum` of a column up to each row and with it, or its value in the `next` row.

    There is no row behind the last one: its next value is null.
    """

    name: str
    function: Tag["sum", "next"]
    column: str
    dtype: DType


class Running(Node):
    """The rows of `input` with what depends on their order by the columns `order`, within each part `by`.

    The first of these columns decides first. No two rows of a part are the same in all of them, and none
    has a null there. NaN is above every number, and texts are in the order of their code points.
    """

    kind: Tag["running"] = "running"
    input: str
    by: tuple[str, ...] = ()
    order: tuple[str, ...]
    columns: tuple[RunningColumn, ...]


class Write(Node):
    """What the program delivers: `columns` in order, after the `others` of the scan `others_of`.

    Rows are ordered by `order_by`; there are as many as in the step `rows_of`.
    """

    kind: Tag["write"] = "write"
    input: str
    columns: tuple[NamedExpr, ...]
    others_of: str | None = None
    order_by: str | None = None
    rows_of: str | None = None


StepNode = Annotated[
    Scan
    | Project
    | Filter
    | Slice
    | Distinct
    | Union
    | KeyJoin
    | AsOfJoin
    | WindowAggregate
    | Group
    | Running
    | Write,
    Field(discriminator="kind"),
]


class Step(Node):
    """A named intermediate result; the name becomes a CTE or a variable, the comment goes above it."""

    name: str
    node: StepNode
    comment: str | None = None


class Plan(Node):
    """Steps in order of computation; the last one is the `Write`."""

    name: str
    steps: tuple[Step, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        return {step.name: step for step in self.steps}

    @property
    def write(self) -> Write:
        node = self.steps[-1].node
        assert isinstance(node, Write)
        return node

    def scans(self) -> Iterator[tuple[Step, Scan]]:
        for step in self.steps:
            if isinstance(step.node, Scan):
                yield step, step.node


def inputs_of(node: StepNode) -> tuple[str, ...]:
    """The names of the steps that a node reads."""
    match node:
        case Scan():
            return ()
        case Project() | Filter() | Slice() | Distinct() | Group() | Running():
            return (node.input,)
        case Write():
            return (node.input,) if node.others_of is None else (node.input, node.others_of)
        case Union():
            return node.inputs
        case KeyJoin():
            return (node.left, *(right.input for right in node.rights))
        case AsOfJoin() | WindowAggregate():
            return (node.left, node.right)


def joins_by_name(node: KeyJoin, right: JoinSide) -> bool:
    """Whether the key has one name on both sides, and that name means nothing else."""
    made = {new for side in node.rights for _, new in side.columns}
    return all(a == b and a not in made for a, b in right.on)


def names_to_tell(plan: Plan) -> dict[tuple[str, tuple[str, ...]], str]:
    """By step and key: the names of everything that takes the key for unique."""
    asking: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for step in plan.steps:
        for right in step.node.rights if isinstance(step.node, KeyJoin) else ():
            if right.unique:
                asking.setdefault((right.input, right.key), []).append(right.unique)
    return {key: ", ".join(dict.fromkeys(names)) for key, names in asking.items()}


def expressions_in(plan: Plan) -> Iterator[Expr]:
    """Everything that is computed, step by step."""
    for step in plan.steps:
        match step.node:
            case Project(columns=columns) | Write(columns=columns):
                yield from (column.expr for column in columns)
            case Filter(predicate=predicate):
                yield predicate
            case WindowAggregate(aggregates=aggregates):
                yield from (made.value for made in aggregates)
            case Group(columns=columns):
                yield from (made.value for made in columns if made.value is not None)
            case _:
                pass


Schema = dict[str, DType]


def schemas(plan: Plan) -> dict[str, Schema]:
    """The columns of every step, in order, with their types."""
    known: dict[str, Schema] = {}
    for step in plan.steps:
        known[step.name] = schema_of(step.node, known)
    return known


def schema_of(node: StepNode, known: Mapping[str, Schema]) -> Schema:
    """The columns of a node that reads steps whose columns are known."""
    match node:
        case Scan():
            row_id = {node.row_id: INT64} if node.row_id else {}
            return {**row_id, **{c.name: c.made for c in node.columns}}
        case Project() | Write():
            return {c.name: c.dtype for c in node.columns}
        case Filter() | Slice():
            return known[node.input]
        case Distinct():
            return {name: known[node.input][name] for name in node.columns}
        case Union():
            return {name: known[node.inputs[0]][name] for name in node.columns}
        case KeyJoin():
            schema = {name: known[node.left][name] for name in node.left_columns}
            for right in node.rights:
                schema.update({new: known[right.input][name] for name, new in right.columns})
            return schema
        case AsOfJoin():
            left = {name: known[node.left][name] for name in node.left_columns}
            return left | {name: known[node.right][name] for name in node.right_columns}
        case WindowAggregate():
            left = {name: known[node.left][name] for name in node.left_columns}
            return left | {c.name: c.dtype for c in node.aggregates}
        case Running():
            return known[node.input] | {c.name: c.dtype for c in node.columns}
        case Group():
            by = {name: known[node.input][name] for name in node.by}
            return by | {c.name: c.dtype for c in node.columns}
