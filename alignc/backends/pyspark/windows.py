"""Aggregates over windows: events and questions on one time line, and a frame of it for each window."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.builder import ASKS, TIME, known_rows, micros, renamed
from alignc.backends.pyspark.expressions import lower_arg, lower_expr
from alignc.backends.pyspark.matched import aggregate, lower_matched
from alignc.backends.pyspark.ops.arg import Over, cast, column, column_name
from alignc.backends.python.build import attribute, call, constant, method, name
from alignc.backends.python.printer import comment
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.expr import Expr
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate
from alignc.ir.print import show_window, window_name
from alignc.ir.time_frames import fits_frames, frame_bounds
from alignc.ir.types import DType


def lower_windows(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    """The statements of a window aggregate: frames where all engines have them, else matched rows."""
    if fits_frames(node):
        _framed(program, step, node)
    else:
        lower_matched(program, step, node)


def _framed(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    timeline = program.variable(f"{step}_timeline")
    right, left = program.schemas[node.right], program.schemas[node.left]
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    values: dict[Expr, str] = {}
    for made in node.aggregates:
        values.setdefault(made.value, f"__value_{len(values) + 1}")
    types = {n: lower_arg(v, right).dtype for v, n in values.items()}
    required = [*(b for _, b in node.on), node.right_time]
    happened = known_rows(program.read(node.right), required, right)
    events = method(
        happened,
        "select",
        *(renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
        micros(column(node.right_time)),
        method(call("F.lit", constant(False)), "alias", constant(ASKS)),
        *(_null(left[n], n) for n in node.left_columns),
        *(method(lower_expr(v, right), "alias", constant(n)) for v, n in values.items()),
    )
    asks = method(
        program.read(node.left),
        "select",
        *(renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
        micros(column(node.left_time)),
        method(call("F.lit", constant(True)), "alias", constant(ASKS)),
        *map(column_name, node.left_columns),
        *(_null(t, n) for n, t in types.items()),
    )
    program.set(timeline, method(events, "unionByName", asks))
    frames: dict[Window, str] = {}
    for window in dict.fromkeys(a.window for a in node.aggregates):
        last = "" if window.is_ahead else "last_"
        frames[window] = program.variable(f"{last}{window_name(window)}")
        edge = "A range includes its edges: an open one is 1 us further in."
        program.statements.append(comment([f"Events in {show_window(window)}.", edge]))
        program.set(frames[window], _frame(keys, window))
    made_columns = [
        aggregate(a, values[a.value], types, _over(frames[a.window])) for a in node.aggregates
    ]
    computed = method(
        name(timeline),
        "select",
        constant(ASKS),
        *map(column_name, node.left_columns),
        *made_columns,
    )
    asked = method(computed, "where", column(ASKS))
    program.assign(step, method(asked, "drop", constant(ASKS)))


def _over(frame: str) -> Over:
    return lambda call: method(call, "over", name(frame))


def _null(dtype: DType, label: str) -> ast.expr:
    return method(cast(call("F.lit", constant(None)), dtype), "alias", constant(label))


def _frame(keys: Sequence[str], window: Window) -> ast.expr:
    first, last = frame_bounds(window)
    start = attribute(name("Window"), "unboundedPreceding") if first is None else constant(-first)
    partition = [constant(k) for k in keys]
    if first is None:
        # A question without a time must not see the events that have one.
        partition.append(method(column(TIME), "isNull"))
    return method(
        method(call("Window.partitionBy", *partition), "orderBy", constant(TIME)),
        "rangeBetween",
        start,
        constant(-last),
    )
