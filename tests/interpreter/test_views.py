"""The rows of a view, with expected values worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignc.interpreter import Value, interpret_view
from alignc.interpreter.views import in_window
from alignc.ir.expr import Column, call, literal
from alignc.ir.module import Window
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING

from .building import (
    HOUR,
    Closed,
    at,
    column,
    derived,
    entity,
    event_timestamp,
    module,
    over,
    raw,
    rows,
    view,
)

MICROSECOND = timedelta(microseconds=1)
X = Column(name="x")


def test_a_row_level_view_has_a_row_for_each_input_row_in_definition_order() -> None:
    definition = view(
        "v",
        # Defined before the feature that it reads.
        derived("twice", INT64, call("mul", Column(name="more"), literal(2))),
        entity("id"),
        raw("x", INT64, column="the x"),
        derived("more", INT64, call("add", X, literal(1))),
    )
    given: list[dict[str, Value]] = [{"id": "a", "the x": "3"}, {"id": None, "the x": "three"}]
    assert interpret_view(module(definition), "v", {"s": given}) == [
        {"twice": 8, "id": "a", "x": 3, "more": 4},
        {"twice": None, "id": None, "x": None, "more": None},
    ]
    first = interpret_view(module(definition), "v", {"s": given})[0]
    assert list(first) == ["twice", "id", "x", "more"]


def test_a_missing_column_or_source_is_named() -> None:
    definition = module(view("v", entity("id")))
    with pytest.raises(ValueError, match="source `s` has no column `id`"):
        interpret_view(definition, "v", {"s": [{"x": 1}]})
    with pytest.raises(ValueError, match="source `s`, which is not given"):
        interpret_view(definition, "v", {})
    over_view = module(view("v", entity("id")), view("w", entity("key"), of_view="v"))
    with pytest.raises(ValueError, match="view `v` has no column `key`"):
        interpret_view(over_view, "w", {"s": [{"id": "a"}]})


def test_the_maximum_slides_with_the_hours() -> None:
    definition = view(
        "v",
        entity("id"),
        event_timestamp(),
        raw("x", INT64),
        over("top", "max", "x", hours=2, dtype=INT64),
        over("low", "min", "x", hours=2, dtype=INT64),
    )
    given = rows("id ts x", ("a", at(1), 10), ("a", at(2), 5), ("a", at(3), 7), ("a", at(4), 3))
    # At 3:00 the value of 1:00 is exactly two hours old and out of the window.
    found = interpret_view(module(definition), "v", {"s": given})
    assert column(found, "top") == [10, 10, 7, 7]
    assert column(found, "low") == [10, 5, 5, 3]
    assert interpret_view(module(definition), "v", {"s": given[::-1]}) == found[::-1]


@pytest.mark.parametrize(
    ("closed", "oldest", "newest"),
    [("right", False, True), ("left", True, False), ("both", True, True), ("none", False, False)],
)
def test_a_window_has_the_edges_that_closed_says(
    closed: Closed, oldest: bool, newest: bool
) -> None:
    window = Window(length=2 * HOUR, offset=HOUR, closed=closed)
    q = at(10)
    assert in_window(at(7), q, window) is oldest
    assert in_window(at(9), q, window) is newest
    assert in_window(at(7) + MICROSECOND, q, window)
    assert in_window(at(9) - MICROSECOND, q, window)
    assert not in_window(at(7) - MICROSECOND, q, window)
    assert not in_window(at(9) + MICROSECOND, q, window)


def test_a_window_without_length_has_no_lower_edge() -> None:
    assert in_window(at(0) - timedelta(days=300_000), at(10), Window())
    assert not in_window(at(10) + MICROSECOND, at(10), Window())


def test_equal_times_see_each_other_and_later_ones_are_not_seen() -> None:
    definition = view(
        "v", entity("id"), event_timestamp(), raw("x", INT64), over("n", "count", "x", dtype=INT64)
    )
    given = rows("id ts x", ("a", at(1), 1), ("a", at(1), 2), ("a", at(2), None), ("b", at(1), 1))
    found = interpret_view(module(definition), "v", {"s": given})
    assert column(found, "n") == [2, 2, 2, 1]


def test_a_null_key_or_time_sees_no_events() -> None:
    definition = view(
        "v",
        entity("id"),
        event_timestamp(),
        raw("x", INT64),
        over("n", "count", "x", dtype=INT64),
        over("total", "sum", "x", dtype=INT64),
    )
    given = rows("id ts x", (None, at(1), 1), ("a", None, 1), ("", at(1), 1), ("a", at(1), 1))
    found = interpret_view(module(definition), "v", {"s": given})
    assert column(found, "n") == [0, 0, 1, 1]
    assert column(found, "total") == [None, None, 1, 1]


def test_a_view_of_aggregates_has_a_row_for_each_key_and_time() -> None:
    definition = view(
        "v",
        entity("id"),
        event_timestamp(),
        over("total", "sum", literal(2), hours=1, dtype=INT64),
        derived("many", BOOL, call("gt", Column(name="total"), literal(2))),
    )
    given = rows(
        "id ts",
        ("b", at(2)),
        ("a", at(1)),
        ("a", at(1)),
        (None, at(1)),
        ("a", None),
        ("a", at(1, 30)),
    )
    found = interpret_view(module(definition), "v", {"s": given})
    assert found == rows(
        "id ts total many",
        ("b", at(2), 2, False),
        ("a", at(1), 4, True),
        ("a", at(1, 30), 6, True),
    )


def test_a_derived_row_level_feature_keeps_all_rows() -> None:
    definition = view(
        "v",
        entity("id"),
        event_timestamp(),
        derived("one", INT64, literal(1)),
        over("n", "count", "one", dtype=INT64),
    )
    given = rows("id ts", ("a", at(1)), ("a", at(1)))
    assert column(interpret_view(module(definition), "v", {"s": given}), "n") == [2, 2]


def test_a_view_of_a_view_sees_the_rows_for_which_the_filter_is_true() -> None:
    base = view("base", entity("id"), event_timestamp(), raw("x", FLOAT64))
    filtered = view(
        "filtered",
        entity("id"),
        event_timestamp(),
        raw("y", INT64, column="x"),
        over("n", "count", Column(name="y"), dtype=INT64),
        of_view="base",
        where=call("gt", X, literal(1)),
    )
    given = rows(
        "id ts x", ("a", at(1), 1.9), ("a", at(2), 1.0), ("a", at(3), None), ("a", at(4), 5.0)
    )
    found = interpret_view(module(base, filtered), "filtered", {"s": given})
    assert found == rows("id ts y n", ("a", at(1), 1, 1), ("a", at(4), 5, 2))


def test_an_aggregate_of_an_expression_is_taken_row_by_row() -> None:
    both = call("mul", X, Column(name="y"))
    definition = view(
        "v",
        entity("id"),
        event_timestamp(),
        raw("x", INT64),
        raw("y", INT64),
        over("dot", "sum", both, dtype=INT64),
    )
    given = rows("id ts x y", ("a", at(1), 2, 3), ("a", at(2), 4, None), ("a", at(3), 5, 6))
    found = interpret_view(module(definition), "v", {"s": given})
    assert column(found, "dot") == [6, 6, 36]


def test_a_window_without_event_timestamp_is_an_error() -> None:
    definition = view("v", entity("id"), raw("x", STRING), over("n", "count", "x", dtype=INT64))
    with pytest.raises(ValueError, match="no event timestamp"):
        interpret_view(module(definition), "v", {"s": [{"id": "a", "x": "b"}]})
