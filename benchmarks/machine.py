"""What tables should say of the machine and of the packages."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("duckdb", "polars", "pyspark")


def facts(threads: int) -> str:
    """Cores, memory, kind of processor, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    made = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} cores of {platform.machine()}{_processor()}, {memory:.0f} GiB, "
        f"{threads} threads; Python {platform.python_version()}, {made}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((f" ({x.partition(': ')[2]})" for x in lines if x.startswith("model name")), "")
