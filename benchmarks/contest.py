"""All contestants on one work and one shape: run in turn, each in a process of its own, and judged."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from alignc import tree
from alignc.driver import compile_project
from alignc.interpreter import Row
from alignc.ir.module import Module
from alignc.settings import find_project
from benchmarks.contestants import CONTESTANTS
from benchmarks.options import Options
from benchmarks.oracle import NOTHING, Verdict, judged, sampled_answers
from benchmarks.processes import Run, Stopped, interpreter, run
from benchmarks.shapes import SHAPES, write_shape, write_trips
from benchmarks.table import Score
from benchmarks.task import Task
from benchmarks.works import Work

ROOT = Path(__file__).resolve().parents[1]
# The large size has so many times the events and rows of the small one.
FACTOR = 4
TAXI = ROOT / "examples/taxi/data/departures.parquet"
# What the columns of the trips are called.
TRIPS = {
    "taxi": {
        "key": "vendor_id",
        "happened_at": "pickup_datetime",
        "amount": "pickup_longitude",
        "quantity": "passenger_count",
    },
    "zones": {
        "key": "pickup_location_id",
        "happened_at": "pickup_datetime",
        "amount": "total_amount",
        "quantity": "passenger_count",
    },
}


def contest(options: Options, work: Work, shape: str) -> dict[str, Score]:
    """What all contestants of a work took, at the small size once and then at the large one."""
    scores = {}
    for name in options.contestants:
        contestant = CONTESTANTS[name]
        if work.name in contestant.works:
            scores[name] = Score()
        elif work.name in contestant.cannot:
            scores[name] = Score(stopped=Stopped(contestant.cannot[work.name]))
    with tempfile.TemporaryDirectory(prefix="alignc_benchmark_") as place:
        folder = Path(place)
        module = compiled(work, folder / "programs", options.rows_per_key)
        for share, repeats in ((FACTOR, 1), (1, options.repeats)):
            data = folder / "data"
            _write_data(options, shape, data, share)
            answers = sampled_answers(work, module, data)
            for _ in range(repeats):
                for name, score in scores.items():
                    if score.stopped is None:
                        found = _attempt(options, work, name, folder, answers)
                        _note(score, found, is_small=share > 1)
    return scores


def compiled(work: Work, folder: Path, rows_per_key: int | None) -> Module:
    """The programs of a work, without and with the passes, by the compiler at hand."""
    hint = {} if rows_per_key is None else {"rows_per_key": rows_per_key}
    settings = {"name": "benchmark", "hints": dict.fromkeys(work.tables, hint)}
    (folder / "features").mkdir(parents=True)
    (folder / "features/model.py").write_text(work.definitions, encoding="utf-8")
    for output, optimize in (("unpruned", False), ("generated", True)):
        text = yaml.safe_dump(settings | {"output": output})
        (folder / "alignc.yml").write_text(text, encoding="utf-8")
        project = find_project(folder)
        made = compile_project(project, optimize=optimize)
        tree.write(project.output, made, tree.compare(project.output, made))
    return made.module


def _write_data(options: Options, shape: str, folder: Path, share: int) -> None:
    if shape in SHAPES:
        write_shape(folder, shape, options.events // share, options.rows // share)
    else:
        trips = TAXI if shape == "taxi" else options.zone_trips
        assert trips is not None
        write_trips(folder, trips, TRIPS[shape], share, options.rows // share)


def _attempt(
    options: Options, work: Work, name: str, folder: Path, answers: Sequence[Row]
) -> tuple[Run, Verdict] | Stopped:
    """One run, and what its rows are worth."""
    python = interpreter(CONTESTANTS[name].environment, options.rivals)
    if isinstance(python, Stopped):
        return python
    scratch = folder / "scratch"
    scratch.mkdir()
    try:
        output = scratch / "output.parquet"
        task = Task(
            work=work.name,
            data=str(folder / "data"),
            programs=str(folder / "programs"),
            scratch=str(scratch),
            output=str(output),
            threads=options.threads,
        )
        took = run(name, python, task, options.limit)
        if isinstance(took, Stopped):
            return took
        is_answer = CONTESTANTS[name].role != "floor"
        return took, judged(work, output, answers) if is_answer else NOTHING
    finally:
        shutil.rmtree(scratch)


def _note(score: Score, found: tuple[Run, Verdict] | Stopped, *, is_small: bool) -> None:
    if isinstance(found, Stopped):
        score.stopped = found
        return
    took, verdict = found
    (score.small if is_small else score.large).append(took)
    right, cells = score.verdict
    score.verdict = Verdict(right + verdict.right, cells + verdict.cells)
