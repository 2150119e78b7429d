"""Runs about a period or about partitions of the keys: together they are a run about everything."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.view import view_plan
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.driver import job_of, optimized
from alignc.ir.module import Module
from alignc.verify.engines.scripts import ProgramError, run_script
from tests.engines.everywhere import Engines, module_of

TIME = pl.Datetime("us", "UTC")
T0 = datetime(2026, 1, 1, tzinfo=UTC)

DEFINITIONS = """
@feature_view(name="payments", source=FileSource.parquet_at("payments.parquet"))
class Payments:
    shop = Int64().as_entity()
    day = String().as_entity()
    t = EventTimestamp(availability_delay=timedelta(minutes=7))
    x = Float()
    n = Int32()
    twice = x * 2
    sum_1h = x.aggregate().over(hours=1).sum()
    spread = x.aggregate().over(hours=3, closed="both").offset(minutes=30).variance()
    lowest = twice.aggregate().over(days=1).min()
    daily = n.aggregate().over(days=2, resolution=timedelta(days=1)).sum()
    ever = n.aggregate().count()
    last_two = n.aggregate().over(rows=2).sum()
    next_sum = n.aggregate().over_next(hours=2).sum()
    middle = x.aggregate().over(hours=5).median()

@feature_view(name="totals", source=FileSource.parquet_at("payments.parquet"))
class Totals:
    shop = Int64().as_entity()
    t = EventTimestamp()
    written = Timestamp().as_created_at()
    n = Int32()
    n_1d = n.aggregate().over(days=1).sum()

@feature_view(name="plain", source=FileSource.parquet_at("payments.parquet"))
class Plain:
    shop = Int64().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=6))
    x = Float()
    more = x + 1

@feature_view(name="loose", source=FileSource.parquet_at("payments.parquet"))
class Loose:
    t = EventTimestamp()
    x = Float()

@feature_view(name="large", source=FileSource.parquet_at("payments.parquet"))
class Large:
    shop = Int64().as_entity()
    t = EventTimestamp()
    x = Float()
    sum_1h = x.aggregate().over(hours=1).sum()

p, plain = Payments(), Plain()

@model_contract(name="m", input_features=[p.twice, p.sum_1h, p.lowest, p.last_two, plain.more])
class M:
    pass
"""


def payments(seed: int, rows: int = 300) -> pl.DataFrame:
    """Rows of few keys on a coarse grid of times; floats are exact, so that their order does not matter."""
    made = random.Random(seed)
    times = [T0 + timedelta(minutes=made.randrange(0, 3000, 15)) for _ in range(rows)]
    frame = {
        "shop": [made.choice([1, 2, 3, None]) for _ in times],
        "day": [made.choice(["a", "b"]) for _ in times],
        "t": [made.choice([t, t, t, None]) for t in times],
        "written": [t + timedelta(minutes=made.randrange(0, 600, 20)) for t in times],
        "x": [made.choice([0.25, 1.5, -3.0, 8.0, None]) for _ in times],
        "n": [made.randrange(100) for _ in times],
    }
    return pl.DataFrame(frame, schema_overrides={"t": TIME, "written": TIME, "n": pl.Int32})


def entity_rows(seed: int, rows: int = 200) -> pl.DataFrame:
    made = random.Random(seed)
    times = [T0 + timedelta(minutes=made.randrange(0, 3600, 5)) for _ in range(rows)]
    frame = {
        "shop": [made.choice([1, 2, 3, 4, None]) for _ in times],
        "day": [made.choice(["a", "b", "c"]) for _ in times],
        "event_timestamp": times,
        "note": [made.randrange(10**9) for _ in times],
    }
    return pl.DataFrame(frame, schema_overrides={"event_timestamp": TIME})


@dataclass
class Programs:
    """The programs of a module, and their results with further arguments."""

    module: Module
    folder: Path
    engine: str = "polars"

    def path(self, name: str) -> Path:
        module = self.module
        if name in module.view_by_name:
            definition = module.view_by_name[name]
            plan = optimized(view_plan(module, definition))
            job = job_of(module, plan, definition, 1)
        else:
            contract = module.contract_by_name[name]
            job = job_of(module, optimized(dataset_plan(module, contract)), contract, 1)
        path = self.folder / "project" / "generated" / self.engine / "programs" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        emit = emit_polars if self.engine == "polars" else emit_pyspark
        path.write_text(emit(job), encoding="utf-8")
        return path

    def run(self, name: str, *arguments: str, output: str = "out.parquet") -> Path:
        given = [f"--source=payments={self.folder / 'payments.parquet'}"]
        if name in self.module.contract_by_name:
            given.append(f"--entities={self.folder / 'entities.parquet'}")
        out = self.folder / output
        run_script(self.path(name), [*given, *arguments, f"--output={out}"])
        return out

    def rows(self, name: str, *arguments: str, output: str = "out.parquet") -> pl.DataFrame:
        out = self.run(name, *arguments, output=output)
        files = sorted(out.glob("part*")) if out.is_dir() else [out]
        return pl.concat(map(pl.read_parquet, files))


def periods(cuts: Sequence[datetime]) -> list[list[str]]:
    """The arguments of runs that follow each other and leave nothing out."""
    edges = pairwise([None, *sorted(cuts), None])
    return [
        [f"--since={a.isoformat()}" for a in (first,) if a]
        + [f"--until={b.isoformat()}" for b in (last,) if b]
        for first, last in edges
    ]


def in_any_order(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(rows.rows(), key=repr)


VIEWS = ["payments", "totals", "plain"]


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(module_of(DEFINITIONS, tmp_path), tmp_path)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("seed", range(2))
def test_periods_add_up_to_the_whole(programs: Programs, view: str, seed: int) -> None:
    payments(seed).write_parquet(programs.folder / "payments.parquet")
    whole = programs.rows(view).filter(pl.col("t").is_not_null())
    made = random.Random(seed)
    # Some cuts are at the time of a row, which is then the first of a period.
    cuts = [T0 + timedelta(minutes=made.randrange(-100, 3100, 5)) for _ in range(3)]
    parts = [programs.rows(view, *period) for period in periods([*cuts, whole["t"][0]])]
    assert len(parts) == 5
    assert in_any_order(pl.concat(parts)) == in_any_order(whole)
    assert whole.height > 150


@pytest.mark.parametrize("view", VIEWS)
def test_periods_add_up_on_pyspark(engines: Engines, programs: Programs, view: str) -> None:
    programs.engine = "pyspark"
    payments(7).write_parquet(programs.folder / "payments.parquet")
    whole = programs.rows(view).filter(pl.col("t").is_not_null())
    parts = [programs.rows(view, *period) for period in periods([T0 + timedelta(hours=20)])]
    assert in_any_order(pl.concat(parts)) == in_any_order(whole)
    assert min(part.height for part in parts) > 50


@pytest.mark.parametrize("engine", ["polars", "pyspark"])
def test_periods_of_entity_rows_add_up(engines: Engines, programs: Programs, engine: str) -> None:
    programs.engine = engine
    payments(1).write_parquet(programs.folder / "payments.parquet")
    entity_rows(2).write_parquet(programs.folder / "entities.parquet")
    whole = programs.rows("m")
    cuts = [T0 + timedelta(hours=12), T0 + timedelta(hours=31, minutes=5)]
    parts = [programs.rows("m", *period) for period in periods(cuts)]
    assert in_any_order(pl.concat(parts)) == in_any_order(whole)
    assert min(part.height for part in parts) > 30


def test_entity_rows_with_times_in_text(programs: Programs) -> None:
    """A period is about instants, whatever the file has."""
    payments(1).write_parquet(programs.folder / "payments.parquet")
    rows = entity_rows(2, 20)
    local = pl.col("event_timestamp").dt.convert_time_zone("Asia/Tokyo").dt.to_string("iso:strict")
    rows.with_columns(local).write_parquet(programs.folder / "entities.parquet")
    period = f"--since={(T0 + timedelta(hours=20)).isoformat()}"
    later = rows.filter(pl.col("event_timestamp") >= T0 + timedelta(hours=20))
    assert 0 < later.height < 20
    assert programs.rows("m", period)["note"].to_list() == later["note"].to_list()


@pytest.mark.parametrize("view", VIEWS)
def test_partitions_of_a_view_add_up(programs: Programs, view: str) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    whole = programs.rows(view)
    assert in_any_order(programs.rows(view, "--partitions=3")) == in_any_order(whole)
    parted = programs.run(view, "--partitions=3", output="folder")
    parts = [pl.read_parquet(file) for file in sorted(parted.iterdir())]
    assert len(parts) == 3
    assert in_any_order(pl.concat(parts)) == in_any_order(whole)
    # The events of a key are together.
    keys = [set(part.select(programs.module.view_by_name[view].entities).rows()) for part in parts]
    assert sum(map(len, keys)) == len(set.union(*keys)) > 3


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_partitions_of_a_dataset_in_one_file(programs: Programs, ending: str) -> None:
    """They are in the order of the entity rows."""
    payments(3).write_parquet(programs.folder / "payments.parquet")
    entity_rows(4).write_parquet(programs.folder / "entities.parquet")
    one = programs.run("m", output=f"one{ending}").read_bytes()
    several = programs.run("m", "--partitions=4", output=f"several{ending}").read_bytes()
    if ending == ".csv":
        assert one == several
    whole = programs.rows("m")
    assert programs.rows("m", "--partitions=4").equals(whole)
    assert whole["note"].to_list() == entity_rows(4)["note"].to_list()


def test_partitions_without_a_key(programs: Programs) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    parts = programs.run("loose", "--partitions=3", output="folder")
    assert min(pl.read_parquet(part).height for part in parts.iterdir()) > 0
    whole = in_any_order(programs.rows("loose"))
    assert in_any_order(programs.rows("loose", "--partitions=3")) == whole


def test_partitions_and_a_period(programs: Programs) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    entity_rows(4).write_parquet(programs.folder / "entities.parquet")
    period = [f"--until={(T0 + timedelta(hours=30)).isoformat()}"]
    whole = programs.rows("m", *period)
    assert programs.rows("m", *period, "--partitions=2").equals(whole)
    assert 50 < whole.height < 200


def test_a_folder_is_written_anew(programs: Programs) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    assert len(list(programs.run("plain", "--partitions=3", output="folder").iterdir())) == 3
    assert len(list(programs.run("plain", output="folder").iterdir())) == 1
    assert not [f for f in programs.folder.iterdir() if f.name.startswith(".")]


@pytest.mark.parametrize("engine", ["polars", "pyspark"])
def test_a_folder_with_other_files_is_left_as_it_is(
    engines: Engines, programs: Programs, engine: str
) -> None:
    programs = replace(programs, engine=engine)
    payments(3).write_parquet(programs.folder / "payments.parquet")
    first = {file.name for file in programs.run("plain", output="folder").iterdir()}
    (programs.folder / "folder/z_notes.txt").write_text("mine")
    with pytest.raises(ProgramError, match=r"ALN507 .*z_notes\.txt in that folder would be lost"):
        programs.run("plain", output="folder")
    assert {file.name for file in (programs.folder / "folder").iterdir()} == {*first, "z_notes.txt"}
    assert (programs.folder / "folder/z_notes.txt").read_text() == "mine"


@pytest.mark.parametrize("engine", ["polars", "pyspark"])
def test_entity_rows_with_a_column_that_is_computed(
    engines: Engines, programs: Programs, engine: str
) -> None:
    programs = replace(programs, engine=engine)
    payments(3).write_parquet(programs.folder / "payments.parquet")
    asked = entity_rows(4).with_columns(lowest=0.0, more=1)
    asked.write_parquet(programs.folder / "entities.parquet")
    with pytest.raises(ProgramError, match=r"ALN511 the entity rows .* computed: lowest, more$"):
        programs.run("m")


def test_a_folder_in_place_of_a_file(programs: Programs) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    (programs.folder / "taken").write_text("a file")
    with pytest.raises(ProgramError, match=r"ALN507 .*taken cannot be written"):
        programs.run("plain", output="taken")
    assert (programs.folder / "taken").read_text() == "a file"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--partitions=0", "--partitions: one at least"),
        ("--since=noon", "invalid moment value"),
        ("--since=2026-01-02 --until=2026-01-02", "--since: must be before --until"),
        ("--output=.", "ALN507 . cannot be written: it has no name"),
    ],
)
def test_wrong_arguments(programs: Programs, argument: str, message: str) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    source = f"--source=payments={programs.folder / 'payments.parquet'}"
    given = [source, "--output=x.parquet", *argument.split()]
    call = [sys.executable, str(programs.path("plain")), *given]
    ended = subprocess.run(call, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert message in ended.stderr


def test_entity_rows_without_a_time(programs: Programs) -> None:
    payments(3).write_parquet(programs.folder / "payments.parquet")
    entity_rows(4).drop("event_timestamp").write_parquet(programs.folder / "entities.parquet")
    with pytest.raises(ProgramError, match=r'ALN504 the entity rows: .*"event_timestamp"'):
        programs.rows("m", "--since=2026-01-01")


def _peak_megabytes(call: list[str]) -> float:
    """The largest resident size of a process of its own."""
    measured = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    measured += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    ended = subprocess.run(
        [sys.executable, "-c", measured, *call], capture_output=True, text=True, check=True
    )
    return int(ended.stdout.splitlines()[-1]) / 1024


def test_partitions_need_less_memory(programs: Programs) -> None:
    """A period or a partition is also about the work, not only about what is written."""
    rows = 1_500_000
    place = pl.int_range(rows, dtype=pl.Int64, eager=True)
    frame = pl.DataFrame(
        {
            "shop": place * 7919 % 5000,
            "t": (place * 104_729 % rows * 1_000_000).cast(TIME),
            "x": (place % 977).cast(pl.Float64),
        }
    )
    frame.write_parquet(programs.folder / "payments.parquet")
    call = [
        sys.executable,
        str(programs.path("large")),
        f"--source=payments={programs.folder / 'payments.parquet'}",
        f"--output={programs.folder / 'folder'}",
    ]
    idle = _peak_megabytes([*call, "--until=1960-01-01"])
    at_once = _peak_megabytes(call) - idle
    in_turns = _peak_megabytes([*call, "--partitions=10"]) - idle
    assert in_turns < at_once / 2
