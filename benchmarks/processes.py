"""One run of a contestant: a process of its own, what it took, and its end if it takes too long."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import module_of
from benchmarks.task import Task

ROOT = Path(__file__).resolve().parents[1]
# Imports, sessions and loaded tables are not work, but do not go on for ever either.
START_LIMIT = 300


@dataclass(frozen=True)
class Run:
    """Seconds of the work, by the clock and of the processor, and the most memory of the process."""

    seconds: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Stopped:
    """A run without a result, and why."""

    why: str


def run(name: str, python: Path, task: Task, limit: float) -> Run | Stopped:
    """Run a contestant; after `limit` seconds of work it is ended, with all of its processes."""
    process = subprocess.Popen(
        [str(python), "-m", "benchmarks.worker", module_of(name), task.to_json()],
        cwd=task.scratch,
        env=_environment(task),
        stdout=subprocess.PIPE,
        stderr=(Path(task.scratch) / "stderr").open("w"),
        start_new_session=True,
    )
    assert process.stdout is not None
    said = process.stdout.fileno()
    if _read(said, "ready", START_LIMIT) is None:
        return Stopped(_ended(process, task) or "did not start")
    done = _read(said, "done", limit)
    if done is None:
        return Stopped(_ended(process, task) or f"> {limit:g} s")
    process.stdout.read()
    if process.wait() != 0:
        return Stopped(_last_words(process, task))
    return Run(**json.loads(done))


def _environment(task: Task) -> dict[str, str]:
    threads = dict.fromkeys(
        ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"), str(task.threads)
    )
    return {**os.environ, **threads, "PYTHONPATH": str(ROOT), "TZ": "UTC"}


def _read(said: int, word: str, limit: float) -> str | None:
    """The rest of the line that begins with a word; None if it does not come in time."""
    text, end = b"", time.monotonic() + limit
    while (left := end - time.monotonic()) > 0:
        if not select.select([said], [], [], left)[0]:
            return None
        byte = os.read(said, 1)
        if not byte:
            return None
        text += byte
        if byte == b"\n":
            line = text.decode()
            if line.startswith(word):
                return line.removeprefix(word)
            text = b""
    return None


def _ended(process: subprocess.Popen[bytes], task: Task) -> str | None:
    """End what still runs; what it said if it has ended by itself with an error."""
    try:
        return _last_words(process, task) if process.wait(0.5) else None
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _last_words(process: subprocess.Popen[bytes], task: Task) -> str:
    if process.returncode < 0:
        return f"ended by {signal.Signals(-process.returncode).name}"
    lines = (Path(task.scratch) / "stderr").read_text(encoding="utf-8").splitlines()
    # Some errors end with the place that they are about.
    named = [line for line in lines if "Error" in line.partition(":")[0]]
    said = named or lines
    return said[-1][:200] if said else "ended without a word"


def interpreter(environment: str | None, rivals: Path | None) -> Path | Stopped:
    """The interpreter of a contestant; why there is none."""
    if environment is None:
        return Path(sys.executable)
    if rivals is None:
        return Stopped(f"missing: no --rivals with an environment `{environment}`")
    python = rivals / environment / "bin/python"
    return python if python.exists() else Stopped(f"missing: there is no {environment}/bin/python")
