"""Values that cannot be read as what they are declared to be; what is checked never ends silently."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.validation.project import program, query, run, write_project

DEFINITIONS = """
from alignc import Duration

@feature_view(name="things", source=FileSource.csv_at("data/things.csv"))
class Things:
    id = Int64().as_entity()
    at = EventTimestamp(time_zone="Europe/Oslo")
    size = Float()
    count = UInt8()
    is_new = Bool()
    day = Date()
    price = Decimal(5, 2)
    took = Duration()
    name = String()
"""
GOOD = {
    "id": "1",
    "at": "2024-05-01 12:00:00",
    "size": "1.5",
    "count": "255",
    "is_new": "true",
    "day": "2024-02-29",
    "price": "999.99",
    "took": "60",
    "name": "x",
}
# What cannot be read; of the last ones nothing is there, which is no mistake of the type.
UNREAD = [
    {"id": "1.5"},
    {"at": "2024-13-01 12:00:00"},
    {"size": "1,5"},
    {"count": "256"},
    {"count": "-1", "is_new": "yes"},
    {"day": "2023-02-29"},
    {"price": "1e3"},
    {"took": "a minute"},
]


def things(folder: Path) -> Path:
    rows = [{**GOOD, **odd} for odd in UNREAD] + [GOOD, {**GOOD, "id": "7", "size": "", "day": ""}]
    project = write_project(folder, DEFINITIONS, {})
    with (project / "data" / "things.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(GOOD))
        writer.writeheader()
        writer.writerows(rows)
    return project


EXPECTED = {
    "id.type": 1,
    "id.required": 1,
    "at.type": 1,
    "at.required": 1,
    "size.type": 1,
    "count.type": 2,
    "is_new.type": 1,
    "day.type": 1,
    "price.type": 1,
    "took.type": 1,
    "key.unique": 7,
}


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_text_that_is_no_value_of_the_type(tmp_path: Path, target: str) -> None:
    said = run(things(tmp_path), target, "things")
    assert said.failed() == EXPECTED
    assert said.code == 1
    (samples,) = (r["samples"] for r in said.report["rules"] if r["name"] == "day.type")
    assert samples == [{"id": 1, "at": "2024-05-01T10:00:00+00:00"}]


def failed(connection: duckdb.DuckDBPyConnection, text: str) -> dict[str, int]:
    """How many rows fail each rule that some fail."""
    rows = connection.execute(text).fetchall()
    return {rule: failed for rule, _, _, failed, _, _ in rows if failed}


def test_in_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = things(tmp_path)
    monkeypatch.chdir(project)
    folder = project / "generated"
    with duckdb.connect() as connection:
        connection.execute((folder / "sql/duckdb/sources.sql").read_text(encoding="utf-8"))
        assert failed(connection, query(project, "duckdb", "things")) == EXPECTED


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_a_check_that_cannot_run_is_a_failure(tmp_path: Path, target: str) -> None:
    project = things(tmp_path)
    odd = tmp_path / "odd.parquet"
    frame = pl.DataFrame({**{n: [v] for n, v in GOOD.items()}, "day": [[1, 2]]})
    frame.write_parquet(odd)
    said = run(project, target, "things", "--source", f"things={odd}")
    assert (said.code, said.report) == (2, {})
    assert 'ALN505 source `things`: column "day" has type' in said.text
    frame.drop("day").write_parquet(odd)
    said = run(project, target, "things", "--source", f"things={odd}")
    assert (said.code, said.report) == (2, {})
    assert 'ALN504 source `things`: there is no column "day"' in said.text
    said = run(project, target, "things", "--source", "things=nowhere.parquet")
    assert (said.code, said.report) == (2, {})


@pytest.mark.parametrize("target", ["polars", "pyspark"])
@pytest.mark.usefixtures("spark")
def test_a_program_and_its_arguments(
    tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project = things(tmp_path)
    with pytest.raises(SystemExit):
        run(project, target, "things", "--quarantine", "bad.parquet")
    with pytest.raises(SystemExit):
        run(project, target, "things", "--quarantine", "x", "--output", "x")
    with pytest.raises(SystemExit):
        run(project, target, "things", "--samples", "-1")
    assert capsys.readouterr().err == ""
    page = tmp_path / "page.html"
    said = run(project, target, "things", "--html", str(page))
    assert said.code == 1
    text = page.read_text(encoding="utf-8")
    assert "<title>Validation of things</title>" in text
    assert "http" not in text
    assert text.count("<tr") == 1 + len(said.report["rules"])
    missing = tmp_path / "no" / "page.html"
    said = run(project, target, "things", "--html", str(missing))
    assert said.code == 2
    assert "ALN507" in said.text


def test_a_rule_of_any_name_stays_text(tmp_path: Path) -> None:
    definitions = '''
@feature_view(name="odd", source=FileSource.parquet_at("data/odd.parquet"))
class Odd:
    id = Int64().as_entity()
    a = Int64()
    b = String().accepted_values(["<b>", "'; --", '"""', "{x}", "\\\\\\\\n"])
    rules = [
        rule("<i> & {y} '\\"", then=a > 0, description="</td><script>"),
        rule("rows", then=a > 0),
        rule("ROWS", then=a > 0),
        rule("b.accepted_values", then=a > 0),
    ]
'''
    frame = pl.DataFrame({"id": [1, 2], "a": [0, 1], "b": ["<b>", "z"]})
    project = write_project(tmp_path, definitions, {"odd": frame})
    page = tmp_path / "page.html"
    said = run(project, "polars", "odd", "--html", str(page))
    assert said.failed() == {
        "b.accepted_values": 1,
        "<i> & {y} '\"": 1,
        "rows": 1,
        "ROWS_2": 1,
        "b.accepted_values_2": 1,
    }
    text = page.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;i&gt; &amp; {y}" in text
    with duckdb.connect() as connection:
        connection.register("odd", frame.to_arrow())
        assert failed(connection, query(project, "duckdb", "odd")) == said.failed()
    assert program(project, "polars", "odd").exists()
