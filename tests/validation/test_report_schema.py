"""Reports are what docs/validation_report.schema.json says, for whoever reads them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from tests.validation import model, shop
from tests.validation.project import run, write_project

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "validation_report.schema.json"
NO_VIEW = """
@feature_view(name="nobody", source=FileSource.parquet_at("data/nobody.parquet"))
class Nobody:
    id = Int64().as_entity()
    size = Float()
    rules = [size.expect_mean(at_least=0), rule("small", then=size < 1)]
"""


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def strictly(text: str) -> Any:
    """A report as JSON that has no numbers beyond its own, such as NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_reports_are_as_their_schema_says(
    tmp_path: Path, target: str, validator: Draft202012Validator
) -> None:
    empty = pl.DataFrame(schema={"id": pl.Int64(), "size": pl.Float64()})
    frames = {
        "orders": shop.ORDERS,
        "customers": shop.CUSTOMERS,
        "users": model.USERS,
        "plans": model.PLANS,
        "said": model.SAID,
        "nobody": empty,
    }
    definitions = shop.DEFINITIONS + model.DEFINITIONS + NO_VIEW
    project = write_project(tmp_path, definitions, frames)
    model.DATASET.write_parquet(tmp_path / "dataset.parquet")
    dataset = ["--dataset", str(tmp_path / "dataset.parquet")]
    for kind, name, arguments in (
        ("views", "orders", []),
        ("views", "nobody", []),
        ("datasets", "users", dataset),
        ("predictions", "users", ["--samples", "0"]),
    ):
        said = run(project, target, name, *arguments, kind=kind)
        text = (project / f"{target}_{name}.json").read_text(encoding="utf-8")
        report = strictly(text)
        assert report == said.report
        validator.validate(report)
        assert said.code == (0 if report["passed"] else 1)
        names = [one["name"] for one in (*report["rules"], *report["expectations"])]
        assert len(names) == len(set(names))
        if name == "orders":
            # One amount is NaN.
            values = {one["name"]: one["value"] for one in report["expectations"]}
            assert values["amount.mean"] == "nan"
            samples = {one["name"]: one["samples"] for one in report["rules"]}
            assert samples["order_id.required"] == [
                {"order_id": None, "at": "2024-05-01T00:00:00+00:00"}
            ]
        if name == "nobody":
            assert report["rows"] == 0
            (mean,) = report["expectations"]
            assert (mean["value"], mean["passed"]) == (None, False)


def changed(report: dict[str, Any], path: list[str | int], value: object) -> dict[str, Any]:
    made = copy.deepcopy(report)
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return made


def test_the_schema_refuses_what_no_report_is(validator: Draft202012Validator) -> None:
    rule = {
        "name": "a.type",
        "says": "",
        "severity": "warn",
        "failed": 0,
        "rate": 0.0,
        "allow": 0.0,
        "passed": True,
        "samples": [{"a": None}],
    }
    report = {
        "format_version": 1,
        "about": {"kind": "view", "name": "a"},
        "rows": 0,
        "passed": True,
        "rules": [rule],
        "expectations": [],
    }
    validator.validate(report)
    odd: list[tuple[list[str | int], object]] = [
        (["format_version"], 2),
        (["about"], "a"),
        (["about", "kind"], "contract"),
        (["rows"], -1),
        (["rows"], None),
        (["rules", 0, "severity"], "info"),
        (["rules", 0, "name"], "a, b"),
        (["rules", 0, "rate"], 1.5),
        (["rules", 0, "allow"], 1),
        (["rules", 0, "samples"], [1]),
        (["expectations"], [rule]),
        (["when"], "now"),
    ]
    for path, value in odd:
        assert not validator.is_valid(changed(report, path, value)), path
    for key in report:
        assert not validator.is_valid({k: v for k, v in report.items() if k != key}), key
