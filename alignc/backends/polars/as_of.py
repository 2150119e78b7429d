"""The latest row known at each question: `join_asof`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from alignc.backends.polars.builder import (
    RANK,
    SINCE,
    asked_for,
    duration,
    later,
    renamed,
    sort_key,
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
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import AsOfJoin


def lower_as_of(program: ProgramBuilder, step: str, node: AsOfJoin) -> None:
    """The statements of an as-of join."""
    keys = [b for _, b in node.on]
    created = [node.created_at] if node.created_at else []
    order = [node.right_time, *created, *node.order]
    if node.left_time is None:
        _latest(program, step, node, keys, order)
        return
    if node.valid_to is not None:
        _validity(program, step, node, order)
        return
    known = program.variable(f"{step}_history")
    required = [*keys, node.right_time, *created]
    rows = method(asked_for(program, node), "drop_nulls", texts(required))
    rows = method(rows, "sort", *_sort_keys(program, node, order))
    asking = [renamed(a, b) for a, b in node.on]
    asks = method(
        program.read(node.left),
        "select",
        *map(constant, node.left_columns),
        *asking,
        *([] if node.left_time in node.left_columns else [constant(node.left_time)]),
    )
    asks = method(asks, "drop_nulls", texts([*keys, node.left_time]))
    asks = method(asks, "sort", constant(node.left_time))
    if node.created_at is None:
        taken = dict.fromkeys((*keys, node.right_time, *node.right_columns))
        # Of rows of the same time the join takes the last one.
        history = method(rows, "select", *map(constant, taken))
        right_time = node.right_time
        if node.delay:
            right_time = SINCE
            since = later(call("pl.col", constant(node.right_time)), node.delay)
            history = method(history, "with_columns", method(since, "alias", constant(right_time)))
        program.set(known, history)
        found = _asof(program, asks, name(known), node.left_time, right_time, keys)
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
    rows = method(asked_for(program, node), "drop_nulls", texts(keys))
    rows = method(rows, "sort", *_sort_keys(program, node, order))
    taken = list(dict.fromkeys((*keys, *node.right_columns)))
    program.set(history, _last_of_ties(program, rows, keys, taken))
    asking = [renamed(a, b) for a, b in node.on]
    left = method(program.read(node.left), "select", *map(constant, node.left_columns), *asking)
    found = method(left, "join", name(history), on=compact(texts(keys)))
    chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
    program.assign(step, method(found, "select", *map(constant, chosen)))


def _validity(program: ProgramBuilder, step: str, node: AsOfJoin, order: list[str]) -> None:
    """The last one of the rows that are valid at a question: a join of all of them."""
    assert node.left_time is not None
    assert node.valid_to is not None
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    at, then, end = (
        call("pl.col", constant(n)) for n in (node.left_time, node.right_time, node.valid_to)
    )
    known = [compare(later(then, node.delay), ast.LtE(), at)]
    if node.created_at is not None:
        known.append(compare(call("pl.col", constant(node.created_at)), ast.LtE(), at))
    if node.ttl is not None:
        known.append(_is_alive(node))
    known.append(binary(method(end, "is_null"), ast.BitOr(), compare(at, ast.Lt(), end)))
    taken = dict.fromkeys((*order, node.valid_to, *node.right_columns))
    rows = method(
        program.read(node.right),
        "select",
        *(renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
        *map(constant, taken),
    )
    asks = method(
        program.read(node.left),
        "select",
        *map(constant, node.left_columns),
        *(renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
        *([] if node.left_time in node.left_columns else [constant(node.left_time)]),
    )
    pairs = method(asks, "join", rows, on=compact(texts(keys)))
    valid = program.variable(f"{step}_valid")
    in_order = method(method(pairs, "filter", *known), "sort", *_sort_keys(program, node, order))
    program.set(valid, in_order)
    chosen = dict.fromkeys((*node.left_columns, *node.right_columns))
    program.assign(step, _last_of_ties(program, name(valid), list(node.left_columns), list(chosen)))


def _sort_keys(program: ProgramBuilder, node: AsOfJoin, order: Sequence[str]) -> list[ast.expr]:
    schema = program.schemas[node.right]
    return [sort_key(name, schema[name]) for name in order]


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
    happened = constant(node.right_time)
    if node.delay:
        happened = later(call("pl.col", happened), node.delay)
    times = (happened, constant(node.created_at))
    since = method(call("pl.max_horizontal", *times), "alias", constant(SINCE))
    rows = method(name(ranked), "select", *map(constant, keys), constant(RANK), since)
    rows = method(rows, "sort", constant(SINCE), constant(RANK))
    best = method(method(call("pl.col", constant(RANK)), "cum_max"), "over", *map(constant, keys))
    return method(rows, "with_columns", best)


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
    oldest = binary(call("pl.col", constant(node.left_time)), ast.Sub(), duration(node.ttl))
    return compare(then, ast.Gt(), oldest)
