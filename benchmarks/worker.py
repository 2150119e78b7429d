"""The process of a contestant: `python -m benchmarks.worker MODULE TASK`.

It says `ready` when everything is imported and prepared, and `done` with what the work took.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.task import Prepared, Task


def main() -> None:
    module, text = sys.argv[1:]
    task = Task.from_json(text)
    prepared: Prepared = importlib.import_module(module).prepare(task)
    print("ready", flush=True)
    processes = ["self", *([str(prepared.elsewhere)] if prepared.elsewhere else [])]
    start, start_cpu = time.perf_counter(), cpu_seconds(processes)
    prepared.work()
    seconds, cpu = time.perf_counter() - start, cpu_seconds(processes) - start_cpu
    took = {"seconds": seconds, "cpu": cpu, "megabytes": peak_megabytes(processes)}
    print("done", json.dumps(took), flush=True)
    prepared.finish()


def cpu_seconds(processes: Sequence[str]) -> float:
    """What the processes have used so far, threads that have ended included."""
    ticks = 0
    for process in processes:
        # The name of the program, in parentheses, may have spaces.
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        user, system = text.split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def peak_megabytes(processes: Sequence[str]) -> float:
    """The most memory that each has had, added up; `ru_maxrss` is at least what a parent had."""
    total = 0
    for process in processes:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
        (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        total += int(kilobytes)
    return total / 1024


if __name__ == "__main__":
    main()
