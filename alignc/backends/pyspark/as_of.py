"""The latest row known at each question: one time line of rows and questions."""

from __future__ import annotations

import ast

from alignc.backends.pyspark.builder import (
    ASKS,
    RANK,
    TIME,
    interval,
    known_rows,
    later,
    micros,
    ordered,
    renamed,
)
from alignc.backends.pyspark.ops.arg import column, column_name
from alignc.backends.python.build import (
    all_of,
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
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import AsOfJoin
from alignc.ir.types import TIMESTAMP


def lower_as_of(program: ProgramBuilder, step: str, node: AsOfJoin) -> None:
    """The statements of an as-of join."""
    keys = [b for _, b in node.on]
    created = [node.created_at] if node.created_at else []
    order = [node.right_time, *created, *node.order]
    if node.left_time is not None and node.valid_to is not None:
        _validity(program, step, node, order)
        return
    history = program.variable(f"{step}_history")
    required = keys if node.left_time is None else [*keys, node.right_time, *created]
    rows = known_rows(program.read(node.right), required, program.schemas[node.right])
    latest_first = node.left_time is None
    schema = program.schemas[node.right]
    in_order = ordered(keys, order, schema, latest_first=latest_first)
    ranked = method(call("F.row_number"), "over", in_order)
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


def _validity(program: ProgramBuilder, step: str, node: AsOfJoin, order: list[str]) -> None:
    """The last one of the rows that are valid at a question: a join of all of them."""
    assert node.left_time is not None
    assert node.valid_to is not None
    asked = [f"__ask_{i}" for i, _ in enumerate(node.on, start=1)]
    at, then, end = (column(n) for n in (node.left_time, node.right_time, node.valid_to))
    known = [
        *(
            compare(column(a), ast.Eq(), column(b))
            for a, (_, b) in zip(asked, node.on, strict=True)
        ),
        compare(later(then, node.delay), ast.LtE(), at),
        binary(method(end, "isNull"), ast.BitOr(), compare(at, ast.Lt(), end)),
    ]
    if node.created_at is not None:
        known.append(compare(column(node.created_at), ast.LtE(), at))
    if node.ttl is not None:
        known.append(compare(then, ast.Gt(), later(at, -node.ttl)))
    asks = method(
        program.read(node.left),
        "select",
        *map(column_name, node.left_columns),
        *(renamed(a, k) for k, (a, _) in zip(asked, node.on, strict=True)),
        *([] if node.left_time in node.left_columns else [column_name(node.left_time)]),
    )
    keys = (b for _, b in node.on)
    taken = dict.fromkeys((*keys, *order, node.valid_to, *node.right_columns))
    rows = method(program.read(node.right), "select", *map(column_name, taken))
    rank = method(
        call("F.row_number"),
        "over",
        ordered(node.left_columns, order, program.schemas[node.right], latest_first=True),
    )
    valid = program.variable(f"{step}_valid")
    pairs = method(asks, "join", rows, all_of(known))
    program.set(valid, method(pairs, "withColumn", constant(RANK), rank))
    latest = method(name(valid), "where", compare(column(RANK), ast.Eq(), constant(1)))
    chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
    program.assign(step, method(latest, "select", *map(column_name, chosen)))


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
    since = later(column(node.right_time), node.delay)
    if node.created_at is not None:
        since = call("F.greatest", since, column(node.created_at))
    answers = method(
        name(history),
        "select",
        *map(column_name, keys),
        micros(since),
        column_name(RANK),
    )
    time = [] if node.left_time in node.left_columns else [column_name(node.left_time)]
    asks = method(program.read(node.left), "select", *left, *time)
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
    oldest = binary(column(node.left_time), ast.Sub(), interval(node.ttl))
    return method(found, "where", compare(column(node.right_time), ast.Gt(), oldest))
