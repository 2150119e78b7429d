"""Tests of projects are run by the programs of all targets, whatever kind of source they read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from alignc.testing.run import run_fixture
from alignc.verify.engines import Engine, opened
from alignc.verify.trial import INTERPRETER
from tests.testing.projects import fixtures, project

NAMES = ("duckdb", "postgres", "polars", "pyspark")

# A view for each kind of source; values that a file would write in another way are as it writes them.
SOURCES = """
class Place:
    street = String()
    number = Int32()

@feature_view(name="types", source=FileSource.parquet_at("types.parquet"), examples=[
    Example(
        name="{{ types }} \U0001f600",
        given=[
            {
                "id": "it's \\"\\n{{ \U0001f600", "flag": True, "small": -128, "big": 2**63 - 1, "real": float("nan"),
                "exact": Exact("-0.10"), "day": date(2024, 2, 29), "at": datetime(2026, 3, 29, 2, 30),
                "took": timedelta(days=1, microseconds=1), "raw": b"\\x00\\xff", "many": [1, None],
            },
            {"id": "nothing"},
        ],
        expect=[
            {
                "id": "nothing", "flag": None, "small": None, "next": None, "real": None, "exact": None, "day": None,
                "at": None, "took": None, "raw": None, "many": None,
            },
            {
                "id": "it's \\"\\n{{ \U0001f600", "flag": True, "small": -128, "next": None, "real": float("nan"),
                "exact": Exact("-0.10"), "day": date(2024, 2, 29), "at": datetime(2026, 3, 29, 3, 30),
                "took": 86_400_000_001, "raw": b"\\x00\\xff", "many": [1, None],
            },
        ],
    )
])
class Types:
    id = String().as_entity()
    flag = Bool()
    small = Int8()
    big = Int64()
    next = big + 1
    real = Float()
    exact = Decimal(6, 2)
    day = Date()
    at = Timestamp(time_zone="Europe/Oslo")
    took = Duration()
    raw = Binary()
    many = List(Int64())

@feature_view(name="places", source=FileSource.parquet_at("places.parquet"), examples=[
    Example([{"id": 1, "place": {"number": 3}}, {"id": 2}], [{"number": None}, {"number": 3}])
])
class Places:
    id = Int64().as_entity()
    place = Struct(Place)
    number = place.fields.number

@feature_view(
    name="csv",
    source=FileSource.csv_at("rows.csv", mapping_keys={"The Id": "id"}, csv_config=CsvConfig(null_values=["NA"])),
    examples=[
        Example(
            [{"The Id": 1, "x": "NA", "y": 1.5}, {"The Id": 2, "x": "", "y": None}, {"The Id": 3, "x": "a"}],
            [{"id": 1, "x": None, "y": 1.5}, {"id": 2, "x": None, "y": None}, {"id": 3, "x": "a", "y": None}],
        )
    ],
)
class Csv:
    id = Int64().as_entity()
    x = String()
    y = Float()

@feature_view(name="lines", source=FileSource.json_lines_at("lines.jsonl"), examples=[
    Example(
        [{"id": 1, "at": datetime(2026, 1, 1, 9), "x": 1.5, "note": "1e2"}, {"id": 2}],
        [{"id": 1, "at": datetime(2026, 1, 1, 9), "x": 1.5, "note": "1e2"}, {"id": 2, "at": None, "x": None, "note": None}],
    )
])
class Lines:
    id = Int64().as_entity()
    at = EventTimestamp()
    x = Float()
    note = String()

@feature_view(
    name="counted",
    source=FileSource.csv_at("counted.csv", date_formatter=DateFormatter.unix_timestamp("s")),
    examples=[Example([{"id": 1, "at": 86400}], [{"at": datetime(1970, 1, 2)}])],
)
class Counted:
    id = Int64().as_entity()
    at = EventTimestamp()

@feature_view(
    name="formatted",
    source=FileSource.csv_at("formatted.csv", date_formatter=DateFormatter.string_format("%d.%m.%Y %H:%M")),
    examples=[Example([{"id": 1, "at": "31.01.2026 09:30"}, {"at": "soon"}], [{"at": datetime(2026, 1, 31, 9, 30)}, {"at": None}])],
)
class Formatted:
    id = Int64().as_entity()
    at = EventTimestamp()

@feature_view(
    name="parts",
    source=FileSource.partitioned_parquet_at("parts", partition_keys=["year"]),
    examples=[Example([{"id": 1, "year": 2026}], [{"id": 1, "year": 2026}])],
)
class Parts:
    id = Int64().as_entity()
    year = Int32()

@feature_view(name="held", source=InMemorySource.from_rows("held", [{"id": 1, "x": 2.5}]), examples=[
    Example({}, [{"id": 1, "x": 2.5}]),
    Example([{"id": 7, "x": 1.0}], [{"id": 7, "x": 1.0}]),
    Example({"held": []}, []),
])
class Held:
    id = Int64().as_entity()
    x = Float()

@feature_view(name="table", source=PostgreSQLConfig("SHOP_URL", "sales").table("the table"), examples=[
    Example([{"id": 1, "x": 1}, {"id": 1, "x": 1}], [{"x": 1}, {"x": 1}]),
])
class Table:
    id = Int64().as_entity()
    x = Int32()
"""

# Views over views, windows and a model.
MODEL = """
@feature_view(name="orders", source=FileSource.parquet_at("sales.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp(ttl=timedelta(days=30))
    amount = Float()
    spent = amount.aggregate().over(hours=1).sum()

@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    customer = Int64().as_entity()
    name = String()

@feature_view(name="named", source=Orders.join(People, on="customer"))
class Named:
    customer = Int64().as_entity()
    at = EventTimestamp()
    name = String()
    amount = Float()

@model_contract(name="churn", input_features=[Orders().spent, People().name.with_name("called")])
class Churn:
    leaves = Orders().amount.as_regression_label()
"""
MODEL_TESTS = """
view: named
tests:
  - name: who has no name is left out
    given:
      sales:
        - {customer: 1, at: 2026-01-01, amount: 0.1}
        - {customer: 2, at: 2026-01-01, amount: 2}
      people:
        - {customer: 1, name: NO}
    expect:
      - {name: NO, amount: 0.1}
---
model: churn
tests:
  - name: an hour is open at its beginning
    given:
      sales:
        - {customer: 1, at: 2026-01-01 09:00:00, amount: 1}
        - {customer: 1, at: 2026-01-01 09:00:00.000001, amount: 2}
        - {customer: 1, at: 2026-01-01 10:00:00, amount: 4}
        - {customer: 1, at: 2026-01-01 10:00:00.000001, amount: 8}
      people:
        - {customer: 2, name: Ada}
    entities:
      - {customer: 2, event_timestamp: 2026-01-01 10:00:00}
      - {customer: 1, event_timestamp: 2026-01-01 11:00:00+01:00}
      - {customer: 1, event_timestamp: 2026-01-01 10:00:00}
      - {customer: null, event_timestamp: null}
    expect:
      - {customer: 2, called: Ada, spent: null, amount: null}
      - {customer: 1, called: null, spent: 6, amount: 8}
      - {customer: 1, called: null, spent: 6, amount: 8}
      - {customer: null, called: null, spent: null, amount: null}
"""


@pytest.fixture(scope="module")
def all_engines(
    postgres_url: str, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Engine]]:
    """PySpark takes the session that is there."""
    with opened(NAMES, tmp_path_factory.mktemp("engines"), postgres_url) as engines:
        yield engines


@pytest.mark.parametrize(
    ("definitions", "tests", "number"), [(SOURCES, None, 11), (MODEL, MODEL_TESTS, 2)]
)
def test_every_engine_gives_what_is_expected(
    all_engines: dict[str, Engine],
    tmp_path: Path,
    definitions: str,
    tests: str | None,
    number: int,
) -> None:
    module, found = fixtures(project(tmp_path, definitions, tests))
    assert len(found) == number
    for fixture in found:
        verdicts = {
            v.engine: v for v in run_fixture(fixture, module, all_engines.values()).verdicts
        }
        assert [*verdicts] == [INTERPRETER, *NAMES]
        # A table has no structs.
        not_run = {"postgres"} if fixture.target == "places" else set()
        for engine, verdict in verdicts.items():
            told = f"{fixture.target} on {engine}: {verdict.message} {verdict.differences}"
            assert verdict.outcome == ("not run" if engine in not_run else "passed"), told


@pytest.mark.parametrize("name", ["taxi", "titanic"])
def test_the_tests_of_an_example_pass(all_engines: dict[str, Engine], name: str) -> None:
    module, found = fixtures(Path(__file__).resolve().parents[2] / "examples" / name)
    assert len(found) > 1
    for fixture in found:
        tested = run_fixture(fixture, module, all_engines.values())
        assert {v.outcome for v in tested.verdicts} == {"passed"}, tested


def test_every_engine_tells_of_what_is_wrong(
    all_engines: dict[str, Engine], tmp_path: Path
) -> None:
    wrong = MODEL_TESTS.replace("spent: 6, amount: 8", "spent: 7, amount: 8", 1)
    wrong = wrong.replace("name: NO, amount: 0.1}", "name: NO, amount: 0.2}")
    module, (view, model) = fixtures(project(tmp_path, MODEL, wrong))
    for fixture, column, line in ((view, "amount", 12), (model, "spent", 32)):
        tested = run_fixture(fixture, module, all_engines.values())
        assert len(tested.verdicts) == 5
        for verdict in tested.verdicts:
            (told,) = verdict.differences
            assert (verdict.outcome, told.columns) == ("failed", (column,))
            assert told.span is not None
            assert told.span.line == line
