"""Groups and running columns on all engines, against plain Python."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

import polars as pl
import pytest

from alignc.driver import job_of, optimized
from alignc.ir.expr import Column, Expr, call, literal
from alignc.ir.module import Module
from alignc.ir.plan import (
    Filter,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
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
from tests.engines.everywhere import Engines, module_of
from tests.engines.run import assert_same

DEFINITIONS = """
@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    kind = String()
    size = Float()
    is_new = Bool()
"""
Rows = list[dict[str, object]]


def things() -> pl.DataFrame:
    draw = random.Random(3)
    sizes = [0.5, -2.0, 3.25, math.inf, None, 1e16, 1.0]
    rows = [
        {
            "id": draw.randrange(6),
            "kind": draw.choice(["a", "b", "", None]),
            "size": draw.choice(sizes),
            "is_new": draw.choice([True, False, None]),
        }
        for _ in range(60)
    ]
    schema = {"id": pl.Int64, "kind": pl.String, "size": pl.Float64, "is_new": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)


SCAN = Scan(
    source="things",
    columns=tuple(
        ScanColumn(name=n, column=n, dtype=d)
        for n, d in (("id", INT64), ("kind", STRING), ("size", FLOAT64), ("is_new", BOOL))
    ),
)


def plan_of(*nodes: StepNode) -> Plan:
    """A plan of steps `s0` (the scan), `s1`, …, whose last one is what it writes."""
    steps = [Step(name=f"s{i}", node=node) for i, node in enumerate((SCAN, *nodes))]
    last = steps[-1].name
    known = schemas(Plan(name="p", steps=tuple(steps)))[last]
    columns = tuple(NamedExpr(name=n, expr=Column(name=n), dtype=d) for n, d in known.items())
    return Plan(name="p", steps=(*steps, Step(name="out", node=Write(input=last, columns=columns))))


def check(engines: Engines, plan: Plan, expected: Rows, rows: pl.DataFrame | None = None) -> None:
    module: Module = module_of(DEFINITIONS, engines.folder)
    given = {"things": things() if rows is None else rows}
    for is_optimized in (True, False):
        job = job_of(module, optimized(plan, enabled=is_optimized), module.views[0], 1)
        for engine, run in engines.runners(replace(job), given, None).items():
            assert_same(expected, run(), f"{engine}, {is_optimized}", ordered=False)


def column(name: str) -> Expr:
    return Column(name=name)


def grouped(by: Sequence[str], *columns: GroupColumn) -> Group:
    return Group(input="s0", by=tuple(by), columns=columns)


COUNTS = (
    GroupColumn(name="rows"),
    GroupColumn(name="new", value=column("is_new")),
    GroupColumn(name="sized", aggregate="count", value=column("size")),
    GroupColumn(name="ids", aggregate="sum", value=column("id")),
    GroupColumn(name="kinds", aggregate="count_distinct", value=column("kind")),
    GroupColumn(name="largest", aggregate="max", value=column("size"), dtype=FLOAT64),
    GroupColumn(name="mean", aggregate="mean", value=column("id"), dtype=FLOAT64),
)


def counted(rows: Rows) -> dict[str, object]:
    sizes = [r["size"] for r in rows if isinstance(r["size"], float)]
    ids = [r["id"] for r in rows if isinstance(r["id"], int)]
    return {
        "rows": len(rows),
        "new": sum(r["is_new"] is True for r in rows),
        "sized": len(sizes),
        "ids": sum(ids) if ids else None,
        "kinds": len({r["kind"] for r in rows} - {None}),
        "largest": max(sizes, default=None),
        "mean": fmean(ids) if ids else None,
    }


def by_key(rows: Rows, key: Callable[[dict[str, object]], object]) -> dict[object, Rows]:
    found: dict[object, Rows] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def test_all_rows_are_a_group(engines: Engines) -> None:
    check(engines, plan_of(grouped([], *COUNTS)), [counted(things().to_dicts())])


def test_no_rows_are_a_group_too(engines: Engines) -> None:
    check(engines, plan_of(grouped([], *COUNTS)), [counted([])], things().clear())
    check(engines, plan_of(grouped(["kind"], *COUNTS)), [], things().clear())


def test_rows_of_a_key_are_a_group_and_a_null_is_one(engines: Engines) -> None:
    groups = by_key(things().to_dicts(), lambda row: row["kind"])
    assert None in groups
    expected = [{"kind": kind, **counted(rows)} for kind, rows in groups.items()]
    check(engines, plan_of(grouped(["kind"], *COUNTS)), expected)


def test_rows_are_counted_where_nothing_else_is_asked(engines: Engines) -> None:
    large = Filter(input="s0", predicate=call("gt", column("size"), literal(1.0)))
    project = Project(
        input="s1", columns=(NamedExpr(name="twice", expr=column("size"), dtype=FLOAT64),)
    )
    group = Group(input="s2", columns=(GroupColumn(name="rows"),))
    count = sum(s is not None and s > 1 for s in things()["size"])
    check(engines, plan_of(large, project, group), [{"rows": count}])


def test_one_row_is_put_beside_all(engines: Engines) -> None:
    whole = grouped([], GroupColumn(name="rows"))
    side = JoinSide(input="s1", on=(), columns=(("rows", "of"),))
    join = KeyJoin(left="s0", left_columns=("id", "size"), rights=(side,))
    expected = [{"id": r["id"], "size": r["size"], "of": 60} for r in things().to_dicts()]
    check(engines, plan_of(whole, join), expected)


@pytest.mark.parametrize("by", [(), ("kind",)])
def test_running_columns(engines: Engines, by: tuple[str, ...]) -> None:
    known = Filter(input="s0", predicate=call("is_not_null", column("size")))
    group = Group(
        input="s1",
        by=(*by, "size"),
        columns=(
            GroupColumn(name="rows"),
            GroupColumn(name="total", aggregate="sum", value=column("id")),
        ),
    )
    running = Running(
        input="s2",
        by=by,
        order=("size",),
        columns=(
            RunningColumn(name="so_far", function="sum", column="rows", dtype=INT64),
            RunningColumn(name="total_so_far", function="sum", column="total", dtype=INT64),
            RunningColumn(name="following", function="next", column="size", dtype=FLOAT64),
        ),
    )
    rows = [r for r in things().to_dicts() if r["size"] is not None]
    expected: Rows = []
    for _, part in by_key(rows, lambda row: tuple(row[n] for n in by)).items():
        sizes = sorted({r["size"] for r in part if isinstance(r["size"], float)})
        for size, following in zip(sizes, [*sizes[1:], None], strict=True):
            same = [r for r in part if r["size"] == size]
            below = [r for r in part if isinstance(r["size"], float) and r["size"] <= size]
            expected.append(
                {
                    **{n: part[0][n] for n in by},
                    "size": size,
                    "rows": len(same),
                    "total": sum(r["id"] for r in same if isinstance(r["id"], int)),
                    "so_far": len(below),
                    "total_so_far": sum(r["id"] for r in below if isinstance(r["id"], int)),
                    "following": following,
                }
            )
    check(engines, plan_of(known, group, running), expected)


def test_rows_run_in_the_order_of_several_columns(engines: Engines) -> None:
    both = call("and", call("is_not_null", column("kind")), call("is_not_null", column("size")))
    # In the order of code points "B" is before "a".
    kind = call("if_else", call("eq", column("kind"), literal("b")), literal("B"), column("kind"))
    columns = (
        NamedExpr(name="id", expr=column("id"), dtype=INT64),
        NamedExpr(name="kind", expr=kind, dtype=STRING),
        NamedExpr(name="size", expr=column("size"), dtype=FLOAT64),
        NamedExpr(name="is_new", expr=column("is_new"), dtype=BOOL),
    )
    known = Filter(input="s0", predicate=both)
    named = Project(input="s1", columns=columns)
    each = Group(
        input="s2", by=("id", "kind", "size", "is_new"), columns=(GroupColumn(name="rows"),)
    )
    running = Running(
        input="s3",
        by=("is_new",),
        order=("kind", "size", "id"),
        columns=(
            RunningColumn(name="total", function="sum", column="id", dtype=INT64),
            RunningColumn(name="following", function="next", column="id", dtype=INT64),
        ),
    )
    there = things().drop_nulls(["kind", "size"])
    there = there.group_by(pl.all()).len("rows").cast({"rows": pl.Int64})
    rows = [{**r, "kind": r["kind"].replace("b", "B")} for r in there.to_dicts()]
    assert len({(r["is_new"], r["kind"], r["size"]) for r in rows}) < len(rows)
    expected: Rows = []
    for part in by_key(rows, lambda row: (row["is_new"],)).values():
        in_order = sorted(part, key=lambda row: (row["kind"], row["size"], row["id"]))
        ids = [row["id"] for row in in_order]
        for place, row in enumerate(in_order):
            following = ids[place + 1] if place + 1 < len(ids) else None
            total = sum(i for i in ids[: place + 1] if isinstance(i, int))
            expected.append({**row, "total": total, "following": following})
    check(engines, plan_of(known, named, each, running), expected)
