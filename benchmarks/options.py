"""The options of `python -m benchmarks.time`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import CONTESTANTS
from benchmarks.shapes import SHAPES
from benchmarks.works import WORKS


@dataclass(frozen=True)
class Options:
    """What is run, how large and how often."""

    events: int
    rows: int
    works: tuple[str, ...]
    shapes: tuple[str, ...]
    contestants: tuple[str, ...]
    repeats: int
    limit: float
    threads: int
    rows_per_key: int | None
    rivals: Path | None
    zone_trips: Path | None
    markdown: Path | None


def parsed(arguments: list[str] | None = None) -> Options:
    usual = [name for name, one in CONTESTANTS.items() if not one.works_elsewhere]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.time")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=100_000, help="entity rows")
    parser.add_argument("--work", type=_some_of(WORKS), default=tuple(WORKS), dest="works")
    shapes = (*SHAPES, "taxi", "zones")
    parser.add_argument("--shapes", type=_some_of(shapes), default=tuple(SHAPES))
    parser.add_argument("--contestants", type=_some_of(CONTESTANTS), default=tuple(usual))
    parser.add_argument("--repeats", type=int, default=3, help="runs at the large size")
    parser.add_argument("--limit", type=float, default=60, help="seconds of work")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rows-per-key", type=int, help="the hint of each view")
    parser.add_argument("--rivals", type=Path, help="a folder with the environments of rivals")
    parser.add_argument("--zone-trips", type=Path, help="trips of taxis, for the shape `zones`")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables")
    given = parser.parse_args(arguments)
    if "zones" in given.shapes and given.zone_trips is None:
        parser.error("the shape zones needs --zone-trips")
    return Options(**vars(given))


def _some_of(known: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads names by comma, each of which is known."""
    there = tuple(known)

    def read(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        for name in names:
            if name not in there:
                raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(there)}")
        return names

    return read
