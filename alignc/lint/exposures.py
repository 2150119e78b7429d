"""What reads features elsewhere: exposures of the settings, with their queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from alignc.errors import Diagnostics, Span, did_you_mean
from alignc.ir.lineage import Field
from alignc.ir.module import Module
from alignc.lint.queries import DIALECTS, Query, QueryError, reads_of
from alignc.lint.relations import fields_of_model
from alignc.settings import Exposure, Project, line_of_setting


def queries_in(project: Project, module: Module) -> tuple[Query, ...]:
    """The queries of all exposures, read over the views of a Module; DefinitionError if a file cannot be read."""
    return tuple(_queries(project, module))


def exposed(
    exposures: Mapping[str, Exposure], queries: Iterable[Query], module: Module
) -> Mapping[str, tuple[Field, ...]]:
    """By exposure the features and columns of models that it reads, of those that there are in a Module."""
    known = _readable(module)
    asked = {name: list(exposure.reads) for name, exposure in exposures.items()}
    for query in queries:
        asked[query.exposure] += [read for read, _ in query.reads]
    return {
        name: tuple(dict.fromkeys(f for text in texts for f in _named(text, known)))
        for name, texts in asked.items()
    }


def tell_unknown_reads(found: Diagnostics, project: Project, module: Module) -> None:
    """Add an error for each thing that an exposure says it reads and that is not there."""
    known = _readable(module)
    for name, exposure in project.settings.exposures.items():
        for read in exposure.reads:
            owner, _, column = read.partition(".")
            columns = known.get(owner)
            if columns is None or (column and column not in columns):
                place = line_of_setting(("exposures", name, "reads"), project.settings_file, read)
                found.add(
                    "ALN005",
                    f"`exposures.{name}`: there is no `{read}`",
                    place,
                    did_you_mean(owner, known)
                    if columns is None
                    else did_you_mean(read, [f"{owner}.{one}" for one in columns]),
                )


def _readable(module: Module) -> Mapping[str, Mapping[str, tuple[Field, ...]]]:
    """By view, or model, and column what an exposure may read. A view goes before a model of its name.

    A column of a model may be a prediction and what is called like it, too.
    """
    models = {contract.name: _by_name(fields_of_model(contract)) for contract in module.contracts}
    views = {
        view.name: {name: (Field("view", view.name, name),) for name in view.by_name}
        for view in module.views
    }
    return {**models, **views}


def _by_name(fields: Iterable[Field]) -> dict[str, tuple[Field, ...]]:
    found: dict[str, tuple[Field, ...]] = {}
    for field in fields:
        found[field.name] = (*found.get(field.name, ()), field)
    return found


def _named(text: str, known: Mapping[str, Mapping[str, tuple[Field, ...]]]) -> Iterator[Field]:
    """`view.feature` or `model.column`, or all of a view or a model."""
    owner, _, wanted = text.partition(".")
    for name, fields in known.get(owner, {}).items():
        if wanted in ("", name):
            yield from fields


def _spoken(project: Project) -> Iterator[str]:
    """The dialects of the targets, as the parser calls them."""
    for target in project.settings.targets:
        name = target.removeprefix("dbt-")
        if name in DIALECTS or name == "spark":
            yield name


def _queries(project: Project, module: Module) -> Iterator[Query]:
    found = Diagnostics()
    dialects = (*_spoken(project), *DIALECTS)
    for name, exposure in project.settings.exposures.items():
        for pattern in exposure.queries:
            files = sorted(project.root.glob(pattern))
            if not files:
                setting = ("exposures", name, "queries")
                place = line_of_setting(setting, project.settings_file, pattern)
                found.add("ALN004", f"`exposures.{name}.queries`: nothing at `{pattern}`", place)
            for file in files:
                path = file.relative_to(project.root).as_posix()
                try:
                    text = file.read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError) as error:
                    found.add("ALN009", f"the file cannot be read: {error}", Span(path, 1))
                    continue
                try:
                    places = reads_of(text, module, dialects)
                    reads = tuple((read, Span(path, *place)) for read, place in places)
                    yield Query(name, path, reads, text)
                except QueryError as error:
                    place = Span(path, error.line, error.column)
                    yield Query(name, path, (), text, (str(error), place))
    found.raise_if_any()
