"""The example of docs/validation.md is a project whose programs say what the page tells."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from jsonschema import Draft202012Validator

from tests.validation.project import run, write_project

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "validation.md").read_text(encoding="utf-8")
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def block(language: str) -> str:
    """The first block of code in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_is_validated_as_the_page_says(tmp_path: Path) -> None:
    project = write_project(tmp_path, block("python"), {})
    rows = {"order_id": [6, 7], "amount": [1.0, -1.0], "paid": [1.0, None], "channel": ["web"] * 2}
    dataset = pl.DataFrame(rows).with_columns(event_timestamp=AT, is_late=True)
    dataset.write_parquet(tmp_path / "late_order.parquet")
    arguments = ["--dataset", str(tmp_path / "late_order.parquet")]
    said = run(project, "polars", "late_order", *arguments, kind="datasets")
    example = json.loads(block("json"))
    schema = json.loads((DOCS / "validation_report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(example)
    failed = [rule for rule in said.report["rules"] if rule["failed"]]
    assert {**said.report, "rules": failed} == example
    assert "`is_gift`" not in said.text


def test_all_rules_of_the_page_are_those_of_programs(tmp_path: Path) -> None:
    project = write_project(tmp_path, block("python"), {})
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted((project / "generated/validation/polars").rglob("*.py"))
    ]
    assert len(texts) == 4
    told = set(re.findall(r"`((?:amount|customer|channel|key)\.[a-z_]+)`", PAGE))
    assert told == {
        "amount.type",
        "amount.required",
        "amount.lower_bound",
        "channel.accepted_values",
        "customer.reference",
        "key.unique",
    }
    for name in told:
        assert any(f'"{name}"' in text for text in texts), name


def test_all_arguments_are_on_the_page(tmp_path: Path) -> None:
    project = write_project(tmp_path, block("python"), {})
    arguments: set[str] = set()
    for path in (project / "generated/validation").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        arguments |= set(re.findall(r'add_argument\(\s*"(--[a-z]+)"', text))
    assert arguments == set(re.findall(r"`(--[a-z]+) [A-Z=]+`", PAGE))
