"""Run tests and tell which engine gives what they expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from alignc.ir.fixture import Fixture
from alignc.ir.module import Module, View
from alignc.testing.comparison import RowDifference, differences
from alignc.testing.trials import expected_rows, trial_of
from alignc.verify.engines import Engine, opened_if_found, refuse_missing
from alignc.verify.trial import INTERPRETER, Rows, Trial

Outcome = Literal["passed", "failed", "not run"]


@dataclass(frozen=True)
class Verdict:
    """What an engine made of a test.

    `message` is the error that the program ended with, or why it was not run; rows that differ are in
    `differences`.
    """

    engine: str
    outcome: Outcome
    message: str = ""
    differences: tuple[RowDifference, ...] = ()


@dataclass(frozen=True)
class Tested:
    """A test with what the interpreter and the engines made of it."""

    fixture: Fixture
    verdicts: tuple[Verdict, ...]

    @property
    def has_failed(self) -> bool:
        return any(verdict.outcome == "failed" for verdict in self.verdicts)


@dataclass(frozen=True)
class Report:
    """All tests, the engines that ran, and the reasons why others were not there."""

    tests: tuple[Tested, ...]
    engines: tuple[str, ...]
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not any(test.has_failed for test in self.tests)


def run_fixtures(
    fixtures: Sequence[Fixture],
    module: Module,
    targets: Sequence[str],
    *,
    is_asked: bool,
    postgres: str | None = None,
) -> Report:
    """The verdicts of the interpreter and of the targets' engines that this machine has.

    If the user has asked for the engines, each must be there: else DefinitionError.
    """
    missing: dict[str, str] = {}
    with (
        TemporaryDirectory(prefix="alignc") as folder,
        opened_if_found(targets if fixtures else (), Path(folder), postgres, missing) as engines,
    ):
        if is_asked:
            refuse_missing(missing)
        tests = tuple(run_fixture(fixture, module, engines.values()) for fixture in fixtures)
        return Report(tests, (INTERPRETER, *engines), missing)


def run_fixture(fixture: Fixture, module: Module, engines: Iterable[Engine]) -> Tested:
    """One test on the interpreter, then on each engine."""
    return Tested(fixture, tuple(_verdicts(fixture, trial_of(fixture, module), engines)))


def _verdicts(fixture: Fixture, trial: Trial, engines: Iterable[Engine]) -> Iterator[Verdict]:
    yield _verdict(fixture, trial, INTERPRETER, trial.interpreted)
    for engine in engines:
        if reasons := trial.program.reasons_against(engine.name):
            yield Verdict(engine.name, "not run", "; ".join(reasons))
        else:
            yield _verdict(fixture, trial, engine.name, partial(_run, trial, engine))


def _run(trial: Trial, engine: Engine) -> Rows:
    trial.load(engine)
    return trial.run(engine)


def _verdict(fixture: Fixture, trial: Trial, engine: str, rows: Callable[[], Rows]) -> Verdict:
    try:
        found = rows()
    except Exception as error:  # each engine has a kind of its own
        said = " ".join(str(error).split())
        return Verdict(engine, "failed", f"{type(error).__name__}: {said}")
    definition = trial.program.definition
    keys = (
        (*definition.entities, definition.event_timestamp or "")
        if isinstance(definition, View)
        else ()
    )
    expected = expected_rows(fixture)
    # Where no row is expected, each that is there is shown as it is.
    columns = list((expected or found)[0]) if expected or found else []
    told = differences(
        expected,
        found,
        columns,
        fixture.expected.spans,
        in_order=fixture.entities is not None,
        keys=keys,
    )
    return Verdict(engine, "failed" if told else "passed", "", tuple(told))
