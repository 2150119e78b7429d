"""Every type where values come in, meet and go out: sources, keys, ties, aggregates, casts."""

from __future__ import annotations

import math
import runpy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from alignc.artifacts.view import view_plan
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.backends.sql.dialect import DUCKDB
from alignc.backends.sql.files import emit as emit_sql
from alignc.backends.sql.sources import emit_sources
from alignc.driver import job_of, optimized
from alignc.interpreter import Row, interpret_view
from alignc.ir.module import Module
from tests.engines import run
from tests.engines.everywhere import Engines, module_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

T0 = datetime(2026, 1, 1, 12, tzinfo=UTC)

DAYS = """
@feature_view(name="stays", source=FileSource.{format}_at("stays.{format}"))
class Stays:
    arrival = Date().as_entity()
    t = EventTimestamp()
    departure = Date()
    delay = Duration()
    seen = Timestamp(time_zone="Europe/Oslo")

    nights = departure - arrival
    is_long = departure > arrival + timedelta(days=7)
    known = departure.fill_na(date(2026, 12, 31))
    is_new_year = arrival.is_in([date(2026, 1, 1), date(2025, 1, 1)])
    month = arrival.truncate("month")
    weekday = arrival.weekday()
    before = arrival - timedelta(days=1)
    later = arrival + delay
    earlier = arrival - delay
    is_late = delay > timedelta(minutes=10)
    seconds = delay.fill_na(timedelta(0)).total_seconds()
    arrived = t + delay
    left = t - timedelta(hours=1, minutes=30)
    elapsed = t.duration_since(seen)
    doubled = delay + delay
    is_recent = seen >= datetime(2026, 1, 1)
    start = seen.truncate("day")
    day = seen.date()
    since = t - datetime(2026, 1, 1, tzinfo=UTC)
    last = departure.aggregate().max()
    first = departure.aggregate().over(days=30).min()
    longest = delay.aggregate().max()
    times = delay.aggregate().count()

stays = Stays()

@model_contract(
    name="m",
    input_features=[
        stays.departure, stays.delay, stays.nights, stays.is_long, stays.known, stays.later,
        stays.earlier, stays.arrived, stays.elapsed, stays.last, stays.first, stays.longest,
    ],
)
class M:
    pass
"""

STAYS = pl.DataFrame(
    {
        "arrival": [date(2026, 1, 1)] * 4 + [date(2024, 2, 29), None, date(1, 1, 1)],
        "t": [T0, T0, T0 + timedelta(hours=1), T0 + timedelta(days=40), T0, T0, T0],
        # The first two rows are tied in time: the later departure is the latest.
        "departure": [
            date(2026, 1, 9),
            date(2026, 1, 2),
            None,
            date(2026, 1, 31),
            date(2024, 3, 1),
            date(2026, 1, 1),
            date(9999, 12, 31),
        ],
        "delay": [
            timedelta(minutes=5),
            timedelta(minutes=11),
            timedelta(days=-1, microseconds=1),
            None,
            timedelta(days=3, hours=23),
            timedelta(0),
            timedelta(microseconds=-1),
        ],
        "seen": [
            datetime(2026, 1, 1, 0, 30),
            datetime(2025, 12, 31, 23, 59),
            *[T0.replace(tzinfo=None)] * 5,
        ],
    },
    schema_overrides={"delay": pl.Duration("us")},
)


def test_days_and_durations(engines: Engines, tmp_path: Path) -> None:
    module = module_of(
        "from datetime import date, datetime, UTC\n" + DAYS.format(format="parquet"), tmp_path
    )
    found = engines.check_view(module, "stays", {"stays": STAYS})
    assert [row["nights"] for row in found] == [8, 1, None, 30, 1, None, 3652058]
    assert [row["before"] for row in found][-1] is None
    assert [row["is_recent"] for row in found][:2] == [True, False]
    # Midnight in Oslo is 23:00 UTC of the day before.
    assert found[0]["start"] == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert found[1]["start"] == datetime(2025, 12, 30, 23, tzinfo=UTC)
    assert found[1]["day"] == date(2025, 12, 31)
    assert found[4]["later"] == date(2024, 3, 3)
    assert found[2]["earlier"] == date(2026, 1, 2)
    entities = pl.DataFrame(
        {
            "arrival": [date(2026, 1, 1), date(2026, 1, 1), None, date(1, 1, 1), date(2030, 1, 1)],
            "event_timestamp": [T0, T0 + timedelta(days=41), T0, T0, T0],
        }
    )
    rows = engines.check_dataset(module, "m", {"stays": STAYS}, entities)
    assert [row["departure"] for row in rows] == [
        date(2026, 1, 9),
        date(2026, 1, 31),
        None,
        date(9999, 12, 31),
        None,
    ]
    assert rows[0]["longest"] == timedelta(minutes=11)


TEXTS = [
    ("2026-01-01", "2026-01-05", "60000000"),
    ("2024-02-29", "2026-02-30", "-1"),
    ("0001-01-01", "2026-1-5", "1.5"),
    ("9999-12-31", "20260105", "PT1H"),
    ("2025-06-01", "0000-01-01", "9223372036854775808"),
    ("2025-06-02", "2026-01-05 00:00", ""),
    ("", "2026-01-05T00:00:00Z", " 1"),
]


def test_days_and_durations_are_read_from_csv(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spark is not None
    text = """
@feature_view(name="stays", source=FileSource.csv_at("stays.csv"))
class Stays:
    arrival = Date().as_entity()
    departure = Date()
    delay = Duration()
"""
    rows = pl.DataFrame(TEXTS, schema=["arrival", "departure", "delay"], orient="row")
    found = check_csv(module_of(text, tmp_path), "stays", rows, tmp_path, monkeypatch)
    assert [row["departure"] for row in found] == [date(2026, 1, 5)] + [None] * 6
    assert [row["delay"] for row in found] == [
        timedelta(minutes=1),
        timedelta(microseconds=-1),
        *[None] * 5,
    ]


def check_csv(
    module: Module,
    name: str,
    texts: pl.DataFrame,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[Row]:
    """The view and its source have one name; what is read from a csv file is what the interpreter reads.

    PostgreSQL is left out: it reads tables.
    """
    monkeypatch.chdir(folder)
    file = folder / f"{name}.csv"
    texts.write_csv(file)
    given = [{k: v or None for k, v in row.items()} for row in texts.iter_rows(named=True)]
    expected = interpret_view(module, name, {name: given})
    definition = module.view_by_name[name]
    job = job_of(module, optimized(view_plan(module, definition)), definition, 1)
    connection = duckdb.connect()
    connection.execute(emit_sources(module, DUCKDB) or "")
    connection.execute(f"COPY ({emit_sql(job, 'duckdb')}) TO 'duckdb.parquet'")
    run.assert_same(expected, pl.read_parquet("duckdb.parquet"), "duckdb", ordered=False)
    for engine, text in (("polars", emit_polars(job)), ("pyspark", emit_pyspark(job))):
        program, out = folder / f"{engine}.py", folder / engine
        program.write_text(text, encoding="utf-8")
        main = runpy.run_path(str(program))["main"]
        assert main(["--output", str(out), f"--source={name}={file}"]) == 0
        parts = sorted(out.glob("part-*")) if out.is_dir() else [out]
        found = pl.concat([pl.read_parquet(part) for part in parts])
        run.assert_same(expected, found, engine, ordered=False)
    return expected


MONEY = """
@feature_view(name="sales", source=FileSource.{format}_at("sales.{format}"))
class Sales:
    price = Decimal(10, 2).as_entity()
    t = EventTimestamp()
    cost = Decimal(12, 4)
    rate = Float()
    pieces = Int32()

    is_cheap = cost < price
    is_equal = cost == price
    is_round = price == 1
    is_exact = price.is_in([decimal.Decimal("1.10"), decimal.Decimal("0.005")])
    is_above = price > decimal.Decimal("1.095")
    is_more = cost >= rate
    is_many = pieces <= cost
    known = cost.fill_na(price)
    filled = cost.fill_na(decimal.Decimal("0.5"))
    mixed = cost.fill_na(pieces)
    short = cost.cast(Decimal(4, 1))
    total = cost.aggregate().sum()
    recent = cost.aggregate().over(hours=2).sum()
    mean = cost.aggregate().mean()
    spread = cost.aggregate().std()
    least = cost.aggregate().min()
    most = cost.aggregate().over(hours=2).max()

sales = Sales()

@model_contract(name="m", input_features=[sales.cost, sales.total, sales.least, sales.known])
class M:
    pass
"""

D = Decimal
SALES = pl.DataFrame(
    {
        "price": [D("1.10"), D("1.10"), D("1.10"), D("-0.01"), None, D("99999999.99")],
        "t": [T0, T0, T0 + timedelta(hours=3), T0, T0, T0],
        # The first two are tied: as numbers 10 is above 9.
        "cost": [D("9.0000"), D("10.0000"), None, D("-0.0100"), D("1"), D("99999999.9900")],
        "rate": [1.5, math.nan, math.inf, -0.01, 0.0, None],
        "pieces": [1, 10, 3, None, 1, 2**31 - 1],
    },
    schema_overrides={"price": pl.Decimal(10, 2), "cost": pl.Decimal(12, 4), "pieces": pl.Int32},
)


def test_decimals(engines: Engines, tmp_path: Path) -> None:
    module = module_of("import decimal\n" + MONEY.format(format="parquet"), tmp_path)
    found = engines.check_view(module, "sales", {"sales": SALES})
    assert found[0]["total"] == D("19.0000")
    assert found[2]["recent"] is None
    assert found[3]["is_equal"] is True
    assert found[5]["short"] is None
    entities = pl.DataFrame(
        {"price": [D("1.10"), D("1.1"), None, D("-0.01"), D("7")], "event_timestamp": [T0] * 5},
        schema_overrides={"price": pl.Decimal(10, 2)},
    )
    rows = engines.check_dataset(module, "m", {"sales": SALES}, entities)
    assert [row["cost"] for row in rows] == [D("10"), D("10"), None, D("-0.01"), None]


def test_decimals_are_read_from_csv(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spark is not None
    text = """
@feature_view(name="sales", source=FileSource.csv_at("sales.csv"))
class Sales:
    id = Int64().as_entity()
    price = Decimal(5, 2)
    whole = Decimal(20)
"""
    prices = ["1.10", "1.005", "-1.005", "999.994", "999.995", "1e2", ".5", "5.", "", "nan", " 1"]
    rows = pl.DataFrame(
        {"id": [str(i) for i in range(len(prices))], "price": prices, "whole": prices}
    )
    found = check_csv(module_of(text, tmp_path), "sales", rows, tmp_path, monkeypatch)
    expected = ["1.10", "1.01", "-1.01", "999.99", None, None, "0.50", "5.00", None, None, None]
    assert [row["price"] for row in found] == [D(x) if x else None for x in expected]
