"""A program that validates a view line by line: the features that a line names, else the view.

Several plans are in one file, and what is done with their results is the same in all: a line is told by
the names in it, and lines without one are everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from alignc.artifacts.checks import COPIES, FOUND, UNREAD
from alignc.artifacts.validation import validation_of
from alignc.driver import validation_of_view
from alignc.ir.expr import columns_of
from alignc.ir.module import Module, SourceInput, View
from alignc.settings import Project
from alignc.trace.definitions import Definition, of_feature, of_source, of_view

# A name in quotes: of SQL, and a text of SQL or Python.
_NAME = re.compile(r'"((?:[^"\\]|\\.|"")*)"|' + r"'((?:[^'\\]|\\.|'')*)'")
_ALIAS = re.compile(r'(?: AS |\.alias\()"((?:[^"]|"")+)"\)?,?$')
# Behind it a Python program is the same for all views.
_SHARED = "# Below: reading, reporting and writing, the same in all programs."

Lines = tuple[tuple[str, tuple[Definition, ...]], ...]


def traced_lines(project: Project, module: Module, path: str) -> Lines | None:
    """The lines of the file at `path` below the output folder, with what each is about."""
    parts = PurePosixPath(path)
    if len(parts.parts) != 3 or parts.parts[0] != "validation":
        return None
    for view in module.views:
        if parts.stem in (view.name, f"{view.name}__failures"):
            for file in validation_of_view(project, module, view, (parts.parts[1],)):
                if file.path == path:
                    return tuple(_traced(file.text, module, view))
    return None


def _traced(text: str, module: Module, view: View) -> Iterator[tuple[str, tuple[Definition, ...]]]:
    own: tuple[Definition, ...] = (of_view(view),)
    if isinstance(view.input, SourceInput):
        own = (*own, of_source(module.source_by_name[view.input.source]))
    names = _names(view)
    for line in text.split("\n")[:-1]:
        if line == _SHARED:
            own, names = (), {}
        made = _ALIAS.search(line)
        told = [a or b for a, b in _NAME.findall(line)] if not _is_comment(line) else []
        found = [one for name in ([made[1]] if made else []) + told for one in names.get(name, ())]
        yield line, tuple(dict.fromkeys((*found, *own)))


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("--", "#"))


def _names(view: View) -> Mapping[str, tuple[Definition, ...]]:
    """The features that are meant by names of columns and of rules."""
    names: dict[str, tuple[Definition, ...]] = {}
    for feature in view.features:
        for form in ("{}", UNREAD, FOUND):
            names[form.format(feature.name)] = (of_feature(view, feature),)
    for check in validation_of(view).checks:
        read = sorted(columns_of(check.fails) - {COPIES})
        made = tuple(dict.fromkeys(one for name in read for one in names.get(name, ())))
        for name in (check.name, check.column, f"__{check.column}"):
            names.setdefault(name, made)
    return names
