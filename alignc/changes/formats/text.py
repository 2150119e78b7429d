from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alignc.changes.aspects import shown
from alignc.changes.compare import Change, Difference
from alignc.changes.report import Affected, Report, Told
from alignc.wrapping import wrapped

# Stands for a space within a name; of private use, so that no text has it.
_GLUE = "\ue000"


def text(report: Report) -> str:
    """Each change with what is different and what it reaches, for a terminal."""
    if not report.changes:
        return "nothing has changed\n"
    blocks = ["\n".join(_lines(told)) for told in report.wholes]
    if report.affected:
        ways = [line for one in report.affected for line in _way(one)]
        blocks.append("\n".join(["means something else", *ways]))
    return "\n\n".join(blocks) + "\n"


def _lines(told: Told) -> Iterator[str]:
    change = told.change
    was = "was " if change.state == "removed" else ""
    former = f" from {_glued(change.before)}" if change.before is not None else ""
    place = f"[{was}{told.path}:{change.span.line}:{change.span.column}]"
    head = f"{change.state} {change.what} {_glued(name_of(change))}{former}"
    yield from _wrapped(f"{head}  {_glued(place)}")
    if change.state == "pruned":
        into = f"; it came into {_some(told.last)}" if told.last else ""
        yield from _indented(f"no model reads it any more{into}")
    for difference in change.differences:
        yield from (f"  {line}" for line in difference_lines(difference))
    for what, names in names_of_parts(told).items():
        yield from _indented(f"its {what}s: {_some(names)}")
    if told.features:
        yield from _indented(f"features made of it: {_some(told.features)}")
    if told.models:
        yield from _indented(f"models that read it: {_some(told.models)}")
    if told.exposures:
        yield from _indented(f"read outside by: {_some(told.exposures)}")
    if told.files:
        yield from _indented(f"files: {_some(told.files, 4)}")


def _way(affected: Affected) -> Iterator[str]:
    back = [f" {_glued(f'<- {name}')}" for name in affected.way[-2::-1]]
    return _indented(_glued(affected.symbol) + "".join(back))


def _indented(text: str) -> Iterator[str]:
    return (f"  {line}" for line in _wrapped(text, 78))


def _wrapped(text: str, width: int = 80) -> list[str]:
    return [line.replace(_GLUE, " ") for line in wrapped(text, "  ", width)]


def _glued(name: str) -> str:
    """The name as one word."""
    return name.replace(" ", _GLUE)


def _some(names: Sequence[str], most: int = 8) -> str:
    return some([_glued(name) for name in names], most)


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
        for line in side.splitlines() or [""]:
            first, *others = _wrapped(line, 74)
            yield f"  {sign} {first}"
            yield from (f"    {other}" for other in others)


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
