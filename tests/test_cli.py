"""How commands end that do not come to their end: nobody reads on, or alignc itself is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alignc.scaffold import write_scaffold

CLI = [sys.executable, "-m", "alignc.cli"]


def ends_unread(
    arguments: str, folder: Path, *, has_buffers: bool, is_all: bool
) -> tuple[int, str]:
    """The exit code and what is said of a command whose output nobody reads."""
    given = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    done = subprocess.Popen(
        [*CLI, *arguments.split()],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if is_all else subprocess.PIPE,
        text=True,
        env=given if has_buffers else {**given, "PYTHONUNBUFFERED": "1"},
    )
    assert done.stdout is not None
    done.stdout.close()
    said = "" if done.stderr is None else done.stderr.read()
    if done.stderr is not None:
        done.stderr.close()
    return done.wait(), said


@pytest.mark.parametrize("has_buffers", [True, False])
@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "lint --help",
        "rules --format json",
        "explain U101",
        "explain late_order",
        "lint --format json",
        "lint --format json --select Q",
        "lineage late_order",
        "diff --against .",
        "check",
    ],
)
def test_nobody_reads_on(arguments: str, has_buffers: bool, tmp_path: Path) -> None:
    write_scaffold(tmp_path)
    code, said = ends_unread(arguments, tmp_path, has_buffers=has_buffers, is_all=False)
    assert code == 141
    assert "Traceback" not in said
    assert "BrokenPipeError" not in said
    if "lint --" not in arguments:
        assert said == ""


def test_nobody_reads_errors(tmp_path: Path) -> None:
    assert ends_unread("lint", tmp_path, has_buffers=True, is_all=True) == (141, "")
