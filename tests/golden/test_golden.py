"""Projects with mistakes, and the exact text that their owners get.

A case is `<case>/project/…` and `<case>/expected.txt`: the command, its exit code, what it prints.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import alignc

HERE = Path(__file__).resolve().parent
ROOT = Path(alignc.__file__).resolve().parents[1]
CASES = sorted(p.name for p in HERE.iterdir() if (p / "project").is_dir())


def run_case(case: str, folder: Path) -> str:
    """What `alignc build` says in a copy of the case's project."""
    project = folder / "project"
    shutil.copytree(HERE / case / "project", project)
    before = files_in(project)
    done = subprocess.run(
        [sys.executable, "-m", "alignc.cli", "build"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 2:
        assert files_in(project) == before, "something was written"
    return f"exit {done.returncode}\n{done.stdout}{done.stderr}"


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.mark.parametrize("case", CASES)
def test_the_words_of_a_mistake(case: str, tmp_path: Path, update_golden: bool) -> None:
    text = run_case(case, tmp_path)
    expected = HERE / case / "expected.txt"
    if update_golden:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert "Traceback" not in text


def test_there_are_cases() -> None:
    assert len(CASES) >= 15
