"""How often the drift report of two datasets of one distribution is an alarm, which one in twenty should be at most.

    python -m benchmarks.alarms [--rows 200,2000,100000] [--runs 200]

Both datasets are drawn anew each time: 8 numbers, one of them with missing values, and 2 texts. Told are the datasets
with a significant test, of which one in twenty is chance, those whose difference is large enough for an alarm, and
the single tests that fail at 5 % before they are corrected for their number.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import runpy
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.drift import write_dataset, write_program

ALPHA = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", default="200,2000,100000", help="sizes of each dataset, by comma")
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = runpy.run_path(str(write_program(folder)))
        for rows in map(int, given.rows.split(",")):
            alarms, significant, failed, tests = 0, 0, 0, 0
            for run in range(given.runs):
                report = _report(program, folder, rows, run)
                alarms += report["alarm"]
                found = [test for column in report["columns"] for test in column["tests"]]
                significant += any(test["significant"] for test in found)
                failed += sum(test["p_value"] < ALPHA for test in found)
                tests += len(found)
            print(
                f"{rows:,} rows: of {given.runs} datasets {significant} have a significant test "
                f"({significant / given.runs:.1%}), {alarms} are alarms ({alarms / given.runs:.1%}), "
                f"{failed:,} of {tests:,} tests fail ({failed / tests:.1%})",
                flush=True,
            )


def _report(program: dict[str, Any], folder: Path, rows: int, run: int) -> dict[str, Any]:
    """The report of two datasets of one distribution."""
    paths = [folder / "before.parquet", folder / "now.parquet"]
    for side, path in enumerate(paths):
        seed = 2 * run + side
        write_dataset(path, rows, seed, 0.0)
        gaps = pl.int_range(pl.len()).shuffle(seed=seed) % 20 == 0
        frame = pl.read_parquet(path)
        frame.with_columns(x7=pl.when(~gaps).then("x7")).write_parquet(path)
    report = folder / "report.json"
    with contextlib.redirect_stdout(io.StringIO()):
        program["main"](
            ["--reference", str(paths[0]), "--current", str(paths[1]), "--report", str(report)]
        )
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    main()
