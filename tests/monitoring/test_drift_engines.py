"""Drift on all engines: one answer, which for odd values is that of plain Python."""

from __future__ import annotations

import math
from bisect import bisect_right
from html import escape
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.engines import run as engines
from tests.monitoring.drift_project import compare, generated, names_in, write_project
from tests.monitoring.drift_rows import odd_rows, rows
from tests.monitoring.drift_same import same

# Names that a program has to keep apart from its own words.
HOSTILE = {
    "size": 'si"ze',
    "count": "value",
    "price": "is_reference",
    "took": "it's, {{ took }}",
    "kind": "column",
    "is_new": "in_reference",
    "stars": "\U0001f600",
    "rank": "edge_1",
    "guess": "reference",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"))


def above(value: float) -> tuple[bool, float]:
    """NaN is above all numbers, and one number."""
    return math.isnan(value), 0.0 if math.isnan(value) else value + 0.0


def by_hand(before: list[float], now: list[float]) -> tuple[float, list[tuple[int, int]]]:
    """The distance of two samples, and how many of each are in the bins between deciles."""
    a, b = sorted(map(above, before)), sorted(map(above, now))
    distance = max(
        abs(bisect_right(a, value) / len(a) - bisect_right(b, value) / len(b)) for value in {*a, *b}
    )
    edges = []
    for k in range(1, 10):
        place, rest = divmod((len(a) - 1) * k, 10)
        (is_nan, low), (is_higher_nan, high) = a[place], a[min(place + 1, len(a) - 1)]
        if rest and not is_nan and low != high and math.isfinite(low):
            is_nan, low = is_higher_nan, low + (high - low) * (rest / 10)
        edges.append((is_nan, low))
    parts = [[0, 0] for _ in range(10)]
    for side, values in enumerate((a, b)):
        for value in values:
            parts[bisect_right(edges, value)][side] += 1
    return distance, [(x, y) for x, y in parts if x or y]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_odd_numbers_are_counted_as_by_hand(project: Path, tmp_path: Path, seed: int) -> None:
    before, now = odd_rows(seed, 60 + seed), odd_rows(seed + 10, 45)
    column = compare(names_in(project), tmp_path, before, now).column("size")
    distance, parts = by_hand(*(f["size"].drop_nulls().to_list() for f in (before, now)))
    assert column["measures"]["ks"] == pytest.approx(distance, rel=1e-12)
    assert [(p["in_reference"], p["in_current"]) for p in column["parts"]] == parts
    # Something is moved to or from an infinity.
    assert column["measures"]["wasserstein"] is None


def in_sql(rows_of: pl.DataFrame, report: dict[str, Any]) -> None:
    """What a query says is what a program says."""
    found = {row["column"]: row for row in rows_of.to_dicts()}
    assert found.keys() == {column["name"] for column in report["columns"]}
    for column in report["columns"]:
        row, measures = found[column["name"]], column["measures"]
        shared = [name for name in measures if name in row]
        assert {"psi", "jensen_shannon", "chi_square", "unseen_rows"} <= set(shared)
        same({n: measures[n] for n in shared}, {n: row[n] for n in shared}, column["name"])
        for side in ("reference", "current"):
            for what in ("rows", "missing"):
                assert row[f"{side}_{what}"] == column[side][what]


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("kind", ["plain", "odd"])
def test_all_engines_say_the_same(
    project: Path, tmp_path: Path, kind: str, postgres_url: str
) -> None:
    made = rows if kind == "plain" else odd_rows
    before, now = made(21, 90), made(22, 70)
    # PostgreSQL ends where a float is too large or too small to be one.
    size = pl.col("size").abs()
    fits = size.is_null() | size.is_finite().not_() | size.is_between(1e-9, 1e9) | (size == 0)
    before, now = (frame.filter(fits) for frame in (before, now))
    said = compare(names_in(project), tmp_path, before, now)
    on_spark = compare(names_in(project, "pyspark"), tmp_path, before, now)
    same(said.report, on_spark.report)
    assert (said.code, said.text) == (on_spark.code, on_spark.text)
    relations = {"reference": before, "current": now}
    query = generated(project, "duckdb").read_text(encoding="utf-8")
    in_sql(engines.on_duckdb(query, relations, None, tmp_path), said.report)
    query = generated(project, "postgres").read_text(encoding="utf-8")
    in_sql(engines.on_postgres(query, relations, None, postgres_url), said.report)


ODD_NAMES = f"""
from alignc import *

NAMES = {HOSTILE!r}

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    at = EventTimestamp()
    locals()[NAMES["size"]] = Float()
    locals()[NAMES["count"]] = Int32()
    locals()[NAMES["price"]] = Decimal(9, 2)
    locals()[NAMES["took"]] = Duration()
    locals()[NAMES["kind"]] = String()
    locals()[NAMES["is_new"]] = Bool()
    locals()[NAMES["stars"]] = Int64().accepted_values([1, 2, 3])
    locals()[NAMES["rank"]] = Int32().accepted_values([0, 1])
    truth = Float()
    grade = String()

@model_contract(name="model", input_features=[getattr(Things(), n) for k, n in NAMES.items() if k != "guess"])
class Model:
    id = Int64().as_entity()
    locals()[NAMES["guess"]] = Things().truth.as_regression_label()
    guessed_grade = Things().grade.as_classification_label()
"""


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_columns_of_any_name(project: Path, tmp_path: Path, postgres_url: str) -> None:
    odd = write_project(tmp_path, ODD_NAMES)
    plain = compare(names_in(project), tmp_path, rows(31, 60), rows(32, 50))
    before, now = (made.rename(HOSTILE) for made in (rows(31, 60), rows(32, 50)))
    page = tmp_path / "page.html"
    said = compare(names_in(odd), tmp_path, before, now, "--html", str(page))
    for column in plain.report["columns"]:
        other = said.column(HOSTILE.get(column["name"], column["name"]))
        same(column["measures"], other["measures"])
    same(said.report, compare(names_in(odd, "pyspark"), tmp_path, before, now).report)
    assert escape(HOSTILE["took"]) in page.read_text(encoding="utf-8")
    relations = {"reference": before, "current": now}
    query = generated(odd, "duckdb").read_text(encoding="utf-8")
    in_sql(engines.on_duckdb(query, relations, None, tmp_path), said.report)
    query = generated(odd, "postgres").read_text(encoding="utf-8")
    in_sql(engines.on_postgres(query, relations, None, postgres_url), said.report)
