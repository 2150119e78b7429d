"""Tables that grow run by run are what all rows at once would have made of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from alignc.dbt.names import features_model
from alignc.interpreter import interpret_view
from alignc.ir.module import Module
from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import build
from tests.dbt.project import Project
from tests.engines import run

LATENESS = timedelta(hours=36)
DEFINITIONS = """
from datetime import timedelta
from alignc import *

database = PostgreSQLConfig(env_var="SHOP_DATABASE_URL")


@feature_view(name="orders", source=database.table("orders"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    doubled = amount * 2


@feature_view(name="spending", source=database.table("orders"))
class Spending:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    spent_1d = amount.aggregate().over(days=1).sum()
    largest_3h = amount.aggregate().over(hours=3).max()
    orders_ever = amount.aggregate().count()
    spent_next_6h = amount.aggregate().over_next(hours=6).sum()
    more = spent_1d - largest_3h


@feature_view(name="activity", source=database.table("orders"))
class Activity:
    customer = Int64().as_entity()
    at = EventTimestamp()
    orders_2d = customer.aggregate().over(days=2).count()


Large = Orders.filter("large", where=lambda o: o.amount > 50)
"""


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
@pytest.mark.parametrize("seed", [1, 2])
def test_runs_add_up_to_the_whole(
    adapter: str, seed: int, make_project: MakeProject, tmp_path: Path
) -> None:
    project, module = written(tmp_path, adapter, make_project)
    orders = made_up(seed)
    runs = random.Random(seed).sample(range(1, 19), k=3)
    loaded = orders.clear()
    for day in (*sorted(runs), 30):
        loaded = orders.filter(pl.col("arrived") <= START + timedelta(days=day))
        project.load({"orders": loaded.drop("arrived")})
        project.run("run")
    assert loaded.height == orders.height
    before = tables(project, module)
    rows = {"orders": orders.drop("arrived").to_dicts()}
    for view, there in before.items():
        expected = interpret_view(module, view, rows)
        run.assert_same(expected, there, f"{view} in {adapter}", ordered=False)
    project.run("run")
    for view, there in tables(project, module).items():
        run.assert_same(before[view], there, f"{view} in {adapter}, once more", ordered=False)


def test_a_run_does_not_touch_what_is_older_than_it_looks_back(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project, module = written(tmp_path, "duckdb", make_project)
    early, late = row(1, 0, 10.0), row(1, 10, 20.0)
    project.load({"orders": frame([early, late])})
    project.run("run")
    # Too late by far: nothing but a full refresh can see it.
    project.load({"orders": frame([early, late, row(1, 1, 5.0)])})
    project.run("run")
    assert tables(project, module)["orders"].height == 2
    project.run("run", "--full-refresh")
    assert tables(project, module)["orders"].height == 3


START = datetime(2026, 3, 1, tzinfo=UTC)


def row(customer: int | None, days: float, amount: float | None) -> dict[str, object]:
    return {"customer": customer, "at": START + timedelta(days=days), "amount": amount}


def frame(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    types: dict[str, pl.DataType] = {
        "customer": pl.Int64(),
        "at": pl.Datetime("us", "UTC"),
        "amount": pl.Float64(),
    }
    return pl.DataFrame(rows, schema_overrides=types)


def made_up(seed: int) -> pl.DataFrame:
    """Orders of twenty days, of which each arrives so long after its time; some have no time or key."""
    chance = random.Random(seed)
    rows: list[dict[str, object]] = []
    for _ in range(300):
        # Whole minutes, so that windows have events at their ends, and amounts whose sums are exact.
        minutes = chance.choice([chance.randrange(20 * 1440), chance.randrange(20 * 24) * 60])
        at = START + timedelta(minutes=minutes)
        order = {
            "customer": chance.choice([None, 1, 1, 1, 2, 3]),
            "at": None if chance.random() < 0.03 else at,
            "amount": None if chance.random() < 0.1 else chance.randrange(400) / 4,
        }
        rows.append({**order, "arrived": at + chance.random() * LATENESS})
    types: dict[str, pl.DataType] = {"customer": pl.Int64(), "amount": pl.Float64()}
    return pl.DataFrame(rows, schema_overrides=types, infer_schema_length=None).with_columns(
        pl.col("at").cast(pl.Datetime("us", "UTC"))
    )


def written(folder: Path, adapter: str, make_project: MakeProject) -> tuple[Project, Module]:
    """A project of the definitions above."""
    views = ("orders", "spending", "activity", "large")
    hints = "".join(f"  {view}: {{lateness: 36 hours}}\n" for view in views)
    built, module = build(folder / "shop", adapter, DEFINITIONS, f"hints:\n{hints}")
    return make_project(built, adapter), module


def tables(project: Project, module: Module) -> dict[str, pl.DataFrame]:
    return {view.name: project.rows(features_model(view)) for view in module.views}
