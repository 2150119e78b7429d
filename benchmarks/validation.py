"""`python -m benchmarks.validation`: what validating a file costs, beside hand-written queries and libraries.

One file of 10 columns, 19 rules: 9 columns are not null, 5 bounds, 2 forms, 2 lists of values, 1 unique number.
A thousand rows violate each rule, and a contestant that finds another number is told wrong. Each run is a
process of its own, all of them in turns; CPU seconds and memory are those of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from alignc.driver import compile_project
from alignc.settings import find_project
from benchmarks.machine import facts

FOLDER: Final = Path(__file__).resolve().parent / "validators"
BAD: Final = 1000
DEFINITIONS: Final = r"""
from alignc import FileSource, Float, Int64, String, feature_view


@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    id = Int64().as_entity()
    first = Float().is_required().lower_bound(0)
    second = Float().is_required().upper_bound(100)
    lat = Float().is_required().bounded_between(-90, 90)
    lon = Float().is_required().lower_bound(-180)
    size = Int64().is_required()
    kind = String().is_required().accepted_values(["a", "b", "c", "d"])
    country = String().is_required().accepted_values(["NO", "SE", "DK"])
    email = String().is_required().validate_regex(r"^[0-9]+@example\.com$")
    code = String().validate_regex("^AB[0-9]{4}$")
"""


@dataclass(frozen=True)
class Contestant:
    """A script below `validators`, or a program that was compiled; `environment` has what it needs."""

    script: str
    environment: str | None = None


CONTESTANTS: Final[Mapping[str, Contestant]] = {
    "expert_polars": Contestant("expert_polars.py"),
    "alignc_polars": Contestant("alignc_polars.py"),
    "expert_duckdb": Contestant("expert_duckdb.py"),
    "alignc_duckdb": Contestant("alignc_duckdb.py"),
    "pandera": Contestant("with_pandera.py", "pandera"),
    "dataframely": Contestant("with_dataframely.py", "dataframely"),
    "patito": Contestant("with_patito.py", "patito"),
    "great_expectations": Contestant("with_great_expectations.py", "great_expectations"),
}


@dataclass
class Score:
    """What was measured of a contestant."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    violations: str = ""


def write_rows(path: Path, rows: int) -> None:
    """Rows of which `BAD` violate each rule, in places of their own."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(1)
    number = pl.Series(np.arange(rows))
    columns: dict[str, pl.Series] = {
        "id": number,
        "first": pl.Series(draw.random(rows) * 20),
        "second": pl.Series(draw.random(rows) * 100),
        "lat": pl.Series(draw.random(rows) * 180 - 90),
        "lon": pl.Series(draw.random(rows) * 360 - 180),
        "size": pl.Series(draw.integers(1, 9, rows)),
        "kind": pl.Series(draw.choice(np.array(["a", "b", "c", "d"]), rows)),
        "country": pl.Series(draw.choice(np.array(["NO", "SE", "DK"]), rows)),
        "email": pl.Series(draw.integers(0, 100_000, rows)).cast(pl.String) + "@example.com",
        "code": "AB" + pl.Series(draw.integers(1000, 9999, rows)).cast(pl.String),
    }
    frame = pl.DataFrame(columns)
    row = pl.int_range(pl.len())

    def among(place: int) -> pl.Expr:
        """`BAD` rows from the place on, in thousands."""
        return row.is_between(place * BAD, (place + 1) * BAD - 1)

    required = ["first", "second", "lat", "lon", "size", "kind", "country", "email"]
    changes = [
        pl.when(among(place)).then(None).otherwise(pl.col(name)).alias(name)
        for place, name in enumerate(required)
    ]
    frame = frame.with_columns(changes)
    wrong: list[tuple[str, object]] = [
        ("first", -1.0),
        ("second", 100.5),
        ("lat", -90.5),
        ("lat", 90.5),
        ("lon", -180.5),
        ("kind", "e"),
        ("country", "FI"),
        ("email", "nobody"),
        ("code", "CD1234"),
    ]
    for place, (name, value) in enumerate(wrong, start=len(required)):
        changed = pl.when(among(place)).then(pl.lit(value)).otherwise(pl.col(name))
        frame = frame.with_columns(changed.alias(name))
    # A number that is missing, and pairs of one number.
    last = len(required) + len(wrong)
    twin = pl.when(among(last + 1)).then(pl.col("id") - pl.col("id") % 2).otherwise(pl.col("id"))
    frame = frame.with_columns(pl.when(among(last)).then(None).otherwise(twin).alias("id"))
    frame.write_parquet(path, row_group_size=max(rows // 10, 1))


def environments(rivals: Path | None) -> Iterator[tuple[str, Contestant, Path]]:
    """The contestants that can run, with their interpreters."""
    for name, contestant in CONTESTANTS.items():
        if contestant.environment is None:
            yield name, contestant, Path(sys.executable)
        elif rivals is not None:
            python = rivals / contestant.environment / "bin/python"
            if python.exists():
                yield name, contestant, python


def measured(python: Path, script: Path, folder: Path) -> tuple[float, float, float, str]:
    """CPU and wall seconds, peak megabytes, and the numbers of violations that a run prints."""
    code = (
        "import json, os, resource, sys, time, runpy\n"
        "started = time.perf_counter()\n"
        "found = runpy.run_path(sys.argv[1])['main'](sys.argv[2])\n"
        "wall = time.perf_counter() - started\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "status = open('/proc/self/status').read()\n"
        "peak = int(status.split('VmHWM:')[1].split()[0]) / 1024\n"
        "print(json.dumps([used.ru_utime + used.ru_stime, wall, peak, found]))\n"
    )
    done = subprocess.run(
        [str(python), "-c", code, str(script), str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script.name}: {done.stderr.strip().splitlines()[-1]}")
    cpu, wall, megabytes, found = json.loads(done.stdout.strip().splitlines()[-1])
    return cpu, wall, megabytes, verdict(found)


def verdict(found: list[int]) -> str:
    """`right` if each of the rules has found its rows."""
    return "right" if sorted(found) == [BAD] * 19 else f"wrong: {sorted(found)}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rivals", type=Path, help="a folder with the environments of rivals")
    given = parser.parse_args(arguments)
    scores: dict[str, Score] = {}
    with tempfile.TemporaryDirectory(prefix="alignc_validation_") as name:
        folder = Path(name)
        # In a process of its own: it needs more memory than what is measured.
        write = f"from benchmarks.validation import *; write_rows(Path({str(folder / 'events.parquet')!r}), {given.rows})"
        subprocess.run([sys.executable, "-c", write], check=True)
        (folder / "definitions.py").write_text(DEFINITIONS, encoding="utf-8")
        settings = "name: validation\ndefinitions: definitions.py\ntargets: [polars, duckdb]\n"
        (folder / "alignc.yml").write_text(settings, encoding="utf-8")
        for output in compile_project(find_project(folder)).outputs:
            path = folder / "generated" / output.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(output.text, encoding="utf-8")
        for _ in range(given.repeats):
            for name, contestant, python in environments(given.rivals):
                score = scores.setdefault(name, Score())
                cpu, wall, megabytes, score.violations = measured(
                    python, FOLDER / contestant.script, folder
                )
                score.cpu.append(cpu)
                score.wall.append(wall)
                score.megabytes.append(megabytes)
    print(facts(os.cpu_count() or 1))
    print(table(scores, given.rows))


def table(scores: Mapping[str, Score], rows: int) -> str:
    """Medians, and CPU seconds and memory as multiples of those of the hand-written Polars query."""
    base = scores["expert_polars"]
    lines = [
        f"| {rows:,} rows | CPU s | x | wall s | MB | x | violations |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for name, score in scores.items():
        cpu, wall, memory = map(statistics.median, (score.cpu, score.wall, score.megabytes))
        by_cpu = cpu / statistics.median(base.cpu)
        by_memory = memory / statistics.median(base.megabytes)
        lines.append(
            f"| {name} | {cpu:.1f} | {by_cpu:.2f} | {wall:.1f} | {memory:.0f} | {by_memory:.2f} "
            f"| {score.violations} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
