"""Groups and running columns in the words of warehouses, which DuckDB answers as sqlglot reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from alignc.ir.expr import Column
from alignc.ir.module import Module
from alignc.ir.plan import (
    Group,
    GroupColumn,
    NamedExpr,
    Plan,
    Running,
    RunningColumn,
    Scan,
    ScanColumn,
    Step,
    StepNode,
    Write,
    schemas,
)
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING
from alignc.verify.programs import Program
from tests.engines.everywhere import module_of
from tests.engines.run import assert_same
from tests.engines.warehouses import WAREHOUSES, Warehouse

DEFINITIONS = """
@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    kind = String()
    size = Float()
    is_new = Bool()
"""
ROWS = (
    (1, "a", 2.0, True),
    (2, "a", -1.0, None),
    (3, "b", float("nan"), False),
    (4, "b", float("inf"), True),
    (5, "b", 0.5, True),
    (6, None, None, None),
)
COLUMNS = (("id", INT64), ("kind", STRING), ("size", FLOAT64), ("is_new", BOOL))


@pytest.fixture(params=WAREHOUSES)
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    with WAREHOUSES[request.param](tmp_path) as found:
        yield found


def things() -> pl.DataFrame:
    schema = {"id": pl.Int64, "kind": pl.String, "size": pl.Float64, "is_new": pl.Boolean}
    return pl.DataFrame(ROWS, schema=schema, orient="row")


def program_of(module: Module, node: StepNode) -> Program:
    columns = tuple(ScanColumn(name=n, column=n, dtype=d) for n, d in COLUMNS)
    steps = (
        Step(name="s0", node=Scan(source="things", columns=columns)),
        Step(name="s1", node=node),
    )
    made = schemas(Plan(name="p", steps=steps))["s1"]
    write = Write(
        input="s1",
        columns=tuple(NamedExpr(name=n, expr=Column(name=n), dtype=d) for n, d in made.items()),
    )
    plan = Plan(name="p", steps=(*steps, Step(name="out", node=write)))
    return Program(module, module.views[0], plan, optimized=False)


def answer(warehouse: Warehouse, program: Program) -> pl.DataFrame:
    assert program.reasons_against(warehouse.name) == []
    warehouse.load({"things": things()})
    return warehouse.run(program, program.text_for(warehouse.name), None)


COUNTS = (
    GroupColumn(name="rows"),
    GroupColumn(name="new", value=Column(name="is_new")),
    GroupColumn(name="ids", aggregate="sum", value=Column(name="id")),
    GroupColumn(name="least", aggregate="min", value=Column(name="size"), dtype=FLOAT64),
)


def test_rows_of_groups_are_counted_by_a_condition(warehouse: Warehouse, tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    found = answer(warehouse, program_of(module, Group(input="s0", by=("kind",), columns=COUNTS)))
    expected: list[dict[str, object]] = [
        {"kind": "a", "rows": 2, "new": 1, "ids": 3, "least": -1.0},
        {"kind": "b", "rows": 3, "new": 2, "ids": 12, "least": 0.5},
        {"kind": None, "rows": 1, "new": 0, "ids": 6, "least": None},
    ]
    assert_same(expected, found, warehouse.name, ordered=False)


@pytest.mark.parametrize("by", [(), ("kind",)])
def test_sums_run_within_parts_or_over_all_rows(
    warehouse: Warehouse, tmp_path: Path, by: tuple[str, ...]
) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    columns = (
        RunningColumn(name="total", function="sum", column="id", dtype=INT64),
        RunningColumn(name="after", function="next", column="id", dtype=INT64),
    )
    found = answer(
        warehouse, program_of(module, Running(input="s0", by=by, order=("id",), columns=columns))
    )
    totals, after = {
        (): ((1, 3, 6, 10, 15, 21), (2, 3, 4, 5, 6, None)),
        ("kind",): ((1, 3, 3, 7, 12, 6), (2, None, 4, 5, None, None)),
    }[by]
    expected: list[dict[str, object]] = [
        {"id": i, "kind": kind, "size": size, "is_new": new, "total": total, "after": following}
        for (i, kind, size, new), total, following in zip(ROWS, totals, after, strict=True)
    ]
    assert_same(expected, found, warehouse.name, ordered=False)


def test_numbers_that_rows_are_in_the_order_of_have_nan_above_all(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    columns = (RunningColumn(name="after", function="next", column="id", dtype=INT64),)
    node = Running(input="s0", by=("is_new",), order=("size",), columns=columns)
    text = program_of(module, node).text_for(warehouse.name)
    is_asked = "ORDER BY IS_NAN(`size`)" in text
    assert is_asked is (warehouse.name == "bigquery")
    is_placed = """ORDER BY CASE WHEN "size" <= CAST('Infinity'""" in " ".join(text.split())
    assert is_placed is (warehouse.name == "redshift")
    assert "PARTITION BY" in text


@pytest.mark.parametrize("target", ["bigquery", "redshift"])
def test_a_float_that_rows_are_grouped_by_is_refused(target: str, tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    for node in (
        Group(input="s0", by=("size",), columns=COUNTS),
        Running(input="s0", by=("size",), order=("id",), columns=()),
    ):
        (reason,) = program_of(module, node).reasons_against(target)
        assert "`size` of `things`: a float as a key is not supported" in reason


def test_an_aggregate_of_a_group_is_refused_like_that_of_a_window(tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    often = GroupColumn(name="often", aggregate="mode", value=Column(name="kind"), dtype=STRING)
    program = program_of(module, Group(input="s0", columns=(often,)))
    assert program.reasons_against("duckdb") == []
    for target in ("snowflake", "bigquery", "redshift"):
        (reason,) = program.reasons_against(target)
        assert f"`often` of `things`: `mode` is not supported by target {target}" in reason
