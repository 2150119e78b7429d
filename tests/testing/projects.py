"""Small projects with tests of their own."""

from __future__ import annotations

from pathlib import Path

from alignc.driver import fixtures_of, load
from alignc.ir.fixture import Fixture
from alignc.ir.module import Module
from alignc.settings import find_project

HEAD = """from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as Exact
from alignc import *
"""

SHOP = """
@feature_view(name="orders", source=FileSource.parquet_at("sales.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp(ttl=timedelta(days=30), time_zone="Europe/Oslo")
    amount = Float()
    note = String()
    spent = amount.aggregate().over(hours=1).sum()

@feature_view(name="people", source=FileSource.csv_at("people.csv", mapping_keys={"Full name": "name"}))
class People:
    customer = Int64().as_entity()
    name = String()

@model_contract(name="churn", input_features=[Orders().spent, People().name.with_name("called")])
class Churn:
    leaves = Orders().amount.as_regression_label()
"""


def project(
    folder: Path, definitions: str = SHOP, tests: str | None = None, settings: str = ""
) -> Path:
    """A project with a file of tests, if there is a text for it."""
    folder.mkdir(exist_ok=True)
    (folder / "alignc.yml").write_text(f"name: shop\n{settings}", encoding="utf-8")
    (folder / "features").mkdir(exist_ok=True)
    (folder / "features/shop.py").write_text(HEAD + definitions, encoding="utf-8")
    if tests is not None:
        (folder / "tests").mkdir(exist_ok=True)
        (folder / "tests/shop.alignc.yml").write_text(tests, encoding="utf-8")
    return folder


def fixtures(folder: Path) -> tuple[Module, tuple[Fixture, ...]]:
    """The Module and the tests of a project."""
    found = find_project(folder)
    loaded = load(found)
    return loaded.module, fixtures_of(found, loaded)
