"""All cases on all engines that are found, and what there is to say about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from alignc.conformance.case import Family, read_families
from alignc.conformance.run import Verdict, run_case
from alignc.conformance.run_examples import run_examples
from alignc.conformance.support import TARGETS, support_matrix
from alignc.verify.engines import Engine, opened_if_found, refuse_missing
from alignc.verify.trial import INTERPRETER


@dataclass
class Suite:
    """What a run of the suite found."""

    engines: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)

    @property
    def failures(self) -> list[tuple[str, Verdict]]:
        return [(family, v) for family, v in self.verdicts if v.outcome == "failed"]


def run_suite(
    targets: Sequence[str], postgres: str | None = None, *, is_asked: bool = False
) -> Suite:
    """The verdicts of the interpreter and of the engines of `targets` that this machine has.

    If the user has asked for the engines, each must be there: else DefinitionError.
    """
    suite = Suite()
    with (
        TemporaryDirectory(prefix="alignc") as folder,
        opened_if_found(targets, Path(folder), postgres, suite.missing) as engines,
    ):
        if is_asked:
            refuse_missing(suite.missing)
        suite.engines = (INTERPRETER, *engines)
        for family in read_families():
            suite.verdicts += ((family.family, v) for v in _verdicts(family, engines))
        suite.verdicts += run_examples(engines)
    return suite


def _verdicts(family: Family, engines: dict[str, Engine]) -> Iterator[Verdict]:
    for case in family.cases:
        yield from run_case(case, engines.values())


def suite_text(suite: Suite) -> str:
    """A table of cases that passed by family and engine, what failed, and what targets support."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for family, verdict in suite.verdicts:
        counts[family, verdict.engine, verdict.outcome] += 1
    families = list(dict.fromkeys(family for family, _ in suite.verdicts))
    width = max(len(name) for name in suite.engines) + 2
    lines = [" " * 20 + "".join(name.rjust(width) for name in suite.engines)]
    for family in families:
        cells = [_passed(counts, family, engine) for engine in suite.engines]
        lines.append(family.ljust(20) + "".join(cell.rjust(width) for cell in cells))
    lines.append("")
    for family, verdict in suite.failures:
        lines.append(f"failed on {verdict.engine}: {family}, {verdict.rule}, {verdict.case}")
        lines.append(f"    {verdict.message}")
    not_run = {(v.engine, v.message) for _, v in suite.verdicts if v.outcome == "not run"}
    lines += [f"not run on {engine}: {reason}" for engine, reason in sorted(not_run)]
    lines += [f"{engine} was not found: {reason}" for engine, reason in suite.missing.items()]
    return "\n".join([*lines, "", *_matrix()]) + "\n"


def _passed(counts: Counter[tuple[str, str, str]], family: str, engine: str) -> str:
    passed, failed, not_run = (counts[family, engine, o] for o in ("passed", "failed", "not run"))
    return f"{passed}/{passed + failed + not_run}" if passed + failed + not_run else "-"


def _matrix() -> Iterator[str]:
    yield " " * 24 + "".join(target.rjust(13) for target in TARGETS)
    for name, _, states in support_matrix():
        yield name.ljust(24) + "".join(state.state.rjust(13) for state in states)
    for _, _, states in support_matrix():
        for state in states:
            if state.reason is not None:
                yield f"{state.op} on {state.target}: {state.reason}"


def suite_json(suite: Suite) -> dict[str, object]:
    """The same as values."""
    return {
        "engines": list(suite.engines),
        "missing": suite.missing,
        "cases": [
            {
                "family": family,
                "rule": v.rule,
                "case": v.case,
                "engine": v.engine,
                "outcome": v.outcome,
                "message": v.message,
            }
            for family, v in suite.verdicts
        ],
        "support": {
            name: {s.target: {"state": s.state, "reason": s.reason} for s in states}
            for name, _, states in support_matrix()
        },
    }
