"""What reads features elsewhere: exposures of the settings, with their queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from alignc.errors import Diagnostics, Span, did_you_mean
from alignc.ir.lineage import Field
from alignc.ir.module import Module
from alignc.lint.queries import Query, reads_of
from alignc.settings import Exposure, Project, line_of_setting


def queries_in(project: Project, module: Module) -> tuple[Query, ...]:
    """The queries of all exposures, read over the views of a Module; DefinitionError if one cannot be read."""
    return tuple(_queries(project, module))


def exposed(
    exposures: Mapping[str, Exposure], queries: Iterable[Query], module: Module
) -> Mapping[str, tuple[Field, ...]]:
    """By exposure the features that it reads, of those that there are in a Module."""
    asked = {name: list(exposure.reads) for name, exposure in exposures.items()}
    for query in queries:
        asked[query.exposure] += [read for read, _ in query.reads]
    return {
        name: tuple(dict.fromkeys(f for text in texts for f in _named(text, module)))
        for name, texts in asked.items()
    }


def tell_unknown_reads(found: Diagnostics, project: Project, module: Module) -> None:
    """Add an error for each feature or view that an exposure says it reads and that is not there."""
    for name, exposure in project.settings.exposures.items():
        for read in exposure.reads:
            view, _, feature = read.partition(".")
            known = module.view_by_name.get(view)
            if known is None or (feature and feature not in known.by_name):
                names = known.by_name if known is not None else module.view_by_name
                place = line_of_setting(("exposures", name, "reads"), project.settings_file)
                wanted = feature if known is not None else view
                found.add(
                    "ALN005",
                    f"`exposures.{name}`: there is no `{read}`",
                    place,
                    did_you_mean(wanted, names),
                )


def _named(text: str, module: Module) -> Iterator[Field]:
    """`view.feature`, or all of a view."""
    name, _, wanted = text.partition(".")
    view = module.view_by_name.get(name)
    for feature in view.features if view is not None else ():
        if wanted in ("", feature.name):
            yield Field("view", name, feature.name)


def _queries(project: Project, module: Module) -> Iterator[Query]:
    found = Diagnostics()
    for name, exposure in project.settings.exposures.items():
        for pattern in exposure.queries:
            files = sorted(project.root.glob(pattern))
            if not files:
                place = line_of_setting(("exposures", name, "queries"), project.settings_file)
                found.add("ALN004", f"`exposures.{name}.queries`: nothing at `{pattern}`", place)
            for file in files:
                text = file.read_text(encoding="utf-8")
                path = file.relative_to(project.root).as_posix()
                try:
                    yield Query(name, path, reads_of(text, module))
                except ValueError as error:
                    found.add("ALN009", f"the SQL cannot be read: {error}", Span(path, 1))
    found.raise_if_any()
