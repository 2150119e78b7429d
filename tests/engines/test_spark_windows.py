"""Windows on PySpark: tiles and their edges, exact numbers, busy keys; the interpreter is right."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from tests.engines import run
from tests.engines.spark import Spark
from tests.engines.times import MICRO, TIME

HEAD = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    shop = String().as_entity()
    t = EventTimestamp()
    i = Int64()
    x = Float()
    d = Decimal(28, 10)
    b = Bool()
    s = String()
"""
TAIL = """
events = Events()

@model_contract(name="m", input_features=[{inputs}])
class M:
    {label}
"""
WINDOWS = {
    "right": "over(hours=1)",
    "left": 'over(hours=1, closed="left")',
    "both": 'over(hours=1, closed="both")',
    "none": 'over(hours=1, closed="none")',
    "earlier": "over(hours=1).offset(minutes=30)",
    "hour_before": 'over(hours=1, closed="left").offset(hours=1)',
    "short": "over(minutes=7)",
    "long": "over(hours=5)",
    "moment": "over(seconds=1e-6)",
    "instant": 'over(seconds=1e-6, closed="both")',
    "never": 'over(seconds=1e-6, closed="none")',
    "always": "offset()",
    "until": "offset(hours=2)",
}
EXACT = {
    "count": "s.aggregate(){}.count()",
    "sum": "i.aggregate(){}.sum()",
    "mean": "i.aggregate(){}.mean()",
    "cents": "d.aggregate(){}.sum()",
    "share": "d.aggregate(){}.mean()",
    "any": "b.aggregate(){}.any()",
    "all": "b.aggregate(){}.all()",
}
FROM_PARTS = {
    "total": "x.aggregate(){}.sum()",
    "average": "x.aggregate(){}.mean()",
    "spread": "x.aggregate(){}.variance()",
    "deviation": "i.aggregate(){}.std()",
    "low": "x.aggregate(){}.min()",
    "high": "s.aggregate(){}.max()",
    "truest": "b.aggregate(){}.max()",
    "n": "x.aggregate(){}.count()",
    "mean": "i.aggregate(){}.mean()",
}


def definitions(windows: dict[str, str], made: dict[str, str]) -> str:
    """A view with all aggregates over all windows, and a label over the hour that follows."""
    made_here = {
        f"{window}_{name}": text.format(f".{over}")
        for window, over in windows.items()
        for name, text in made.items()
    }
    first = next(iter(made.values())).format(".over_next(hours=1)")
    lines = [f"    {name} = {text}\n" for name, text in {**made_here, "ahead": first}.items()]
    inputs = ", ".join(f"events.{name}" for name in made_here)
    return (
        HEAD
        + "".join(lines)
        + TAIL.format(inputs=inputs, label="label = events.ahead.as_regression_label()")
    )


def events(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = {
        "k": pl.Int64(),
        "shop": pl.String(),
        "t": TIME,
        "i": pl.Int64(),
        "x": pl.Float64(),
        "d": pl.Decimal(28, 10),
        "b": pl.Boolean(),
        "s": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def questions(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = {"k": pl.Int64(), "shop": pl.String(), "event_timestamp": TIME}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.fixture
def on_spark(spark: SparkSession, tmp_path: Path) -> Spark:
    return Spark(spark, tmp_path)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rows_on_edges(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events and questions at full hours or a microsecond beside them, before and after 1970."""
    draw = random.Random(seed)
    steps = [timedelta(minutes=m) for m in (0, 0, 0, 7, 30)]
    keys = [(1, "a"), (1, "b"), (2, "a")]

    def moment() -> datetime:
        hour = timedelta(hours=draw.randint(-4, 4))
        return EPOCH + hour + draw.choice(steps) + draw.choice([-1, 0, 0, 1]) * MICRO

    def key() -> tuple[int | None, str | None]:
        return draw.choice([*keys, *keys, *keys, (None, "a"), (1, None)])

    def event() -> tuple[object, ...]:
        values = (
            draw.randint(-9, 9),
            draw.choice([0.5, -2.25, 1e3, 7.0]),
            Decimal(draw.randint(-(10**6), 10**6)) / 100,
            draw.random() < 0.5,
            draw.choice(["a", "é", "Z", ""]),
        )
        kept = (None if draw.random() < 0.2 else value for value in values)
        return (*key(), None if draw.random() < 0.03 else moment(), *kept)

    asked = [(*key(), None if draw.random() < 0.05 else moment()) for _ in range(90)]
    return events([event() for _ in range(150)]), questions([*asked, *asked[:10]])


@pytest.mark.parametrize("made", [EXACT, FROM_PARTS], ids=["totals", "parts"])
def test_the_edges_of_tiles(on_spark: Spark, made: dict[str, str]) -> None:
    windows = {n: w for n, w in WINDOWS.items() if n != "never"}
    on_spark.check(definitions(windows, made), *rows_on_edges(1))


@pytest.mark.parametrize("made", [EXACT, FROM_PARTS], ids=["totals", "parts"])
def test_keys_with_few_rows(on_spark: Spark, made: dict[str, str]) -> None:
    text = definitions(
        {n: WINDOWS[n] for n in ("right", "left", "earlier", "until", "never")}, made
    )
    on_spark.check(text, *rows_on_edges(2), rows_per_key=100)


def test_a_window_without_a_moment(on_spark: Spark) -> None:
    text = definitions({n: WINDOWS[n] for n in ("never", "right")}, FROM_PARTS)
    found = on_spark.check(text, *rows_on_edges(3))
    assert {row["never_n"] for row in found} == {0}
    assert {row["never_high"] for row in found} == {None}
    assert len({row["right_n"] for row in found}) > 2


def test_a_busy_key_is_many_tasks(on_spark: Spark) -> None:
    """One key has nearly all rows; the count of tasks changes nothing."""
    draw = random.Random(4)

    def moment() -> datetime:
        return EPOCH + timedelta(microseconds=draw.randint(-(10**11), 10**11))

    def row(key: int) -> tuple[object, ...]:
        return (key, "a", moment(), draw.randint(-(2**40), 2**40), draw.uniform(-1, 1), *[None] * 3)

    source = events([*(row(1) for _ in range(400)), *(row(2) for _ in range(5))])
    asked = questions([(draw.choice([1, 1, 1, 2, 3]), "a", moment()) for _ in range(60)])
    made = {n: FROM_PARTS[n] for n in ("total", "spread", "low")} | {"sum": EXACT["sum"]}
    windows = {n: WINDOWS[n] for n in ("right", "long", "always")}
    text = definitions(windows, made) + "\n"
    results = []
    for count in (1, 5):
        with on_spark.partitions(count):
            results.append(on_spark.check(text, source, asked))
    run.assert_same(results[0], pl.DataFrame(results[1]), "5 tasks", ordered=True)


def at(hours: float) -> datetime:
    return EPOCH + timedelta(hours=hours)


def test_large_values_leave_no_trace(on_spark: Spark) -> None:
    values = [1e16, 1.0, 1.0, float("inf"), 2.0, float("nan"), 3.0, 4.0]
    source = events([(1, "a", at(h), h, v, None, None, None) for h, v in enumerate(values)])
    made = {n: FROM_PARTS[n] for n in ("total", "average", "spread", "low")}
    text = definitions({"two": "over(hours=2)"}, made)
    found = on_spark.check(text, source, questions([(1, "a", at(h)) for h in range(8)]))
    assert (found[2]["two_total"], found[2]["two_spread"]) == (2.0, 0.0)
    assert (found[7]["two_total"], found[7]["two_spread"]) == (7.0, 0.5)
    assert found[4]["two_total"] == float("inf")


def test_whole_numbers_and_decimals_are_exact(on_spark: Spark) -> None:
    largest = 2**63 - 1
    most = Decimal(10**28 - 1).scaleb(-10)
    rows: list[tuple[int, Decimal]] = [
        (largest, most),
        (largest, most),
        (1, Decimal("0.0000000001")),
        (-largest, -most),
        (-largest - 1, Decimal(0)),
        (7, Decimal("-0.0000000003")),
    ]
    source = events([(1, "a", at(h), i, 0.0, d, None, None) for h, (i, d) in enumerate(rows)])
    made = {n: EXACT[n] for n in ("sum", "mean", "cents", "share")}
    text = definitions({"two": "over(hours=2)", "ten": "over(hours=10)"}, made)
    found = on_spark.check(text, source, questions([(1, "a", at(h)) for h in range(6)]))
    for hour, row in enumerate(found):
        for name, seen in (("two", rows[max(0, hour - 1) : hour + 1]), ("ten", rows[: hour + 1])):
            total = sum(i for i, _ in seen)
            assert row[f"{name}_sum"] == (total if -(2**63) <= total < 2**63 else None)
            cents = sum((Fraction(d) for _, d in seen), Fraction(0))
            found_cents = row[f"{name}_cents"]
            assert isinstance(found_cents, Decimal)
            assert Fraction(found_cents) == cents
            assert row[f"{name}_mean"] == pytest.approx(
                float(Fraction(total, len(seen))), rel=1e-15
            )


def test_variance_far_from_zero(on_spark: Spark) -> None:
    draw = random.Random(5)
    values = [1e9 + draw.uniform(-1, 1) for _ in range(300)]
    times = [EPOCH + timedelta(minutes=m - 150) for m in range(300)]
    source = events(
        [
            *((1, "a", t, 0, x, None, None, None) for t, x in zip(times, values, strict=True)),
            *((2, "a", t, 0, 0.1, None, None, None) for t in times),
        ]
    )
    asked = times[10::17]
    text = definitions({"h": "over(hours=1)", "ever": "offset()"}, {"v": FROM_PARTS["spread"]})
    found = on_spark.check(text, source, questions([(k, "a", q) for k in (1, 2) for q in asked]))
    for q, row in zip(asked, found, strict=False):
        for name, since in (("h", q - timedelta(hours=1)), ("ever", EPOCH - timedelta(days=1))):
            seen = [Fraction(x) for t, x in zip(times, values, strict=True) if since < t <= q]
            mean = sum(seen, Fraction(0)) / len(seen)
            exact = sum(((x - mean) ** 2 for x in seen), Fraction(0)) / (len(seen) - 1)
            assert row[f"{name}_v"] == pytest.approx(float(exact), rel=1e-13)
    # All values of a column are one: nothing is left of rounding.
    assert {row[n] for row in found[len(asked) :] for n in ("h_v", "ever_v")} == {0.0}
