"""What `alignc test` does between its arguments and its output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from alignc.driver import fixtures_of, load
from alignc.errors import Diagnostics, did_you_mean
from alignc.ir.fixture import Fixture
from alignc.ir.module import Module
from alignc.paths import from_here, from_repository
from alignc.settings import TARGETS, Project


@dataclass(frozen=True)
class Chosen:
    """The tests that are to be run, with the Module that they are about."""

    module: Module
    fixtures: tuple[Fixture, ...]


@dataclass(frozen=True)
class Request:
    """`engines` are targets, those of the project if there are none."""

    project: Project
    engines: tuple[str, ...] = ()
    format: str = "text"
    postgres: str | None = None


def chosen_tests(project: Project, names: Sequence[str]) -> Chosen:
    """The tests of a project, or those that are called so or are about what is called so.

    DefinitionError for mistakes in definitions and tests, and for names that nothing has.
    """
    loaded = load(project)
    fixtures = fixtures_of(project, loaded)
    definitions = {*loaded.module.view_by_name, *loaded.module.contract_by_name}
    known = definitions | {fixture.name for fixture in fixtures}
    found = Diagnostics()
    for name in names:
        if name not in known:
            message = f"there is no view, model or test `{name}`"
            found.add("ALN005", message, None, did_you_mean(name, known))
    found.raise_if_any()
    wanted = [f for f in fixtures if not names or f.target in names or f.name in names]
    return Chosen(loaded.module, tuple(wanted))


def check_engines(engines: Sequence[str]) -> None:
    """DefinitionError if one is not the engine of a target."""
    found = Diagnostics()
    for engine in engines:
        if engine not in TARGETS:
            message = f"there is no engine `{engine}`"
            found.add("ALN807", message, None, did_you_mean(engine, TARGETS))
    found.raise_if_any()


def run_tests(chosen: Chosen, request: Request) -> tuple[str, bool]:
    """What is said of the tests, and whether none has failed; DefinitionError for a missing engine."""
    from alignc.lint.formats.texts import Texts
    from alignc.testing.junit import report_junit
    from alignc.testing.report import report_json, report_text
    from alignc.testing.run import run_fixtures

    root = request.project.root
    texts = Texts(from_here(root) if request.format == "text" else from_repository(root))
    report = run_fixtures(
        chosen.fixtures,
        chosen.module,
        request.engines or request.project.settings.engines,
        is_asked=bool(request.engines),
        postgres=request.postgres,
    )
    match request.format:
        case "json":
            text = json.dumps(report_json(report, texts), indent=2, ensure_ascii=False) + "\n"
        case "junit":
            text = report_junit(report, texts)
        case _:
            text = report_text(report, texts)
    return text, report.is_clean
