"""A project on disk, as rules see it, and its report."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from alignc.driver import load, tests_digest, with_tests
from alignc.errors import Diagnostics
from alignc.ir.module import Module, module_to_json
from alignc.lint.baseline import FILE, baseline_text, read_baseline
from alignc.lint.codes import begins_a_code, tell_unknown_codes
from alignc.lint.exposures import queries_in, tell_unknown_reads
from alignc.lint.facts import Facts, Written
from alignc.lint.fixes import fixes_of
from alignc.lint.fixes.edit import NoFix
from alignc.lint.rules import BY_CODE, RULES
from alignc.lint.run import Report, is_selected, run_rules
from alignc.lint.suppression import suppressions_in
from alignc.settings import Lint, Project, test_files
from alignc.tree import LOCK, read_lock


def facts_of(project: Project, settings: Lint, texts: Mapping[str, str] | None = None) -> Facts:
    """Everything that rules may look at; DefinitionError for definitions or settings with mistakes.

    `texts` are read instead of the files of these names.
    """
    loaded = load(project, texts)
    module = loaded.module
    tests = tests_digest(with_tests(project, loaded).fixtures)
    _check(project, settings, module)
    return Facts(
        module=module,
        settings=settings,
        targets=project.settings.engines,
        exposures=project.settings.exposures,
        queries=queries_in(project, module),
        written=tuple(_written(project, module, tests)),
        suppressions=tuple(suppressions_in(loaded.files)),
        texts=loaded.files,
    )


ALL_FAMILIES: Final = f"families: {', '.join(dict.fromkeys(code[0] for code in BY_CODE))}"

# To work out the fixes of many findings takes longer than to find them.
_FEW = 200


def lint_project(
    project: Project,
    settings: Lint,
    baseline: str | None = None,
    *,
    all_fixes: bool = False,
    told_more: Callable[[Report, Facts], Report] | None = None,
) -> Report:
    """The report of a project. `baseline` is `write`, `check` or nothing.

    Where many findings may be mended, their fixes are worked out only with `all_fixes`. `told_more` adds to the
    findings before the baseline is asked.
    """
    facts = facts_of(project, settings)
    report = run_rules(facts)
    mendable = sum(bool(BY_CODE[finding.code].FIX) for finding in report.findings)
    if all_fixes or mendable <= _FEW:
        report = with_fixes(project, facts, report)
    if told_more is not None:
        report = told_more(report, facts)
    return against_baseline(project, report, baseline, settings)


def report_of(project: Project, facts: Facts) -> Report:
    """What the rules find, and what of that can be mended."""
    return with_fixes(project, facts, run_rules(facts))


def with_fixes(project: Project, facts: Facts, report: Report) -> Report:
    """The report with what can be mended of it, and why other findings cannot."""
    about = replace(facts, needless=report.needless)
    others = OtherTexts(project, facts.texts)
    tests = (path.read_text(encoding="utf-8", errors="replace") for path in test_files(project))
    answers = dict(fixes_of(about, report.findings, others, tuple(tests)))
    fixes = {f: edit for f, edit in answers.items() if not isinstance(edit, NoFix)}
    unmendable = {f: reason for f, reason in answers.items() if isinstance(reason, NoFix)}
    return replace(report, fixes=fixes, unmendable=unmendable)


def against_baseline(
    project: Project, report: Report, baseline: str | None, settings: Lint
) -> Report:
    """The report without what the baseline has. `baseline` is `write`, `check` or nothing."""
    if baseline is None:
        return report
    path = project.root / FILE
    known = read_baseline(path)
    if baseline == "write" and known is None:
        path.write_text(baseline_text(report.findings, {}), encoding="utf-8")
        return replace(report, findings=(), in_baseline=len(report.findings), fixes={})
    known = known or {}
    met = [f for f in report.findings if f.fingerprint in known]
    new = tuple(f for f in report.findings if f.fingerprint not in known)
    left = {f.fingerprint for f in met}
    # Of rules that were not asked nothing is known.
    silent = {key: e for key, e in known.items() if not is_selected(e.code, settings)}
    gone = tuple(str(e) for key, e in known.items() if key not in left and key not in silent)
    if baseline == "write":
        path.write_text(baseline_text(met, silent), encoding="utf-8")
        gone = ()
    fixes = {f: edit for f, edit in report.fixes.items() if f in set(new)}
    return replace(report, findings=new, in_baseline=len(met), gone=gone, fixes=fixes)


@dataclass(frozen=True)
class OtherTexts(Iterable[str]):
    """The texts of a project's Python files that are no definitions; read when they are asked for."""

    project: Project
    definitions: Mapping[str, str]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(self._read())

    def _read(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.project.root):
            here = Path(folder)
            folders[:] = [name for name in folders if self._is_own(here / name)]
            for file in sorted(files):
                path = here / file
                name = path.relative_to(self.project.root).as_posix()
                if path.suffix == ".py" and name not in self.definitions:
                    yield path.read_text(encoding="utf-8", errors="replace")

    def _is_own(self, folder: Path) -> bool:
        """Whether a folder has what people of the project wrote: it is no environment, no output."""
        is_foreign = folder.name.startswith(".") or folder.name in ("__pycache__", "node_modules")
        return (
            not is_foreign
            and folder != self.project.output
            and not (folder / "pyvenv.cfg").exists()
        )


def _check(project: Project, settings: Lint, module: Module) -> None:
    """DefinitionError for codes that no rule has, and for features that are not there."""
    found = Diagnostics()
    codes = [rule.code for rule in RULES]
    given = [
        *((("lint", "select"), code) for code in settings.select),
        *((("lint", "ignore"), code) for code in settings.ignore),
        *((("lint", "severity"), code) for code in settings.severity),
        *(
            (("lint", "per_file_ignores"), c)
            for cs in settings.per_file_ignores.values()
            for c in cs
        ),
    ]
    tell_unknown_codes(
        found,
        project,
        given,
        lambda code: begins_a_code(code, codes),
        codes,
        ALL_FAMILIES,
    )
    tell_unknown_reads(found, project, module)
    found.raise_if_any()


def _written(project: Project, module: Module, tests: str | None) -> Iterator[Written]:
    """What of the generated files is not as the lock says, without making them again."""
    lock = project.output / LOCK
    if not lock.exists():
        return
    output = project.settings.output
    recorded = read_lock(project.output)
    digest = hashlib.sha256(module_to_json(module).encode()).hexdigest()
    made_from = json.loads(lock.read_text(encoding="utf-8"))
    if (made_from.get("ir"), made_from.get("tests")) != (digest, tests):
        yield Written(f"{output}/{LOCK}", "outdated")
    for name, expected in recorded.items():
        path = project.output / name
        if not path.is_file():
            yield Written(f"{output}/{name}", "missing")
        elif _digest(path) != expected:
            yield Written(f"{output}/{name}", "edited")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
