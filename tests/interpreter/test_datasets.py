"""Datasets at a point in time, with expected values worked out by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from alignc.interpreter import Row, Value, interpret_dataset
from alignc.ir.expr import Column, call, literal
from alignc.ir.module import Contract, Module, View
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING

from .building import (
    at,
    column,
    contract,
    created_at,
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
ID, TS, X = entity("id"), event_timestamp(), raw("x", INT64)


def _dataset(
    definition: View, model: Contract, given: Sequence[Row], entities: Sequence[Row]
) -> list[Row]:
    return interpret_dataset(module(definition, model=model), "m", {"s": given}, entities)


def _x_at(definition: View, given: Sequence[Row], *times: Value, key: str = "a") -> list[Value]:
    entities = rows("id event_timestamp", *((key, time) for time in times))
    return column(_dataset(definition, contract("v.x"), given, entities), "x")


def test_state_is_the_latest_row_at_or_before_the_time() -> None:
    given = rows("id ts x", ("a", at(2), 2), ("a", at(1), 1), ("b", at(2), 9))
    times = (at(1) - MICROSECOND, at(1), at(2) - MICROSECOND, at(2), at(9))
    assert _x_at(view("v", ID, TS, X), given, *times) == [None, 1, 1, 2, 2]


def test_state_of_age_ttl_is_gone() -> None:
    given = rows("id ts x", ("a", at(1), 1))
    times = (at(1), at(3) - MICROSECOND, at(3))
    assert _x_at(view("v", ID, TS, X, ttl=2), given, *times) == [1, 1, None]


def test_an_old_row_does_not_come_back_when_the_latest_is_too_old() -> None:
    given = rows("id ts x", ("a", at(1), 1), ("a", at(2), None))
    assert _x_at(view("v", ID, TS, X, ttl=3), given, at(3), at(9)) == [None, None]


def test_a_row_is_not_known_before_it_is_created() -> None:
    definition = view("v", ID, TS, created_at(), X)
    given = rows(
        "id ts created x",
        ("a", at(1), at(1), 1),
        ("a", at(2), at(4), 2),
        ("a", at(3), None, 3),
        ("a", None, at(1), 4),
    )
    times = (at(3), at(4) - MICROSECOND, at(4), at(9))
    assert _x_at(definition, given, *times) == [1, 1, 2, 2]


def test_a_late_correction_wins_from_its_creation_on() -> None:
    definition = view("v", ID, TS, created_at(), X)
    given = rows("id ts created x", ("a", at(1), at(3), 5), ("a", at(1), at(1), 7))
    assert _x_at(definition, given, at(2), at(3)) == [7, 5]


def test_ties_are_decided_by_the_raw_features_in_definition_order() -> None:
    definition = view("v", ID, TS, raw("first", FLOAT64), X)
    given = rows(
        "id ts first x",
        ("null", at(1), None, 9),
        ("null", at(1), 0.0, 1),
        ("nan", at(1), float("nan"), 1),
        ("nan", at(1), float("inf"), 9),
        ("x", at(1), 1.0, 3),
        ("x", at(1), 1.0, 10),
        ("zeros", at(1), 0.0, 1),
        ("zeros", at(1), -0.0, 2),
    )
    for seed in range(5):
        random.Random(seed).shuffle(given)
        found = [_x_at(definition, given, at(2), key=k)[0] for k in ("null", "nan", "x", "zeros")]
        assert found == [1, 1, 10, 2]


def test_a_derived_feature_of_no_row_is_null_whatever_it_says() -> None:
    definition = view("v", ID, TS, X, derived("missing", BOOL, call("is_null", Column(name="x"))))
    given = rows("id ts x", ("a", at(1), None))
    entities = rows("id event_timestamp", ("a", at(1)), ("z", at(1)), (None, at(1)), ("a", None))
    found = _dataset(definition, contract("v.missing"), given, entities)
    assert column(found, "missing") == [True, None, None, None]


def test_entity_rows_keep_their_order_columns_and_duplicates() -> None:
    given = rows("id ts x", ("a", at(1), 1))
    entities = rows(
        "note id event_timestamp",
        ("later", "a", "2024-01-01 05:00:00"),
        ("same", "a", datetime(2024, 1, 1, 1)),
        ("same", "a", datetime(2024, 1, 1, 1)),
        ("none", None, at(1)),
    )
    found = _dataset(view("v", ID, TS, X), contract("v.x"), given, entities)
    assert [{k: v for k, v in row.items() if k != "x"} for row in found] == entities
    assert [list(row) for row in found] == [["note", "id", "event_timestamp", "x"]] * 4
    assert column(found, "x") == [1, 1, 1, None]
    assert _dataset(view("v", ID, TS, X), contract("v.x"), given, []) == []


def test_keys_are_tuples_and_empty_text_is_a_key() -> None:
    definition = view("v", entity("id"), entity("k"), TS, X)
    given = rows(
        "id k ts x",
        ("1", "23", at(1), 1),
        ("12", "3", at(1), 2),
        ("", "", at(1), 3),
        ("", None, at(1), 4),
        (None, None, at(1), 5),
    )
    entities = rows(
        "id k event_timestamp",
        ("1", "23", at(2)),
        ("12", "3", at(2)),
        ("", "", at(2)),
        ("", None, at(2)),
        ("123", "", at(2)),
    )
    model = contract("v.x", entities=(("id", STRING), ("k", STRING)))
    assert column(_dataset(definition, model, given, entities), "x") == [1, 2, 3, None, None]


def test_keys_match_after_conversion_and_stay_as_given() -> None:
    definition = view("v", entity("id", INT64), TS, X)
    given = rows("id ts x", (7, at(1), 1))
    entities = rows("id event_timestamp", ("7", at(1)), (7.0, at(1)), ("seven", at(1)))
    model = contract("v.x", entities=(("id", INT64),))
    found = _dataset(definition, model, given, entities)
    assert column(found, "x") == [1, 1, None]
    assert column(found, "id") == ["7", 7.0, "seven"]


def test_a_view_with_fewer_entities_than_the_contract_joins_on_its_own() -> None:
    given = rows("id ts x", ("a", at(1), 1))
    entities = rows("k id event_timestamp", (None, "a", at(1)))
    model = contract("v.x", entities=(("k", STRING), ("id", STRING)))
    assert column(_dataset(view("v", ID, TS, X), model, given, entities), "x") == [1]


def test_windows_end_at_the_time_of_the_entity_row() -> None:
    definition = view(
        "v",
        ID,
        TS,
        X,
        over("top", "max", "x", hours=2, dtype=INT64),
        over("n", "count", "x", hours=2, dtype=INT64),
        over("ever", "sum", "x", dtype=INT64),
        over("before", "sum", "x", hours=2, offset=1, dtype=INT64),
    )
    given = rows("id ts x", ("a", at(1), 10), ("a", at(2), 5), ("a", at(3), 7), ("a", at(6), 3))
    times = (at(0), at(1), at(2), at(3), at(4), at(5), at(6))
    entities = rows("id event_timestamp", *(("a", time) for time in times))
    model = contract("v.top", "v.n", "v.ever", "v.before")
    found = _dataset(definition, model, given, entities)
    assert column(found, "top") == [None, 10, 10, 7, 7, None, 3]
    assert column(found, "n") == [0, 1, 2, 2, 1, 0, 1]
    assert column(found, "ever") == [None, 10, 15, 22, 22, 22, 25]
    assert column(found, "before") == [None, None, 10, 15, 12, 7, None]


def test_windows_of_a_null_key_or_time_see_nothing_and_count_zero() -> None:
    definition = view("v", ID, TS, X, over("n", "count", "x", dtype=INT64))
    given = rows("id ts x", ("a", at(1), 1), (None, at(1), 1), ("a", None, 1))
    entities = rows("id event_timestamp", ("a", at(1)), (None, at(1)), ("a", None), ("z", at(1)))
    found = _dataset(definition, contract("v.n"), given, entities)
    assert column(found, "n") == [1, 0, 0, 0]


def test_a_window_does_not_see_rows_created_later() -> None:
    definition = view("v", ID, TS, created_at(), X, over("n", "count", "x", dtype=INT64))
    given = rows("id ts created x", ("a", at(1), at(3), 1), ("a", at(2), at(2), 1))
    entities = rows("id event_timestamp", ("a", at(2)), ("a", at(3)))
    assert column(_dataset(definition, contract("v.n"), given, entities), "n") == [1, 2]


def test_the_ttl_bounds_state_and_not_windows() -> None:
    definition = view("v", ID, TS, X, over("n", "count", "x", dtype=INT64), ttl=1)
    given = rows("id ts x", ("a", at(1), 1))
    entities = rows("id event_timestamp", ("a", at(5)))
    found = _dataset(definition, contract("v.x", "v.n"), given, entities)
    assert (found[0]["x"], found[0]["n"]) == (None, 1)


def test_an_expression_of_a_window_sees_state_and_the_asked_entity() -> None:
    total, is_z = Column(name="total"), call("eq", Column(name="id"), literal("z"))
    definition = view(
        "v",
        ID,
        TS,
        X,
        over("total", "sum", "x", dtype=INT64),
        derived("share", FLOAT64, call("div", Column(name="x"), total)),
        derived("row_is_z", BOOL, is_z),
        derived("empty_z", BOOL, call("and", is_z, call("is_null", total))),
    )
    given = rows("id ts x", ("a", at(1), 1), ("a", at(2), 3))
    entities = rows("id event_timestamp", ("a", at(2)), ("z", at(2)))
    model = contract("v.share", "v.row_is_z", "v.empty_z")
    found = _dataset(definition, model, given, entities)
    assert column(found, "share") == [0.75, None]
    # Row-level: of the state row, so null without one. Windowed: of the entity row.
    assert column(found, "row_is_z") == [False, None]
    assert column(found, "empty_z") == [False, True]


def test_an_entity_or_event_timestamp_as_input_is_that_of_the_state_row() -> None:
    definition = view("v", entity("key"), TS, X, over("n", "count", "x", dtype=INT64))
    given = rows("key ts x", ("1", at(1), 1))
    entities = rows("key event_timestamp", (1, at(5)), (2, at(5)))
    read = contract("v.ts", "v.n", entities=(("key", STRING),))
    found = _dataset(definition, read, given, entities)
    assert column(found, "ts") == [at(1), None]
    own_key = read.inputs[0].model_copy(update={"feature": "key", "name": "state_key"})
    found = _dataset(definition, read.model_copy(update={"inputs": (own_key,)}), given, entities)
    assert column(found, "state_key") == ["1", None]


def test_events_after_the_last_time_change_nothing() -> None:
    definition = view("v", ID, TS, X, over("n", "count", "x", dtype=INT64))
    given = rows("id ts x", ("a", at(1), 1))
    entities = rows("id event_timestamp", ("a", at(2)))
    later = [*given, *rows("id ts x", ("a", at(2) + MICROSECOND, 9))]
    model = contract("v.x", "v.n")
    assert _dataset(definition, model, later, entities) == _dataset(
        definition, model, given, entities
    )


def test_a_view_without_times_is_joined_by_key() -> None:
    given = rows("id x", ("a", 1), ("b", 2), (None, 3), (None, 4))
    entities = rows("id", ("b",), ("a",), (None,), ("z",))
    model = contract("v.x", timed=False)
    assert column(_dataset(view("v", ID, X), model, given, entities), "x") == [2, 1, None, None]


def test_a_view_without_times_must_be_unique_whoever_asks() -> None:
    given = rows("id x", ("a", 1), ("a", 1))
    with pytest.raises(ValueError, match="v: several rows have the key a"):
        _dataset(view("v", ID, X), contract("v.x", timed=False), given, [])


def test_a_label_is_the_latest_value_whenever_it_came() -> None:
    definition = view("v", ID, TS, created_at(), X, ttl=1)
    given = rows(
        "id ts created x",
        ("a", at(1), at(1), 1),
        ("a", at(8), at(20), 2),
        ("a", at(8), None, 3),
        ("a", None, at(21), 5),
        ("b", None, at(1), 4),
    )
    entities = rows(
        "id event_timestamp", ("a", at(2)), ("a", None), ("b", at(2)), ("z", at(2)), (None, at(2))
    )
    found = _dataset(definition, contract(labels=["v.x"]), given, entities)
    assert column(found, "x") == [2, 2, 4, None, None]


def test_inputs_and_labels_come_in_contract_order() -> None:
    features = view("v", ID, TS, X, raw("y", INT64))
    truth = view("t", ID, raw("z", INT64), raw("target", INT64))
    model = contract("v.y", "t.z", "v.x", labels=["t.target"])
    definition = module(features, truth, model=model)
    given = rows("id ts x y z target", ("a", at(1), 1, 2, 3, 4))
    entities = rows("id event_timestamp", ("a", at(1)))
    found = interpret_dataset(definition, "m", {"s": given}, entities)
    assert list(found[0].items())[2:] == [("y", 2), ("z", 3), ("x", 1), ("target", 4)]


def test_a_label_over_a_horizon_is_of_the_events_after_q() -> None:
    definition = view("v", ID, TS, X, over("n", "count", "x", hours=5, offset=-5, dtype=INT64))
    given = rows("id ts x", *(("a", at(*t), 1) for t in ((1,), (5,), (6,), (6, 0, 0, 1))))
    entities = rows("id event_timestamp", ("a", at(1)))
    assert column(_dataset(definition, contract(labels=["v.n"]), given, entities), "n") == [2]


def test_state_of_a_filtered_view_is_its_latest_row_that_passes() -> None:
    base = view("base", ID, TS, X)
    odd = call("ne", Column(name="x"), literal(0))
    definition: Module = module(
        base, view("v", ID, TS, X, of_view="base", where=odd), model=contract("v.x", "base.x")
    )
    clash = rows("id event_timestamp", ("a", at(3)))
    given = rows("id ts x", ("a", at(1), 1), ("a", at(2), 0))
    with pytest.raises(ValueError, match="column `x` twice"):
        interpret_dataset(definition, "m", {"s": given}, clash)
    alone = module(*definition.views, model=contract("v.x"))
    assert column(interpret_dataset(alone, "m", {"s": given}, clash), "x") == [1]


def test_a_missing_entity_column_is_named() -> None:
    with pytest.raises(ValueError, match="no column `event_timestamp`"):
        _dataset(view("v", ID, TS, X), contract("v.x"), [], rows("id", ("a",)))
    with pytest.raises(ValueError, match="id"):
        _dataset(view("v", ID, TS, X), contract("v.x"), [], rows("event_timestamp", (at(1),)))
