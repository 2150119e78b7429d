"""A project with a bit of everything that definitions can say: committed as text, run on all engines."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from pyspark.sql import SparkSession

from alignc import tree
from alignc.driver import compile_project, load
from alignc.settings import find_project
from alignc.verify.check import check
from alignc.verify.engines import opened
from alignc.verify.rows import Habits, make_case

PROJECT = Path(__file__).resolve().parent / "vocabulary"


def test_the_committed_programs_are_what_the_definitions_say() -> None:
    project = find_project(PROJECT)
    assert tree.compare(project.output, compile_project(project)) == []


@pytest.mark.slow
def test_all_engines_give_the_same(postgres_url: str, spark: SparkSession, tmp_path: Path) -> None:
    module = load(find_project(PROJECT)).module
    case = make_case(module, Random(5), Habits(rows=60, entity_rows=40, never_empty=True))
    with opened(("duckdb", "postgres", "polars", "pyspark"), tmp_path, postgres_url) as engines:
        outcome = check(case, engines.values(), twins=False)
    assert not outcome.differences, "\n".join(map(str, outcome.differences[:20]))
    assert not outcome.unsupported
    for (_, name, engine), cells in outcome.equal.items():
        assert cells > 100, (name, engine)
    assert len(outcome.equal) == 19 * 4
