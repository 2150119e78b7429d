"""Fingerprints: one for each finding, the same wherever its definition has moved to."""

from __future__ import annotations

from pathlib import Path

from alignc.errors import Span
from alignc.lint.finding import Finding, in_reading_order
from alignc.lint.project import lint_project
from alignc.settings import find_project
from tests.lint.projects import shop

DELTA = """from alignc import *


@feature_view(name="orders", source=FileSource.delta_at("orders"))
class Orders:
    customer = Int64().as_entity()
    amount = Float()


@model_contract(name="churn", input_features=[Orders().amount])
class Churn:
    pass
"""


def fingerprints(folder: Path, text: str, targets: str, code: str) -> dict[str, str]:
    """By message."""
    project = find_project(shop(folder, text, f"targets: [{targets}]\n"))
    found = lint_project(project, project.settings.lint).findings
    return {f.message: f.fingerprint for f in found if f.code == code}


def test_a_source_that_two_targets_cannot_read(tmp_path: Path) -> None:
    both = fingerprints(tmp_path, DELTA, "duckdb, pyspark, polars", "P102")
    assert len(both) == len(set(both.values())) == 2
    moved = "\n\n" + DELTA.replace("from alignc", "# Moved.\nfrom alignc")
    assert fingerprints(tmp_path, moved, "pyspark, polars, duckdb", "P102") == both
    # One that stays has the one that it had.
    one = fingerprints(tmp_path, DELTA, "pyspark, polars", "P102")
    assert one.items() < both.items()


def finding(line: int, symbol: str = "orders.py: U101", message: str = "no reason") -> Finding:
    return Finding("S102", "x", symbol, message, Span("orders.py", line), "warning", "say why")


def test_findings_that_only_their_lines_tell_apart() -> None:
    first = [f.fingerprint for f in in_reading_order([finding(30), finding(3), finding(7, "b")])]
    assert len(set(first)) == 3
    moved = [f.fingerprint for f in in_reading_order([finding(5), finding(17, "b"), finding(40)])]
    assert moved == first
    # The first of several is what it is alone, and one that is told twice is one.
    assert first[0] == finding(1).fingerprint
    assert len(in_reading_order([finding(3), finding(3)])) == 1
    again = in_reading_order(in_reading_order([finding(3), finding(30)]))
    assert [f.fingerprint for f in again] == [first[0], first[2]]
