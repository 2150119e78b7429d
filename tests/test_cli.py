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


BROKEN = """
import sys
from alignc import cli
from alignc.lint import command

def wrong(request):
    {statement}

command.lint_command = wrong
sys.argv = ["alignc", "lint"]
cli.main()
"""


def ends_with(statement: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN.format(statement=statement)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_an_error_that_nobody_has_thought_of_is_internal() -> None:
    code, said = ends_with("raise ValueError('no such thing')")
    assert code == 3
    assert said.startswith("Traceback (most recent call last):\n")
    assert said.endswith(
        "\nALN900 internal error in `alignc lint`: ValueError: no such thing\n"
        "    hint: this is a bug in alignc; please report it with the definition that causes it\n"
    )


def test_a_file_that_may_not_be_read_is_no_fault_of_alignc() -> None:
    raised = "raise PermissionError(13, 'Permission denied', 'alignc.yml')"
    assert ends_with(raised) == (2, "error: alignc.yml: Permission denied\n")
    code, said = ends_with("raise OSError('no file')")
    assert code == 3
    assert "ALN900" in said


def test_an_interruption_is_no_error() -> None:
    assert ends_with("raise KeyboardInterrupt") == (130, "")


def test_a_bound_that_is_no_number_is_shown_in_its_line(tmp_path: Path) -> None:
    write_scaffold(tmp_path)
    definitions = tmp_path / "features/orders.py"
    text = definitions.read_text(encoding="utf-8")
    assert text.count(".lower_bound(0)") == 1
    definitions.write_text(text.replace("bound(0)", "bound('x')"), encoding="utf-8")
    for command in ("lint", "build"):
        done = subprocess.run(
            [*CLI, command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "ALN227 `lower_bound`: 'x' is no number\n" in done.stderr
        assert ".lower_bound('x')" in done.stderr
