"""The examples: every finding in them was looked at, and is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.lint.project import lint_project
from alignc.settings import find_project

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOUND = {
    # Columns and aggregates that are there to show that programs leave them out.
    "taxi": [
        "U101 trip_departures.was_stored",
        "U103 vendor_traffic.passengers_sum_1h",
        "U103 vendor_traffic.passengers_sum_20min",
        "U103 vendor_traffic.passengers_variance_20min",
        "U101 trip_arrivals.trip_distance",
    ],
    # Features that are there for the vocabulary, and a model that nobody has put to work.
    "titanic": [
        "K101 passenger",
        "D101 passenger.cabin",
        "U102 passenger.is_male",
        "U102 passenger.cabin_or_port",
        "U102 passenger.is_northern",
        "U102 passenger.is_mr",
        "P103 passenger.title",
        "U102 passenger.fare_pounds",
        "U102 passenger.fare_started",
        "K101 survival",
        "K104 survival",
    ],
    "credit_scoring": [
        "U101 credit_history.missed_payments_6m",
        "D101 zipcode.city",
        "T104 loan",
        "K104 home_equity",
    ],
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_found(name: str) -> None:
    project = find_project(EXAMPLES / name)
    report = lint_project(project, project.settings.lint)
    assert [f"{f.code} {f.symbol}" for f in report.findings] == FOUND[name]
