"""The drift artefact: how the columns of two datasets are distributed, and how far apart that is.

Values are counted once, `counts`; everything else is computed from those counts: distances of numbers
and the edges of their bins, the counts of bins, and what two tables of counts have in common.
A plan is about one column, or `by` the name of one about many of them, one below the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final
from typing import Literal as Tag

from alignc.artifacts.relations import PlanBuilder
from alignc.errors import Span
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, call, literal
from alignc.ir.module import Contract, Derived, Feature, Module
from alignc.ir.plan import (
    Filter,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Running,
    RunningColumn,
    Scan,
    ScanColumn,
    Union,
    Write,
)
from alignc.ir.types import BOOL, DURATION, FLOAT64, INT64, INTEGERS, NUMBERS, STRING, DType

# The relations that plans read: all columns of a dataset, the values of two datasets, how often each is
# in either, the edges of bins, and how many values are in each of their parts.
ROWS, VALUES, COUNTS, EDGES, PARTS = "rows", "values", "counts", "edges", "parts"
# The relations of a query, which has all in one plan.
REFERENCE, CURRENT = "reference", "current"
COLUMN, VALUE, IS_REFERENCE, PART = "column", "value", "is_reference", "part"
IN_REFERENCE, IN_CURRENT = "in_reference", "in_current"
BINS: Final = 10
EDGE_NAMES: Final = tuple(f"edge_{k}" for k in range(1, BINS))
# What stands for a share of none in the population stability index.
NO_SHARE: Final = 1e-4
# Whether a row is one of the reference, beside columns of any name.
_FLAG: Final = "__is_reference"
_N, _M = "reference_total", "current_total"
_LN2: Final = 0.6931471805599453

Kind = Tag["number", "category"]
Role = Tag["input", "prediction"]


@dataclass(frozen=True)
class Compared:
    """A column of a contract's datasets that is compared; `key` is what settings call it."""

    name: str
    dtype: DType
    kind: Kind
    role: Role
    key: str
    doc: str | None
    span: Span | None

    @property
    def view(self) -> str:
        """The view that an input is of; of a prediction there is none."""
        return self.key.partition(".")[0] if self.role == "input" else ""


@dataclass(frozen=True)
class Drift:
    """What is compared, and the names of what cannot be."""

    columns: tuple[Compared, ...]
    left_out: tuple[str, ...]

    def of_role(self, role: Role) -> tuple[Compared, ...]:
        """The inputs, or the predictions."""
        return tuple(column for column in self.columns if column.role == role)


@dataclass(frozen=True)
class PredictedTruth:
    """A prediction and the column with the truth about it, which are of one kind."""

    prediction: Compared
    truth: Compared


def drift_of(module: Module, contract: Contract) -> Drift:
    """The inputs and the predictions of a contract, each name once."""
    columns: dict[str, Compared] = {}
    left_out: list[str] = []
    for one in contract.inputs:
        feature = module.view_by_name[one.view].by_name[one.feature]
        kind = _kind_of(feature.dtype, _has_categories(feature))
        if kind is None:
            left_out.append(one.name)
            continue
        key = f"{one.view}.{one.feature}"
        columns[one.name] = Compared(
            one.name, feature.dtype, kind, "input", key, feature.description, one.span
        )
    for label in contract.labels:
        feature = module.view_by_name[label.view].by_name[label.feature]
        is_class = label.problem == "classification"
        kind = _kind_of(feature.dtype, is_class or _has_categories(feature))
        if kind is None:
            left_out.append(label.prediction)
            continue
        key = f"{contract.name}.{label.prediction}"
        made = Compared(
            label.prediction,
            feature.dtype,
            kind,
            "prediction",
            key,
            label.description,
            label.span,
        )
        columns.setdefault(label.prediction, made)
    return Drift(tuple(columns.values()), tuple(left_out))


def judged_of(module: Module, contract: Contract) -> tuple[PredictedTruth, ...]:
    """The predictions whose distribution can be compared with that of the truth."""
    known = {column.name: column for column in drift_of(module, contract).of_role("prediction")}
    return tuple(
        PredictedTruth(
            known[label.prediction], replace(known[label.prediction], name=label.feature)
        )
        for label in contract.labels
        if label.prediction in known and label.prediction != label.feature
    )


def _kind_of(dtype: DType, has_categories: bool) -> Kind | None:
    """How values of a type are compared; None if they are not: times only ever grow."""
    if dtype in (BOOL, STRING) or (dtype in INTEGERS and has_categories):
        return "category"
    if dtype in NUMBERS or dtype.name == "Decimal" or dtype == DURATION:
        return "number"
    return None


def _has_categories(feature: Feature) -> bool:
    """Whether a whole number is the name of something."""
    if any(constraint.name == "accepted_values" for constraint in feature.constraints):
        return True
    compute = feature.compute
    return (
        isinstance(compute, Derived)
        and isinstance(compute.expr, Call)
        and compute.expr.op == "ordinal"
    )


def rows_plan(module: Module, columns: Sequence[Compared]) -> Plan:
    """The columns in the form in which they are compared: numbers are floats, all else is text."""
    plan = PlanBuilder(module)
    rows = plan.add("dataset", _dataset(columns, ROWS))
    made = tuple(
        NamedExpr(name=c.name, expr=comparable(c), dtype=_type_of(c.kind), doc=c.doc, span=c.span)
        for c in columns
    )
    plan.add("result", Write(input=rows, columns=made))
    return plan.finish(ROWS)


def sizes_plan(module: Module, kind: Kind, by: Sequence[str] = ()) -> Plan:
    """How many rows each dataset has, and how many of them have no value; of numbers also moments."""
    plan = PlanBuilder(module)
    values = plan.add(VALUES, _values(kind, by))
    return _written(plan, _sizes(values, kind, by, plan))


def counts_plan(module: Module, kind: Kind, by: Sequence[str] = ()) -> Plan:
    """How often each value is in either dataset."""
    plan = PlanBuilder(module)
    values = plan.add(VALUES, _values(kind, by))
    return _written(plan, _counts(values, by, plan))


def distances_plan(module: Module, by: Sequence[str] = ()) -> Plan:
    """The Kolmogorov-Smirnov and the Wasserstein distance of numbers, and the edges of bins."""
    plan = PlanBuilder(module)
    known = (*_keys(by), (VALUE, FLOAT64), (IN_REFERENCE, INT64), (IN_CURRENT, INT64))
    counts = plan.add(COUNTS, _scan(COUNTS, known))
    return _written(plan, _distances(counts, by, plan))


def bins_plan(module: Module, by: Sequence[str] = ()) -> Plan:
    """How many numbers of either dataset are in each bin between given edges."""
    plan = PlanBuilder(module)
    known = (*_keys(by), (VALUE, FLOAT64), (IN_REFERENCE, INT64), (IN_CURRENT, INT64))
    counts = plan.add(COUNTS, _scan(COUNTS, known))
    edges = plan.add(EDGES, _scan(EDGES, (*_keys(by), *((e, FLOAT64) for e in EDGE_NAMES))))
    return _written(plan, _bins(counts, edges, by, plan))


def spread_plan(module: Module, by: Sequence[str] = ()) -> Plan:
    """How different two tables of counts are: the measures that know no order of values."""
    plan = PlanBuilder(module)
    known = (*_keys(by), (IN_REFERENCE, INT64), (IN_CURRENT, INT64))
    parts = plan.add(PARTS, _scan(PARTS, known))
    return _written(plan, _spread(parts, by, plan))


@dataclass(frozen=True)
class Limits:
    """What a query compares with, as it has no probabilities.

    `ks` is how many standard sizes the distance of two samples is at most, `z` the same of the
    difference of two shares. What is above is an alarm if `psi` or `ks` is `least_effect`, or the
    shares of missing values differ by `least_missing`.
    """

    ks: float
    z: float
    least_effect: float
    least_missing: float


def drift_plan(module: Module, columns: Sequence[Compared], limits: Limits) -> Plan:
    """A row with the measures of each column, from the relations `reference` and `current`."""
    plan = PlanBuilder(module)
    for relation in (REFERENCE, CURRENT):
        plan.reads(relation)
    rows = _both(columns, plan)
    kinds: tuple[Kind, ...] = ("number", "category")
    results = [
        _compared([c for c in columns if c.kind == kind], kind, rows, limits, plan)
        for kind in kinds
        if any(column.kind == kind for column in columns)
    ]
    names = tuple(plan.schemas[results[0]])
    whole = results[0]
    if len(results) > 1:
        whole = plan.add("all_columns", Union(inputs=tuple(results), columns=names))
    return _written(plan, whole)


def _compared(
    columns: Sequence[Compared],
    kind: Kind,
    rows: str,
    limits: Limits,
    plan: PlanBuilder,
) -> str:
    """The step with a row for each column of a kind."""
    stacked = [plan.add(f"values_of_{c.name}", _one_below(c, rows)) for c in columns]
    taken = (COLUMN, VALUE, IS_REFERENCE)
    values = plan.add(
        "numbers" if kind == "number" else "categories",
        Union(inputs=tuple(stacked), columns=taken),
        "The values of all columns, one below the other.",
    )
    by = (COLUMN,)
    sizes = _sizes(values, kind, by, plan)
    counts = _counts(values, by, plan)
    joined, parts = sizes, counts
    if kind == "number":
        distances = _distances(counts, by, plan)
        parts = _bins(counts, distances, by, plan)
        joined = _beside(joined, distances, ("ks", "wasserstein"), by, plan)
    spread = _spread(parts, by, plan)
    measured = tuple(name for name in plan.schemas[spread] if name != COLUMN)
    joined = _beside(joined, spread, measured, by, plan)
    result = Project(input=joined, columns=_results(kind, limits))
    return plan.add(f"{values}_compared", result)


def _both(columns: Sequence[Compared], plan: PlanBuilder) -> str:
    """The step with the rows of both relations, and of which each is."""
    kept = [column for c in columns for column in _kept([c.name], c.dtype)]
    sides = []
    for relation in (REFERENCE, CURRENT):
        rows = plan.add(f"{relation}_rows", _dataset(columns, relation))
        flag = NamedExpr(name=_FLAG, expr=literal(relation == REFERENCE), dtype=BOOL)
        sides.append(plan.add(f"{relation}_side", Project(input=rows, columns=(*kept, flag))))
    names = (*(column.name for column in columns), _FLAG)
    return plan.add("both", Union(inputs=tuple(sides), columns=names))


def _one_below(column: Compared, rows: str) -> Project:
    """The values of a column, to be put below those of others."""
    return Project(
        input=rows,
        columns=(
            NamedExpr(name=COLUMN, expr=literal(column.name), dtype=STRING),
            NamedExpr(
                name=VALUE,
                expr=comparable(column),
                dtype=_type_of(column.kind),
                doc=column.doc,
                span=column.span,
            ),
            NamedExpr(name=IS_REFERENCE, expr=Column(name=_FLAG), dtype=BOOL),
        ),
    )


def _results(kind: Kind, limits: Limits) -> tuple[NamedExpr, ...]:
    """What a query says of a column; what only the other kind has is null."""
    sides = ("reference", "current")
    rows, missing = ([_float(f"{s}_{what}") for s in sides] for what in ("rows", "missing"))
    known = [call("sub", rows[side], missing[side]) for side in (0, 1)]
    size = call("sqrt", call("div", call("add", *known), call("mul", *known)))
    ks_limit = call("mul", literal(limits.ks), size)
    share = call("div", call("add", *missing), call("add", *rows))
    spread = call("mul", share, call("sub", literal(1.0), share))
    parts = call("add", *(call("div", literal(1.0), count) for count in rows))
    rates = [call("div", missing[side], rows[side]) for side in (1, 0)]
    z = call("div", call("sub", *rates), call("sqrt", call("mul", spread, parts)))
    nothing = Literal(dtype=FLOAT64, value=None)
    is_number = kind == "number"
    ks = Column(name="ks") if is_number else nothing
    effects = [call("ge", Column(name=n), literal(limits.least_effect)) for n in ("psi", "ks")]
    moved = call("and", call("gt", Column(name="ks"), ks_limit), call("or", *effects))
    gap = call("abs", call("sub", *rates))
    lost = call(
        "and",
        call("gt", call("abs", z), literal(limits.z)),
        call("ge", gap, literal(limits.least_missing)),
    )
    whole: dict[str, Expr] = {
        "psi": Column(name="psi"),
        "jensen_shannon": Column(name="jensen_shannon"),
        "total_variation": Column(name="total_variation"),
        "l_infinity": Column(name="l_infinity"),
        "chi_square": Column(name="chi_square"),
    }
    ordered: dict[str, Expr] = {
        "ks": ks,
        "ks_limit": ks_limit if is_number else nothing,
        "wasserstein": Column(name="wasserstein") if is_number else nothing,
        "missing_z": z,
    }
    alarms: dict[str, Expr] = {
        "values_alarm": moved if is_number else Literal(dtype=BOOL, value=None),
        "missing_alarm": call("fill_na", lost, literal(False)),
    }
    return (
        *_kept([COLUMN], STRING),
        NamedExpr(name="kind", expr=literal(kind), dtype=STRING),
        *_kept([f"{s}_{what}" for what in ("rows", "missing") for s in sides], INT64),
        *(NamedExpr(name=n, expr=e, dtype=FLOAT64) for n, e in whole.items()),
        *_kept(["degrees", "unseen_values", "unseen_rows"], INT64),
        *(NamedExpr(name=n, expr=e, dtype=FLOAT64) for n, e in ordered.items()),
        *(NamedExpr(name=n, expr=e, dtype=BOOL) for n, e in alarms.items()),
    )


def comparable(column: Compared) -> Expr:
    """A column in the form in which it is compared; a duration in seconds."""
    value = Column(name=column.name)
    if column.dtype == _type_of(column.kind):
        return value
    if column.dtype == DURATION:
        return call("total_seconds", value)
    return Cast(value=value, dtype=_type_of(column.kind))


def _type_of(kind: Kind) -> DType:
    return FLOAT64 if kind == "number" else STRING


def _dataset(columns: Sequence[Compared], source: str) -> Scan:
    return _scan(source, [(column.name, column.dtype) for column in columns])


def _scan(source: str, columns: Sequence[tuple[str, DType]]) -> Scan:
    made = tuple(ScanColumn(name=name, column=name, dtype=dtype) for name, dtype in columns)
    return Scan(source=source, columns=made)


def _values(kind: Kind, by: Sequence[str]) -> Scan:
    return _scan(VALUES, (*_keys(by), (VALUE, _type_of(kind)), (IS_REFERENCE, BOOL)))


def _keys(by: Sequence[str]) -> tuple[tuple[str, DType], ...]:
    return tuple((name, STRING) for name in by)


def _written(plan: PlanBuilder, step: str) -> Plan:
    plan.write_all(step)
    return plan.finish("drift")


def _sizes(values: str, kind: Kind, by: Sequence[str], plan: PlanBuilder) -> str:
    is_reference, value = Column(name=IS_REFERENCE), Column(name=VALUE)
    sides = (("reference", is_reference), ("current", call("not", is_reference)))
    columns = [GroupColumn(name=f"{side}_rows", value=is_in) for side, is_in in sides]
    for side, is_in in sides:
        is_missing = call("and", is_in, call("is_null", value))
        columns.append(GroupColumn(name=f"{side}_missing", value=is_missing))
    for side, is_in in sides if kind == "number" else ():
        its = call("if_else", is_in, value)
        for aggregate in ("mean", "std", "min", "max"):
            columns.append(
                GroupColumn(
                    name=f"{side}_{aggregate}", aggregate=aggregate, value=its, dtype=FLOAT64
                )
            )
    node = Group(input=values, by=tuple(by), columns=tuple(columns))
    return plan.add(f"{values}_sizes", node, "How many rows there are, and values among them.")


def _counts(values: str, by: Sequence[str], plan: PlanBuilder) -> str:
    known = Filter(input=values, predicate=call("is_not_null", Column(name=VALUE)))
    there = plan.add(f"{values}_there", known)
    is_reference = Column(name=IS_REFERENCE)
    columns = (
        GroupColumn(name=IN_REFERENCE, value=is_reference),
        GroupColumn(name=IN_CURRENT, value=call("not", is_reference)),
    )
    node = Group(input=there, by=(*by, VALUE), columns=columns)
    return plan.add(f"{values}_counts", node, "How often each value is in either dataset.")


def _totals(counts: str, by: Sequence[str], plan: PlanBuilder) -> str:
    columns = tuple(
        GroupColumn(name=total, aggregate="sum", value=Column(name=count), dtype=INT64)
        for total, count in ((_N, IN_REFERENCE), (_M, IN_CURRENT))
    )
    return plan.add(f"{counts}_totals", Group(input=counts, by=tuple(by), columns=columns))


def _with_totals(step: str, totals: str, by: Sequence[str], plan: PlanBuilder) -> str:
    """The rows of a step, each beside the totals of its column."""
    return _beside(step, totals, (_N, _M), by, plan)


def _beside(
    step: str, other: str, taken: Sequence[str], by: Sequence[str], plan: PlanBuilder
) -> str:
    side = JoinSide(
        input=other, on=tuple((b, b) for b in by), columns=tuple((name, name) for name in taken)
    )
    node = KeyJoin(left=step, left_columns=tuple(plan.schemas[step]), rights=(side,))
    return plan.add(f"{step}_beside", node)


def _distances(counts: str, by: Sequence[str], plan: PlanBuilder) -> str:
    totals = _totals(counts, by, plan)
    running = Running(
        input=counts,
        by=tuple(by),
        order=(VALUE,),
        columns=(
            RunningColumn(
                name="reference_so_far", function="sum", column=IN_REFERENCE, dtype=INT64
            ),
            RunningColumn(name="current_so_far", function="sum", column=IN_CURRENT, dtype=INT64),
            RunningColumn(name="next_value", function="next", column=VALUE, dtype=FLOAT64),
        ),
    )
    so_far = plan.add(f"{counts}_so_far", running, "How many values are up to each one.")
    beside = _with_totals(so_far, totals, by, plan)
    gaps = plan.add(f"{counts}_gaps", Project(input=beside, columns=_gaps(by)))
    node = Group(input=gaps, by=tuple(by), columns=tuple(_found()))
    found = plan.add(f"{counts}_found", node, "The distances, and the values beside each decile.")
    return plan.add(f"{counts}_distances", Project(input=found, columns=_distance_columns(by)))


def _gaps(by: Sequence[str]) -> tuple[NamedExpr, ...]:
    """How far apart the shares up to each value are, and how far it is to the next value."""
    so_far = {side: _float(f"{side}_so_far") for side in ("reference", "current")}
    share_of = [
        call("div", so_far[side], _float(total))
        for side, total in (("reference", _N), ("current", _M))
    ]
    made: dict[str, Expr] = {
        # In tenths, so that places between values are whole numbers.
        "tenths_so_far": call("mul", so_far["reference"], literal(float(BINS))),
        "last": call("sub", _float(_N), literal(1.0)),
        # A column, not a constant: Polars would multiply by the inexact reciprocal.
        "ten": literal(float(BINS)),
        "gap": call("abs", call("sub", *share_of)),
        "width": call("sub", Column(name="next_value"), Column(name=VALUE)),
    }
    return (
        *_kept(by, STRING),
        *_kept([VALUE], FLOAT64),
        *(NamedExpr(name=name, expr=expr, dtype=FLOAT64) for name, expr in made.items()),
    )


def _float(name: str) -> Expr:
    """A count as a float, which has it exactly."""
    return Cast(value=Column(name=name), dtype=FLOAT64)


def _found() -> list[GroupColumn]:
    """The distances, and for each decile the value at its place and the one after it."""
    gap, width, value = Column(name="gap"), Column(name="width"), Column(name=VALUE)
    # Nothing is moved over an infinite way where the shares are the same.
    way = call("if_else", call("eq", gap, literal(0.0)), literal(0.0), call("mul", gap, width))

    def made(name: str, aggregate: str, expr: Expr) -> GroupColumn:
        return GroupColumn(name=name, aggregate=aggregate, value=expr, dtype=FLOAT64)

    columns = [
        made("ks", "max", gap),
        made("way", "sum", way),
        made("last", "max", Column(name="last")),
        made("ten", "max", Column(name="ten")),
    ]
    tenths = Column(name="tenths_so_far")
    before = call("sub", tenths, literal(float(BINS)))
    for k in range(1, BINS):
        for name, so_far in ((f"low_{k}", tenths), (f"high_{k}", before)):
            is_from_there = call("gt", so_far, _place(k))
            columns.append(made(name, "min", call("if_else", is_from_there, value)))
    return columns


def _place(k: int) -> Expr:
    """How many tenths of a place up the reference's sorted values a decile is."""
    return call("mul", Column(name="last"), literal(float(k)))


def _distance_columns(by: Sequence[str]) -> tuple[NamedExpr, ...]:
    way = Column(name="way")
    columns = [
        *_kept([*by], STRING),
        *_kept(["ks"], FLOAT64),
        NamedExpr(
            name="wasserstein",
            expr=call("if_else", call("is_finite", way), way),
            dtype=FLOAT64,
        ),
    ]
    for k, name in enumerate(EDGE_NAMES, start=1):
        low, high = Column(name=f"low_{k}"), Column(name=f"high_{k}")
        rest = call("mod", _place(k), literal(float(BINS)))
        share = call("div", rest, Column(name="ten"))
        between = call("add", low, call("mul", call("sub", high, low), share))
        # Half way to infinity is infinity.
        are_low = (call("eq", rest, literal(0.0)), call("eq", low, high), call("is_infinite", low))
        is_low = reduce(lambda a, b: call("or", a, b), are_low)
        edge = call("if_else", is_low, low, between)
        columns.append(NamedExpr(name=name, expr=edge, dtype=FLOAT64))
    return tuple(columns)


def _bins(counts: str, edges: str, by: Sequence[str], plan: PlanBuilder) -> str:
    beside = _beside(counts, edges, EDGE_NAMES, by, plan)
    value = Column(name=VALUE)
    above: list[Expr] = []
    for k, edge in reversed(list(enumerate(EDGE_NAMES, start=1))):
        above += [call("ge", value, Column(name=edge)), literal(k)]
    part = call("if_else", *above, literal(0))
    node = Project(
        input=beside,
        columns=(
            *_kept(by, STRING),
            NamedExpr(name=PART, expr=part, dtype=INT64),
            *_kept([IN_REFERENCE, IN_CURRENT], INT64),
        ),
    )
    step = plan.add(f"{counts}_binned", node, "The number of each value's bin, from 0.")
    columns = tuple(
        GroupColumn(name=name, aggregate="sum", value=Column(name=name), dtype=INT64)
        for name in (IN_REFERENCE, IN_CURRENT)
    )
    return plan.add(f"{counts}_bins", Group(input=step, by=(*by, PART), columns=columns))


def _spread(parts: str, by: Sequence[str], plan: PlanBuilder) -> str:
    totals = _totals(parts, by, plan)
    beside = _with_totals(parts, totals, by, plan)
    shares = plan.add(f"{parts}_shares", Project(input=beside, columns=_shares(by)))
    terms = plan.add(f"{parts}_terms", Project(input=shares, columns=_terms(by)))
    node = Group(input=terms, by=tuple(by), columns=tuple(_spread_columns()))
    summed = plan.add(f"{parts}_sums", node)
    return plan.add(f"{parts}_spread", Project(input=summed, columns=_measures(by)))


def _shares(by: Sequence[str]) -> tuple[NamedExpr, ...]:
    made = {
        "a": _float(IN_REFERENCE),
        "b": _float(IN_CURRENT),
        "n": _float(_N),
        "m": _float(_M),
        "p": call("div", _float(IN_REFERENCE), _float(_N)),
        "q": call("div", _float(IN_CURRENT), _float(_M)),
    }
    return (
        *_kept(by, STRING),
        *_kept([IN_REFERENCE, IN_CURRENT], INT64),
        *(NamedExpr(name=name, expr=expr, dtype=FLOAT64) for name, expr in made.items()),
    )


def _terms(by: Sequence[str]) -> tuple[NamedExpr, ...]:
    """What each part adds to the measures."""
    a, b, n, m, p, q = (Column(name=name) for name in ("a", "b", "n", "m", "p", "q"))
    zero = literal(0.0)
    some_p, some_q = (call("if_else", call("eq", x, zero), literal(NO_SHARE), x) for x in (p, q))
    ratio = call("log", call("div", some_p, some_q))
    middle = call("div", call("add", p, q), literal(2.0))
    entropies = [
        call(
            "if_else",
            call("gt", x, zero),
            call("mul", x, call("log", call("div", x, middle))),
            zero,
        )
        for x in (p, q)
    ]
    gap = call("sub", p, q)
    chi = call("div", call("mul", call("mul", n, m), call("square", gap)), call("add", a, b))
    made = {
        "psi": call("mul", call("sub", some_p, some_q), ratio),
        "entropy": call("add", *entropies),
        "chi_square": chi,
        "gap": call("abs", gap),
    }
    return (
        *_kept(by, STRING),
        *_kept([IN_REFERENCE, IN_CURRENT], INT64),
        *(NamedExpr(name=name, expr=expr, dtype=FLOAT64) for name, expr in made.items()),
    )


def _spread_columns() -> list[GroupColumn]:
    def summed(name: str, of: str) -> GroupColumn:
        return GroupColumn(name=name, aggregate="sum", value=Column(name=of), dtype=FLOAT64)

    in_reference, in_current = Column(name=IN_REFERENCE), Column(name=IN_CURRENT)
    is_unseen = call("eq", in_reference, literal(0))
    rows = call("if_else", is_unseen, in_current, literal(0))
    return [
        summed("psi", "psi"),
        summed("entropy", "entropy"),
        summed("chi_square", "chi_square"),
        GroupColumn(name="kinds"),
        summed("gaps", "gap"),
        GroupColumn(name="l_infinity", aggregate="max", value=Column(name="gap"), dtype=FLOAT64),
        GroupColumn(name="unseen_values", value=is_unseen),
        GroupColumn(name="unseen_rows", aggregate="sum", value=rows, dtype=INT64),
    ]


def _measures(by: Sequence[str]) -> tuple[NamedExpr, ...]:
    # What is zero may have been rounded below it.
    entropy = call("greatest", Column(name="entropy"), literal(0.0))
    distance = call("sqrt", call("div", entropy, literal(2.0 * _LN2)))
    return (
        *_kept(by, STRING),
        *_kept(["psi"], FLOAT64),
        NamedExpr(name="jensen_shannon", expr=distance, dtype=FLOAT64),
        *_kept(["chi_square"], FLOAT64),
        NamedExpr(name="degrees", expr=call("sub", Column(name="kinds"), literal(1)), dtype=INT64),
        NamedExpr(
            name="total_variation",
            expr=call("div", Column(name="gaps"), literal(2.0)),
            dtype=FLOAT64,
        ),
        *_kept(["l_infinity"], FLOAT64),
        *_kept(["unseen_values", "unseen_rows"], INT64),
    )


def _kept(names: Sequence[str], dtype: DType) -> tuple[NamedExpr, ...]:
    return tuple(NamedExpr(name=name, expr=Column(name=name), dtype=dtype) for name in names)
