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
from alignc.backends.python.printer import comment, commented
from alignc.backends.python.program import ProgramBuilder
from alignc.ir.plan import AsOfJoin

# The helper columns of validity: a question's time, and when the first of the later rows ends.
ASKED, LATER_END = "__asked", "__later_end"


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
    found = _known_at(program, step, node, asks, rows, keys)
    program.assign(step, _chosen(node, found))


def _chosen(node: AsOfJoin, rows: ast.expr) -> ast.expr:
    names = dict.fromkeys((*node.left_columns, *node.right_columns))
    return method(rows, "select", *map(constant, names))


def _known_at(
    program: ProgramBuilder,
    step: str,
    node: AsOfJoin,
    asks: ast.expr,
    rows: ast.expr,
    keys: list[str],
    ranked: str | None = None,
) -> ast.expr:
    """Each question with the latest of the rows, which are in their order.

    `ranked` are these rows with their rank, where a variable has them already.
    """
    assert node.left_time is not None
    known = program.variable(f"{step}_history")
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
        if ranked is None:
            ranked = program.variable(f"{step}_ranked")
            program.set(ranked, method(rows, "with_row_index", constant(RANK)))
        program.set(known, _known_ranks(program, ranked, node, keys))
        found = _asof(program, asks, name(known), node.left_time, SINCE, keys)
        taken = dict.fromkeys((node.right_time, *node.right_columns))
        wanted = [n for n in taken if n not in keys]
        rows = method(name(ranked), "select", constant(RANK), *map(constant, wanted))
        found = method(found, "join", rows, on=constant(RANK))
    return method(found, "filter", _is_alive(node))


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
    """The latest row known if it has not ended, else the latest one before it that goes on.

    Only a row that ends after a later one of its key can go on when the latest has ended: no others
    are joined. Where the rows of a key follow each other there are none.
    """
    assert node.left_time is not None
    assert node.valid_to is not None
    keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
    ranked, latest, earlier = (
        program.variable(f"{step}_{what}") for what in ("ranked", "latest", "earlier")
    )
    end = call("pl.col", constant(node.valid_to))
    program.set(ranked, _ranked_with_ends(program, node, keys, order))
    asks = method(
        program.read(node.left),
        "select",
        *map(constant, node.left_columns),
        *(renamed(a, k) for k, (a, _) in zip(keys, node.on, strict=True)),
        renamed(node.left_time, ASKED),
    )
    with_end = dict.fromkeys((*node.right_columns, node.valid_to))
    plain = node.model_copy(update={"left_time": ASKED, "right_columns": tuple(with_end)})
    program.set(latest, _known_at(program, step, plain, asks, name(ranked), keys, ranked))
    at = call("pl.col", constant(ASKED))
    goes_on = binary(method(end, "is_null"), ast.BitOr(), compare(at, ast.Lt(), end))
    has_ended = compare(end, ast.LtE(), at)
    ended = method(name(latest), "filter", has_ended)
    ended = method(ended, "select", *map(constant, (*node.left_columns, *keys, ASKED)))
    first = call("pl.col", constant(LATER_END))
    outlives = binary(method(end, "is_null"), ast.BitOr(), compare(first, ast.Lt(), end))
    others = method(name(ranked), "drop_nulls", constant(LATER_END))
    others = method(others, "filter", outlives)
    then = call("pl.col", constant(node.right_time))
    known = [compare(later(then, node.delay), ast.LtE(), at)]
    if node.created_at is not None:
        known.append(compare(call("pl.col", constant(node.created_at)), ast.LtE(), at))
    if node.ttl is not None:
        known.append(_is_alive(plain))
    pairs = method(ended, "join", others, on=compact(texts(keys)))
    in_order = method(method(pairs, "filter", *known, goes_on), "sort", constant(RANK))
    program.statements.append(
        comment(["Where rows overlap, an earlier one may go on when the latest has ended."])
    )
    chosen = list(dict.fromkeys((*node.left_columns, *node.right_columns)))
    program.set(earlier, _last_of_ties(program, in_order, list(node.left_columns), chosen))
    valid = _chosen(node, method(name(latest), "filter", goes_on))
    program.assign(step, call("pl.concat", ast.List(elts=[valid, name(earlier)])))


def _ranked_with_ends(
    program: ProgramBuilder, node: AsOfJoin, keys: list[str], order: list[str]
) -> ast.expr:
    """The rows in their order, with the time at which the first of the later ones ends."""
    assert node.valid_to is not None
    created = [node.created_at] if node.created_at else []
    rows = method(
        asked_for(program, node),
        "drop_nulls",
        texts([*(b for _, b in node.on), node.right_time, *created]),
    )
    rows = method(rows, "sort", *_sort_keys(program, node, order))
    taken = dict.fromkeys((node.right_time, *created, node.valid_to, *node.right_columns))
    rows = method(
        rows,
        "select",
        *(renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
        *map(constant, taken),
    )
    # An open end is a null: the running minimum goes on behind it.
    first: ast.expr = call("pl.col", constant(node.valid_to))
    for call_of in ("reverse", "cum_min", "forward_fill", "shift", "reverse"):
        first = method(first, call_of)
    first = method(method(first, "over", *map(constant, keys)), "alias", constant(LATER_END))
    first = commented(first, ["When the first of the later rows ends."])
    return method(method(rows, "with_row_index", constant(RANK)), "with_columns", first)


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
