from __future__ import annotations

from collections.abc import Iterator, Sequence

from alignc.changes.aspects import shown
from alignc.changes.compare import Difference
from alignc.changes.formats.text import name_of, names_of_parts, some
from alignc.changes.report import Report, Told

_TITLES = {
    "created": "Created",
    "changed": "Changed",
    "removed": "Removed",
    "renamed": "Renamed",
    "pruned": "Read by no model any more",
}


def markdown(report: Report) -> str:
    """The comment of a pull request."""
    if not report.changes:
        return "### alignc diff\n\nNothing has changed.\n"
    lines = ["### alignc diff"]
    for state, title in _TITLES.items():
        told = [one for one in report.wholes if one.change.state == state]
        if told:
            lines += ["", f"**{title}**", "", *(line for one in told for line in _item(one))]
    if report.affected:
        lines += ["", "**Means something else**", ""]
        for one in report.affected:
            lines.append(f"- {code(one.symbol)} because of {code(one.way[0])}{_between(one.way)}")
    files = sorted({name for one in report.changes for name in one.files})
    if files:
        lines += ["", f"<details><summary>{len(files)} files</summary>", ""]
        lines += [*(f"- {code(name)}" for name in files), "", "</details>"]
    return "\n".join(lines) + "\n"


def _item(told: Told) -> Iterator[str]:
    change = told.change
    reach = [
        f"{len(names)} {word}{'' if len(names) == 1 else 's'} ({_some(names)})"
        for names, word in ((told.features, "feature"), (told.models, "model"))
        if names
    ]
    into = f", comes into {' and '.join(reach)}" if reach else ""
    if told.last:
        into = f", came into {_some(told.last)}"
    outside = f"; read outside by {_some(told.exposures)}" if told.exposures else ""
    former = f" from {code(change.before)}" if change.before is not None else ""
    yield f"- {change.what} {code(name_of(change))}{former}{into}{outside}"
    for what, names in names_of_parts(told).items():
        yield f"  - its {what}s: {_some(names)}"
    for difference in change.differences:
        yield f"  - {_said(difference)}"


def _said(difference: Difference) -> str:
    old, new = (code(shown(side.shown)) for side in (difference.old, difference.new))
    return f"{difference.name}: {old} → {new}"


def _between(way: Sequence[str]) -> str:
    between = way[1:-1]
    return f" (through {', '.join(map(code, between))})" if between else ""


def _some(names: Sequence[str]) -> str:
    return some([code(name) for name in names], 5)


def code(text: str) -> str:
    """The text as code, whatever ticks are in it."""
    flat = " ".join(text.split())
    runs = [len(run) for run in _ticks(flat)]
    fence = "`" * (max(runs, default=0) + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _ticks(text: str) -> list[str]:
    import re

    return re.findall("`+", text)
