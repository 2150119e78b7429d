"""The fuzzer: it agrees with itself, finds what is planted, and the engines agree on fixed seeds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import polars as pl
import pytest

from alignc.frontend.loader import load_project
from alignc.fuzz.campaign import case_of
from alignc.fuzz.cases import case_from_json, case_to_json, read_case
from alignc.fuzz.coverage import Coverage
from alignc.fuzz.declared import as_declared
from alignc.fuzz.definitions import definitions_of
from alignc.fuzz.modules import draw_module
from alignc.fuzz.shrink import shrink
from alignc.fuzz.variations import VARIATIONS, contradictions
from alignc.ir.expr import Call, Node
from alignc.ir.module import FileSource, Source, module_to_json
from alignc.ir.ops import AGGREGATES, OPS
from alignc.verify.check import check
from alignc.verify.engines import Engine, opened
from alignc.verify.engines.scripts import Polars
from alignc.verify.programs import Program, programs_of
from alignc.verify.rows import Case
from tests.engines.everywhere import Engines

KEPT = sorted((Path(__file__).parent / "cases").glob("*.json"))
SEEDS = range(1, 31)
# A program on Spark takes seconds.
SPARK_SEEDS = (3, 17)


@pytest.fixture
def opened_engines(engines: Engines, tmp_path: Path) -> Iterator[dict[str, Engine]]:
    names = ("duckdb", "postgres", "polars", "pyspark")
    with opened(names, tmp_path / "fuzz", engines.postgres_url) as found:
        yield found


@pytest.mark.parametrize("path", KEPT, ids=[path.stem for path in KEPT])
def test_what_was_once_wrong_stays_right(path: Path, opened_engines: dict[str, Engine]) -> None:
    outcome = check(read_case(path), opened_engines.values())
    assert not outcome.differences, "\n".join(map(str, outcome.differences))
    assert outcome.runs


@pytest.mark.slow
def test_random_projects_have_one_answer(opened_engines: dict[str, Engine]) -> None:
    found: list[str] = []
    for seed in SEEDS:
        case = case_of(seed)
        engines = [e for n, e in opened_engines.items() if n != "pyspark" or seed in SPARK_SEEDS]
        outcome = check(case, engines)
        found += [f"seed {seed}: {difference}" for difference in outcome.differences]
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_sources_as_declared_have_one_answer(opened_engines: dict[str, Engine]) -> None:
    found: list[str] = []
    written: set[str] = set()
    for seed in SEEDS[:12]:
        case = as_declared(case_of(seed), Random(seed))
        written |= {_form(source) for source in case.module.sources}
        engines = [e for n, e in opened_engines.items() if n != "pyspark" or seed in (3, 8, 9)]
        programs = list(programs_of(case.module, twins=False))
        outcome = check(case, engines, programs=programs)
        found += [f"seed {seed}: {difference}" for difference in outcome.differences]
    assert not found, "\n".join(found)
    assert written == {"csv", "folders", "json_lines", "json_lines, packed", "parquet", "rows"}


def _form(source: Source) -> str:
    if not isinstance(source, FileSource):
        return source.kind
    packed = ", packed" if source.path.endswith(".gz") else ""
    return "folders" if source.partition_keys else source.format + packed


def test_answers_do_not_depend_on_what_must_not_matter() -> None:
    found: list[str] = []
    changed: set[str] = set()
    for seed in SEEDS:
        case = case_of(seed)
        for vary in VARIATIONS:
            varied = vary(case, Random(seed))
            found += [f"seed {seed}: {fault}" for fault in contradictions(case, varied)]
            frames = (case.sources, varied.case.sources), (case.entities, varied.case.entities)
            if any(n not in b or not a[n].equals(b[n]) for a, b in frames for n in a):
                changed.add(varied.name)
    assert not found, "\n".join(found)
    assert changed == {
        "shuffled",
        "duplicated",
        "later events",
        "another key",
        "moved times",
        "split source",
        "renamed",
    }


def test_a_seed_is_a_project_whatever_the_hash_seed() -> None:
    program = (
        "from alignc.fuzz.campaign import case_of\n"
        "from alignc.fuzz.cases import case_to_json\n"
        "for seed in range(5): print(case_to_json(case_of(seed), ''))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(texts) == 1
    assert len({module_to_json(case_of(seed).module) for seed in SEEDS}) == len(SEEDS)


def test_everything_in_the_tables_is_drawn() -> None:
    coverage = Coverage()
    for seed in range(400):
        coverage.add_module(case_of(seed).module)
    assert coverage.ops.keys() == OPS.keys()
    assert coverage.aggregates.keys() == AGGREGATES.keys()
    assert coverage.inputs.keys() == {
        "source",
        "view",
        "join inner",
        "join left",
        "join_asof",
        "stack",
    }


def test_a_case_survives_its_file() -> None:
    for seed in SEEDS:
        case = case_of(seed)
        again = case_from_json(case_to_json(case, "nothing"))
        assert module_to_json(again.module) == module_to_json(case.module)
        for before, after in ((case.sources, again.sources), (case.entities, again.entities)):
            assert before.keys() == after.keys()
            for name, frame in before.items():
                assert frame.schema == after[name].schema
                assert frame.equals(after[name])


class Wrong(Polars):
    """An engine with a defect: in views a whole number above 6 is one less."""

    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame:
        result = super().run(program, text, entities)
        if program.kind == "dataset":
            return result
        whole = [n for n, t in result.schema.items() if t == pl.Int64]
        columns = [pl.when(pl.col(n) > 6).then(pl.col(n) - 1).otherwise(pl.col(n)) for n in whole]
        return result.with_columns(columns)


def test_a_planted_defect_is_found_and_made_small(tmp_path: Path) -> None:
    tmp_path.joinpath("polars").mkdir()
    engine = Wrong(tmp_path / "polars")

    def fails(case: Case) -> bool:
        programs = list(programs_of(case.module, twins=False))
        return any(d.column for d in check(case, [engine], programs=programs).differences)

    case = next(case for case in map(case_of, SEEDS) if fails(case))
    small = shrink(case, fails)
    assert fails(small)
    # A view, and another one if it is a join.
    view, *others = small.module.views
    assert len(others) <= (view.input.kind != "source")
    assert len(view.features) <= 2
    (frame,) = small.sources.values()
    assert frame.height == 1


def test_definitions_are_read_as_they_were_meant(tmp_path: Path) -> None:
    for seed in range(150):
        meant = draw_module(Random(seed), written=True)
        file = tmp_path / f"definitions_{seed}.py"
        file.write_text(definitions_of(meant), encoding="utf-8")
        found = load_project(tmp_path, [file], "fuzz").module
        assert _words(found) == _words(meant), file.read_text(encoding="utf-8")


def _words(value: object) -> object:
    """A Module without the places and class names of its definitions."""
    match value:
        case Call(op="gt" | "ge" | "eq" | "ne" as op, args=(x, y)):
            # Python lets an event timestamp on the right of a timestamp do the comparing.
            turned = {"gt": "lt", "ge": "le"}.get(op)
            if turned is not None:
                return {"op": turned, "args": [_words(y), _words(x)]}
            return {"op": op, "args": sorted(map(repr, map(_words, (x, y))))}
        case Call(op=op, args=args):
            return {"op": op, "args": [_words(a) for a in args]}
        case Node():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            return {n: _words(v) for n, v in fields.items() if n not in ("span", "symbol")}
        case tuple():
            return [_words(v) for v in value]
        case float():
            return repr(value)
        case _:
            return value
