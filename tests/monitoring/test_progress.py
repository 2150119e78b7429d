"""What programs that check and watch say on a terminal while they work, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

TITANIC = Path(__file__).parents[2] / "examples/titanic"
# Runs a program whose function of the given name takes longer than it does, the first time.
SLOWLY = """
import importlib.util, sys, time
path, name, *arguments = sys.argv[1:]
spec = importlib.util.spec_from_file_location("program", path)
program = importlib.util.module_from_spec(spec)
sys.modules["program"] = program
spec.loader.exec_module(program)
usual = getattr(program, name)

def slow(*given):
    setattr(program, name, usual)
    time.sleep(2.5)
    return usual(*given)

setattr(program, name, slow)
sys.exit(program.main(arguments))
"""
DATASET = ["--reference", "rows.parquet", "--current", "rows.parquet"]
PROGRAMS = {
    "validation": ("validation/polars/views/passenger.py", "counts", [], "checking the rows"),
    "samples": (
        "validation/polars/views/passenger.py",
        "sampled",
        [],
        "looking for rows that fail",
    ),
    "drift": (
        "monitoring/polars/survival__drift.py",
        "number_sizes",
        DATASET,
        "age_or_mean, column 2 of 13",
    ),
    "performance": (
        "monitoring/polars/survival.py",
        "rows_of",
        ["--predictions", "predictions.parquet"],
        "will_survive: outcomes",
    ),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the dataset of the example and with predictions for it."""
    folder = tmp_path_factory.mktemp("data")
    rows = folder / "rows.parquet"
    program = "generated/polars/datasets/survival.py"
    arguments = ["--entities", "data/entities.csv", "--output", str(rows)]
    subprocess.run([sys.executable, program, *arguments], cwd=TITANIC, check=True)
    version, guess = pl.lit("1").alias("model_version"), pl.lit(True).alias("will_survive")
    predictions = pl.read_parquet(rows).select("passenger_id", version, guess)
    predictions.write_parquet(folder / "predictions.parquet")
    return folder


def command(data: Path, program: str, name: str, arguments: list[str]) -> list[str]:
    """A program whose function of this name takes its time; files are those of `data`."""
    given = [str(data / a) if a.endswith(".parquet") else a for a in arguments]
    return [sys.executable, "-c", SLOWLY, str(TITANIC / "generated" / program), name, *given]


def on_a_terminal(command: list[str], cwd: Path) -> tuple[str, str]:
    """What a command writes to the standard output, and to a terminal as its standard error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as process:
        os.close(theirs)
        found = b""
        while chunk := _read(ours):
            found += chunk
        os.close(ours)
        assert process.stdout is not None
        return process.stdout.read(), found.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # The other side is closed.
        return b""


@pytest.mark.parametrize("case", PROGRAMS)
def test_a_terminal_says_what_takes_long(data: Path, case: str) -> None:
    program, name, arguments, doing = PROGRAMS[case]
    said, shown = on_a_terminal(command(data, program, name, arguments), TITANIC)
    lines = shown.split("\r\x1b[K")
    assert [f"{doing}, {seconds} s" in lines for seconds in (1, 2, 3)] == [True, True, False]
    # At the end nothing of it is left, and the report stands elsewhere.
    assert lines[-1] == ""
    assert doing not in said
    assert len(said.splitlines()) > 3


@pytest.mark.parametrize("case", ["validation", "drift", "performance"])
def test_what_is_no_terminal_is_told_nothing(data: Path, case: str) -> None:
    program, name, arguments, _ = PROGRAMS[case]
    done = subprocess.run(
        command(data, program, name, arguments),
        cwd=TITANIC,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (int(case != "drift"), "")


def test_a_narrow_terminal_keeps_one_line(data: Path) -> None:
    program, name, arguments, doing = PROGRAMS["drift"]
    narrow = ["sh", "-c", 'stty -F /dev/stderr cols 12; exec "$@"', "sh"]
    _, shown = on_a_terminal([*narrow, *command(data, program, name, arguments)], TITANIC)
    assert f"\r\x1b[K{doing[:11]}\r" in shown


@pytest.mark.slow
def test_spark_shows_its_own_progress(data: Path) -> None:
    """Its bar is there once a stage takes half a second."""
    program = TITANIC / "generated/monitoring/pyspark/survival__drift.py"
    arguments = [str(data / a) if a.endswith(".parquet") else a for a in DATASET]
    said, shown = on_a_terminal([sys.executable, str(program), *arguments], TITANIC)
    assert "[Stage " in shown
    assert "[Stage " not in said
