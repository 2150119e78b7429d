"""Run all programs of a case on engines and tell where they differ from the interpreter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from alignc.interpreter import Row
from alignc.ir.plan import KeyJoin
from alignc.verify.compare import pairs, same
from alignc.verify.emptiness import has_no_rows
from alignc.verify.engines import Engine, OutOfRangeError, ReadsNoFilesError
from alignc.verify.programs import Program, programs_of
from alignc.verify.rounding import Rounding, expected
from alignc.verify.rows import Case
from alignc.verify.source_files import write_source_files


@dataclass(frozen=True)
class Difference:
    """A cell, or a whole result (then without `row` and `column`), that is not as it should be."""

    kind: str
    name: str
    engine: str
    optimized: bool
    wanted: str
    got: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        twin = "" if self.optimized else ", without the passes"
        place = "" if self.row is None else f", row {self.row}, column `{self.column}`"
        return (
            f"{self.kind} `{self.name}` on {self.engine}{twin}{place}: "
            f"{self.got}, wanted {self.wanted}"
        )


@dataclass
class Outcome:
    """What a run found: cells by program and engine, differences, and what could not be run."""

    equal: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    different: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    rounded: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    # Runs that ended because a float left the range of the engine.
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    # Results without a row.
    empty: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unsupported: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    runs: int = 0


def check(
    case: Case,
    engines: Iterable[Engine],
    *,
    twins: bool = True,
    programs: Sequence[Program] | None = None,
    outcome: Outcome | None = None,
) -> Outcome:
    """The outcome of all programs of a case on all engines, added to `outcome` if there is one.

    Where the interpreter says that rows make no sense (a key that is there twice), programs must end
    with an error as well.
    """
    outcome = outcome or Outcome()
    chosen = list(programs_of(case.module, twins=twins)) if programs is None else programs
    known: dict[tuple[str, str], list[Row] | str] = {}
    with TemporaryDirectory(prefix="alignc") as folder:
        for engine in _loaded(case, engines, Path(folder), chosen, outcome):
            _check_programs(case, engine, chosen, known, outcome)
    return outcome


def _loaded(
    case: Case,
    engines: Iterable[Engine],
    folder: Path,
    programs: Sequence[Program],
    outcome: Outcome,
) -> Iterator[Engine]:
    """The engines that can read the sources, one after the other when it has them."""
    if case.as_declared:
        write_source_files(case, folder)
    for engine in engines:
        try:
            if case.as_declared:
                engine.load_files(case.module, folder)
            else:
                engine.load(case.sources)
        except ReadsNoFilesError as error:
            for program in programs:
                outcome.unsupported[(program.kind, program.name, engine.name)] = [str(error)]
        except Exception as error:
            key = ("sources", case.module.project, engine.name)
            outcome.different[key] += 1
            got = f"{type(error).__name__}: {error}"
            outcome.differences.append(Difference(*key, True, "to read them", got))
        else:
            yield engine


def _check_programs(
    case: Case,
    engine: Engine,
    programs: Sequence[Program],
    known: dict[tuple[str, str], list[Row] | str],
    outcome: Outcome,
) -> None:
    for program in programs:
        key = (program.kind, program.name)
        if reasons := program.reasons_against(engine.name):
            outcome.unsupported[(*key, engine.name)] = reasons
            continue
        if key not in known:
            known[key] = _expected(case, program)
        _run(case, engine, program, known[key], outcome)


def _expected(case: Case, program: Program) -> list[Row] | str:
    try:
        return expected(case, program.definition)
    except ValueError as error:
        return str(error)


def _run(
    case: Case, engine: Engine, program: Program, wanted: list[Row] | str, outcome: Outcome
) -> None:
    outcome.runs += 1
    key = (program.kind, program.name, engine.name)
    entities = case.entities.get(program.name) if program.kind == "dataset" else None

    def differs(wanted: str, got: str, row: int | None = None, column: str | None = None) -> None:
        outcome.different[key] += 1
        outcome.differences.append(Difference(*key, program.optimized, wanted, got, row, column))

    try:
        result = engine.run(program, program.text_for(engine.name), entities)
        # A time that Python does not have is an error here.
        there = result.to_dicts()
    except OutOfRangeError:
        outcome.refused[key] += 1
        return
    except Exception as error:
        if not isinstance(wanted, str):
            differs(f"{len(wanted)} rows", f"{type(error).__name__}: {error}")
        return
    columns = _columns(case, program)
    if isinstance(wanted, str) and (
        not _looks_for(wanted, program)
        or (result.is_empty() and has_no_rows(case, program.definition))
    ):
        # Nobody asks for the key that is there twice.
        outcome.empty[key] += 1
    elif isinstance(wanted, str):
        differs(f"an error: {wanted}", f"{result.height} rows")
    elif result.columns != columns:
        differs(f"columns {columns}", f"columns {result.columns}")
    elif result.height != len(wanted):
        differs(f"{len(wanted)} rows", f"{result.height} rows")
    else:
        outcome.empty[key] += not wanted
        rounding = Rounding(case, program.definition)
        in_order = program.kind == "dataset"
        paired = enumerate(there) if in_order else pairs(wanted, there, rounding.inexact_columns)
        for number, row in paired:
            for column in columns:
                should = wanted[number][column]
                if same(should, row[column]):
                    outcome.equal[key] += 1
                elif rounding.explains(number, column, should, row):
                    outcome.rounded[key] += 1
                else:
                    differs(repr(should), repr(row[column]), number, column)


def _looks_for(wanted: str, program: Program) -> bool:
    """Whether the plan still has the join whose key is there twice; of an unread view nobody takes one."""
    joins = (step.node for step in program.plan.steps if isinstance(step.node, KeyJoin))
    labels = {right.unique for join in joins for right in join.rights}
    return any(wanted.startswith(f"{label}: several rows") for label in labels)


def _columns(case: Case, program: Program) -> list[str]:
    """The columns of a result, which no row tells if there is none."""
    rounding = Rounding(case, program.definition)
    given = case.entities[program.name].columns if program.kind == "dataset" else []
    return [*given, *rounding.columns]
