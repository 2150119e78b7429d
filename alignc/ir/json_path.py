r"""Paths into JSON: `$.a.b[0].c`, `a.b`, `$."a b"["c.d"]`.

A path is keys and positions; it is written in one form, whatever the form it was given in. A key
is any text that all engines can name: not empty, not `*`, without quotation marks, backslashes and
control characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Step = str | int

_LARGEST = 2**31 - 1
_STEP = re.compile(
    r"""\.(?P<plain>[^.\[\]"'\s*]+) | \.(?P<quoted>"[^"]*")
    | \[(?P<position>[0-9]+)\] | \[(?P<key>"[^"]*"|'[^']*')\]""",
    re.VERBOSE,
)


class PathError(ValueError):
    """The text is no path that every engine understands."""


def parse_path(text: str) -> tuple[Step, ...]:
    """The keys and positions of a path; PathError with the reason if it is none.

    >>> parse_path("a.b[0].c") == parse_path('$["a"].b[0]."c"') == ("a", "b", 0, "c")
    True
    """
    if text == "$":
        raise PathError("it is the whole text")
    rest = text[1:] if text.startswith(("$.", "$[")) else f".{text}"
    if rest.startswith(".["):
        rest = rest[1:]
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None:
            raise PathError(f"{rest[at:]!r} is neither a key nor a position")
        steps.append(_step(found))
        at = found.end()
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    if (position := found["position"]) is not None:
        if int(position) > _LARGEST:
            raise PathError(f"no list is as long as {position}")
        return int(position)
    key = found["plain"] or (found["quoted"] or found["key"])[1:-1]
    if not key or key == "*" or re.search(r'["\\\x00-\x1f\x7f]', key):
        raise PathError(f"not every engine has a key {key!r}")
    return key


def show_path(steps: Sequence[Step]) -> str:
    """The one form of a path.

    >>> show_path(("a", 0, "b c"))
    '$.a[0]."b c"'
    """
    return "$" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in steps
    )


def _shown(key: str) -> str:
    return key if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", key) else f'"{key}"'
