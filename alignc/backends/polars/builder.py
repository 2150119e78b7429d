"""What Polars programs have already, and the expressions that several kinds of steps need."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from alignc.backends.python.build import binary, call, compact, constant, method, texts
from alignc.backends.python.program import ENTITY_ROWS, SOURCE_ROWS, ProgramBuilder
from alignc.ir.plan import (
    ENTITIES,
    AsOfJoin,
    Plan,
    WindowAggregate,
    names_to_tell,
    schemas,
)
from alignc.ir.types import DType

# The names of helper columns.
TIME, CREATED, RANK, SINCE = "__time", "__created", "__rank", "__since"

# What computes aggregates from the places of events.
WINDOW_HELPERS = (
    "windows",
    "present",
    "at_once",
    "counts_in",
    "totals_in",
    "first_in",
    "last_in",
    "sums_in",
    "variances_in",
    "smallest_in",
    "largest_in",
    "each_in",
)

# Names that the program has already: imports, helpers and parameters of `build`.
_TAKEN = frozenset(
    [
        "pl",
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
        "write",
        "round_decimal",
        "md5",
        "md5_number",
        "loads",
        "json_value",
        "percentile",
        "dot_product",
        "vector_distance",
        "cosine_similarity",
        "paired",
        "sum_of",
        "Span",
        "Window",
        "series",
        "between",
        "ThreadPoolExecutor",
        "Callable",
        "merged",
        *WINDOW_HELPERS,
        "to_decimal",
        "path",
        "Path",
        "UTC",
        "date",
        "datetime",
        "timedelta",
        "Decimal",
    ]
)

# Further names at the top of a program, which a variable of `build` may have too.
TOP_LEVEL = _TAKEN | frozenset(
    [
        "Run",
        "runs",
        "asked",
        "shutil",
        "Iterable",
        "Iterator",
        "File",
        "NamedTuple",
        "PROJECT",
        "Table",
        "DAY",
        "TIME",
        "OFFSET",
        "EXISTING_DAY",
        "DECIMAL",
        "convert",
        "read_table",
        "read_entities",
        "nearest_microsecond",
        "to_utc",
        "at_zone",
        "in_range",
        "from_unix",
        "to_iso",
        "parse_times",
        "chosen_sources",
        "parse_arguments",
        "moment",
    ]
)


def program_builder(plan: Plan, reserved: Iterable[str] = ()) -> ProgramBuilder:
    """An empty program for a plan."""
    has_entities = any(scan.source == ENTITIES for _, scan in plan.scans())
    taken = {*_TAKEN, ENTITY_ROWS, SOURCE_ROWS, *reserved}
    return ProgramBuilder(schemas(plan), taken, names_to_tell(plan), has_entities)


def asked_for(
    program: ProgramBuilder, node: AsOfJoin | WindowAggregate, *, in_order: bool = False
) -> ast.expr:
    """The rows of the right side; of a dataset only those with a key of an entity row."""
    rows = program.read(node.right)
    if not program.has_entities:
        return rows
    left, right = ([pair[side] for pair in node.on] for side in (0, 1))
    on: dict[str, ast.expr] = {"on": compact(texts(left))}
    if left != right:
        on = {"left_on": compact(texts(right)), "right_on": compact(texts(left))}
    options = {"maintain_order": constant("left")} if in_order else {}
    return method(rows, "join", program.read(node.left), **on, how=constant("semi"), **options)


def renamed(old: str, new: str) -> ast.expr:
    if old == new:
        return constant(old)
    return method(call("pl.col", constant(old)), "alias", constant(new))


def sort_key(name: str, dtype: DType) -> ast.expr:
    """What rows are sorted by: in a list a missing element is above all others."""
    if dtype.name != "List":
        return constant(name)
    element = call("pl.element")
    is_missing = method(method(element, "is_null"), "alias", constant("is_missing"))
    ranked = call("pl.struct", is_missing, method(element, "alias", constant("element")))
    return method(call("pl.col", constant(name)), "list.eval", ranked)


_UNITS = (("hours", 3_600_000_000), ("minutes", 60_000_000), ("seconds", 1_000_000))


def later(time: ast.expr, microseconds: int) -> ast.expr:
    """A time moved by a duration, which may be negative."""
    if microseconds == 0:
        return time
    move = ast.Add() if microseconds > 0 else ast.Sub()
    return binary(time, move, duration(abs(microseconds)))


def duration(microseconds: int) -> ast.expr:
    """Elapsed time in its largest whole unit."""
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return call("pl.duration", **{unit: constant(microseconds // size)})
    return call("pl.duration", microseconds=constant(microseconds))
