"""What `alignc explain` says beyond the plan."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alignc.driver import load
from alignc.errors import DefinitionError
from alignc.explain import explain
from alignc.hints import with_hints
from alignc.ir.module import Module
from alignc.settings import Project, Settings, find_project
from tests.engines.everywhere import module_of

SHOP = """
@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    shop = Int64().as_entity()
    start = ValidFrom()
    end = ValidTo()
    price = Int64()

@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    shop = Int64().as_entity()
    at = EventTimestamp()
    amount = Int64()
    weight = Float()
    total = amount.aggregate().over(days=1).sum()
    middle = amount.aggregate().over(days=1).median()
    latest = amount.aggregate().over(rows=3).mean()
    largest = weight.aggregate().over(days=7).max()
    heavy = weight.aggregate().over(days=7).sum()
    ever = amount.aggregate().count()
    opening = amount.aggregate().over(days=1).first()

prices, orders = Prices(), Orders()

@model_contract(
    name="sales",
    input_features=[
        prices.price, orders.total, orders.middle, orders.largest, orders.heavy, orders.ever
    ],
)
class Sales:
    pass
"""

LATE = SHOP.replace("    amount =", "    noted_at = Timestamp().as_created_at()\n    amount =")
ALL = "duckdb, postgres, polars, pyspark"
TOTALS = "running totals, the one before the window taken from the one at its end"
STATE_OF_ORDERS = SHOP.replace(
    "at = EventTimestamp()", "at = EventTimestamp(ttl=timedelta(days=3))"
).replace("prices.price, orders.total", "prices.price, orders.amount, orders.total")

TILES = "parts of the two tiles of time that a window touches, put together"


def hinted(module: Module, rows_per_key: int) -> Module:
    settings = Settings.model_validate(
        {"name": "test", "hints": {"orders": {"rows_per_key": rows_per_key}}}
    )
    return with_hints(module, Project(Path(), settings, Path("alignc.yml")))


def test_steps_that_join_pairs_of_rows_are_named(tmp_path: Path) -> None:
    module = module_of(SHOP, tmp_path)
    assert explain(module, "sales").costs == (
        "step prices_as_of joins entity_keys with the rows of prices_2 that end after a later one "
        "of their key; where validities follow each other there are none",
        "step orders_1d_rows joins each row of entity_keys with the events that it sees, for middle",
    )
    assert explain(module, "prices").costs == ()


def test_steps_that_join_pairs_on_some_targets_are_named_with_them(tmp_path: Path) -> None:
    assert explain(module_of(SHOP, tmp_path), "orders").costs == (
        "step orders_1d_rows joins each row of orders_moments with the events that it sees, "
        "for middle, opening in duckdb, postgres, pyspark",
        "step orders_1d_rows joins each row of orders_moments with the events that it sees, "
        "for middle in polars",
        "step orders_last_3 joins each row of orders_moments with the events that it sees, "
        "for latest in duckdb, postgres, pyspark",
    )


def test_the_way_of_each_aggregate_is_said_for_each_target(tmp_path: Path) -> None:
    assert explain(module_of(SHOP, tmp_path), "sales").windows == (
        "step orders_windows in duckdb",
        "  total, largest, heavy, ever: blocks of 8 neighbouring events, of 8 such blocks, and so on, "
        "put together (parts can be put together, and all windows share them)",
        "step orders_windows in postgres",
        f"  total, ever: {TOTALS} (what is added can be taken back exactly)",
        f"  largest, heavy: {TILES} (parts can be put together, but not taken back)",
        "step orders_windows in polars",
        "  total, ever: running totals, taken at both ends of the run of events in the window "
        "(what is added can be taken back exactly)",
        "  largest, heavy: parts of 1, 2, 4, ... neighbouring events, put together "
        "(parts can be put together, but not taken back)",
        "step orders_windows in pyspark",
        f"  total: {TOTALS} (what is added can be taken back exactly)",
        f"  largest, heavy: {TILES} (parts can be put together, but not taken back)",
        "  ever: one running aggregate of all events so far (the window has no beginning)",
        f"step orders_1d_rows in {ALL}",
        "  middle: each event of each window (percentile cannot be put together from parts)",
    )


def test_only_the_targets_of_the_project_are_told_about(tmp_path: Path) -> None:
    windows = explain(module_of(SHOP, tmp_path), "orders", ("polars",)).windows
    assert [line for line in windows if line.startswith("step")] == [
        "step orders_windows in polars",
        "step orders_1d_rows in polars",
        "step orders_last_3 in polars",
    ]
    assert (
        "  opening: places in the run of events in the window (the events are in order)" in windows
    )


def test_a_time_of_writing_is_a_reason(tmp_path: Path) -> None:
    windows = explain(module_of(LATE, tmp_path), "sales").windows
    assert windows[:2] == (
        f"step orders_1d in {ALL}",
        "  total: each event of each window (noted_at may come after at)",
    )


def test_what_few_rows_of_a_key_would_change_is_said_until_the_settings_say_it(
    tmp_path: Path,
) -> None:
    module = module_of(SHOP, tmp_path)
    assert explain(module, "sales").hints == (
        "step prices_as_of in duckdb, postgres: each row known to a question, "
        "if a key has at most 16 rows",
        "step orders_windows in duckdb, pyspark: each event of each window, "
        "if a key has at most 100 rows",
        "step orders_windows in postgres: each event of each window, if a key has at most 250 rows",
    )
    assert explain(module, "sales", ("polars",)).hints == ()
    chosen = explain(hinted(module, 250), "sales", ("postgres", "duckdb")).windows
    assert chosen[0] == "step orders_windows in postgres"
    assert "each event of each window (a key has 250 rows at most)" in chosen[1]
    assert "blocks of 8" in chosen[3]
    of_orders = explain(hinted(module, 40), "sales").hints
    assert [line.split()[1] for line in of_orders] == ["prices_as_of"]


def test_few_rows_of_a_key_are_a_reason(tmp_path: Path) -> None:
    module = module_of(SHOP, tmp_path)
    explained = explain(hinted(module, 40), "sales", ("duckdb", "polars"))
    assert explained.windows[:2] == (
        "step orders_windows in duckdb",
        "  total, largest, heavy, ever: each event of each window (a key has 40 rows at most)",
    )
    assert explained.costs[1] == (
        "step orders_windows joins each row of entity_keys with the events that it sees, "
        "for total, largest, heavy, ever in duckdb"
    )
    assert explain(hinted(module, 1_000_000), "sales").windows == explain(module, "sales").windows


def test_state_of_keys_with_few_rows_is_a_join_in_sql(tmp_path: Path) -> None:
    module = module_of(STATE_OF_ORDERS, tmp_path)
    explained = explain(hinted(module, 16), "sales", ("duckdb", "polars", "postgres"))
    assert explained.state == (
        "step orders_as_of in duckdb, postgres: each row known to a question "
        "(a key has 16 rows at most)",
    )
    assert explained.costs[1] == (
        "step orders_as_of joins each row of entity_keys with the rows of orders_2 that it knows "
        "in duckdb, postgres"
    )
    assert explain(hinted(module, 17), "sales").state == ()
    assert explain(hinted(module, 16), "sales", ("polars", "pyspark")).state == ()


def test_a_busy_key_is_cut_into_tiles_in_pyspark(tmp_path: Path) -> None:
    module = module_of(STATE_OF_ORDERS, tmp_path)
    assert explain(hinted(module, 1_000_000), "sales").state == (
        "step orders_as_of in pyspark: each day of a key is a task (a key has up to 1000000 rows)",
    )
    assert explain(hinted(module, 999_999), "sales").state == ()
    assert explain(hinted(module, 1_000_000), "sales", ("duckdb", "polars")).state == ()


def explained(name: str) -> str:
    project = Path(__file__).parents[1] / "examples/taxi"
    done = subprocess.run(
        [sys.executable, "-m", "alignc.cli", "explain", name, "-C", str(project)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_command_shows_windows_and_costs() -> None:
    text = " ".join(explained("trip_duration").split())
    assert (
        " windows step vendor_traffic_windows in duckdb, postgres "
        "passengers_mean_1h, passengers_variance_1h, trips_1h, passengers_mean_20min, "
        f"trips_20min: {TOTALS} (what is added can be taken back exactly) step"
    ) in text


def test_columns_of_a_model() -> None:
    assert explained("trip_duration.passenger_count") == explained(
        "trip_departures.passenger_count"
    )
    assert explained("trip_duration.predicted_duration") == explained("trip_duration")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("trip_duration.passengers", "trip_duration.passenger_count"),
        ("trip_departure.passenger_count", "trip_departures.passenger_count"),
        ("trip_departures.passenger", "trip_departures.passenger_count"),
        ("trip_duratio", "trip_duration"),
    ],
)
def test_a_name_that_is_not_there(name: str, meant: str) -> None:
    module = load(find_project(Path(__file__).parents[1] / "examples/taxi")).module
    with pytest.raises(DefinitionError, match=f"did you mean `{meant}`"):
        explain(module, name)


def test_the_command_fits_into_a_terminal() -> None:
    for name in ("trip_duration", "vendor_traffic", "vendor_traffic.passengers_mean_change"):
        assert max(map(len, explained(name).splitlines())) <= 80
    assert (
        "    with vendor_traffic_1h on __row take passengers_mean_1h,\n"
        "        passengers_variance_1h, trips_1h\n"
    ) in explained("trip_duration")
