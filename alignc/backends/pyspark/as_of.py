"""The latest row known at each question: one time line of rows and questions.

A row is a struct that begins with what decides which of two rows is the later one: the latest is the
greatest. Spark compares structs member by member, a null below all values and NaN above them.
"""

from __future__ import annotations

import ast

from alignc.backends.pyspark.builder import (
    ASKS,
    END,
    LATEST,
    RANK,
    TILE,
    TIME,
    known_rows,
    later,
    micros,
    renamed,
    sort_key,
)
from alignc.backends.pyspark.ops.arg import column, column_name, member, member_name
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
from alignc.ir.state_plans import TILE_LENGTH, is_cut_into_tiles
from alignc.ir.types import INT64, INTEGER_BOUNDS, TIMESTAMP


def lower_as_of(program: ProgramBuilder, step: str, node: AsOfJoin) -> None:
    """The statements of an as-of join."""
    keys = [b for _, b in node.on]
    required = keys if node.left_time is None else [*keys, *_times(node)]
    rows = known_rows(program.read(node.right), required, program.schemas[node.right])
    if node.left_time is None:
        greatest = method(call("F.max", _row(program, node)), "alias", constant(LATEST))
        known = method(method(rows, "groupBy", *map(column_name, keys)), "agg", greatest)
        left = [*map(column_name, node.left_columns), *(renamed(a, b) for a, b in node.on)]
        asks = method(program.read(node.left), "select", *left)
        program.assign(step, _chosen(node, method(asks, "join", known, compact(texts(keys)))))
        return
    since = later(column(node.right_time), node.delay)
    if node.created_at is not None:
        since = call("F.greatest", since, column(node.created_at))
    history = method(
        rows,
        "select",
        *map(column_name, keys),
        micros(since),
        *([] if node.valid_to is None else [_end(node.valid_to)]),
        method(_row(program, node), "alias", constant(LATEST)),
    )
    if node.valid_to is None:
        program.assign(step, _chosen(node, _known_at(program, step, node, history)))
    else:
        _valid_at(program, step, node, history)


def _times(node: AsOfJoin) -> list[str]:
    return [node.right_time, *([node.created_at] if node.created_at else [])]


def _row(program: ProgramBuilder, node: AsOfJoin) -> ast.expr:
    """A row: what decides which is the latest, in the total order, and what is taken of it."""
    schema = program.schemas[node.right]
    members: list[ast.expr] = []
    as_they_are: set[str] = set()
    for place, each in enumerate((*_times(node), *node.order), start=1):
        key = sort_key(each, schema[each])
        if key is None and each not in as_they_are:
            members.append(column_name(each))
            as_they_are.add(each)
        elif key is not None:
            members.append(method(key, "alias", constant(f"__order_{place}")))
    ends = [node.valid_to] if node.valid_to and node.left_time else []
    taken = dict.fromkeys((*node.right_columns, *ends))
    members += [column_name(each) for each in taken if each not in as_they_are]
    return call("F.struct", *members)


def _chosen(node: AsOfJoin, rows: ast.expr) -> ast.expr:
    taken = [n for n in dict.fromkeys(node.right_columns) if n not in node.left_columns]
    columns = [*map(column_name, node.left_columns), *(member_name(LATEST, n) for n in taken)]
    return method(rows, "select", *columns)


def _known_at(program: ProgramBuilder, step: str, node: AsOfJoin, history: ast.expr) -> ast.expr:
    """Rows and questions on one time line: the greatest row so far answers a question.

    Where rows hold until some time, the latest of these is known as well.
    """
    assert node.left_time is not None
    timeline = program.variable(f"{step}_timeline")
    keys = [b for _, b in node.on]
    left = [*map(column_name, node.left_columns), *(renamed(a, b) for a, b in node.on)]
    time = [] if node.left_time in node.left_columns else [column_name(node.left_time)]
    asks = method(program.read(node.left), "select", *left, *time)
    schema = {b: program.schemas[node.left][a] for a, b in node.on}
    schema[node.left_time] = TIMESTAMP
    asks = known_rows(asks, [*keys, node.left_time], schema)
    asks = method(asks, "withColumn", constant(TIME), call("F.unix_micros", column(node.left_time)))
    parts = keys
    if is_cut_into_tiles(node):
        parts = [*keys, TILE]
        history, asks = _with_tiles(program, step, node, history, asks)
    is_ask = method(column(LATEST), "isNull")
    union = method(history, "unionByName", asks, allowMissingColumns=constant(True))
    program.set(timeline, method(union, "withColumn", constant(ASKS), is_ask))
    so_far = method(
        method(call("Window.partitionBy", *map(column_name, parts)), "orderBy", constant(TIME)),
        "rangeBetween",
        attribute(name("Window"), "unboundedPreceding"),
        attribute(name("Window"), "currentRow"),
    )
    ranked = name(timeline)
    for made in (LATEST, *([] if node.valid_to is None else [END])):
        best = method(call("F.max", constant(made)), "over", so_far)
        ranked = method(ranked, "withColumn", constant(made), best)
    return method(ranked, "where", all_of((column(ASKS), _is_found(node))))


def _with_tiles(
    program: ProgramBuilder, step: str, node: AsOfJoin, rows: ast.expr, asks: ast.expr
) -> tuple[ast.expr, ast.expr]:
    """Rows and questions in tiles of time; among the rows are those that tiles begin with."""
    history, asked, tiles, before = (
        program.variable(f"{step}_{what}") for what in ("rows", "asks", "tiles", "before")
    )
    tile = call("tile_of", column(TIME), constant(TILE_LENGTH))
    program.set(history, method(rows, "withColumn", constant(TILE), tile))
    program.set(asked, method(asks, "withColumn", constant(TILE), tile))
    program.statements.append(
        comment(
            [
                "Each day of a key is a task of its own, however many rows the key has. A day begins",
                "with what is the latest row of all days before it.",
            ]
        )
    )
    keys = [*map(column_name, [b for _, b in node.on])]
    known = [LATEST, *([] if node.valid_to is None else [END])]
    places = method(name(asked), "select", *keys, constant(TILE))
    both = method(name(history), "unionByName", places, allowMissingColumns=constant(True))
    greatest = [method(call("F.max", constant(n)), "alias", constant(n)) for n in known]
    groups = method(both, "groupBy", *keys, constant(TILE))
    program.set(tiles, method(groups, "agg", *greatest))
    earlier = method(
        method(call("Window.partitionBy", *keys), "orderBy", constant(TILE)),
        "rangeBetween",
        attribute(name("Window"), "unboundedPreceding"),
        constant(-1),
    )
    first = name(tiles)
    for made in known:
        best = method(call("F.max", constant(made)), "over", earlier)
        first = method(first, "withColumn", constant(made), best)
    first = method(first, "withColumn", constant(TIME), column(TILE))
    program.set(before, method(first, "where", method(column(LATEST), "isNotNull")))
    return method(name(history), "unionByName", name(before)), name(asked)


def _is_found(node: AsOfJoin) -> ast.expr:
    """Whether there is a row, and it is not too old."""
    if node.ttl is None:
        return method(column(LATEST), "isNotNull")
    return _is_fresh(node, node.ttl)


def _is_fresh(node: AsOfJoin, ttl: int) -> ast.expr:
    assert node.left_time is not None
    oldest = later(column(node.left_time), -ttl)
    return compare(member(LATEST, node.right_time), ast.Gt(), oldest)


def _end(valid_to: str) -> ast.expr:
    """The end of a validity in microseconds; what is open ends last."""
    micros_of_end = call("F.unix_micros", column(valid_to))
    never = call("F.lit", constant(INTEGER_BOUNDS[INT64][1]))
    return method(call("F.coalesce", micros_of_end, never), "alias", constant(END))


def _valid_at(program: ProgramBuilder, step: str, node: AsOfJoin, rows: ast.expr) -> None:
    """The latest known row if it is valid, else the latest one before it that is.

    Only where rows overlap is there a question whose latest row has ended while another one goes
    on; these few are joined with all rows of their key.
    """
    assert node.left_time is not None
    assert node.valid_to is not None
    history, latest, ended, earlier = (
        program.variable(f"{step}_{what}") for what in ("history", "latest", "ended", "earlier")
    )
    keys = [b for _, b in node.on]
    program.set(history, rows)
    program.set(latest, _known_at(program, step, node, name(history)))
    at, end = column(node.left_time), member(LATEST, node.valid_to)
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
    then = later(member(LATEST, node.right_time), node.delay)
    are_valid = [compare(then, ast.LtE(), at), goes_on]
    if node.created_at is not None:
        are_valid.append(compare(member(LATEST, node.created_at), ast.LtE(), at))
    if node.ttl is not None:
        are_valid.append(_is_fresh(node, node.ttl))
    pairs = method(name(ended), "join", name(history), compact(texts(keys)))
    rank = method(
        call("F.row_number"),
        "over",
        method(
            call("Window.partitionBy", *map(column_name, node.left_columns)),
            "orderBy",
            method(column(LATEST), "desc"),
        ),
    )
    pairs = method(pairs, "where", all_of(are_valid))
    program.set(earlier, method(pairs, "withColumn", constant(RANK), rank))
    is_last = compare(column(RANK), ast.Eq(), constant(1))
    valid = _chosen(node, method(name(latest), "where", goes_on))
    others = _chosen(node, method(name(earlier), "where", is_last))
    program.assign(step, method(valid, "unionByName", others))
