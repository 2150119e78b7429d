"""The latest row known at each question: one time line of rows and questions."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.pyspark.builder import (
    ASKS,
    RANK,
    TIME,
    ProgramBuilder,
    known_rows,
    micros,
    renamed,
)
from alignc.backends.pyspark.ops.arg import column, column_name
from alignc.backends.python.build import (
    attribute,
    binary,
    call,
    compact,
    compare,
    constant,
    method,
    name,
    texts,
)
from alignc.ir.plan import (
    AsOfJoin,
)
from alignc.ir.types import TIMESTAMP


def lower_as_of(program: ProgramBuilder, step: str, node: AsOfJoin) -> None:
    """The statements of an as-of join."""
    keys = [b for _, b in node.on]
    created = [node.created_at] if node.created_at else []
    order = [node.right_time, *created, *node.order]
    history = program.variable(f"{step}_history")
    required = keys if node.left_time is None else [*keys, node.right_time, *created]
    rows = known_rows(program.read(node.right), required, program.schemas[node.right])
    latest_first = node.left_time is None
    ranked = method(call("F.row_number"), "over", _ordered(keys, order, latest_first))
    taken = dict.fromkeys((*keys, node.right_time, *created, *node.right_columns))
    rank = method(ranked, "alias", constant(RANK))
    program.set(history, method(rows, "select", *map(column_name, taken), rank))
    asking = [renamed(a, b) for a, b in node.on]
    left = [*map(column_name, node.left_columns), *asking]
    if node.left_time is None:
        latest = compare(column(RANK), ast.Eq(), constant(1))
        asks = method(program.read(node.left), "select", *left)
        known = method(name(history), "where", latest)
        found = method(asks, "join", known, compact(texts(keys)))
    else:
        found = _known_at(program, step, node, keys, history, left)
    chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
    program.assign(step, method(found, "select", *map(column_name, chosen)))


def _known_at(
    program: ProgramBuilder,
    step: str,
    node: AsOfJoin,
    keys: list[str],
    history: str,
    left: list[ast.expr],
) -> ast.expr:
    """Rows and questions on one time line: the best rank known so far answers a question."""
    assert node.left_time is not None
    timeline = program.variable(f"{step}_timeline")
    known = program.variable(f"{step}_known")
    since = column(node.right_time)
    if node.created_at is not None:
        since = call("F.greatest", since, column(node.created_at))
    answers = method(
        name(history),
        "select",
        *map(column_name, keys),
        micros(since),
        column_name(RANK),
    )
    asks = method(program.read(node.left), "select", *left, column_name(node.left_time))
    schema = {b: program.schemas[node.left][a] for a, b in node.on}
    schema[node.left_time] = TIMESTAMP
    asks = known_rows(asks, [*keys, node.left_time], schema)
    asks = method(asks, "withColumn", constant(TIME), call("F.unix_micros", column(node.left_time)))
    program.set(
        timeline,
        method(answers, "unionByName", asks, allowMissingColumns=constant(True)),
    )
    so_far = method(
        method(call("Window.partitionBy", *map(column_name, keys)), "orderBy", constant(TIME)),
        "rangeBetween",
        attribute(name("Window"), "unboundedPreceding"),
        attribute(name("Window"), "currentRow"),
    )
    best = method(call("F.max", constant(RANK)), "over", so_far)
    is_ask = method(column(RANK), "isNull")
    marked = method(name(timeline), "withColumn", constant(ASKS), is_ask)
    ranked = method(marked, "withColumn", constant(RANK), best)
    program.set(known, method(ranked, "where", column(ASKS)))
    on = texts([*keys, RANK])
    found = method(name(known), "join", name(history), on)
    if node.ttl is None:
        return found
    oldest = binary(column(node.left_time), ast.Sub(), _interval(node.ttl))
    return method(found, "where", compare(column(node.right_time), ast.Gt(), oldest))


def _ordered(keys: Sequence[str], order: Sequence[str], latest_first: bool) -> ast.expr:
    """The total order of the rows of a key; a null is the lowest value."""
    direction = "desc_nulls_last" if latest_first else "asc_nulls_first"
    return method(
        call("Window.partitionBy", *map(column_name, keys)),
        "orderBy",
        *(method(column(n), direction) for n in order),
    )


def _interval(microseconds: int) -> ast.expr:
    for unit, size in (("hours", 3_600_000_000), ("mins", 60_000_000)):
        if microseconds % size == 0:
            count = constant(microseconds // size)
            return call("F.make_dt_interval", **{unit: call("F.lit", count)})
    seconds = _decimal(microseconds)
    return call("F.make_dt_interval", secs=seconds)


def _decimal(microseconds: int) -> ast.expr:
    text = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06}"
    return method(call("F.lit", constant(text)), "cast", constant("decimal(18,6)"))
