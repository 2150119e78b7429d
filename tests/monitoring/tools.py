"""Tools that read emitted programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def tool(*command: str, cwd: Path) -> None:
    """A module of Python finds nothing in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
