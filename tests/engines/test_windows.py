"""Windows at the edges of their tiles, and sums that must not round: on all engines."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.driver import job_of, optimized
from alignc.explain import explain
from alignc.interpreter import interpret_dataset
from alignc.ir.module import Module
from alignc.ir.passes.rewrites import with_node, with_steps
from alignc.ir.plan import Plan, WindowAggregate
from alignc.ir.window_plans import Method
from tests.engines import run
from tests.engines.everywhere import Engines, module_of
from tests.engines.times import HOUR, MICRO, T0, TIME, asked, at

EDGES = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    g = String().as_entity()
    t = EventTimestamp()
    v = Int32()
    big = Int64()
    f = Float()
    flag = Bool()
    word = String()
    price = Decimal(10, 2)

    n = f.aggregate().over(hours=1).count()
    total = f.aggregate().over(hours=1).sum()
    average = f.aggregate().over(hours=1).mean()
    spread = f.aggregate().over(hours=1).variance()
    low = f.aggregate().over(hours=1).min()
    high = f.aggregate().over(hours=1).max()
    first_word = word.aggregate().over(hours=1).min()
    last_word = word.aggregate().over(hours=1).max()
    low_left = f.aggregate().over(hours=1, closed="left").min()
    low_both = f.aggregate().over(hours=1, closed="both").min()
    low_none = f.aggregate().over(hours=1, closed="none").min()
    total_before = f.aggregate().over(hours=1).offset(hours=2).sum()
    high_left_before = f.aggregate().over(hours=3, closed="left").offset(minutes=30).max()
    doubled = (f * 2).aggregate().over(hours=2).max()
    whole_n = v.aggregate().over(hours=2).count()
    whole = v.aggregate().over(hours=2).sum()
    whole_left = v.aggregate().over(hours=1, closed="left").sum()
    whole_both = v.aggregate().over(hours=1, closed="both").mean()
    whole_none = v.aggregate().over(hours=1, closed="none").variance()
    whole_spread = v.aggregate().over(hours=3).std()
    large = big.aggregate().over(hours=3).sum()
    large_spread = big.aggregate().over(hours=3).variance()
    some = flag.aggregate().over(hours=1).any()
    every = flag.aggregate().over(hours=1).all()
    least = flag.aggregate().over(hours=1).min()
    paid = price.aggregate().over(hours=2).sum()
    paid_mean = price.aggregate().over(hours=2).mean()
    ever = f.aggregate().max()
    ever_flag = flag.aggregate().max()
    ever_sum = f.aggregate().sum()
    ever_spread = v.aggregate().variance()
    ever_n = f.aggregate().count()
    next_high = f.aggregate().over_next(hours=1).max()
    next_total = v.aggregate().over_next(hours=2).sum()

events = Events()

@model_contract(name="m", input_features=[
    events.n, events.total, events.average, events.spread, events.low, events.high,
    events.first_word, events.last_word, events.low_left, events.low_both, events.low_none,
    events.total_before, events.high_left_before, events.doubled, events.whole_n,
    events.whole, events.whole_left, events.whole_both, events.whole_none, events.whole_spread,
    events.large, events.large_spread, events.some, events.every, events.least, events.paid,
    events.paid_mean, events.ever, events.ever_flag, events.ever_sum, events.ever_spread,
    events.ever_n,
])
class M:
    next_high = events.next_high.as_regression_label()
    next_total = events.next_total.as_regression_label()
"""
KEYS = [(1, "a"), (1, "b"), (2, "a"), (None, "a"), (1, None)]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _grid(start: datetime) -> list[datetime]:
    """Multiples of half an hour, and a microsecond beside them: everything meets there."""
    return [start + i * HOUR / 2 + j * MICRO for i in range(-8, 9) for j in (-1, 0, 1)]


def events_of(rng: random.Random, count: int, start: datetime) -> pl.DataFrame:
    keys = [rng.choice(KEYS) for _ in range(count)]

    def some(*values: object) -> list[object]:
        return [rng.choice((*values, None)) for _ in range(count)]

    return pl.DataFrame(
        {
            "k": [k for k, _ in keys],
            "g": [g for _, g in keys],
            "t": some(*_grid(start)),
            "v": some(-7, 0, 3, 2**31 - 1, -(2**31)),
            "big": some(5, 2**62, -(2**62), 2**63 - 1),
            # Sums of these are exact.
            "f": some(-1.5, 0.0, 0.25, 3.0, 1024.0),
            "flag": some(True, False),
            "word": some("", "a", "B", "é", "z"),
            "price": some(Decimal("0.01"), Decimal("-99999999.99"), Decimal("12.50")),
        },
        schema={
            "k": pl.Int64,
            "g": pl.String,
            "t": TIME,
            "v": pl.Int32,
            "big": pl.Int64,
            "f": pl.Float64,
            "flag": pl.Boolean,
            "word": pl.String,
            "price": pl.Decimal(10, 2),
        },
    )


def entities_of(rng: random.Random, count: int, start: datetime) -> pl.DataFrame:
    keys = [rng.choice((*KEYS, (3, "a"))) for _ in range(count)]
    times = [rng.choice((*_grid(start), None)) for _ in range(count)]
    return pl.DataFrame(
        {"k": [k for k, _ in keys], "g": [g for _, g in keys], "event_timestamp": times},
        schema={"k": pl.Int64, "g": pl.String, "event_timestamp": TIME},
    )


@pytest.mark.parametrize("start", [T0, EPOCH, datetime(1905, 4, 3, 2, 1, tzinfo=UTC)])
def test_windows_and_tiles_that_meet(engines: Engines, tmp_path: Path, start: datetime) -> None:
    module, rng = module_of(EDGES, tmp_path), random.Random(str(start))
    events, entities = events_of(rng, 250, start), entities_of(rng, 120, start)
    found = engines.check_dataset(module, "m", {"events": events}, entities)
    assert len({row["high"] for row in found}) > 3


def test_the_rows_of_a_view_at_the_edges_of_tiles(engines: Engines, tmp_path: Path) -> None:
    module, rng = module_of(EDGES, tmp_path), random.Random(7)
    events = events_of(rng, 150, EPOCH)
    assert len(engines.check_view(module, "events", {"events": events})) == 150


def beside_tiles() -> str:
    """Each window has a least float, which is of tiles, and all that could be a difference of totals."""
    totals = {
        "n": "v.aggregate(){}.count()",
        "whole": "v.aggregate(){}.sum()",
        "average": "v.aggregate(){}.mean()",
        "spread": "v.aggregate(){}.variance()",
        "deviation": "v.aggregate(){}.std()",
        "large": "big.aggregate(){}.sum()",
        "paid": "price.aggregate(){}.sum()",
        "paid_mean": "price.aggregate(){}.mean()",
        "some": "flag.aggregate(){}.any()",
        "every": "flag.aggregate(){}.all()",
        "low": "f.aggregate(){}.min()",
        "large_spread": "big.aggregate(){}.variance()",
    }
    over = {"last": ".over(hours=1)", "left": '.over(hours=2, closed="left")'}
    made = {f"{w}_{n}": t.format(o) for w, o in over.items() for n, t in totals.items()}
    head = EDGES[: EDGES.index("    n = f.aggregate()")]
    lines = "".join(f"    {name} = {text}\n" for name, text in made.items())
    inputs = ", ".join(f"events.{name}" for name in made)
    return (
        f"{head}{lines}\nevents = Events()\n\n"
        f'@model_contract(name="m", input_features=[{inputs}])\nclass M:\n    pass\n'
    )


def test_totals_in_tiles_that_others_need(engines: Engines, tmp_path: Path) -> None:
    module, rng = module_of(beside_tiles(), tmp_path), random.Random(9)
    (chosen,) = [
        line
        for line in explain(module, "m", ("postgres",)).windows
        if Method.EXACT_TILES.value in line
    ]
    assert all(f"last_{n}" in chosen for n in ("whole", "spread", "paid", "some", "every"))
    assert all(
        Method.TOTALS.value not in line for line in explain(module, "m", ("postgres",)).windows
    )
    events, entities = events_of(rng, 250, T0), entities_of(rng, 120, T0)
    found = engines.check_dataset(module, "m", {"events": events}, entities)
    assert {row["last_every"] for row in found} == {None, False, True}
    assert len({row["left_spread"] for row in found}) > 3


def test_a_variance_alone_has_room_for_its_squares(engines: Engines, tmp_path: Path) -> None:
    """The square of the sum of a few integers of 32 bits is none of 64 bits."""
    head = EDGES[: EDGES.index("    n = f.aggregate()")]
    text = (
        f"{head}    ever = v.aggregate().variance()\n\nevents = Events()\n\n"
        '@model_contract(name="m", input_features=[events.ever])\nclass M:\n    pass\n'
    )
    rng = random.Random(3)
    events, entities = events_of(rng, 150, T0), entities_of(rng, 60, T0)
    found = engines.check_dataset(module_of(text, tmp_path), "m", {"events": events}, entities)
    assert any(isinstance(row["ever"], float) and row["ever"] > 2.0**61 for row in found)


def test_keys_with_few_events_give_the_same(engines: Engines, tmp_path: Path) -> None:
    module, rng = module_of(EDGES, tmp_path), random.Random(11)
    events, entities = events_of(rng, 200, T0), entities_of(rng, 100, T0)
    plan = _with_few_events(optimized(dataset_plan(module, module.contract_by_name["m"])))
    expected = interpret_dataset(module, "m", {"events": events.to_dicts()}, entities.to_dicts())
    for engine, found in _results(engines, module, plan, events, entities).items():
        run.assert_same(expected, found, f"few events on {engine}", ordered=True)


BUSY = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    f = Float()
    v = Int64()
    low = f.aggregate().over(minutes=9).min()
    total = f.aggregate().over(hours=1).sum()
    high = f.aggregate().over(hours=6).max()
    spread = f.aggregate().over(hours=11).std()
    whole = v.aggregate().over(hours=11).sum()
    ever = v.aggregate().max()
    n = v.aggregate().over(hours=3).offset(hours=1).count()

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


def test_windows_with_many_events_of_one_key(engines: Engines, tmp_path: Path) -> None:
    """Enough of them for blocks of blocks of blocks, in all positions; one in ten is a tie."""
    module, rng = module_of(BUSY, tmp_path), random.Random(13)
    minutes = [rng.randrange(660) for _ in range(40)] + list(range(660))
    rng.shuffle(minutes)
    events = pl.DataFrame(
        {
            "k": [1] * len(minutes),
            "t": [T0 + timedelta(minutes=m) for m in minutes],
            "f": [rng.choice((None, 0.25, -2.0, float(m))) for m in minutes],
            "v": [rng.choice((None, 1, 2**62, -m)) for m in minutes],
        },
        schema={"k": pl.Int64, "t": TIME, "f": pl.Float64, "v": pl.Int64},
    )
    times = [T0 + timedelta(minutes=rng.randrange(-5, 900)) for _ in range(80)]
    found = engines.check_dataset(module, "m", {"events": events}, asked([1] * 80, times))
    assert {row["whole"] is None for row in found} == {True, False}
    assert len({row["spread"] for row in found}) > 60


EMPTY = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    g = String().as_entity()
    t = EventTimestamp()
    f = Float()
    high = f.aggregate().over(hours=1).max()
    never = f.aggregate().over(seconds=1e-6, closed="none").max()
    never_n = f.aggregate().over(seconds=1e-6, closed="none").count()

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


def test_a_microsecond_without_its_ends_has_no_events(engines: Engines, tmp_path: Path) -> None:
    module, rng = module_of(EMPTY, tmp_path), random.Random(5)
    events, entities = events_of(rng, 60, T0), entities_of(rng, 40, T0)
    found = engines.check_dataset(module, "m", {"events": events}, entities)
    assert {(row["never"], row["never_n"]) for row in found} == {(None, 0)}
    assert len({row["high"] for row in found}) > 1


def _with_few_events(plan: Plan) -> Plan:
    return with_steps(
        plan,
        [
            with_node(step, step.node.model_copy(update={"rows_per_key": 50}))
            if isinstance(step.node, WindowAggregate)
            else step
            for step in plan.steps
        ],
    )


def _results(
    engines: Engines, module: Module, plan: Plan, events: pl.DataFrame, entities: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    job = job_of(module, plan, module.contract_by_name["m"], 1)
    runners = engines.runners(job, {"events": events}, entities)
    return {engine: runner() for engine, runner in runners.items()}


EXACT = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    f = Float()
    big = Int64()
    price = Decimal(28, 6)
    wide = Decimal(38, 6)

    total = f.aggregate().over(hours=4).sum()
    average = f.aggregate().over(hours=4).mean()
    spread = f.aggregate().over(hours=4).variance()
    large = big.aggregate().over(hours=4).sum()
    large_mean = big.aggregate().over(hours=4).mean()
    paid = price.aggregate().over(hours=4).sum()
    wide_mean = wide.aggregate().over(hours=4).mean()

events = Events()

@model_contract(name="m", input_features=[
    events.total, events.average, events.spread, events.large, events.large_mean, events.paid,
    events.wide_mean,
])
class M:
    pass
"""
HOURS = range(64)
PLENTY = Decimal(10) ** 21
NEARLY_ALL = Decimal(10) ** 31
FLOATS = {
    "large among small": [1e16, 1.0, 1.0, 1.0, 0.5, -1e16, 1.0, 0.25] * 8,
    "far from zero": [1e9 + (i * 7919 % 13) / 8 for i in HOURS],
    "constant": [1e9 + 0.5] * len(HOURS),
    "tenths": [(i * 31 % 17) / 10 for i in HOURS],
}


@pytest.mark.parametrize("values", FLOATS.values(), ids=FLOATS)
def test_windows_round_no_more_than_their_own_values(
    engines: Engines, tmp_path: Path, values: list[float]
) -> None:
    module = module_of(EXACT, tmp_path)
    big = [(2**63 - 1 - i) * (1 if i < 40 else -1) for i in HOURS]
    prices = [PLENTY + Decimal(i) / 10**6 for i in HOURS]
    wide = [NEARLY_ALL - i for i in HOURS]
    events = pl.DataFrame(
        {"k": [1] * len(HOURS), "t": at(*HOURS), "f": values, "big": big}
        | {"price": prices, "wide": wide},
        schema={
            "k": pl.Int64,
            "t": TIME,
            "f": pl.Float64,
            "big": pl.Int64,
            "price": pl.Decimal(28, 6),
            "wide": pl.Decimal(38, 6),
        },
    )
    entities = asked([1] * len(HOURS), at(*HOURS))
    plan = optimized(dataset_plan(module, module.contract_by_name["m"]))
    for engine, found in _results(engines, module, plan, events, entities).items():
        for hour, row in enumerate(found.to_dicts()):
            seen = slice(max(0, hour - 3), hour + 1)
            where = f"{engine}, hour {hour}"
            _check_floats(row, [Fraction(x) for x in values[seen]], where)
            total = sum(big[seen])
            assert row["large"] == (total if -(2**63) <= total < 2**63 else None), where
            # Spark takes the mean of doubles.
            mean, size = Fraction(total, len(big[seen])), 2**63
            assert abs(Fraction(row["large_mean"]) - mean) <= Fraction(size, 2**52), where
            assert row["paid"] == sum(prices[seen]), where
            mean = Fraction(sum(wide[seen])) / len(wide[seen])
            assert abs(Fraction(row["wide_mean"]) - mean) <= mean / 2**48, where


def _check_floats(row: dict[str, float], seen: list[Fraction], where: str) -> None:
    count, total = len(seen), sum(seen, Fraction(0))
    # A few roundings of what is in the window, whatever was before it.
    unit = sum(map(abs, seen), Fraction(0)) / 2**52
    assert abs(Fraction(row["total"]) - total) <= count * unit, where
    assert abs(Fraction(row["average"]) - total / count) <= unit, where
    if count == 1:
        assert row["spread"] is None, where
        return
    distances = [x - total / count for x in seen]
    exact = sum((d * d for d in distances), Fraction(0)) / (count - 1)
    if exact == 0:
        assert row["spread"] == 0, where
        return
    # What the mean is off by goes into each distance.
    bound = exact / 2**45 + 4 * (unit * Fraction(float(exact) ** 0.5) + unit**2)
    assert abs(Fraction(row["spread"]) - exact) <= bound, where


STRAY = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    f = Float()
    n = f.aggregate().over(hours=2).count()
    total = f.aggregate().over(hours=2).sum()
    average = f.aggregate().over(hours=2).mean()
    spread = f.aggregate().over(hours=2).variance()
    low = f.aggregate().over(hours=2).min()
    high = f.aggregate().over(hours=2).max()

events = Events()

@model_contract(name="m", input_features=[events])
class M:
    pass
"""


@pytest.mark.parametrize("stray", [float("inf"), -float("inf"), float("nan")])
def test_a_stray_value_is_in_its_own_windows_only(
    engines: Engines, tmp_path: Path, stray: float
) -> None:
    module = module_of(STRAY, tmp_path)
    # Alone in its tile, between others, beside one of the other sign.
    values = [1.0, stray, 2.0, 3.0, 4.0, stray, 5.0, -stray, None, 6.0, 7.0, 8.0]
    hours = [0.0, 1.5, 2.5, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 9.0, 9.5, 10.0]
    events = pl.DataFrame(
        {"k": [1] * len(hours), "t": at(*hours), "f": values},
        schema={"k": pl.Int64, "t": TIME, "f": pl.Float64},
    )
    times = [T0 + timedelta(minutes=30 * i) for i in range(26)]
    found = engines.check_dataset(module, "m", {"events": events}, asked([1] * 26, times))
    # From 8:00 on no window has one.
    assert [row["total"] for row in found[16:23]] == [None, None, 6.0, 13.0, 21.0, 21.0, 15.0]
    assert [row["spread"] for row in found[18:21]] == [None, 0.5, 1.0]


NAMES = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Int32()
    latest = t.aggregate().over(hours=1, closed="left").max()
    first = t.aggregate().over(hours=2).min()
    keys = k.aggregate().over(hours=2).sum()
    n = v.aggregate().sum()
"""


def test_a_value_that_a_question_has_too(engines: Engines, tmp_path: Path) -> None:
    """Keys and times of events, where a question has columns of these names."""
    module = module_of(NAMES, tmp_path)
    (view,) = module.views
    few = module.model_copy(update={"views": (view.model_copy(update={"rows_per_key": 5}),)})
    times = [T0 + timedelta(minutes=m) for m in (0, 20, 60, 110, 180)]
    events = pl.DataFrame({"k": [3, 3, 3, 3, 4], "t": times, "v": [1, 2, None, 4, 5]})
    events = events.cast({"t": TIME, "v": pl.Int32})
    rows = engines.check_view(few, "events", {"events": events})
    assert [row["latest"] for row in rows] == [None, times[0], times[1], times[2], None]
    assert [row["keys"] for row in rows] == [3, 6, 9, 12, 4]
