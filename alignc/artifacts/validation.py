"""The validation artefact: how many rows violate each check, and which.

Three plans have the same checks: one counts, one lists the rows that fail, one has all rows of a relation
as they came with what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from alignc.artifacts.checks import (
    COPIES,
    FOUND,
    LATEST,
    ROWS,
    SEPARATOR,
    UNREAD,
    Check,
    checks_of,
    untaken,
)
from alignc.artifacts.relations import (
    PlanBuilder,
    derive,
    named,
    row_features,
    row_relation,
    scan_column,
)
from alignc.artifacts.subjects import Subject
from alignc.ir.expr import Column, Expr, call, literal
from alignc.ir.module import (
    Derived,
    Expectation,
    Feature,
    FileSource,
    Raw,
    Source,
    SourceInput,
    View,
)
from alignc.ir.naming import short_name
from alignc.ir.plan import (
    ROW,
    Distinct,
    Filter,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Scan,
    ScanColumn,
    Write,
)
from alignc.ir.types import BOOL, FLOAT64, INT64, JSON, STRING, TIMESTAMP, DType

# The names of the checks that a row fails, with commas between them.
VIOLATIONS = "__violations"
# Whether a row fails a check whose severity is error.
REJECTED = "__rejected"


@dataclass(frozen=True)
class Measured:
    """An expectation with the column of its measure, and its name in reports."""

    name: str
    column: str
    says: str
    about: Expectation


@dataclass(frozen=True)
class Validation:
    """What is asked of some rows, in the order of reports; `time` says how fresh they are."""

    checks: tuple[Check, ...]
    measures: tuple[Measured, ...]
    time: str | None

    def __bool__(self) -> bool:
        return bool(self.checks or self.measures or self.time)


def validation_of(subject: Subject) -> Validation:
    """All that is asked of some rows. What windows make of them is no part of them."""
    view = subject.view
    ages = (view.acceptable_freshness, view.unacceptable_freshness)
    time = view.freshness or view.event_timestamp
    has_age = any(age is not None for age in ages) and time is not None
    unread = _unread_features(view)
    checks = tuple(checks_of(view, subject.key, subject.may_be_null, unread))
    return Validation(
        checks=checks,
        measures=tuple(_measured(view, checks)),
        time=time if has_age else None,
    )


def can_split(subject: Subject) -> bool:
    """Whether the rows are those of one relation, which can be parted."""
    return isinstance(subject.view.input, SourceInput)


def row_keys(subject: Subject) -> tuple[Feature, ...]:
    """What rows are told by in reports: their entities and their time, or else all that they have."""
    view = subject.view
    keys = [f for f in row_features(view) if f.role in ("entity", "event_timestamp")]
    return tuple(keys or row_features(view))


def counts_plan(subject: Subject) -> Plan:
    """One row: how many rows there are, how many fail each check, and each measure."""
    asked = validation_of(subject)
    plan = PlanBuilder(subject.module)
    rows = _relation(subject.view, plan)
    copies = _copies(subject, rows, plan)
    checked = _referenced(subject, rows, None, plan)
    columns = [GroupColumn(name=ROWS)]
    copied: Check | None = None
    for check in asked.checks:
        if check.fails == call("is_not_null", Column(name=COPIES)):
            copied = check
            continue
        doc = f"{check.name}: {check.says}"
        columns.append(GroupColumn(name=check.column, value=check.fails, doc=doc, span=check.span))
    for one in asked.measures:
        columns += _measures(one, plan.schemas[rows])
    if asked.time is not None:
        value = Column(name=asked.time)
        columns.append(GroupColumn(name=LATEST, aggregate="max", value=value, dtype=TIMESTAMP))
    step = plan.add("counts", Group(input=checked, columns=tuple(columns)))
    names = [c.name for c in columns]
    types = {c.name: c.dtype for c in columns}
    if copied is not None and copies is not None:
        total = GroupColumn(
            name=copied.column, aggregate="sum", value=Column(name=COPIES), dtype=INT64
        )
        failed = plan.add(
            "copies", Group(input=copies, columns=(total,)), "Rows that share their key."
        )
        side = JoinSide(input=failed, on=(), columns=((copied.column, copied.column),))
        step = plan.add("all_counts", KeyJoin(left=step, left_columns=tuple(names), rights=(side,)))
        names.append(copied.column)
        types[copied.column] = INT64
    result = tuple(
        NamedExpr(name=n, expr=_counted(n, copied), dtype=types[n])
        for n in _in_order(names, asked.checks)
    )
    plan.add("result", Write(input=step, columns=result))
    return plan.finish(subject.view.name)


def failures_plan(subject: Subject) -> Plan:
    """The rows that fail a check: what they are told by, and the names of the checks."""
    plan = PlanBuilder(subject.module)
    failing = _failing(subject, _relation(subject.view, plan), (), plan)
    columns = (*(named(f) for f in row_keys(subject)), _violations())
    plan.add("result", Write(input=failing, columns=columns))
    return plan.finish(subject.view.name)


def marked_plan(subject: Subject) -> Plan:
    """All rows of a relation as they came, in their order, and the names of the checks that they fail.

    Of rows that fail none both columns are null.
    """
    plan = PlanBuilder(subject.module)
    scan = _relation(subject.view, plan, numbered=True)
    marked = _failing(subject, scan, (ROW,), plan)
    rejected = NamedExpr(name=REJECTED, expr=Column(name=REJECTED), dtype=BOOL)
    plan.add(
        "result",
        Write(
            input=marked,
            columns=(_violations(), rejected),
            others_of=plan.steps[0].name,
            order_by=ROW,
            rows_of=plan.steps[0].name,
        ),
    )
    return plan.finish(subject.view.name)


def _violations() -> NamedExpr:
    return NamedExpr(name=VIOLATIONS, expr=Column(name=VIOLATIONS), dtype=STRING)


def _relation(view: View, plan: PlanBuilder, *, numbered: bool = False) -> str:
    """The step with the row features of a view, and whether raw ones could be read."""
    if not isinstance(view.input, SourceInput):
        return row_relation(view, plan)
    source = plan.module.source_by_name[view.input.source]
    raw = [f for f in view.features if isinstance(f.compute, Raw)]
    unread = [
        ScanColumn.model_validate(
            {
                **dict(scan_column(f, source)),
                "name": UNREAD.format(f.name),
                "asks": "unread",
                "is_text": _has_text(source, f),
                "doc": None,
            }
        )
        for f in _unread_features(view)
    ]
    derived = [f for f in row_features(view) if isinstance(f.compute, Derived)]
    columns = (*(scan_column(f, source) for f in raw), *unread)
    row = ROW if numbered else None
    scan = Scan(source=source.name, columns=columns, row_id=row, others=numbered)
    step = plan.add(f"{view.name}_raw" if derived else view.name, scan)
    also = [NamedExpr(name=c.name, expr=Column(name=c.name), dtype=BOOL) for c in unread]
    if numbered:
        also.append(NamedExpr(name=ROW, expr=Column(name=ROW), dtype=INT64))
    return derive(view.name, step, raw, derived, plan, tuple(also))


def _has_text(source: Source, feature: Feature) -> bool:
    """Whether a source has text in the column of a feature."""
    assert isinstance(feature.compute, Raw)
    if not isinstance(source, FileSource):
        return False
    return source.is_text or feature.compute.column in source.partition_keys


def _unread_features(view: View) -> list[Feature]:
    """The raw features whose values may be there and not be read: all but text."""
    if not isinstance(view.input, SourceInput):
        return []
    return [
        f for f in view.features if isinstance(f.compute, Raw) and f.dtype not in (STRING, JSON)
    ]


def _copies(subject: Subject, rows: str, plan: PlanBuilder) -> str | None:
    """The step with each key that several rows have, and how many they are."""
    key, name = subject.key, subject.view.name
    if key is None:
        return None
    counted = Group(input=rows, by=key.columns, columns=(GroupColumn(name=COPIES),))
    each = plan.add(f"{name}_by_key", counted)
    are_known = [call("is_not_null", Column(name=column)) for column in key.columns]
    predicate: Expr = call("gt", Column(name=COPIES), literal(1))
    return plan.add(
        f"{name}_copies",
        Filter(input=each, predicate=reduce(_and, are_known, predicate)),
        "Keys that several rows have.",
    )


def _referenced(subject: Subject, rows: str, copies: str | None, plan: PlanBuilder) -> str:
    """The step with what references have found, and with copies of keys if they are given."""
    view, key = subject.view, subject.key
    sides: list[JoinSide] = []
    for feature in row_features(view):
        if feature.reference is None:
            continue
        other = plan.module.view_by_name[feature.reference.view]
        given = row_relation(other, plan)
        name = feature.reference.feature
        known = plan.add(
            f"{view.name}_{feature.name}_known",
            Distinct(input=given, columns=(name,)),
            f"What {feature.name} may refer to.",
        )
        found = ((name, FOUND.format(feature.name)),)
        sides.append(JoinSide(input=known, on=((feature.name, name),), columns=found))
    if copies is not None and key is not None:
        on = tuple((name, name) for name in key.columns)
        sides.append(JoinSide(input=copies, on=on, columns=((COPIES, COPIES),)))
    if not sides:
        return rows
    left = tuple(plan.schemas[rows])
    node = KeyJoin(left=rows, left_columns=left, rights=tuple(sides))
    return plan.add(f"{view.name}_checked", node)


def _failing(subject: Subject, rows: str, also: Sequence[str], plan: PlanBuilder) -> str:
    """The step with the rows that fail a check: their keys, and the names of the checks."""
    checked = _referenced(subject, rows, _copies(subject, rows, plan), plan)
    checks, name = validation_of(subject).checks, subject.view.name
    schema = plan.schemas[checked]
    # A check may be called like a key here, so they have names of their own.
    failed = {check.column: f"__{check.column}" for check in checks}
    kept = tuple(
        NamedExpr(name=n, expr=Column(name=n), dtype=schema[n])
        for n in dict.fromkeys((*also, *(f.name for f in row_keys(subject))))
    )
    made = tuple(
        NamedExpr(name=failed[c.column], expr=c.fails, dtype=BOOL, span=c.span) for c in checks
    )
    step = plan.add(f"{name}_checks", Project(input=checked, columns=(*kept, *made)))
    has_failed = [Column(name=name) for name in failed.values()]
    some = Filter(input=step, predicate=_any(has_failed))
    step = plan.add(f"{name}_failures", some, "The rows that fail one at least.")
    columns = (
        *(NamedExpr(name=k.name, expr=Column(name=k.name), dtype=k.dtype) for k in kept),
        NamedExpr(name=VIOLATIONS, expr=_names(checks, failed), dtype=STRING),
        NamedExpr(name=REJECTED, expr=_is_rejected(checks, failed), dtype=BOOL),
    )
    return plan.add(f"{name}_violations", Project(input=step, columns=columns))


def _names(checks: Sequence[Check], failed: Mapping[str, str]) -> Expr:
    """The names of the checks that fail."""
    parts = [
        call("if_else", Column(name=failed[c.column]), literal(c.name + SEPARATOR), literal(""))
        for c in checks
    ]
    if not parts:
        return literal("")
    joined = parts[0] if len(parts) == 1 else call("concat", *parts)
    return call("strip_end", joined, literal(SEPARATOR))


def _is_rejected(checks: Sequence[Check], failed: Mapping[str, str]) -> Expr:
    """Whether an error fails; a check of a null is neither true nor false."""
    errors = [Column(name=failed[check.column]) for check in checks if check.severity == "error"]
    return call("fill_na", _any(errors), literal(False))


def _any(conditions: Sequence[Expr]) -> Expr:
    """Whether one of some conditions is true."""
    first, *others = conditions or (literal(False),)
    return reduce(_or, others, first)


def _and(a: Expr, b: Expr) -> Expr:
    return call("and", a, b)


def _or(a: Expr, b: Expr) -> Expr:
    return call("or", a, b)


def _measured(view: View, checks: Sequence[Check]) -> Iterator[Measured]:
    """The expectations of a view with names of their own."""
    taken = {check.name.lower() for check in checks}
    columns = {ROWS, LATEST, *(check.column.lower() for check in checks)}
    for one in view.expectations:
        about = f"{one.feature}." if one.feature else ""
        share = f"_{one.parameter:g}" if one.parameter is not None else ""
        name = f"{about}{one.measure}{share}"
        name = untaken(name, taken)
        column = untaken(short_name(name.replace(".", "_")), columns)
        yield Measured(name, column, _bounds_in_words(one), one)


def _bounds_in_words(one: Expectation) -> str:
    what = {
        "row_count": "the number of rows",
        "null_rate": f"the share of nulls in `{one.feature}`",
        "mean": f"the mean of `{one.feature}`",
        "quantile": f"the quantile {one.parameter} of `{one.feature}`",
        "distinct_ratio": f"the share of different values of `{one.feature}`",
    }[one.measure]
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (("at least", one.at_least), ("at most", one.at_most))
        if bound is not None
    ]
    return f"{what} is {' and '.join(bounds)}"


def _measures(one: Measured, schema: dict[str, DType]) -> list[GroupColumn]:
    """What is aggregated for a measure; shares are taken where they are compared."""
    feature, doc = one.about.feature, f"{one.name}: {one.says}"
    if feature is None:
        return []
    value = Column(name=feature)

    def made(
        aggregate: str | None, expr: Expr, dtype: DType, parameter: float | None = None
    ) -> GroupColumn:
        return GroupColumn(
            name=one.column,
            aggregate=aggregate,
            parameter=parameter,
            value=expr,
            dtype=dtype,
            doc=doc,
            span=one.about.span,
        )

    match one.about.measure:
        case "row_count":
            return []
        case "null_rate":
            return [made(None, call("is_null", value), INT64)]
        case "mean":
            return [made("mean", value, FLOAT64)]
        case "quantile":
            return [made("percentile", value, FLOAT64, one.about.parameter)]
        case "distinct_ratio":
            return [made("count_distinct", value, INT64)]


def _counted(name: str, copied: Check | None) -> Expr:
    """A count; the sum of no copies is none."""
    column = Column(name=name)
    if copied is not None and name == copied.column:
        return call("fill_na", column, literal(0))
    return column


def _in_order(names: Sequence[str], checks: Sequence[Check]) -> list[str]:
    """The number of rows, the checks in their order, then the rest."""
    known = [c.column for c in checks]
    return [ROWS, *known, *(n for n in names if n not in {ROWS, *known})]
