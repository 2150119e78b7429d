"""The benchmarks run, their contestants are right, and nobody who fails is left out of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.contest import FACTOR, contest
from benchmarks.contestants import CONTESTANTS
from benchmarks.options import Options, parsed
from benchmarks.oracle import Verdict
from benchmarks.processes import Run, Stopped
from benchmarks.table import Score, table
from benchmarks.works import WORKS

OURS = "floor,alignc_duckdb,alignc_polars,expert_duckdb,expert_polars,naive_duckdb"


def options(contestants: str, *more: str) -> Options:
    sizes = ["--events", "2000", "--rows", "200", "--repeats", "1", "--threads", "1"]
    return parsed([*sizes, "--contestants", contestants, *more])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "shape"),
    [("asof", "hot"), ("late", "zipf"), ("windows", "hot"), ("pruning", "sparse")],
)
def test_contestants_give_the_answers_of_the_interpreter(work: str, shape: str) -> None:
    scores = contest(options(OURS), WORKS[work], shape)
    assert scores.keys() == {n for n in OURS.split(",") if work in CONTESTANTS[n].works}
    for name, score in scores.items():
        assert score.stopped is None, f"{name}: {score.stopped}"
        assert len(score.small) == len(score.large) == 1
        if name != "floor":
            right, cells = score.verdict
            assert right == cells > 0, name


def test_who_takes_too_long_is_ended_and_said_to() -> None:
    chosen = options("alignc_duckdb", "--limit", "0.001")
    scores = contest(chosen, WORKS["windows"], "hot")
    assert scores["alignc_duckdb"].stopped == Stopped("> 0.001 s")
    assert "| alignc, DuckDB | > 0.001 s |" in table(scores, FACTOR)


def test_a_rival_that_is_not_there_has_a_line(tmp_path: Path) -> None:
    scores = contest(
        options("feast_lookup,alignc_postgres", "--rivals", str(tmp_path)), WORKS["asof"], "hot"
    )
    assert "| Feast | missing: there is no feast/bin/python |" in table(scores, FACTOR)


def test_ratios_are_of_medians() -> None:
    scores = {
        "floor": Score(small=[Run(0.5, 0.5, 50)], large=[Run(t, t, 60) for t in (1, 9, 1)]),
        "alignc_duckdb": Score(
            small=[Run(1, 1, 80)],
            large=[Run(4, 5, 90), Run(2, 3, 100), Run(8, 9, 90)],
            verdict=Verdict(199, 200),
        ),
        "expert_duckdb": Score(small=[Run(1, 1, 50)], large=[Run(2, 2, 70)]),
        "expert_polars": Score(small=[Run(1, 1, 50)], large=[Run(5, 5, 70)]),
    }
    lines = table(scores, 4).splitlines()
    assert lines[2] == "| floor: scan, one sort, write | 1.00 | 1.00 | 1.0 | 0.5 | 60 | 0.5 |  |"
    assert lines[3] == "| alignc, DuckDB | 4.00 | 5.00 | 4.0 | 2.0 | 100 | 1.0 | 99.5 % |"
