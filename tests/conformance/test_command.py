"""`alignc test --conformance`, as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from alignc.conformance import read_families
from alignc.conformance.suite import run_suite, suite_text
from alignc.ir.ops import AGGREGATES, FAMILIES, OPS


def alignc(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alignc.cli", "test", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_it_says_what_passed_what_is_missing_and_what_is_supported() -> None:
    table, _, rest = suite_text(run_suite(["polars", "postgres"])).partition("\n\n")
    head, *lines = table.splitlines()
    assert head.split() == ["interpreter", "polars"]
    names = [f.family for f in read_families()] + [f"ops: {f}" for f in (*FAMILIES, "aggregate")]
    assert [line[:20].strip() for line in lines] == names
    passed = [line[20:].split() for line in lines]
    for interpreter, polars in passed:
        for cell in (interpreter, polars):
            ran, _, all_of_them = cell.partition("/")
            assert ran == all_of_them != "0"
    assert "postgres was not found: no server" in rest
    assert all(f"\n{name} " in rest for name in (*OPS, *AGGREGATES))


@pytest.mark.slow
def test_it_tells_the_same_as_json() -> None:
    done = alignc("--conformance", "--engine", "polars", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["engines"] == ["interpreter", "polars"]
    cases = sum(len(family.cases) for family in read_families())
    cases += sum(len(op.examples) for op in OPS.values()) + sum(
        len(aggregate.examples) for aggregate in AGGREGATES.values()
    )
    assert len([c for c in said["cases"] if c["engine"] == "interpreter"]) == cases
    assert said["support"].keys() == OPS.keys() | AGGREGATES.keys()


def test_mistakes_of_use_exit_with_two() -> None:
    unknown = alignc("--conformance", "--engine", "oracle")
    missing = alignc("--conformance", "--engine", "polars,postgres")
    assert (unknown.returncode, missing.returncode) == (2, 2)
    assert "there is no engine `oracle`" in unknown.stderr
    assert "postgres is not here: no server" in missing.stderr
