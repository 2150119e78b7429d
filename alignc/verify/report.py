"""What `alignc verify` found, as values and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from alignc.verify.check import Difference, Outcome

_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """The cells of a view or dataset on an engine; `note` says why there are none."""

    kind: str
    name: str
    engine: str
    equal: int
    rounded: int
    different: int
    note: str | None = None


@dataclass(frozen=True)
class Report:
    """All lines, the differences, the engines that are not on this machine with the reason."""

    lines: tuple[Line, ...]
    differences: tuple[Difference, ...]
    missing: Mapping[str, str]
    seed: int

    @property
    def is_clean(self) -> bool:
        return not self.differences


def report_of(outcome: Outcome, missing: Mapping[str, str], seed: int) -> Report:
    seen = (outcome.equal, outcome.rounded, outcome.different, outcome.refused, outcome.empty)
    keys = {key for counted in (*seen, outcome.unsupported) for key in counted}
    lines = [
        Line(
            *key,
            equal=outcome.equal[key],
            rounded=outcome.rounded[key],
            different=outcome.different[key],
            note=_note(outcome, key),
        )
        for key in sorted(keys)
    ]
    return Report(tuple(lines), tuple(outcome.differences), missing, seed)


def _note(outcome: Outcome, key: tuple[str, str, str]) -> str | None:
    if key in outcome.unsupported:
        return f"not supported: {outcome.unsupported[key][0]}"
    if outcome.refused[key]:
        return "ended with an error of the engine: a float left its range"
    return None


def report_json(report: Report) -> dict[str, object]:
    return {
        "clean": report.is_clean,
        "seed": report.seed,
        "results": [asdict(line) for line in report.lines],
        "differences": [asdict(difference) for difference in report.differences],
        "missing": dict(report.missing),
    }


def report_text(report: Report) -> str:
    lines = [_line_text(line) for line in report.lines]
    lines += [f"{engine} was not run: {reason}" for engine, reason in report.missing.items()]
    lines += [str(difference) for difference in report.differences[:_SHOWN]]
    if len(report.differences) > _SHOWN:
        lines.append(f"... and {len(report.differences) - _SHOWN} differences more")
    cells = sum(line.equal + line.rounded for line in report.lines)
    wrong = sum(line.different for line in report.lines)
    verdict = f"{wrong} differences" if wrong else "no difference"
    lines.append(f"{cells} cells are equal, {verdict} (seed {report.seed})")
    return "\n".join(lines) + "\n"


def _line_text(line: Line) -> str:
    label = f"{line.kind} {line.name} on {line.engine}"
    if line.note is not None:
        return f"{label}: {line.note}"
    rounded = f", {line.rounded} of them up to rounding" if line.rounded else ""
    different = f", {line.different} different" if line.different else ""
    return f"{label}: {line.equal + line.rounded} cells equal{rounded}{different}"
