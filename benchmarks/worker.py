"""The process of a contestant: `python -m benchmarks.worker MODULE TASK`.

It says `ready` when everything is imported and prepared, and `done` with what the work took.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

from benchmarks.task import Prepared, Task


def main() -> None:
    module, text = sys.argv[1:]
    task = Task.from_json(text)
    prepared: Prepared = importlib.import_module(module).prepare(task)
    print("ready", flush=True)
    start, start_cpu = time.perf_counter(), time.process_time()
    prepared.work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    took = {"seconds": seconds, "cpu": cpu, "megabytes": peak_megabytes()}
    print("done", json.dumps(took), flush=True)
    prepared.finish()


def peak_megabytes() -> float:
    """The most memory that this program has had; `ru_maxrss` is at least what its parent had."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) / 1024


if __name__ == "__main__":
    main()
