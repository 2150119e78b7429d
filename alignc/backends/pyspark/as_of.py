"""The latest row known at each question: one time line of rows and questions."""

from __future__ import annotations

import ast

from alignc.backends.pyspark.builder import (
    ASKS,
    END,
    RANK,
    TIME,
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
from alignc.backends.python.printer import comment
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import AsOfJoin
from alignc.ir.types import INT64, INTEGER_BOUNDS, TIMESTAMP


def lower_as_of(program: ProgramBuilder, step: str, node: AsOfJoin) -> None:
    """The statements of an as-of join."""
    keys = [b for _, b in node.on]
    created = [node.created_at] if node.created_at else []
    ends = [node.valid_to] if node.valid_to and node.left_time else []
    order = [node.right_time, *created, *node.order]
    history = program.variable(f"{step}_history")
    required = keys if node.left_time is None else [*keys, node.right_time, *created]
    rows = known_rows(program.read(node.right), required, program.schemas[node.right])
    latest_first = node.left_time is None
    schema = program.schemas[node.right]
    in_order = ordered(keys, order, schema, latest_first=latest_first)
    ranked = method(call("F.row_number"), "over", in_order)
    taken = dict.fromkeys((*keys, node.right_time, *created, *ends, *node.right_columns))
    rank = method(ranked, "alias", constant(RANK))
    program.set(history, method(rows, "select", *map(column_name, taken), rank))
    asking = [renamed(a, b) for a, b in node.on]
    left = [*map(column_name, node.left_columns), *asking]
    if node.left_time is None:
        latest = compare(column(RANK), ast.Eq(), constant(1))
        asks = method(program.read(node.left), "select", *left)
        known = method(name(history), "where", latest)
        found = method(asks, "join", known, compact(texts(keys)))
        program.assign(step, _chosen(node, found))
        return
    found = _known_at(program, step, node, keys, history, left)
    if node.valid_to is None:
        program.assign(step, _chosen(node, found))
    else:
        _valid_at(program, step, node, keys, history, found)


def _chosen(node: AsOfJoin, rows: ast.expr) -> ast.expr:
    names = dict.fromkeys((*node.left_columns, *node.right_columns))
    return method(rows, "select", *map(column_name, names))


def _known_at(
    program: ProgramBuilder,
    step: str,
    node: AsOfJoin,
    keys: list[str],
    history: str,
    left: list[ast.expr],
) -> ast.expr:
    """Rows and questions on one time line: the best rank known so far answers a question.

    Where rows hold until some time, the latest of these is known as well.
    """
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
        *([] if node.valid_to is None else [_end(node.valid_to)]),
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
    if node.valid_to is not None:
        last_end = method(call("F.max", constant(END)), "over", so_far)
        ranked = method(ranked, "withColumn", constant(END), last_end)
    program.set(known, method(ranked, "where", column(ASKS)))
    on = texts([*keys, RANK])
    found = method(name(known), "join", name(history), on)
    return found if node.ttl is None else method(found, "where", _is_fresh(node, node.ttl))


def _is_fresh(node: AsOfJoin, ttl: int) -> ast.expr:
    assert node.left_time is not None
    return compare(column(node.right_time), ast.Gt(), later(column(node.left_time), -ttl))


def _end(valid_to: str) -> ast.expr:
    """The end of a validity in microseconds; what is open ends last."""
    micros_of_end = call("F.unix_micros", column(valid_to))
    never = call("F.lit", constant(INTEGER_BOUNDS[INT64][1]))
    return method(call("F.coalesce", micros_of_end, never), "alias", constant(END))


def _valid_at(
    program: ProgramBuilder,
    step: str,
    node: AsOfJoin,
    keys: list[str],
    history: str,
    found: ast.expr,
) -> None:
    """The latest known row if it is valid, else the latest one before it that is.

    Only where rows overlap is there a question whose latest row has ended while another one goes
    on; these few are joined with all rows of their key.
    """
    assert node.left_time is not None
    assert node.valid_to is not None
    latest, ended, earlier = (
        program.variable(f"{step}_{what}") for what in ("latest", "ended", "earlier")
    )
    program.set(latest, found)
    at, end = column(node.left_time), column(node.valid_to)
    goes_on = binary(method(end, "isNull"), ast.BitOr(), compare(at, ast.Lt(), end))
    has_ended = compare(end, ast.LtE(), at)
    another = compare(column(TIME), ast.Lt(), column(END))
    asked = dict.fromkeys((*node.left_columns, *keys, node.left_time))
    program.statements.append(
        comment(["Where rows overlap, an earlier one may go on when the latest has ended."])
    )
    program.set(
        ended,
        method(
            method(name(latest), "where", all_of((has_ended, another))),
            "select",
            *map(column_name, asked),
        ),
    )
    then = later(column(node.right_time), node.delay)
    are_valid = [compare(then, ast.LtE(), at), goes_on]
    if node.created_at is not None:
        are_valid.append(compare(column(node.created_at), ast.LtE(), at))
    if node.ttl is not None:
        are_valid.append(_is_fresh(node, node.ttl))
    pairs = method(name(ended), "join", name(history), compact(texts(keys)))
    rank = method(
        call("F.row_number"),
        "over",
        method(
            call("Window.partitionBy", *map(column_name, node.left_columns)),
            "orderBy",
            method(column(RANK), "desc"),
        ),
    )
    pairs = method(pairs, "where", all_of(are_valid))
    program.set(earlier, method(pairs, "withColumn", constant(RANK), rank))
    is_last = compare(column(RANK), ast.Eq(), constant(1))
    valid = _chosen(node, method(name(latest), "where", goes_on))
    others = _chosen(node, method(name(earlier), "where", is_last))
    program.assign(step, method(valid, "unionByName", others))
