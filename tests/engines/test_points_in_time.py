"""State, windows, keys and names: the cases that have broken others, on all engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from alignc.ir.module import Module
from tests.engines.everywhere import Engines, module_of

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MICRO = timedelta(microseconds=1)
TIME = pl.Datetime("us", "UTC")
Schema = dict[str, pl.DataType | type[pl.DataType]]

STATE = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=2))
    x = Int64()
    y = x.fill_na(-1) * 2

facts = Facts()

@model_contract(name="m", input_features=[facts.x, facts.y])
class M:
    pass
"""


def at(*hours: float | None) -> list[datetime | None]:
    return [None if h is None else T0 + h * HOUR for h in hours]


def facts(k: list[str | None], t: list[datetime | None], x: list[int | None]) -> pl.DataFrame:
    return pl.DataFrame({"k": k, "t": t, "x": x}, schema={"k": pl.String, "t": TIME, "x": pl.Int64})


def rows(k: list[str | None], q: list[datetime | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"k": k, "event_timestamp": q}, schema={"k": pl.String, "event_timestamp": TIME}
    )


# What a project may say of the busiest key: SQL looks at all rows of a key with few.
either_plan = pytest.mark.parametrize("rows_per_key", [None, 7])


def hinted(module: Module, rows_per_key: int | None) -> Module:
    views = (view.model_copy(update={"rows_per_key": rows_per_key}) for view in module.views)
    return module.model_copy(update={"views": tuple(views)})


@either_plan
@pytest.mark.parametrize("optimize", [True, False])
def test_state_is_the_latest_row_alive_at_q(
    engines: Engines, tmp_path: Path, optimize: bool, rows_per_key: int | None
) -> None:
    source = facts(
        ["a", "a", "a", "b", None, "", "a"],
        at(0, 1, 2, 1, 1, 1, None),
        [1, 2, None, 4, 5, 6, 7],
    )
    entities = rows(
        ["a", "a", "a", "a", "b", "c", None, "", "a", "a", "a"],
        [
            T0,
            T0 - MICRO,
            T0 + HOUR - MICRO,
            T0 + 2 * HOUR,
            T0 + 3 * HOUR,
            T0,
            T0,
            *at(1, None, 1, 1),
        ],
    )
    module = hinted(module_of(STATE, tmp_path), rows_per_key)
    found = engines.check_dataset(module, "m", {"facts": source}, entities, optimize=optimize)
    # A row at q - ttl is dead; a row whose value is null is still the latest one.
    assert [row["x"] for row in found] == [1, None, 1, None, None, None, None, 6, None, 2, 2]
    assert [row["y"] for row in found][3] == -2


@either_plan
def test_equal_times_are_decided_by_the_other_columns(
    engines: Engines, tmp_path: Path, rows_per_key: int | None
) -> None:
    module = hinted(module_of(STATE, tmp_path), rows_per_key)
    source = facts(["a", "a", "a"], at(0, 0, 0), [3, None, 2])
    for shuffled in (source, source.reverse()):
        found = engines.check_dataset(module, "m", {"facts": shuffled}, rows(["a"], at(1)))
        assert [row["x"] for row in found] == [3]


CREATED = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=10))
    created = Timestamp().as_created_at()
    x = Int64()

facts = Facts()

@model_contract(name="m", input_features=[facts.x])
class M:
    pass
"""


@either_plan
def test_a_row_is_not_known_before_it_was_written(
    engines: Engines, tmp_path: Path, rows_per_key: int | None
) -> None:
    module = hinted(module_of(CREATED, tmp_path), rows_per_key)
    source = pl.DataFrame(
        {
            "k": ["a"] * 5,
            "t": at(0, 1, 1, 1, 2),
            "created": at(0, 4, 1, None, 3),
            "x": [1, 2, 3, 4, 5],
        },
        schema={"k": pl.String, "t": TIME, "created": TIME, "x": pl.Int64},
    )
    entities = rows(["a"] * 6, at(0, 1, 2, 3, 4, 12))
    found = engines.check_dataset(module, "m", {"facts": source}, entities)
    # At 3 the row of 2 becomes known; that of 1, written at 4, was corrected too late to matter.
    assert [row["x"] for row in found] == [1, 3, 3, 5, 5, None]


KEYS = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    a = String().as_entity()
    b = String().as_entity()
    t = EventTimestamp()
    x = Int64()
    n = x.aggregate().over(hours=1).count()

facts = Facts()

@model_contract(name="m", input_features=[facts.x, facts.n])
class M:
    pass
"""


@either_plan
def test_composite_keys_do_not_collide(
    engines: Engines, tmp_path: Path, rows_per_key: int | None
) -> None:
    module = hinted(module_of(KEYS, tmp_path), rows_per_key)
    schema: Schema = {"a": pl.String, "b": pl.String, "t": TIME, "x": pl.Int64}
    source = pl.DataFrame(
        {
            "a": ["1", "12", "1", None],
            "b": ["23", "3", None, "23"],
            "t": at(0, 0, 0, 0),
            "x": [1, 2, 3, 4],
        },
        schema=schema,
    )
    entities = pl.DataFrame(
        {
            "a": ["12", "1", "1", None, "123"],
            "b": ["3", "23", None, "23", ""],
            "event_timestamp": at(*[0] * 5),
        },
        schema={"a": pl.String, "b": pl.String, "event_timestamp": TIME},
    )
    found = engines.check_dataset(module, "m", {"facts": source}, entities)
    assert [row["x"] for row in found] == [2, 1, None, None, None]
    assert [row["n"] for row in found] == [1, 1, 0, 0, 0]


def test_entity_rows_come_back_as_they_are(engines: Engines, tmp_path: Path) -> None:
    module = module_of(STATE, tmp_path)
    entities = rows(["a", "a", "a", None], at(0, 0, 0, 0)).with_columns(
        pl.Series("weight of row", [0.5, 1.5, 2.5, None]), pl.Series("label", ["x", "y", "x", None])
    )
    found = engines.check_dataset(module, "m", {"facts": facts(["a"], at(0), [9])}, entities)
    assert [row["weight of row"] for row in found] == [0.5, 1.5, 2.5, None]
    assert [row["x"] for row in found] == [9, 9, 9, None]


WINDOWS = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Int32()
    f = Float()

    n = v.aggregate().over(hours=1).count()
    total = v.aggregate().over(hours=1).sum()
    average = v.aggregate().over(hours=1).mean()
    spread = v.aggregate().over(hours=1).variance()
    deviation = f.aggregate().over(hours=1).std()
    low = f.aggregate().over(hours=1).min()
    high = f.aggregate().over(hours=1).max()
    n_left = v.aggregate().over(hours=1, closed="left").count()
    n_both = v.aggregate().over(hours=1, closed="both").count()
    n_none = v.aggregate().over(hours=1, closed="none").count()
    n_before = v.aggregate().over(hours=1).offset(minutes=30).count()
    n_ever = v.aggregate().count()
    total_2h = v.aggregate().over(hours=2).sum()
    change = total_2h - total
    share = total / total_2h

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


def events(k: list[int | None], t: list[datetime | None], v: list[int | None]) -> pl.DataFrame:
    schema: Schema = {"k": pl.Int64, "t": TIME, "v": pl.Int32}
    frame = pl.DataFrame({"k": k, "t": t, "v": v}, schema=schema)
    return frame.with_columns(f=pl.col("v").cast(pl.Float64))


def asked(k: list[int | None], q: list[datetime | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"k": k, "event_timestamp": q}, schema={"k": pl.Int64, "event_timestamp": TIME}
    )


@pytest.mark.parametrize("optimize", [True, False])
def test_windows_have_exact_edges(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(WINDOWS, tmp_path)
    source = events(
        [1, 1, 1, 1, 1, 2, None, 1],
        [T0 - HOUR, T0 - HOUR + MICRO, T0, T0 + MICRO, T0, T0, T0, None],
        [1, 2, 3, 4, None, 6, 7, 8],
    )
    entities = asked(
        [1, 2, 3, None, 1, 1, 1, 1],
        [T0, T0, T0, T0, None, T0 - HOUR, T0 + MICRO, T0 + 5 * HOUR],
    )
    found = engines.check_dataset(module, "m", {"events": source}, entities, optimize=optimize)
    first = found[0]
    assert [first[n] for n in ("n", "n_left", "n_both", "n_none")] == [2, 2, 3, 1]
    assert [row["n"] for row in found] == [2, 1, 0, 0, 0, 1, 2, 0]
    assert [row["total"] for row in found] == [5, 6, None, None, None, 1, 7, None]
    assert found[1]["spread"] is None
    assert found[7]["n_ever"] == 4


def test_minimum_and_maximum_over_sliding_hours(engines: Engines, tmp_path: Path) -> None:
    module = module_of(WINDOWS, tmp_path)
    source = events([1] * 4, at(0, 0.5, 1.5, 2), [10, 5, 7, 3])
    entities = asked([1] * 6, at(0, 0.5, 1.5, 2, 4, 2.75))
    found = engines.check_dataset(module, "m", {"events": source}, entities)
    assert [row["high"] for row in found] == [10, 10, 7, 7, None, 3]
    assert [row["low"] for row in found] == [10, 5, 7, 3, None, 3]


def test_a_view_with_windows_has_a_row_for_each_row_of_its_source(
    engines: Engines, tmp_path: Path
) -> None:
    module = module_of(WINDOWS, tmp_path)
    source = events([1, 1, 1, 2, None, 1], at(0, 0, 0.5, 0, 0, None), [1, 2, 3, 4, 5, 6])
    found = engines.check_view(module, "events", {"events": source})
    assert len(found) == 6


ONLY_WINDOWS = """
@feature_view(name="busy", source=FileSource.parquet_at("events.parquet"))
class Busy:
    k = Int64().as_entity()
    t = EventTimestamp()
    n = k.aggregate().over(hours=1).count()

@feature_view(name="busier", source=Busy)
class Busier:
    k = Int64().as_entity()
    t = EventTimestamp()
    n = Int64()
    is_busy = n > 1

busiest = Busier.filter("busiest", lambda v: v.is_busy)
"""


def test_a_view_of_aggregates_has_a_row_for_each_moment(engines: Engines, tmp_path: Path) -> None:
    module = module_of(ONLY_WINDOWS, tmp_path)
    source = events([1, 1, 1, 2, None, 1], at(0, 0, 0.5, 0, 0, None), [1, 2, 3, 4, 5, 6])
    found = engines.check_view(module, "busy", {"events": source})
    assert sorted((row["k"], row["n"]) for row in found) == [(1, 2), (1, 3), (2, 1)]
    assert len(engines.check_view(module, "busier", {"events": source})) == 3
    assert len(engines.check_view(module, "busiest", {"events": source})) == 2


def test_empty_sources_and_empty_entity_rows(engines: Engines, tmp_path: Path) -> None:
    module = module_of(WINDOWS, tmp_path)
    full, empty = events([1], at(0), [1]), events([], [], [])
    found = engines.check_dataset(module, "m", {"events": empty}, asked([1], at(0)))
    assert found[0]["n"] == 0
    assert engines.check_dataset(module, "m", {"events": full}, asked([], [])) == []
    assert engines.check_view(module, "events", {"events": empty}) == []
    nothing = full.with_columns(v=pl.lit(None, pl.Int32), f=pl.lit(None, pl.Float64))
    found = engines.check_dataset(module, "m", {"events": nothing}, asked([1], at(0)))
    assert (found[0]["n"], found[0]["total"]) == (0, None)


def test_events_after_the_last_q_and_the_order_of_rows_change_nothing(
    engines: Engines, tmp_path: Path
) -> None:
    module = module_of(WINDOWS, tmp_path)
    source = events([1, 2, 1, 1], at(0, 0.25, 0.5, 0.5), [1, 2, 3, None])
    entities = asked([1, 2], at(1, 1))
    before = engines.check_dataset(module, "m", {"events": source}, entities)
    later = pl.concat([events([1, 2], at(2, 3), [99, 99]), source.reverse()])
    assert engines.check_dataset(module, "m", {"events": later}, entities) == before


def test_a_stray_infinity_and_nan_stay_in_their_windows(engines: Engines, tmp_path: Path) -> None:
    text = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    f = Float()
    total = f.aggregate().over(hours=1).sum()
    average = f.aggregate().over(hours=1).mean()
    low = f.aggregate().over(hours=1).min()
    high = f.aggregate().over(hours=1).max()

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""
    module = module_of(text, tmp_path)
    values = [1.0, float("inf"), 2.0, float("nan"), 3.0, 1e16, 1.0, 1.0]
    source = pl.DataFrame(
        {"k": [1] * 8, "t": at(0, 2, 4, 6, 8, 10, 12, 12.5), "f": values},
        schema={"k": pl.Int64, "t": TIME, "f": pl.Float64},
    )
    entities = asked([1] * 7, at(0, 2, 4, 6, 8, 10, 12.5))
    found = engines.check_dataset(module, "m", {"events": source}, entities)
    assert found[2]["total"] == 2.0
    assert found[6]["total"] == 2.0


NO_TIME = """
@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    id = Int64().as_entity()
    age = Int32()

people = People()

@model_contract(name="m", input_features=[people.age])
class M:
    pass
"""


def test_a_view_without_a_time_is_looked_up_by_its_key(engines: Engines, tmp_path: Path) -> None:
    module = module_of(NO_TIME, tmp_path)
    people = pl.DataFrame(
        {"id": [1, 2, None, None], "age": [30, None, 50, 60]},
        schema={"id": pl.Int64, "age": pl.Int32},
    )
    entities = pl.DataFrame({"id": [2, 1, None, 1, 7]}, schema={"id": pl.Int64})
    found = engines.check_dataset(module, "m", {"people": people}, entities)
    assert [row["age"] for row in found] == [None, 30, None, 30, None]


ZONES = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp(time_zone="America/New_York")
    x = Int64()
    hour = t.hour()
    day = t.day()

facts = Facts()

@model_contract(name="m", input_features=[facts.x, facts.hour, facts.day])
class M:
    pass
"""


@pytest.mark.parametrize("unit", ["ms", "us"])
def test_naive_times_are_local_to_their_zone(engines: Engines, tmp_path: Path, unit: str) -> None:
    module = module_of(ZONES, tmp_path)
    local = [datetime(2026, 3, 8, 1, 30), datetime(2026, 3, 8, 3, 30), datetime(2026, 11, 2, 12)]
    source = pl.DataFrame(
        {"k": ["a", "a", "a"], "t": local, "x": [1, 2, 3]},
        schema_overrides={"t": pl.Datetime(unit)},  # type: ignore[arg-type]
    )
    instants = [datetime(2026, 3, 8, 6, 30), datetime(2026, 3, 8, 7, 30), datetime(2026, 11, 2, 17)]
    entities = pl.DataFrame({"k": ["a"] * 3, "event_timestamp": instants})
    found = engines.check_dataset(module, "m", {"facts": source}, entities)
    assert [row["x"] for row in found] == [1, 2, 3]
    assert [row["hour"] for row in found] == [1, 3, 12]
    # A column that has a zone says itself what it means.
    aware = source.with_columns(pl.col("t").dt.replace_time_zone("UTC"))
    found = engines.check_dataset(module, "m", {"facts": aware}, entities)
    assert [row["x"] for row in found] == [2, 2, 3]


ENDS = """
from datetime import UTC, datetime

@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    k = String().as_entity()
    t = EventTimestamp()
    until = Timestamp()
    is_open = until == datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    is_late = until == datetime(2300, 1, 1, 0, 0, 0, 1, tzinfo=UTC)

prices = Prices()

@model_contract(name="m", input_features=[prices.is_open, prices.is_late])
class M:
    pass
"""


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_the_last_microsecond_of_the_calendar_is_kept(
    engines: Engines, tmp_path: Path, zone: str | None
) -> None:
    module = module_of(ENDS, tmp_path)
    until = [datetime.max, datetime(2300, 1, 1, 0, 0, 0, 1), datetime(2026, 1, 1)]
    times = [datetime(2026, 1, day) for day in (1, 2, 3)]
    rows = pl.DataFrame({"k": ["a", "b", "c"], "t": times, "until": until})
    source = rows.with_columns(pl.col("t", "until").dt.replace_time_zone(zone))
    asked = pl.DataFrame({"k": ["a", "b", "c"], "event_timestamp": [datetime(2026, 2, 1)] * 3})
    found = engines.check_dataset(module, "m", {"prices": source}, asked)
    assert [row["is_open"] for row in found] == [True, False, False]
    assert [row["is_late"] for row in found] == [False, True, False]


NAMES = r"""
@feature_view(
    name="odd-names",
    source=FileSource.parquet_at("odd.parquet", name="odd; drop table 'x'").with_renames(
        {'a "quoted"; column -- {{ x }}': "clé", "select": "order"}
    ),
    description="*/ -- {{ no }} {% endraw %}\n'; drop table students; \\",
)
class Odd:
    clé = String().as_entity()
    t = EventTimestamp()
    order = String().description("{{ braces }} ' and \"\"\" \n -- */ \\")
    is_quote = order == "it's; \\ {{ '}} --\n\u2603"

odd = Odd()

@model_contract(name="select", input_features=[odd.order, odd.is_quote.with_name("group")])
class M:
    pass
"""


def test_names_and_texts_are_only_data(engines: Engines, tmp_path: Path) -> None:
    module = module_of(NAMES, tmp_path)
    nasty = "it's; \\ {{ '}} --\n\u2603"
    source = pl.DataFrame(
        {
            'a "quoted"; column -- {{ x }}': ["k", "é"],
            "t": [T0, T0],
            "select": [nasty, "plain"],
        }
    )
    name = "odd; drop table 'x'"
    entities = pl.DataFrame({"clé": ["é", "k"], "event_timestamp": [T0, T0]})
    found = engines.check_dataset(module, "select", {name: source}, entities)
    assert [row["group"] for row in found] == [False, True]
    assert found[1]["order"] == nasty
    engines.check_view(module, "odd-names", {name: source})


def test_names_that_an_engine_would_cut_stay_apart(engines: Engines, tmp_path: Path) -> None:
    """PostgreSQL keeps 63 bytes of a name; steps are named after views."""
    start = "orders_of_customers_who_came_back_within_a_month_" * 3
    views = [f"{start}{n}" for n in (1, 2)]
    text = "".join(
        f"""
@feature_view(name="{name}", source=FileSource.parquet_at("facts.parquet"))
class View{n}:
    k = String().as_entity()
    t = EventTimestamp()
    x = Int64()
    y = x + {n}
    n = x.aggregate().over(hours={n}).count()

v{n} = View{n}()
"""
        for n, name in enumerate(views, start=1)
    )
    inputs = ", ".join(f'v{n}.{f}.with_name("{f}{n}")' for n in (1, 2) for f in ("y", "n"))
    text += f'@model_contract(name="m", input_features=[{inputs}])\nclass M:\n    pass\n'
    source = facts(["a", "a"], at(0, 1), [10, 20])
    found = engines.check_dataset(
        module_of(text, tmp_path), "m", {"facts": source}, rows(["a"], at(1.5))
    )
    assert [row[c] for row in found for c in ("y1", "n1", "y2", "n2")] == [21, 1, 22, 2]
