"""Whether a target can express what a plan computes: asked before any file is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from alignc.backends import bigquery, redshift, snowflake
from alignc.backends.refusal import Refusal
from alignc.backends.used_types import Reason, refused_types
from alignc.errors import Diagnostic, Diagnostics, Span
from alignc.ir.expr import Call, Cast, Expr, Udf, walk
from alignc.ir.infer import infer_dtype
from alignc.ir.module import Constraint, Contract, FileSource, Module, RowsSource, Source, View
from alignc.ir.plan import (
    Filter,
    Group,
    GroupColumn,
    Plan,
    Project,
    Scan,
    ScanColumn,
    Schema,
    WindowAggregate,
    WindowColumn,
    Write,
    schemas,
)
from alignc.ir.types import DType

_POSTGRES_NAME = 63

# Target -> op -> why it cannot have the op.
UNSUPPORTED: Mapping[str, Mapping[str, str]] = {
    "duckdb": {},
    "postgres": {},
    "spark": {},
    "databricks": {},
    "snowflake": snowflake.UNSUPPORTED,
    "bigquery": bigquery.UNSUPPORTED,
    "redshift": redshift.UNSUPPORTED,
    "polars": {},
    "pyspark": {},
}

# Whose texts of user code a target takes, if they are not its own.
_USER_CODE: Mapping[str, str] = {"spark": "pyspark", "databricks": "pyspark"}


def unsupported_features(
    module: Module, plan: Plan, definition: View | Contract, target: str
) -> Iterator[Diagnostic]:
    """A diagnostic for each feature of a plan that `target` cannot compute."""
    yield from _mistaken_names(plan, definition, target)
    yield from _structs(plan, definition, target)
    if (limits := _LIMITS.get(target)) is not None:
        yield from _limited(plan, definition, target, limits)
    if (reasons := _TYPES.get(target)) is not None:
        yield from refused_types(plan, definition, target, *reasons)
    yield from _sources(module, plan, definition, target)
    refused = Refusal(definition, target).of
    asked = [("feature", *found) for found in _expressions(plan)]
    asked += [("rule", *found) for found in _rules(definition)]
    for kind, name, expr, span in asked:
        for part in walk(expr):
            place = span or definition.span
            if isinstance(part, Udf) and part.text_for(_USER_CODE.get(target, target)) is None:
                there = ", ".join(known for known, _ in part.texts)
                yield Diagnostic(
                    "ALN301",
                    f"{kind} `{name}` of `{definition.name}` has no text for target {target}, "
                    f"only for {there}",
                    place,
                    "write it with alignc's own operations, add the same computation for "
                    f"{target}, or leave {target} out of `targets`",
                )
            if isinstance(part, Call) and part.op in UNSUPPORTED[target]:
                reason = UNSUPPORTED[target][part.op]
                yield refused(name, f"`{part.op}`", reason, part.span or span, kind)
    for name, aggregate, _, span, _ in _aggregates(plan):
        if aggregate in UNSUPPORTED[target]:
            yield refused(name, f"`{aggregate}`", UNSUPPORTED[target][aggregate], span)
    if (mixed := _MIXED.get(target)) is not None:
        for made, reason in mixed(plan):
            yield refused(made.name, f"`{made.aggregate}`", reason, made.span)


class _Limits(Protocol):
    """What a target cannot have of some types or constants: each function says why, or None."""

    def limit_of_column(self, column: ScanColumn) -> str | None: ...
    def limit_of_constraint(self, constraint: Constraint) -> str | None: ...
    def limit_of_aggregate(self, aggregate: str, given: DType) -> str | None: ...
    def limit_of_cast(self, cast: Cast, given: DType) -> str | None: ...
    def limit_of_call(self, call: Call, types: Sequence[DType], result: DType) -> str | None: ...


_LIMITS: Mapping[str, _Limits] = {"snowflake": snowflake, "redshift": redshift}
# Target -> the aggregates that it cannot have beside another one of a plan, each with the reason.
_MIXED: Mapping[str, Callable[[Plan], Iterator[tuple[WindowColumn | GroupColumn, str]]]] = {
    "redshift": redshift.mixed_orders
}
# Target -> why it cannot have a type, and why not as that of a key.
_TYPES: Mapping[str, tuple[Reason, Reason]] = {
    "bigquery": (bigquery.reason_against, bigquery.reason_against_key),
    "redshift": (redshift.reason_against, redshift.reason_against_key),
}


def _limited(
    plan: Plan, definition: View | Contract, target: str, limits: _Limits
) -> Iterator[Diagnostic]:
    """What types have a say in."""

    refused = Refusal(definition, target).of
    for _, scan in plan.scans():
        for column in () if scan.typed else scan.columns:
            if (reason := limits.limit_of_column(column)) is not None:
                yield refused(column.name, f"the column `{column.column}`", reason, column.span)
    for feature in definition.features if isinstance(definition, View) else ():
        for constraint in feature.constraints:
            if (reason := limits.limit_of_constraint(constraint)) is not None:
                yield refused(feature.name, f"`{constraint.name}`", reason, feature.span)
    known = schemas(plan)
    for name, aggregate, value, span, read in _aggregates(plan):
        given = _type_of(value, known[read])
        if (reason := limits.limit_of_aggregate(aggregate, given)) is not None:
            yield refused(name, f"`{aggregate}`", reason, span)
    asked = [("feature", *found) for found in _typed_expressions(plan, known)]
    if isinstance(definition, View):
        types = {feature.name: feature.dtype for feature in definition.features}
        asked += [("rule", *found, types) for found in _rules(definition)]
    for kind, name, expr, span, schema in asked:
        for part in walk(expr):
            if (reason := _limit_of(part, schema, limits)) is not None:
                what = f"`{part.op}`" if isinstance(part, Call) else "the type"
                yield refused(name, what, reason, getattr(part, "span", None) or span, kind)


def _limit_of(part: Expr, schema: Schema, limits: _Limits) -> str | None:
    """Why a target cannot have a part of an expression over columns of a schema, None if it can."""
    match part:
        case Call():
            types = [_type_of(a, schema) for a in part.args]
            return limits.limit_of_call(part, types, _type_of(part, schema))
        case Cast():
            return limits.limit_of_cast(part, _type_of(part.value, schema))
        case _:
            return None


def _type_of(expr: Expr, schema: Schema) -> DType:
    dtype = infer_dtype(expr, schema, Diagnostics())
    assert dtype is not None
    return dtype


def _typed_expressions(
    plan: Plan, known: Mapping[str, Schema]
) -> Iterator[tuple[str, Expr, Span | None, Schema]]:
    """All expressions of a plan, with the columns that each can read."""
    for step in plan.steps:
        match step.node:
            case Project(columns=columns, input=given) | Write(columns=columns, input=given):
                for column in columns:
                    yield column.name, column.expr, column.span, known[given]
            case Filter(predicate=predicate, input=given):
                yield step.name, predicate, None, known[given]
            case WindowAggregate(aggregates=aggregates, right=given):
                for made in aggregates:
                    yield made.name, made.value, made.span, known[given]
            case Group(columns=grouped, input=given):
                for group in grouped:
                    if group.value is not None:
                        yield group.name, group.value, group.span, known[given]
            case _:
                pass


def _aggregates(plan: Plan) -> Iterator[tuple[str, str, Expr, Span | None, str]]:
    """All aggregates of a plan, of what they are, and the step whose columns they read."""
    for step in plan.steps:
        match step.node:
            case WindowAggregate(aggregates=aggregates, right=given):
                for made in aggregates:
                    yield made.name, made.aggregate, made.value, made.span, given
            case Group(columns=grouped, input=given):
                for group in grouped:
                    if group.aggregate is not None and group.value is not None:
                        yield group.name, group.aggregate, group.value, group.span, given
            case _:
                pass


def _structs(plan: Plan, definition: View | Contract, target: str) -> Iterator[Diagnostic]:
    """Members of structs, which are no types of a table in PostgreSQL."""
    if target != "postgres":
        return
    for _, scan in plan.scans():
        for column in scan.columns:
            if column.path is not None:
                yield Diagnostic(
                    "ALN302",
                    f"feature `{column.name}` of `{definition.name}`: "
                    "PostgreSQL reads tables, and a table has no columns of structs",
                    column.span or definition.span,
                    "store the values as JSON and declare `Json()`, "
                    "or leave postgres out of `targets`",
                )


# Target -> why it cannot read a Delta Lake table, and what to do instead.
_NO_DELTA: Mapping[str, tuple[str, str]] = {
    "duckdb": (
        "DuckDB has no delta tables without an extension",
        "make a view over its `delta_scan` and declare that as a table: "
        '`SqlDatabase("ADDRESS").table(...)`',
    ),
    "pyspark": (
        "PySpark has no delta tables without further jars",
        "write the rows as parquet: `FileSource.parquet_at(...)`",
    ),
}

# A macro that makes views is several statements, and these adapters send one at a time.
_WITHOUT_ROWS = ("spark", "databricks", "snowflake", "bigquery", "redshift")


def unreadable(source: Source, target: str) -> tuple[str, str] | None:
    """Why programs of a target cannot read a source, and what to do instead; None if they can."""
    if isinstance(source, RowsSource) and target in _WITHOUT_ROWS:
        return (
            f"dbt-{target} reads tables, and nothing makes one of rows in definitions",
            "load the rows by a seed of dbt, and read that as a table",
        )
    is_delta = isinstance(source, FileSource) and source.format == "delta"
    return _NO_DELTA.get(target) if is_delta else None


def _sources(
    module: Module, plan: Plan, definition: View | Contract, target: str
) -> Iterator[Diagnostic]:
    """Delta Lake tables and rows that programs of a target cannot read."""
    for name in dict.fromkeys(scan.source for _, scan in plan.scans()):
        source = module.source_by_name.get(name)
        refused = unreadable(source, target) if source is not None else None
        if source is not None and refused is not None:
            reason, instead = refused
            kind = "rows" if isinstance(source, RowsSource) else "delta table"
            yield Diagnostic(
                "ALN190",
                f"`{definition.name}` reads the {kind} `{name}`: {reason}",
                source.span or definition.span,
                f"{instead}, or leave {target} out of `targets`",
            )


def _mistaken_names(plan: Plan, definition: View | Contract, target: str) -> Iterator[Diagnostic]:
    """Columns that a target would know under another name, or take for a pattern."""
    reason = _MISTAKES.get(target)
    if reason is None:
        return
    places: dict[str, Span | None] = {}
    for step in plan.steps:
        match step.node:
            case Scan(columns=read):
                places |= {name: c.span for c in read for name in (c.column, c.name)}
            case Project(columns=made) | Write(columns=made):
                places |= {column.name: column.span for column in made}
            case WindowAggregate(aggregates=aggregates):
                places |= {column.name: column.span for column in aggregates}
            case Group(columns=grouped):
                places |= {column.name: column.span for column in grouped}
            case _:
                pass
    for name, span in places.items():
        if (message := reason(name)) is not None:
            yield Diagnostic(
                "ALN303",
                f"feature `{name}` of `{definition.name}`: {message}",
                span or definition.span,
                f"use {'a shorter' if target == 'postgres' else 'another'} name, "
                f"or leave {target} out of `targets`",
            )


def _cut_by_postgres(name: str) -> str | None:
    kept = len(name.encode()) <= _POSTGRES_NAME
    return None if kept else f"PostgreSQL cuts names after {_POSTGRES_NAME} bytes"


def _pattern_of_polars(name: str) -> str | None:
    is_pattern = name == "*" or (name.startswith("^") and name.endswith("$"))
    return "Polars takes the name for a pattern" if is_pattern else None


def _setting_of_spark(name: str) -> str | None:
    is_setting = "${" in name
    return "Spark puts a setting in place of what begins with `${`" if is_setting else None


# Target -> why it cannot have a column of a name, None if it can.
_MISTAKES: Mapping[str, Callable[[str], str | None]] = {
    "postgres": _cut_by_postgres,
    "polars": _pattern_of_polars,
    "spark": _setting_of_spark,
    "databricks": _setting_of_spark,
    "bigquery": bigquery.mistaken_name,
    "redshift": redshift.mistaken_name,
}


def _rules(definition: View | Contract) -> Iterator[tuple[str, Expr, Span | None]]:
    """What the rules of a view ask, which tests and programs of validation compute."""
    for rule in definition.rules if isinstance(definition, View) else ():
        for expr in (rule.when, rule.then):
            if expr is not None:
                yield rule.name, expr, rule.span


def _expressions(plan: Plan) -> Iterator[tuple[str, Expr, Span | None]]:
    for step in plan.steps:
        match step.node:
            case Project(columns=columns) | Write(columns=columns):
                for column in columns:
                    yield column.name, column.expr, column.span
            case Filter(predicate=predicate):
                yield step.name, predicate, None
            case WindowAggregate(aggregates=aggregates):
                for made in aggregates:
                    yield made.name, made.value, made.span
            case Group(columns=grouped):
                for group in grouped:
                    if group.value is not None:
                        yield group.name, group.value, group.span
            case _:
                pass
