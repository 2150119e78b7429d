"""A run of many random projects: seed by seed, on all engines, failures made small and kept."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from alignc.errors import AligncError
from alignc.fuzz.cases import case_to_json
from alignc.fuzz.coverage import Coverage
from alignc.fuzz.declared import as_declared
from alignc.fuzz.modules import draw_module
from alignc.fuzz.shrink import shrink
from alignc.fuzz.variations import VARIATIONS, contradictions
from alignc.ir.verify import verify_module
from alignc.verify.check import Difference, Outcome, check
from alignc.verify.engines import Engine, opened
from alignc.verify.programs import programs_of
from alignc.verify.rows import Case, Habits, make_case
from alignc.verify.values import Taste

_PROGRESS = 50


@dataclass
class Tally:
    """What a campaign has seen so far."""

    projects: int = 0
    runs: int = 0
    equal: Counter[str] = field(default_factory=Counter)
    rounded: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)

    def summary(self) -> str:
        """The numbers in words."""
        cells = ", ".join(f"{engine} {count}" for engine, count in sorted(self.equal.items()))
        return (
            f"{self.projects} projects, {self.runs} programs run, {len(self.failures)} failures\n"
            f"equal cells: {cells or 'none'}\n"
            f"of more cells rounding decides: {_counts(self.rounded)}; "
            f"runs that a float out of range ended: {_counts(self.refused)}\n"
            f"covered: {self.coverage.summary()}"
        )

    def add(self, outcome: Outcome) -> None:
        self.runs += outcome.runs
        for total, counted in (
            (self.equal, outcome.equal),
            (self.rounded, outcome.rounded),
            (self.refused, outcome.refused),
        ):
            for (_, _, engine), count in counted.items():
                total[engine] += count


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{engine} {count}" for engine, count in sorted(counted.items())) or "none"


@dataclass(frozen=True)
class Campaign:
    """Which seeds, and which engines how often: `rarely` names those for one project in so many."""

    seeds: Sequence[int]
    engines: tuple[str, ...]
    rarely: Mapping[str, int] = field(default_factory=dict)
    twins: bool = True
    # Where failing cases are written; nowhere if there is no folder.
    folder: Path | None = None
    postgres: str | None = None


def case_of(seed: int) -> Case:
    """The project of a seed with its rows."""
    draw = Random(seed)
    module = draw_module(draw)
    verify_module(module, f"the project of seed {seed}")
    rows = draw.choice([6, 24, 24, 40])
    taste = Taste(hostile=draw.choice([0.05, 0.3, 0.6]), extreme=draw.random() < 0.25)
    return make_case(module, draw, Habits(rows=rows, entity_rows=16, taste=taste))


def run_campaign(campaign: Campaign, tally: Tally) -> Iterator[str]:
    """Run the projects of all seeds; progress and failures in words, as they come."""
    started = time.monotonic()
    with (
        TemporaryDirectory(prefix="alignc") as folder,
        opened(campaign.engines, Path(folder), campaign.postgres) as engines,
    ):
        for seed in campaign.seeds:
            chosen = [e for n, e in engines.items() if seed % campaign.rarely.get(n, 1) == 0]
            tally.projects += 1
            yield from _run_seed(seed, chosen, campaign, tally)
            if tally.projects % _PROGRESS == 0:
                pace = tally.projects / (time.monotonic() - started)
                yield (
                    f"{tally.projects} projects, up to seed {seed}, {pace:.1f} a second, "
                    f"{len(tally.failures)} failures"
                )


def _run_seed(seed: int, engines: list[Engine], campaign: Campaign, tally: Tally) -> Iterator[str]:
    case = case_of(seed)
    draw = Random(seed)
    varied = draw.choice(VARIATIONS)(case, draw)
    for contradiction in contradictions(case, varied):
        tally.failures.append(f"seed {seed}: {contradiction}")
        yield tally.failures[-1]
        break
    if draw.random() < 0.5:
        case = varied.case
    if draw.random() < 0.25:
        case = as_declared(case, draw)
    try:
        programs = list(programs_of(case.module, twins=campaign.twins))
        tally.coverage.add_module(case.module)
        for program in programs:
            tally.coverage.add_program(program)
        outcome = check(case, engines, programs=programs)
    except AligncError as error:
        tally.failures.append(f"seed {seed}: {error}")
        yield tally.failures[-1]
        return
    tally.add(outcome)
    for engine in engines:
        first = next((d for d in outcome.differences if d.engine == engine.name), None)
        if first is None:
            continue
        tally.failures.append(f"seed {seed}: {first}")
        yield tally.failures[-1]
        if campaign.folder is not None:
            small = shrink(case, lambda c, e=engine, d=first: _fails_alike(c, e, d))  # type: ignore[misc]
            path = campaign.folder / f"seed_{seed}_{engine.name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(case_to_json(small, f"seed {seed}: {first}"), encoding="utf-8")
            yield f"  kept as {path}"


def _fails_alike(case: Case, engine: Engine, seen: Difference) -> bool:
    """Whether the engine still differs, in cells or with an error, as it did."""
    try:
        programs = [
            p for p in programs_of(case.module, twins=True) if p.optimized == seen.optimized
        ]
        outcome = check(case, [engine], programs=programs)
    except (AligncError, KeyError, ValueError):
        return False
    return any((d.column is None) == (seen.column is None) for d in outcome.differences)
