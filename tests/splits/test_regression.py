"""The rows that the last version in stored predictions got wrong."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.splits.project import TIME, Project, at


def stored(rows: list[tuple[int, float | None, str | None, object]], name: str) -> pl.DataFrame:
    """Predictions: customer, hour, version and what was predicted, under `name`."""
    frame = {
        "customer": [row[0] for row in rows],
        "predicted_at": [None if row[1] is None else at(row[1]) for row in rows],
        "version": [row[2] for row in rows],
        name: [row[3] for row in rows],
    }
    return pl.DataFrame(frame, schema_overrides={"predicted_at": TIME}, strict=False)


def latest_kinds(project: Project) -> dict[int, str | None]:
    """The kind of each customer's latest final order."""
    orders = pl.read_parquet(project.folder / "orders.parquet").filter(pl.col("is_final"))
    return {row["customer"]: row["kind"] for row in orders.sort("at").to_dicts()}


def call(project: Project, contract: str, predictions: Path, *more: str) -> pl.DataFrame:
    code = project.call(contract, f"--regression-set={predictions}", *more)
    assert code == 0, project.said
    return project.rows("out.parquet")


def test_wrong_classes_of_the_last_version(project: Project) -> None:
    kinds = latest_kinds(project)
    rows: list[tuple[int, float | None, str | None, object]] = [
        (customer, 300.0 + customer, "b", "web") for customer in range(40)
    ]
    # An older version with a name that is later; it goes on predicting after the new one has begun.
    rows += [(c, 200.0 + 10 * c, "z", "wrong") for c in range(20)]
    # A newer version has met no truth, and of a prediction that is null nothing is known.
    rows += [(39, 900.0, "c", "web"), (1, 400.0, "b", None)]
    predictions = project.put("kinds.parquet", stored(rows, "kind_to_come"))
    found = call(project, "kinds", predictions)
    wanted = [c for c in range(40) if kinds.get(c) not in (None, "web")]
    known = [c for c in range(40) if kinds.get(c) is not None]
    assert found["customer"].to_list() == wanted
    assert 3 < len(wanted) < len(known) < 40
    assert found["event_timestamp"].to_list() == [at(300.0 + c) for c in wanted]
    assert set(found["predicted"]) == {"web"}
    assert set(found.columns) == {
        "customer", "event_timestamp", "predicted", "country", "spent_7d", "kind",
    }  # fmt: skip
    assert found["country"].to_list() == [["NO", "SE"][c % 2] for c in wanted]
    assert f"version 'b' got {len(wanted)} of {len(known)} predictions wrong" in project.said


@pytest.mark.parametrize(("share", "most"), [((), 4), (("--regression-share=0.25",), 9)])
def test_the_largest_errors(project: Project, share: tuple[str, ...], most: int) -> None:
    orders = pl.read_parquet(project.folder / "orders.parquet").to_dicts()
    begin, end = at(100), at(100) + timedelta(days=3)
    truth: dict[int, float] = {}
    for order in orders:
        if begin < order["at"] <= end:
            customer = order["customer"]
            truth[customer] = truth.get(customer, 0.0) + order["amount"]
    guesses = {c: float(c * 7 % 11) for c in range(37)}
    rows: list[tuple[int, float | None, str | None, object]] = [
        (c, 100.0, "v1", guess) for c, guess in guesses.items()
    ]
    # The window of this one has not ended.
    rows.append((0, 200.0, "v1", 1e9))
    predictions = project.put("p.parquet", stored(rows, "will_spend"))
    with_other = pl.read_parquet(predictions).with_columns(pl.lit(0.0).alias("orders_to_come"))
    project.put("p.parquet", with_other)
    found = call(project, "spending", predictions, "--regression-label=will_spend", *share)
    errors = {c: abs(guesses[c] - truth[c]) for c in truth}
    largest = sorted(errors, key=lambda c: (-errors[c], c))[
        : math.ceil(len(truth) * (0.25 if share else 0.1))
    ]
    assert len(largest) <= most + 1
    assert found["customer"].to_list() == sorted(largest)
    assert found["predicted"].to_list() == [guesses[c] for c in sorted(largest)]


def test_a_model_without_times_and_versions(project: Project) -> None:
    predictions = pl.DataFrame(
        {"customer": [0, 1, 2, 3, 99], "will_leave": [True, True, False, False, True]}
    )
    path = project.put("leaving.csv", predictions)
    found = call(project, "leaving", path)
    # True is right of customer 0, False of 2; 99 is not known.
    assert found["customer"].to_list() == [1, 3]
    assert found["predicted"].to_list() == [True, False]
    assert found["has_left"].to_list() == [False, True]


def test_nothing_is_wrong(project: Project) -> None:
    right = stored([(2, 300.0, "a", latest_kinds(project)[2])], "kind_to_come")
    found = call(project, "kinds", project.put("p.parquet", right))
    assert found.height == 0
    assert "predicted" in found.columns
    none = project.put("none.parquet", right.clear())
    assert call(project, "kinds", none).height == 0
    assert "version '' got 0 of 0 predictions wrong" in project.said


def test_mistakes_are_cut_too(project: Project) -> None:
    wrong = stored([(c, 300.0 + c, "a", "wrong") for c in range(30)], "kind_to_come")
    path = project.put("p.parquet", wrong)
    whole = call(project, "kinds", path, "--split=a=0.5,b=0.5", "--split-by=customer")
    parts = [project.rows(f"out.{part}.parquet")["customer"].to_list() for part in "ab"]
    assert sorted(parts[0] + parts[1]) == whole["customer"].to_list()
    assert all(parts)
