from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alignc.changes.aspects import shown
from alignc.changes.compare import Change, Difference
from alignc.changes.report import Report, Told


def text(report: Report) -> str:
    """Each change with what is different and what it reaches, for a terminal."""
    if not report.changes:
        return "nothing has changed\n"
    blocks = ["\n".join(_lines(told)) for told in report.wholes]
    if report.affected:
        ways = [f"  {one.symbol} <- {' <- '.join(one.way[-2::-1])}" for one in report.affected]
        blocks.append("\n".join(["means something else", *ways]))
    return "\n\n".join(blocks) + "\n"


def _lines(told: Told) -> Iterator[str]:
    change = told.change
    was = "was " if change.state == "removed" else ""
    former = f" from {change.before}" if change.before is not None else ""
    yield f"{change.state} {change.what} {name_of(change)}{former}  [{was}{told.path}:{change.span.line}:{change.span.column}]"
    if change.state == "pruned":
        into = f"; it came into {some(told.last)}" if told.last else ""
        yield f"  no model reads it any more{into}"
    for difference in change.differences:
        yield from (f"  {line}" for line in difference_lines(difference))
    for what, names in names_of_parts(told).items():
        yield f"  its {what}s: {some(names)}"
    if told.features:
        yield f"  features made of it: {some(told.features)}"
    if told.models:
        yield f"  models that read it: {some(told.models)}"
    if told.exposures:
        yield f"  read outside by: {some(told.exposures)}"
    if told.files:
        yield f"  files: {some(told.files, 4)}"


def difference_lines(difference: Difference) -> Iterator[str]:
    """An aspect before and after: in one line if they are short."""
    old, new = (shown(side.shown) for side in (difference.old, difference.new))
    if old == new:
        new += " (other values)"
    if len(difference.name) + len(old) + len(new) < 70 and "\n" not in old + new:
        yield f"{difference.name}: {old} -> {new}"
        return
    yield f"{difference.name}:"
    for sign, side in (("-", old), ("+", new)):
        yield from (f"  {sign} {line}" for line in side.splitlines() or [""])


def name_of(change: Change) -> str:
    """The name of a definition; a source is said to be one beside it."""
    return change.symbol.removeprefix("source:")


def names_of_parts(told: Told) -> Mapping[str, list[str]]:
    """By kind: the features of a view, or the inputs, labels and outputs of a model."""
    found: dict[str, list[str]] = {}
    for part in told.parts:
        found.setdefault(part.what, []).append(part.fields[0].name)
    return found


def some(names: Sequence[str], most: int = 8) -> str:
    """The first names, and how many there are more."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more" if left > 0 else "")
