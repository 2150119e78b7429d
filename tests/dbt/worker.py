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


def dbt_runner() -> Any:
    """The class that runs a command of dbt."""
    # dbt compares YAML with its schemas for some adapters only.
    schemas: Any = importlib.import_module("dbt.jsonschemas.jsonschemas")
    schemas._JSONSCHEMA_SUPPORTED_ADAPTERS |= {"duckdb", "postgres", "spark"}
    return importlib.import_module("dbt.cli.main").dbtRunner


def invoke(runner: Any, folder: str, arguments: list[str], log: str) -> int:
    """The exit code of a command; from here on all output goes to a file."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.chdir(folder)
    result = runner().invoke(arguments)
    if result.exception is not None:
        print(result.exception)
    sys.stdout.flush()
    return 0 if result.success else 1


def run(runner: Any, folder: str, arguments: list[str], log: str) -> int:
    """The exit code of a command, run by a process of its own."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 2
    try:
        code = invoke(runner, folder, arguments, log)
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    runner = dbt_runner()
    print("ready", flush=True)
    for line in sys.stdin:
        print(run(runner, **json.loads(line)), flush=True)
