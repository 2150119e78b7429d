"""What PySpark programs have already, and the expressions that several kinds of steps need."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import reduce

from alignc.backends.pyspark.ops.arg import column, column_name, is_plain_name
from alignc.backends.python.build import binary, call, constant, lambda_, method, texts
from alignc.backends.python.program import ENTITY_ROWS, ProgramBuilder
from alignc.ir.plan import Plan, names_to_tell, schemas
from alignc.ir.types import FLOATS, DType

# The names of helper columns.
TIME, RANK, ASKS, END = "__time", "__rank", "__asks", "__end"
LATEST, TILE = "__latest", "__tile"

# Names that the program has already: imports, helpers and parameters of `build`.
_TAKEN = frozenset(
    [
        "F",
        "Window",
        "SparkSession",
        "DataFrame",
        "argparse",
        "os",
        "sys",
        "sources",
        "entities",
        "build",
        "run",
        "sliced",
        "main",
        "Column",
        "InputError",
        "open_source",
        "typed",
        "unique_by",
        "percentile",
        "dot_product",
        "vector_distance",
        "cosine_similarity",
        "sum_of",
        "json_value",
        "ALL_TIME",
        "Span",
        "tile_of",
        "totals_at",
        "parts_at",
        "sum_over",
        "total_over",
        "mean_over",
        "least_over",
        "greatest_over",
        "variance_over",
        "write",
        "path",
        "Path",
        "UTC",
        "date",
        "datetime",
        "timedelta",
        "Decimal",
        "spark",
    ]
)


def program_builder(plan: Plan) -> ProgramBuilder:
    """An empty program for a plan."""
    return ProgramBuilder(schemas(plan), {*_TAKEN, ENTITY_ROWS}, names_to_tell(plan))


def known_rows(
    rows: ast.expr, names: Sequence[str], schema: Mapping[str, DType], *, are_all: bool = False
) -> ast.expr:
    """The rows in which none of the columns is null; `are_all` if there are no others.

    `dropna` says it best, but it drops NaN as well, and takes a name with a dot for a path.
    """
    if all(is_plain_name(n) and schema[n] not in FLOATS for n in names):
        return method(rows, "dropna", **({} if are_all else {"subset": texts(names)}))
    tests = [method(column(n), "isNotNull") for n in names]
    return method(rows, "where", reduce(lambda a, b: binary(a, ast.BitAnd(), b), tests))


def renamed(old: str, new: str) -> ast.expr:
    return column_name(old) if old == new else method(column(old), "alias", constant(new))


def micros(time: ast.expr) -> ast.expr:
    return method(call("F.unix_micros", time), "alias", constant(TIME))


def ordered(
    keys: Sequence[str],
    order: Sequence[str],
    schema: Mapping[str, DType],
    *,
    latest_first: bool,
) -> ast.expr:
    """The total order of the rows of a key; a null is the lowest value."""
    direction = "desc_nulls_last" if latest_first else "asc_nulls_first"
    return method(
        call("Window.partitionBy", *map(column_name, keys)),
        "orderBy",
        *(method(sort_key(n, schema[n]) or column(n), direction) for n in order),
    )


def sort_key(name: str, dtype: DType) -> ast.expr | None:
    """What rows are sorted by if it is not the column itself: in a list a missing element is above all others."""
    if dtype.name != "List":
        return None
    element = ast.Name("element", ast.Load())
    ranked = call("F.struct", method(element, "isNull"), element)
    return call("F.transform", column(name), lambda_("element", ranked))


def later(time: ast.expr, microseconds: int) -> ast.expr:
    """A time moved by a duration, which may be negative."""
    if microseconds == 0:
        return time
    move = ast.Add() if microseconds > 0 else ast.Sub()
    return binary(time, move, interval(abs(microseconds)))


def interval(microseconds: int) -> ast.expr:
    """Elapsed time, which is never a day of a calendar."""
    for unit, size in (("hours", 3_600_000_000), ("mins", 60_000_000)):
        if microseconds % size == 0:
            count = constant(microseconds // size)
            return call("F.make_dt_interval", **{unit: call("F.lit", count)})
    seconds = _decimal(microseconds)
    return call("F.make_dt_interval", secs=seconds)


def _decimal(microseconds: int) -> ast.expr:
    text = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06}"
    return method(call("F.lit", constant(text)), "cast", constant("decimal(18,6)"))
