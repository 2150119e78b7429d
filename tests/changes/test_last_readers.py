"""`alignc lint --against`: who has read what nobody reads any more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignc.cli import app
from tests.lint.projects import shop

ORDERS = """from alignc import *


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    amount = Float()
    tax = Float()
    fee = Float()
    total = amount + tax
    doubled = amount + 2


@model_contract(name="churn", input_features=[Orders().total, Orders().amount, Orders().doubled])
class Churn:
    pass


@model_contract(name="fraud", input_features=[Orders().fee, Orders().amount])
class Fraud:
    pass
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return shop(tmp_path / "old", ORDERS)


def unused(folder: Path, text: str, against: Path) -> dict[str, tuple[str, list[str]]]:
    """By symbol the end of what is said of it, and its last readers by line."""
    project = shop(folder, text)
    arguments = ["lint", str(project), "--select", "U", "--format", "json"]
    result = CliRunner().invoke(app, [*arguments, "--against", str(against)])
    assert result.exit_code in (0, 1), result.exception
    return {
        one["symbol"]: (
            one["message"].partition("; ")[2],
            [
                f"{related['line']}: {related['message']}".replace(str(against), "old")
                for related in one["related"]
                if "last reader" in related["message"]
            ],
        )
        for one in json.loads(result.stdout)["findings"]
    }


def test_a_model_that_reads_it_no_more(tmp_path: Path, old: Path) -> None:
    text = ORDERS.replace("Orders().total, ", "")
    found = unused(tmp_path, text, old)
    place = "15: last reader removed here: the model `churn` read `orders.total` in old"
    assert found["orders.total"] == ("`orders.tax` only for it", [place])


def test_a_feature_that_is_computed_otherwise(tmp_path: Path, old: Path) -> None:
    text = ORDERS.replace("total = amount + tax", "total = amount + 1")
    place = "10: last reader removed here: `orders.total` was made of `orders.tax` in old"
    assert unused(tmp_path, text, old)["orders.tax"] == ("", [place])


def test_a_model_that_is_gone(tmp_path: Path, old: Path) -> None:
    text = ORDERS[: ORDERS.index('@model_contract(name="fraud"')].rstrip() + "\n"
    said, places = unused(tmp_path, text, old)["orders.fee"]
    assert (said.replace(str(old), "old"), places) == ("read in old by `fraud`, gone since", [])


def test_what_was_unused_before_has_had_no_reader(tmp_path: Path, old: Path) -> None:
    text = ORDERS.replace("fee = Float()\n", "fee = Float()\n    more = Float()\n")
    assert unused(tmp_path, text, old)["orders.more"] == ("", [])


def test_in_lines_for_people(tmp_path: Path, old: Path) -> None:
    project = shop(tmp_path, ORDERS.replace("Orders().total, ", ""))
    arguments = ["lint", str(project), "--select", "U102", "--against", str(old)]
    text = CliRunner().invoke(app, arguments).stdout
    assert "| last reader removed here: the model `churn` read" in text


def test_it_does_not_go_with_fixes(tmp_path: Path, old: Path) -> None:
    project = shop(tmp_path, ORDERS)
    result = CliRunner().invoke(app, ["lint", str(project), "--fix", "--against", str(old)])
    assert result.exit_code == 2


def test_a_view_has_another_name(tmp_path: Path, old: Path) -> None:
    text = ORDERS.replace("Orders().total, ", "").replace('name="orders",', 'name="sales",')
    found = unused(tmp_path, text, old)
    place = "15: last reader removed here: the model `churn` read `orders.total` in old"
    assert found["sales.total"] == ("`sales.tax` only for it", [place])


def test_a_feature_has_another_name(tmp_path: Path, old: Path) -> None:
    text = ORDERS.replace("Orders().total, ", "").replace("total =", "whole =")
    found = unused(tmp_path, text, old)
    place = "15: last reader removed here: the model `churn` read `orders.total` in old"
    assert found["orders.whole"] == ("`orders.tax` only for it", [place])


def test_what_dies_with_a_feature_has_had_readers_of_its_own(tmp_path: Path) -> None:
    read = "[Orders().fee, Orders().amount]"
    old = shop(tmp_path / "old", ORDERS.replace(read, "[Orders().tax, Orders().amount]"))
    text = ORDERS.replace("Orders().total, ", "")
    found = unused(tmp_path / "new", text, old)
    assert found["orders.total"][1] == [
        "15: last reader removed here: the model `churn` read `orders.total` in old",
        "20: last reader removed here: the model `fraud` read `orders.tax` in old",
    ]
