"""Runs dbt commands one after the other; run by the Python of dbt's own environment.

A line of JSON in, `{"folder": …, "arguments": […], "log": …}`, the exit code out. dbt is imported once, and each
command is a process of its own, which leaves nothing behind. Files are checked against dbt's schemas for adapters too
that dbt itself does not check them for.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any


def run(runner: Any, folder: str, arguments: list[str], log: str) -> int:
    """The exit code of a command, whose output goes to a file."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 2
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(folder)
        result = runner().invoke(arguments)
        code = 0 if result.success else 1
        if result.exception is not None:
            print(result.exception, flush=True)
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    runner = importlib.import_module("dbt.cli.main").dbtRunner
    # dbt compares YAML with its schemas for some adapters only.
    schemas: Any = importlib.import_module("dbt.jsonschemas.jsonschemas")
    schemas._JSONSCHEMA_SUPPORTED_ADAPTERS |= {"duckdb", "postgres"}
    print("ready", flush=True)
    for line in sys.stdin:
        print(run(runner, **json.loads(line)), flush=True)
