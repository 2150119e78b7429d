"""A program that validates a view line by line: the features that a line names, else the view.

Several plans are in one file, and what is done with their results is the same in all: a line is told by
the names in it, and lines without one are everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from alignc.artifacts.checks import COPIES, FOUND, UNREAD
from alignc.artifacts.validation import validation_of
from alignc.driver import validation_of_view
from alignc.ir.expr import columns_of
from alignc.ir.module import Module, SourceInput, View
from alignc.settings import Project
from alignc.trace.definitions import Definition, of_feature, of_source, of_view
from alignc.trace.named import Lines, named_lines


def traced_lines(project: Project, module: Module, path: str) -> Lines | None:
    """The lines of the file at `path` below the output folder, with what each is about."""
    parts = PurePosixPath(path)
    if len(parts.parts) != 3 or parts.parts[0] != "validation":
        return None
    for view in module.views:
        if parts.stem in (view.name, f"{view.name}__failures"):
            for file in validation_of_view(project, module, view, (parts.parts[1],)):
                if file.path == path:
                    return tuple(named_lines(file.text, _own(module, view), _names(view)))
    return None


def _own(module: Module, view: View) -> tuple[Definition, ...]:
    if isinstance(view.input, SourceInput):
        return (of_view(view), of_source(module.source_by_name[view.input.source]))
    return (of_view(view),)


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
