"""A project on disk, as rules see it, and its report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from alignc.driver import load
from alignc.errors import Diagnostics, did_you_mean
from alignc.ir.module import Module, module_to_json
from alignc.lint.baseline import FILE, baseline_text, read_baseline
from alignc.lint.facts import Facts, Written
from alignc.lint.queries import Query, reads_of
from alignc.lint.rules import FAMILIES, RULES
from alignc.lint.run import Report, run_rules
from alignc.lint.suppression import suppressions_in
from alignc.settings import Lint, Project, line_of_setting
from alignc.tree import LOCK, read_lock


def facts_of(project: Project, settings: Lint) -> Facts:
    """Everything that rules may look at; DefinitionError for definitions or settings with mistakes."""
    loaded = load(project)
    module = loaded.module
    _check(project, settings, module)
    return Facts(
        module=module,
        settings=settings,
        targets=project.settings.targets,
        exposures=project.settings.exposures,
        queries=tuple(_queries(project, module)),
        written=tuple(_written(project, module)),
        suppressions=tuple(suppressions_in(loaded.files)),
    )


def lint_project(project: Project, settings: Lint, baseline: str | None = None) -> Report:
    """The report of a project. `baseline` is `write`, `check` or nothing."""
    report = run_rules(facts_of(project, settings))
    if baseline is None:
        return report
    path = project.root / FILE
    known = read_baseline(path)
    if baseline == "write" and known is None:
        path.write_text(baseline_text(report.findings), encoding="utf-8")
        return replace(report, findings=(), in_baseline=len(report.findings))
    known = known or {}
    met = [f for f in report.findings if f.fingerprint in known]
    new = tuple(f for f in report.findings if f.fingerprint not in known)
    left = {f.fingerprint for f in met}
    gone = tuple(words for key, words in known.items() if key not in left)
    if baseline == "write":
        path.write_text(baseline_text(met), encoding="utf-8")
        gone = ()
    return replace(report, findings=new, in_baseline=len(met), gone=gone)


def _check(project: Project, settings: Lint, module: Module) -> None:
    """DefinitionError for codes that no rule has, and for features that are not there."""
    found = Diagnostics()
    codes = [rule.code for rule in RULES]
    given = [
        *(("select", code) for code in settings.select),
        *(("ignore", code) for code in settings.ignore),
        *(("severity", code) for code in settings.severity),
        *(("per_file_ignores", c) for cs in settings.per_file_ignores.values() for c in cs),
    ]
    for where, code in given:
        if not code or not any(known.startswith(code) for known in codes):
            place = line_of_setting(("lint", where), project.settings_file)
            hint = did_you_mean(code, codes) or f"families: {', '.join(FAMILIES)}"
            found.add("ALN007", f"`lint.{where}`: there is no rule `{code}`", place, hint)
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
    found.raise_if_any()


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
                yield Query(name, path, reads_of(text, module))
    found.raise_if_any()


def _written(project: Project, module: Module) -> Iterator[Written]:
    """What of the generated files is not as the lock says, without making them again."""
    lock = project.output / LOCK
    if not lock.exists():
        return
    output = project.settings.output
    recorded = read_lock(project.output)
    digest = hashlib.sha256(module_to_json(module).encode()).hexdigest()
    if json.loads(lock.read_text(encoding="utf-8")).get("ir") != digest:
        yield Written(f"{output}/{LOCK}", "outdated")
    for name, expected in recorded.items():
        path = project.output / name
        if not path.is_file():
            yield Written(f"{output}/{name}", "missing")
        elif _digest(path) != expected:
            yield Written(f"{output}/{name}", "edited")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
