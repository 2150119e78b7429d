"""A process in dbt's own environment that runs its commands one after the other."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def dbt_python() -> Path:
    """The Python of dbt's environment."""
    python = Path(os.environ.get("ALIGNC_DBT_PYTHON", ROOT / ".venv-dbt" / "bin" / "python"))
    assert python.exists(), f"dbt has an environment of its own, `make env` makes it: {python}"
    return python


class Dbt:
    """A process that runs dbt; tests get one from the fixtures `dbt` and `dbt_on_spark`."""

    def __init__(self, worker: str = "worker.py", *arguments: str) -> None:
        self.process = subprocess.Popen(
            [dbt_python(), Path(__file__).with_name(worker), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONPATH": ""},
            text=True,
        )
        assert self._line() == "ready"

    def run(self, folder: Path, arguments: list[str], log: Path) -> int:
        """The exit code of a command, whose output is in `log`."""
        return self.ask({"folder": str(folder), "arguments": arguments, "log": str(log)})

    def ask(self, command: dict[str, object]) -> int:
        """The answer of the worker to a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return int(self._line())

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()
