"""A test -> a program with data frames, and the rows that are expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from alignc.driver import plan_of
from alignc.interpreter.cells import rows_of_test, value_of
from alignc.interpreter.expressions import polars_dtype
from alignc.ir.fixture import Fixture, FixtureRows
from alignc.ir.module import Contract, Module, View
from alignc.verify.programs import Program
from alignc.verify.trial import Trial


def trial_of(fixture: Fixture, module: Module) -> Trial:
    """What is to be run for a test."""
    definition: View | Contract
    if fixture.kind == "view":
        definition = module.view_by_name[fixture.target]
    else:
        definition = module.contract_by_name[fixture.target]
    program = Program(module, definition, plan_of(module, definition), optimized=True)
    sources = {name: _frame(rows) for name, rows in fixture.given}
    return Trial(program, sources, None if fixture.entities is None else _frame(fixture.entities))


def _frame(rows: FixtureRows) -> pl.DataFrame:
    cells = list(zip(*rows.rows, strict=True)) or [()] * len(rows.columns)
    return pl.DataFrame(
        [
            pl.Series(c.name, [value_of(v, c.dtype) for v in values], polars_dtype(c.dtype))
            for c, values in zip(rows.columns, cells, strict=True)
        ]
    )


def expected_rows(fixture: Fixture) -> Sequence[Mapping[str, object]]:
    """The expected rows as values."""
    return rows_of_test(fixture.expected)
