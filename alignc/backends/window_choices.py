"""How the targets compute the aggregates of a window step, in words for `alignc explain`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from alignc.backends.polars.window_kinds import Way, by_way
from alignc.backends.polars.window_kinds import reasons as polars_reasons
from alignc.backends.sql.dialect import (
    BIGQUERY,
    DATABRICKS,
    DIALECTS,
    DUCKDB,
    POSTGRES,
    REDSHIFT,
    SNOWFLAKE,
    SPARK,
    Dialect,
)
from alignc.backends.sql.windows.methods import methods_of
from alignc.errors import Diagnostics
from alignc.ir.infer import infer_dtype
from alignc.ir.plan import Schema, WindowAggregate, WindowColumn
from alignc.ir.types import DType
from alignc.ir.window_plans import FEW_EVENTS, Method, by_method, reasons


@dataclass(frozen=True)
class Choice:
    """Aggregates of a step that are computed in one way, and why.

    With `joins_pairs` the work grows with the number of events in the windows.
    """

    aggregates: tuple[str, ...]
    how: str
    why: str
    joins_pairs: bool


def choices(
    node: WindowAggregate, right: Schema, targets: Sequence[str]
) -> dict[tuple[Choice, ...], list[str]]:
    """What is chosen for the aggregates of a step, with the targets that choose it.

    `right` has the columns of the step that `node` aggregates.
    """
    types = {made.name: _type_of(made, right) for made in node.aggregates}
    found: dict[tuple[Choice, ...], list[str]] = {}
    for target in targets:
        found.setdefault(tuple(_CHOOSERS[target](node, types)), []).append(target)
    return found


def choices_of_few(
    node: WindowAggregate, right: Schema, targets: Sequence[str]
) -> dict[int, list[str]]:
    """With how many rows of a key at most which targets would choose otherwise."""
    types = {made.name: _type_of(made, right) for made in node.aggregates}
    found: dict[int, list[str]] = {}
    for target in targets:
        most = DIALECTS[target].few_events if target in DIALECTS else FEW_EVENTS
        few = node.model_copy(update={"rows_per_key": most})
        before, after = (
            [(one.how, one.aggregates) for one in _CHOOSERS[target](n, types)] for n in (node, few)
        )
        if before != after:
            found.setdefault(most, []).append(target)
    return found


def _type_of(made: WindowColumn, right: Schema) -> DType:
    dtype = infer_dtype(made.value, right, Diagnostics())
    assert dtype is not None
    return dtype


def _by_method(node: WindowAggregate, types: Mapping[str, DType]) -> Iterator[Choice]:
    for method, made in by_method(node, types).items():
        why = reasons(made, node, method)
        yield Choice(_names(made), method.value, why, method is Method.PAIRS)


def _by_sql(
    dialect: Dialect, node: WindowAggregate, types: Mapping[str, DType]
) -> Iterator[Choice]:
    methods = methods_of(node, types, dialect)
    for method in dict.fromkeys(methods.values()):
        made = [one for one in node.aggregates if methods[one.name] is method]
        why = reasons(made, node, method, dialect.few_events)
        yield Choice(_names(made), method.value, why, method is Method.PAIRS)


def _by_way(node: WindowAggregate, types: Mapping[str, DType]) -> Iterator[Choice]:
    for way, made in by_way(node, types).items():
        why = polars_reasons(made, node, way)
        yield Choice(_names(made), way.value, why, way is Way.EACH)


def _names(made: Sequence[WindowColumn]) -> tuple[str, ...]:
    return tuple(one.name for one in made)


_CHOOSERS: Mapping[str, Callable[[WindowAggregate, Mapping[str, DType]], Iterator[Choice]]] = {
    "duckdb": partial(_by_sql, DUCKDB),
    "postgres": partial(_by_sql, POSTGRES),
    "spark": partial(_by_sql, SPARK),
    "databricks": partial(_by_sql, DATABRICKS),
    "snowflake": partial(_by_sql, SNOWFLAKE),
    "bigquery": partial(_by_sql, BIGQUERY),
    "redshift": partial(_by_sql, REDSHIFT),
    "polars": _by_way,
    "pyspark": _by_method,
}
