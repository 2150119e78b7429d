"""The drift report of two datasets of a million rows beside Evidently's preset.

    python -m benchmarks.drift --evidently PATH_TO_ITS_PYTHON [--rows 1000000] [--runs 3]

Both read the same two parquet files of 8 numbers and 2 texts, each run in a process of its own, one
after the other. Told are the processor time, the elapsed time and the largest memory of the best run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from alignc.driver import compile_project
from alignc.settings import find_project
from benchmarks.machine import facts

NUMBERS = tuple(f"x{number}" for number in range(8))
DEFINITIONS = f"""
from alignc import *

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    {"; ".join(f"{name} = Float()" for name in NUMBERS)}
    kind = String()
    place = String()

@model_contract(
    name="model",
    input_features=[getattr(Things(), name) for name in {(*NUMBERS, "kind", "place")}],
)
class Model:
    id = Int64().as_entity()
"""
EVIDENTLY = """
import sys
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
before, now = (pd.read_parquet(path) for path in sys.argv[1:3])
numbers = [name for name in before if name.startswith("x")]
definition = DataDefinition(numerical_columns=numbers, categorical_columns=["kind", "place"])
reference, current = (Dataset.from_pandas(f, data_definition=definition) for f in (before, now))
Report([DataDriftPreset()]).run(current, reference).save_html(sys.argv[3])
"""


@dataclass(frozen=True)
class Cost:
    """What a run of a process costs, in seconds and MB."""

    processor: float
    elapsed: float
    memory: float


def cost_of(command: list[str], codes: tuple[int, ...]) -> Cost:
    """Run a command that must end with one of the codes."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in codes:
        raise SystemExit(f"{command[0]} ends with {code}")
    return Cost(used.ru_utime + used.ru_stime, elapsed, used.ru_maxrss / 1024)


def write_dataset(path: Path, rows: int, seed: int, shift: float) -> None:
    draw = np.random.default_rng(seed)
    numbers = {name: draw.normal(shift * k, 1 + k, rows) for k, name in enumerate(NUMBERS)}
    texts = {
        "kind": draw.choice(["a", "b", "c", "d"], rows, p=[0.4, 0.3, 0.2, 0.1]),
        "place": draw.choice([f"place {k}" for k in range(40)], rows),
    }
    pl.DataFrame({**numbers, **texts}).write_parquet(path)


def write_program(folder: Path) -> Path:
    (folder / "alignc.yml").write_text("name: b\ndefinitions: d.py\ntargets: [polars]\n")
    (folder / "d.py").write_text(DEFINITIONS, encoding="utf-8")
    for output in compile_project(find_project(folder)).outputs:
        if output.path.startswith("monitoring/polars/"):
            (folder / "drift.py").write_text(output.text, encoding="utf-8")
    return folder / "drift.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--evidently", help="a Python that has Evidently")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before, now = folder / "before.parquet", folder / "now.parquet"
        write_dataset(before, given.rows, 1, 0.0)
        write_dataset(now, given.rows, 2, 0.001)
        files = ["--reference", str(before), "--current", str(now)]
        page = str(folder / "page.html")
        commands = {"alignc": [sys.executable, str(write_program(folder)), *files, "--html", page]}
        if given.evidently:
            script = folder / "preset.py"
            script.write_text(EVIDENTLY, encoding="utf-8")
            commands["evidently"] = [given.evidently, str(script), str(before), str(now), page]
        # An alarm is a 1; of others that is an error.
        codes = {"alignc": (0, 1), "evidently": (0,)}
        best = {
            who: min(
                (cost_of(command, codes[who]) for _ in range(given.runs)),
                key=lambda c: c.processor,
            )
            for who, command in commands.items()
        }
    print(facts(os.cpu_count() or 1))
    print(f"{given.rows:,} + {given.rows:,} rows, {len(NUMBERS)} numbers and 2 texts")
    for who, cost in best.items():
        print(
            f"{who:>10}: {cost.processor:6.1f} CPU s  {cost.elapsed:6.1f} s  {cost.memory:6.0f} MB"
        )
    if "evidently" in best:
        ours, other = best["alignc"], best["evidently"]
        print(
            f"{'ratio':>10}: {other.processor / ours.processor:6.1f}        "
            f"{other.elapsed / ours.elapsed:6.1f}    {other.memory / ours.memory:6.1f}"
        )


if __name__ == "__main__":
    main()
