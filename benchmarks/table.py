"""The results as tables in Markdown, one for each work and shape."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.contestants import CONTESTANTS
from benchmarks.oracle import NOTHING, Verdict
from benchmarks.processes import Run, Stopped

COLUMNS = ("", "seconds", "CPU s", "× floor", "× expert", "peak MB", "growth", "right")


@dataclass
class Score:
    """The runs of a contestant at the two sizes; why it has none, and what its rows were worth."""

    small: list[Run] = field(default_factory=list)
    large: list[Run] = field(default_factory=list)
    stopped: Stopped | None = None
    verdict: Verdict = field(default_factory=lambda: NOTHING)


def seconds(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def table(scores: Mapping[str, Score], factor: float) -> str:
    """A line for each contestant; `factor` is how much larger the large size is."""
    lines = [COLUMNS, ("---", *("---:" for _ in COLUMNS[1:]))]
    floor = _fastest(scores, "floor")
    expert = _fastest(scores, "expert")
    lines += [_line(name, score, floor, expert, factor) for name, score in scores.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _fastest(scores: Mapping[str, Score], role: str) -> float | None:
    """The seconds of the fastest contestant of a role."""
    found = [seconds(s.large) for n, s in scores.items() if CONTESTANTS[n].role == role and s.large]
    return min(found, default=None)


def _line(
    name: str, score: Score, floor: float | None, expert: float | None, factor: float
) -> tuple[str, ...]:
    contestant = CONTESTANTS[name]
    if not score.large:
        why = score.stopped.why if score.stopped else "not run"
        small = f"; at the small size {seconds(score.small):.2f} s" if score.small else ""
        return (contestant.title, why + small, *("" for _ in COLUMNS[3:]), _right(score))
    took = seconds(score.large)
    cpu = statistics.median(run.cpu for run in score.large)
    peak = max(run.megabytes for run in score.large)
    return (
        contestant.title,
        f"{took:.2f}",
        f"{cpu:.2f}",
        _ratio(took, floor),
        _ratio(took, expert),
        f"{peak:.0f}",
        f"{math.log(took / seconds(score.small)) / math.log(factor):.1f}" if score.small else "",
        _right(score),
    )


def _ratio(took: float, other: float | None) -> str:
    return "" if other is None else f"{took / other:.1f}"


def _right(score: Score) -> str:
    right, cells = score.verdict
    if not cells:
        return ""
    return "all" if right == cells else f"{100 * right / cells:.1f} %"
