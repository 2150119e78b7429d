"""A program that validates rows line by line: the features that a line names, else their definition.

Several plans are in one file, and what is done with their results is the same in all: a line is told by
the names in it, and lines without one are everybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from alignc.artifacts.checks import COPIES, FOUND, UNREAD
from alignc.artifacts.subjects import Subject, subjects_of
from alignc.artifacts.validation import validation_of
from alignc.driver import definitions_of, validations_of
from alignc.errors import Span
from alignc.ir.expr import columns_of
from alignc.ir.lineage import predicted
from alignc.ir.module import Contract, Input, Label, Module, SourceInput, View
from alignc.settings import Project
from alignc.trace.definitions import Definition, of_contract, of_feature, of_source, of_view
from alignc.trace.named import Lines, named_lines
from alignc.validation.files import paths_of


def traced_lines(project: Project, module: Module, path: str) -> Lines | None:
    """The lines of the file at `path` below the output folder, with what each is about."""
    if not path.startswith("validation/"):
        return None
    for definition in definitions_of(module):
        for subject in subjects_of(module, definition):
            for target in project.settings.programs:
                if path in paths_of(subject, target):
                    for file in validations_of(project, module, definition, (target,)):
                        if file.path == path:
                            own, names = _own(module, subject), _names(module, subject)
                            return tuple(named_lines(file.text, own, names))
    return None


def _own(module: Module, subject: Subject) -> tuple[Definition, ...]:
    about, given = subject.definition, subject.view.input
    own = of_view(about) if isinstance(about, View) else of_contract(about)
    if isinstance(given, SourceInput) and given.source in module.source_by_name:
        return (own, of_source(module.source_by_name[given.source]))
    return (own,)


def _names(module: Module, subject: Subject) -> Mapping[str, tuple[Definition, ...]]:
    """What is meant by names of columns and of rules."""
    names: dict[str, tuple[Definition, ...]] = {}
    for name, made in _columns(module, subject):
        for form in ("{}", UNREAD, FOUND):
            names[form.format(name)] = (*names.get(form.format(name), ()), made)
    for check in validation_of(subject).checks:
        read = sorted(columns_of(check.fails) - {COPIES})
        about = tuple(dict.fromkeys(one for name in read for one in names.get(name, ())))
        for name in (check.name, check.column, f"__{check.column}"):
            names.setdefault(name, about)
    return names


def _columns(module: Module, subject: Subject) -> Iterator[tuple[str, Definition]]:
    """The columns that somebody has written down: features, and what a model writes."""
    definition = subject.definition
    if isinstance(definition, View):
        yield from ((f.name, of_feature(definition, f)) for f in definition.features)
        return
    views = [module.view_by_name[n] for n in dict.fromkeys(u.view for u in definition.uses)]
    for view in views:
        yield from ((name, of_feature(view, view.by_name[name])) for name in view.entities)
    if subject.kind == "dataset":
        for used in definition.uses:
            name = used.name if isinstance(used, Input) else used.feature
            yield name, _origin(module, used)
        return
    for label in definition.labels:
        name = label.prediction
        yield name, _of_column(definition, "label", name, label.span)
        yield name, _origin(module, label)
    for output in definition.outputs:
        yield output.name, _of_column(definition, "output", output.name, output.span)


def _origin(module: Module, used: Input | Label) -> Definition:
    view = module.view_by_name[used.view]
    return of_feature(view, view.by_name[used.feature])


def _of_column(
    contract: Contract, kind: Literal["label", "output"], name: str, span: Span | None
) -> Definition:
    field = predicted(contract, name)
    return Definition(kind, field.symbol, span or contract.span, field=field)
