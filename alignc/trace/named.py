"""What the lines of a text are about, told by the names in them.

For files in which several plans stand, and much that is the same in all files of a kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from alignc.trace.definitions import Definition

Lines = tuple[tuple[str, tuple[Definition, ...]], ...]

# A name in quotes: of SQL, and a text of SQL or Python.
_NAME = re.compile(r'"((?:[^"\\]|\\.|"")*)"|' + r"'((?:[^'\\]|\\.|'')*)'")
_ALIAS = re.compile(r'(?: AS |\.alias\()"((?:[^"]|"")+)"\)?,?$')
# Behind it a Python program is the same for all definitions.
_SHARED = "# Below: "


def named_lines(
    text: str, own: tuple[Definition, ...], names: Mapping[str, tuple[Definition, ...]]
) -> Iterator[tuple[str, tuple[Definition, ...]]]:
    """Each line with what is meant by the names in it, and whose the file is; nothing if it is everybody's."""
    for line in text.split("\n")[:-1]:
        if line.startswith(_SHARED):
            own, names = (), {}
        made = _ALIAS.search(line)
        told = [a or b for a, b in _NAME.findall(line)] if not _is_comment(line) else []
        found = [one for name in ([made[1]] if made else []) + told for one in names.get(name, ())]
        yield line, tuple(dict.fromkeys((*found, *own)))


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("--", "#"))
