"""The latest row known at each question: `join_asof`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.builder import (
    RANK,
    SINCE,
    ProgramBuilder,
    renamed,
)
from alignc.backends.python.build import (
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


def lower_as_of(program: ProgramBuilder, step: str, node: AsOfJoin) -> None:
    """The statements of an as-of join."""
    keys = [b for _, b in node.on]
    created = [node.created_at] if node.created_at else []
    order = [node.right_time, *created, *node.order]
    if node.left_time is None:
        _latest(program, step, node, keys, order)
        return
    known = program.variable(f"{step}_history")
    required = [*keys, node.right_time, *created]
    rows = method(program.read(node.right), "drop_nulls", texts(required))
    rows = method(rows, "sort", *map(constant, order))
    asking = [renamed(a, b) for a, b in node.on]
    asks = method(
        program.read(node.left),
        "select",
        *map(constant, node.left_columns),
        *asking,
        constant(node.left_time),
    )
    asks = method(asks, "drop_nulls", texts([*keys, node.left_time]))
    asks = method(asks, "sort", constant(node.left_time))
    if node.created_at is None:
        taken = dict.fromkeys((*keys, node.right_time, *node.right_columns))
        program.set(known, _last_of_ties(program, rows, [*keys, node.right_time], list(taken)))
        found = _asof(program, asks, name(known), node.left_time, node.right_time, keys)
    else:
        ranked = program.variable(f"{step}_ranked")
        program.set(ranked, method(rows, "with_row_index", constant(RANK)))
        program.set(known, _known_ranks(program, ranked, node, keys))
        found = _asof(program, asks, name(known), node.left_time, SINCE, keys)
        taken = dict.fromkeys((node.right_time, *node.right_columns))
        wanted = [n for n in taken if n not in keys]
        rows = method(name(ranked), "select", constant(RANK), *map(constant, wanted))
        found = method(found, "join", rows, on=constant(RANK))
    found = method(found, "filter", _is_alive(node))
    chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
    program.assign(step, method(found, "select", *map(constant, chosen)))


def _latest(
    program: ProgramBuilder, step: str, node: AsOfJoin, keys: list[str], order: list[str]
) -> None:
    history = program.variable(f"{step}_history")
    rows = method(program.read(node.right), "drop_nulls", texts(keys))
    rows = method(rows, "sort", *map(constant, order))
    taken = list(dict.fromkeys((*keys, *node.right_columns)))
    program.set(history, _last_of_ties(program, rows, keys, taken))
    asking = [renamed(a, b) for a, b in node.on]
    left = method(program.read(node.left), "select", *map(constant, node.left_columns), *asking)
    found = method(left, "join", name(history), on=compact(texts(keys)))
    chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
    program.assign(step, method(found, "select", *map(constant, chosen)))


def _last_of_ties(
    program: ProgramBuilder, rows: ast.expr, subset: list[str], taken: Sequence[str]
) -> ast.expr:
    kept = method(
        rows,
        "unique",
        texts(subset),
        keep=constant("last"),
        maintain_order=constant(True),
    )
    return method(kept, "select", *map(constant, taken))


def _known_ranks(program: ProgramBuilder, ranked: str, node: AsOfJoin, keys: list[str]) -> ast.expr:
    """From when on which row is the latest of those known."""
    assert node.created_at is not None
    times = (constant(node.right_time), constant(node.created_at))
    since = method(call("pl.max_horizontal", *times), "alias", constant(SINCE))
    rows = method(name(ranked), "select", *map(constant, keys), constant(RANK), since)
    rows = method(rows, "sort", constant(SINCE), constant(RANK))
    best = method(method(call("pl.col", constant(RANK)), "cum_max"), "over", *map(constant, keys))
    rows = method(rows, "with_columns", best)
    return _last_of_ties(program, rows, [*keys, SINCE], [*keys, SINCE, RANK])


def _asof(
    program: ProgramBuilder, asks: ast.expr, known: ast.expr, left: str, right: str, keys: list[str]
) -> ast.expr:
    return method(
        asks,
        "join_asof",
        known,
        left_on=constant(left),
        right_on=constant(right),
        by=compact(texts(keys)),
        strategy=constant("backward"),
        check_sortedness=constant(False),
    )


def _is_alive(node: AsOfJoin) -> ast.expr:
    assert node.left_time is not None
    then = call("pl.col", constant(node.right_time))
    if node.ttl is None:
        return method(then, "is_not_null")
    oldest = binary(call("pl.col", constant(node.left_time)), ast.Sub(), _duration(node.ttl))
    return compare(then, ast.Gt(), oldest)


_UNITS = (("hours", 3_600_000_000), ("minutes", 60_000_000), ("seconds", 1_000_000))


def _duration(microseconds: int) -> ast.expr:
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return call("pl.duration", **{unit: constant(microseconds // size)})
    return call("pl.duration", microseconds=constant(microseconds))
