"""The order of work of `--fix`: findings, edits, the definitions read again, until nothing changes.

Edits are kept in memory until all is done. Those after which the definitions say something else,
or nothing, are not made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Final

import libcst as cst

from alignc.errors import DefinitionError, Diagnostic, Span
from alignc.ir.lineage import Field
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.fixes.edit import Edit, RemovedStatement
from alignc.lint.fixes.expected import is_expected
from alignc.lint.fixes.imports import without_needless_imports
from alignc.lint.fixes.rewriting import rewritten
from alignc.lint.project import OtherTexts, against_baseline, facts_of, report_of
from alignc.lint.run import Report
from alignc.settings import Lint, Project

# Each round takes something away, so that there is an end; this is only about how long it may take.
ROUNDS: Final = 100


@dataclass(frozen=True)
class Mended:
    """The report of what is left, and the texts of the files that change, as they are and as they will be."""

    report: Report
    before: Mapping[str, str]
    after: Mapping[str, str]
    number: int

    def write(self, project: Project) -> None:
        """Write the files that change, in place; DefinitionError for one that cannot be written."""
        for name, text in self.after.items():
            try:
                (project.root / name).write_bytes(text.encode())
            except OSError as error:
                message = f"cannot be written: {error.strerror}"
                raise DefinitionError([Diagnostic("ALN402", message, Span(name, 1))]) from None

    def diff(self, path_of: Callable[[str], str]) -> str:
        """A unified diff of all files; `path_of` is a file as its repository knows it."""
        parts: list[str] = []
        for name in sorted(self.after):
            path = path_of(name)
            lines = unified_diff(
                _lines(self.before[name]), _lines(self.after[name]), f"a/{path}", f"b/{path}"
            )
            parts += [
                line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
                for line in lines
            ]
        return "".join(parts)


def mend(
    project: Project,
    settings: Lint,
    is_wanted: Callable[[Finding], bool],
    *,
    has_baseline: bool = False,
    unsafe: bool = False,
) -> Mended:
    """What a project is when all is mended that can be; nothing is written."""
    baseline = "check" if has_baseline else None
    state = _State(project, settings, facts_of(project, settings), unsafe)
    report = report_of(project, state.facts)
    for _ in range(ROUNDS):
        edits = [
            edit
            for finding, edit in against_baseline(project, report, baseline, settings).fixes.items()
            if is_wanted(finding) and (edit.is_safe or unsafe)
        ]
        after = state.after(tuple(dict.fromkeys(edits)))
        if after is state:
            break
        state, report = after, report_of(project, after.facts)
    return Mended(report, state.before, state.texts, state.number)


@dataclass(frozen=True)
class _State:
    """A project with the texts that are changed already, under their names."""

    project: Project
    settings: Lint
    facts: Facts
    unsafe: bool
    before: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    def after(self, edits: Sequence[Edit]) -> _State:
        """The state after as many of the edits as can be made."""
        return self._with(self, (), edits)[0]

    def _with(
        self, best: _State, made: tuple[Edit, ...], edits: Sequence[Edit]
    ) -> tuple[_State, tuple[Edit, ...]]:
        """The best state, with the edits that led to it: all of `edits`, or what is right of each half."""
        if not edits:
            return best, made
        attempt = self._attempt((*made, *edits))
        if attempt is not None:
            return attempt, (*made, *edits)
        if len(edits) == 1:
            return best, made
        half = len(edits) // 2
        best, made = self._with(best, made, edits[:half])
        return self._with(best, made, edits[half:])

    def _attempt(self, edits: Sequence[Edit], *, imports: bool = True) -> _State | None:
        """The state after all edits; None if it is not what it must be.

        Imports that nothing uses any more go with the edits, unless that is what is wrong.
        """
        before, texts = dict(self.before), dict(self.texts)
        has_fewer_imports = False
        for file in dict.fromkeys(edit.span.file for edit in edits):
            if file not in texts:
                # As bytes, so that line ends stay what they are.
                raw = (self.project.root / file).read_bytes().decode()
                before[file] = texts[file] = raw
            here = [edit for edit in edits if edit.span.file == file]
            try:
                changed = rewritten(texts[file], here)
                shorter = changed
                if imports:
                    others = self._others(file)
                    shorter = without_needless_imports(texts[file], changed, file, others)
            except cst.ParserSyntaxError:
                return None
            has_fewer_imports |= shorter != changed
            texts[file] = shorter
        gone = {f for e in edits if isinstance(e, RemovedStatement) for f in e.features}
        facts = self._facts_after(texts, gone)
        if facts is None:
            return self._attempt(edits, imports=False) if has_fewer_imports else None
        number = self.number + len(edits)
        return _State(self.project, self.settings, facts, self.unsafe, before, texts, number)

    def _facts_after(self, texts: Mapping[str, str], gone: Collection[Field]) -> Facts | None:
        """What the definitions say now, if that is what they said, without what is gone."""
        try:
            facts = facts_of(self.project, self.settings, _as_read(texts))
        except DefinitionError:
            return None
        is_right = is_expected(self.facts.module, facts.module, gone, unsafe=self.unsafe)
        return facts if is_right else None

    def _others(self, file: str) -> Iterator[str]:
        """The texts of the project's other Python files."""
        yield from (text for name, text in self.facts.texts.items() if name != file)
        yield from OtherTexts(self.project, self.facts.texts)


def _as_read(texts: Mapping[str, str]) -> Mapping[str, str]:
    """The texts as Python reads files: every line ends with `\\n`."""
    return {name: re.sub("\r\n?", "\n", text) for name, text in texts.items()}


def _lines(text: str) -> list[str]:
    return re.findall("[^\n]*\n|[^\n]+", text)
