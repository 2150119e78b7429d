"""The cases of what definitions mean: the interpreter and all engines give the expected values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from pyspark.sql import SparkSession

from alignc.backends.support import UNSUPPORTED
from alignc.conformance import Case, read_families
from alignc.conformance.run import run_case
from alignc.conformance.run_examples import run_examples
from alignc.ir.ops import AGGREGATES, FAMILIES, OPS
from alignc.ir.ops.spec import Example
from alignc.verify.engines import Engine, opened
from alignc.verify.trial import INTERPRETER

NAMES = ("duckdb", "postgres", "polars", "pyspark")
CASES = [
    pytest.param(case, id=f"{case.rule}: {case.name}")
    for family in read_families()
    for case in family.cases
]


@pytest.fixture(scope="module")
def all_engines(
    postgres_url: str, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Engine]]:
    """PySpark takes the session that is there."""
    with opened(NAMES, tmp_path_factory.mktemp("engines"), postgres_url) as engines:
        yield engines


@pytest.mark.parametrize("case", CASES)
def test_a_case(all_engines: dict[str, Engine], case: Case) -> None:
    verdicts = list(run_case(case, all_engines.values()))
    failed = [f"{v.engine}: {v.message}" for v in verdicts if v.outcome == "failed"]
    assert not failed, "\n".join(failed)
    if case.refused is None:
        ran = {v.engine for v in verdicts if v.outcome == "passed"}
        # PostgreSQL reads tables, so what a csv file says is up to whatever loads it,
        # and a table has no structs.
        from_text = any(table.csv is not None for table in case.sources.values())
        kinds = [kind for table in case.sources.values() for kind in table.columns.values()]
        no_table = from_text or any(kind.startswith("Struct{") for kind in kinds)
        assert ran == {INTERPRETER, *NAMES} - ({"postgres"} if no_table else set())


@pytest.mark.slow
def test_the_examples_of_all_ops_and_aggregates(all_engines: dict[str, Engine]) -> None:
    ran: Counter[str] = Counter()
    for family, verdict in run_examples(all_engines):
        ran[verdict.engine] += 1
        assert verdict.outcome == "passed" or (
            verdict.outcome == "not run" and verdict.rule in UNSUPPORTED[verdict.engine]
        ), f"{verdict.engine}, {family}: {verdict.case}: {verdict.message}"
    all_of_them = sum(len(op.examples) for op in OPS.values()) + sum(
        len(aggregate.examples) for aggregate in AGGREGATES.values()
    )
    assert ran[INTERPRETER] == all_of_them


def test_a_wrong_example_is_told(all_engines: dict[str, Engine]) -> None:
    spec, *_ = (s for s in FAMILIES["logic"] if s.name == "and")
    wrong = Example(args=(True, False), result=True)
    changed = replace(spec, examples=(*spec.examples, wrong))
    with patch.dict(FAMILIES, {"logic": (changed,)}, clear=True):
        told = [v for _, v in run_examples(all_engines) if v.outcome == "failed"]
    assert {v.engine for v in told} == {INTERPRETER, *NAMES}
    assert {(v.case, v.message) for v in told} == {("and(True, False)", "False, not True")}


def test_a_wrong_expectation_is_told(all_engines: dict[str, Engine]) -> None:
    case = next(c for f in read_families() for c in f.cases if c.rule == "null.is_in")
    assert case.expect is not None
    first, *others = case.expect.rows
    wrong = case.expect.model_copy(update={"rows": [[*first[:-1], False], *others]})
    verdicts = list(run_case(case.model_copy(update={"expect": wrong}), all_engines.values()))
    assert {v.outcome for v in verdicts} == {"failed"}
    assert all("known: True, not False" in v.message for v in verdicts)


def test_the_page_of_meanings_names_every_family() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/semantics.md"
    named = re.findall(r"conformance/cases/(\w+)\.yml", page.read_text(encoding="utf-8"))
    assert sorted(named) == [family.family for family in read_families()]


def test_the_page_names_the_rules_that_have_cases() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/semantics.md"
    lists = re.findall(r"\[(\w+\.\w+(?:,\s+\w+\.\w+)*)\](?!\()", page.read_text("utf-8"))
    named = {rule.strip() for rules in lists for rule in rules.split(",")}
    assert named == {case.rule for family in read_families() for case in family.cases}
