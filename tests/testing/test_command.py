"""`alignc test` as a user has it: what runs, what is said of what fails, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

from tests.testing.projects import SHOP, project

GOOD = """view: orders
tests:
  - name: two orders within an hour
    given:
      - {customer: 1, at: 2026-01-01 10:00:00, amount: 2}
      - {customer: 1, at: 2026-01-01 10:59:59, amount: 3}
    expect:
      - {customer: 1, at: 2026-01-01 10:59:59, spent: 5}
      - {customer: 1, at: 2026-01-01 10:00:00, spent: 2}
"""
BAD = (
    GOOD.replace("spent: 5", "spent: 4")
    + """
  - name: "{{ nobody }} \U0001f600 'is' there & \\"gone\\""
    given: []
    expect: [{customer: 1, note: "]]>\\n<&"}]
"""
)


def alignc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alignc.cli", "test", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )


def test_all_is_well(tmp_path: Path) -> None:
    done = alignc(project(tmp_path, tests=GOOD), "--engine", "duckdb,polars")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 test passed on interpreter, duckdb, polars\n"


def test_engines_that_are_not_here_are_named(tmp_path: Path) -> None:
    folder = project(tmp_path, tests=GOOD, settings="targets: [postgres, pyspark, polars]\n")
    done = alignc(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "postgres was not found: no server: give its address with --postgres or ALIGNC_POSTGRES\n"
        "pyspark was not found: there is no Java\n"
        "1 test passed on interpreter, polars\n"
    )


def test_an_engine_that_is_asked_for_has_to_be_here(tmp_path: Path) -> None:
    folder = project(tmp_path, tests=GOOD)
    done = alignc(folder, "--engine", "polars,postgres")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ALN807 postgres is not here: no server" in done.stderr
    done = alignc(folder, "--engine", "polar")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ALN807 there is no engine `polar`\n    hint: did you mean `polars`?" in done.stderr


def test_what_fails_is_shown_row_by_row(tmp_path: Path) -> None:
    done = alignc(project(tmp_path, tests=BAD), "--engine", "duckdb,polars")
    assert (done.returncode, done.stderr) == (1, "")
    assert (
        done.stdout
        == """FAILED orders: two orders within an hour
  tests/shop.alignc.yml:3
  on interpreter, duckdb, polars:
    a row differs (tests/shop.alignc.yml:8)
                expected              found
      customer  1                     1
      at        2026-01-01T09:59:59Z  2026-01-01T09:59:59Z
    > spent     4.0                   5.0

FAILED orders: {{ nobody }} \U0001f600 'is' there & "gone"
  tests/shop.alignc.yml:11
  on interpreter, duckdb, polars:
    a row is not there (tests/shop.alignc.yml:13)
      customer  1
      note      "]]>\\n<&"

0 tests passed, 2 failed on interpreter, duckdb, polars
"""
    )


def test_the_same_as_json(tmp_path: Path) -> None:
    done = alignc(project(tmp_path, tests=BAD), "--engine", "polars", "--format", "json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert (said["clean"], said["engines"], said["missing"]) == (
        False,
        ["interpreter", "polars"],
        {},
    )
    first, second = said["tests"]
    assert (first["view"], first["path"], first["line"]) == ("orders", "tests/shop.alignc.yml", 3)
    assert [(r["engine"], r["outcome"]) for r in first["results"]] == [
        ("interpreter", "failed"),
        ("polars", "failed"),
    ]
    (row,) = first["results"][1]["rows"]
    moment = {"customer": 1, "at": "2026-01-01T09:59:59Z"}
    assert row == {
        "line": 8,
        "expected": {**moment, "spent": 4.0},
        "found": {**moment, "spent": 5.0},
        "differing": ["spent"],
    }
    assert second["results"][0]["rows"][0]["found"] is None


def test_the_same_as_junit(tmp_path: Path) -> None:
    folder = project(tmp_path, tests=BAD, settings="targets: [polars, postgres]\n")
    done = alignc(folder, "--format", "junit")
    assert done.returncode == 1
    interpreter, polars, postgres = Xml.fromstring(done.stdout)
    assert (interpreter.get("name"), polars.get("name")) == ("interpreter", "polars")
    assert (polars.get("tests"), polars.get("failures"), polars.get("skipped")) == ("2", "2", "0")
    _, second = polars
    assert second.get("name") == "{{ nobody }} \U0001f600 'is' there & \"gone\""
    assert (second.get("classname"), second.get("line")) == ("orders on polars", "11")
    assert '"]]>\\n<&"' in (second[0].text or "")
    assert (postgres.get("tests"), "no server" in (postgres[0].text or "")) == ("0", True)


def test_some_tests(tmp_path: Path) -> None:
    folder = project(tmp_path, tests=BAD)
    done = alignc(folder, "--engine", "polars", "two orders within an hour")
    assert done.stdout.endswith("0 tests passed, 1 failed on interpreter, polars\n")
    done = alignc(folder, "--engine", "polars", "orders", "churn")
    assert done.stdout.endswith("0 tests passed, 2 failed on interpreter, polars\n")
    done = alignc(folder, "churn", "people")
    assert (done.returncode, done.stdout) == (0, "there are no tests of churn, people\n")
    done = alignc(folder, "order")
    assert done.returncode == 2
    assert "ALN005 there is no view, model or test `order`" in done.stderr
    assert "did you mean `orders`?" in done.stderr


def test_no_tests(tmp_path: Path) -> None:
    done = alignc(project(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "there are no tests\n", "")
    said = json.loads(alignc(tmp_path, "--format", "json").stdout)
    assert (said["clean"], said["tests"]) == (True, [])


def test_mistakes_of_tests_are_shown_with_their_line(tmp_path: Path) -> None:
    done = alignc(project(tmp_path, tests=GOOD.replace("spent: 5", "spend: 5")))
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "tests/shop.alignc.yml:8:55: ALN804 there is no column `spend` in `orders`\n"
        "    8 |       - {customer: 1, at: 2026-01-01 10:59:59, spend: 5}\n"
        "      |                                                       ^\n"
        "    hint: did you mean `spent`?\n"
    ) in done.stderr


def test_a_program_that_ends_with_an_error_has_failed(tmp_path: Path) -> None:
    text = """model: churn
tests:
  - name: a key is there twice
    given:
      people: [{customer: 1, Full name: a}, {customer: 1, Full name: b}]
    entities: [{customer: 1, event_timestamp: 2026-01-01}]
    expect: [{called: a}]
"""
    done = alignc(project(tmp_path, SHOP, text), "--engine", "duckdb,polars")
    assert done.returncode == 1
    assert "  on interpreter:\n    ended with an error: ValueError: people: several" in done.stdout
    assert "  on polars:\n    ended with an error: ProgramError: error: ALN506" in done.stdout
    assert "  on duckdb:\n    ended with an error: " in done.stdout


def test_what_a_target_cannot_have_is_not_run(tmp_path: Path) -> None:
    text = """
import polars as pl

@feature_view(name="v", source=FileSource.parquet_at("v.parquet"), examples=[
    Example([{"id": 1, "x": "a"}], [{"y": "a!"}])
])
class V:
    id = Int64().as_entity()
    x = String()
    y = x.transform_polars(pl.col("x") + "!", as_dtype=String())
"""
    done = alignc(project(tmp_path, text), "--engine", "duckdb,polars")
    assert done.returncode == 0, done.stderr
    assert "v: example 1 was not run on duckdb: " in done.stdout
    assert done.stdout.endswith("1 test passed on interpreter, duckdb, polars\n")


def test_conformance_takes_no_names(tmp_path: Path) -> None:
    done = alignc(tmp_path, "--conformance", "orders")
    assert done.returncode == 2
    assert "--conformance takes no names" in done.stderr


def test_people_read_paths_from_where_they_are_and_programs_from_the_repository(
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    folder = project(tmp_path / "shop", tests=BAD)
    text = alignc(folder, "--engine", "polars").stdout
    assert "\n  tests/shop.alignc.yml:3\n" in text
    assert "(tests/shop.alignc.yml:8)" in text
    report = json.loads(alignc(folder, "--engine", "polars", "--format", "json").stdout)
    assert {test["path"] for test in report["tests"]} == {"shop/tests/shop.alignc.yml"}
