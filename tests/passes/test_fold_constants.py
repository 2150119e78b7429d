"""Operations over two constants, which definitions do not spell but expansions and fusing make."""

from __future__ import annotations

import pytest

from alignc.ir.expr import Column, Expr, call, literal
from alignc.ir.passes.fold_constants import fold_constants
from alignc.ir.plan import NamedExpr, Plan, Project, Scan, ScanColumn, Step, Write
from alignc.ir.types import FLOAT64, INT64, DType


def folded(expr: Expr, dtype: DType) -> Expr:
    scan = Scan(source="s", columns=(ScanColumn(name="x", column="x", dtype=INT64),))
    project = Project(input="rows", columns=(NamedExpr(name="y", expr=expr, dtype=dtype),))
    write = Write(input="made", columns=(NamedExpr(name="y", expr=Column(name="y"), dtype=dtype),))
    steps = (
        Step(name="rows", node=scan),
        Step(name="made", node=project),
        Step(name="result", node=write),
    )
    node = fold_constants(Plan(name="p", steps=steps)).steps[1].node
    assert isinstance(node, Project)
    return node.columns[0].expr


@pytest.mark.parametrize(
    ("op", "a", "b", "result"),
    [("add", 1, 2, 3), ("sub", 1, 2.5, -1.5), ("mul", 3, 4, 12), ("mul", 2**32, 2**30, 2**62)],
)
def test_two_constants_become_one(op: str, a: float, b: float, result: float) -> None:
    dtype = FLOAT64 if isinstance(result, float) else INT64
    assert folded(call(op, literal(a), literal(b)), dtype) == literal(result)


def test_constants_inside_an_expression_become_one() -> None:
    expr = call("add", Column(name="x"), call("mul", literal(2), literal(3)))
    assert folded(expr, INT64) == call("add", Column(name="x"), literal(6))


@pytest.mark.parametrize(("op", "a", "b"), [("add", 2**63 - 1, 1), ("mul", 2**62, 2)])
def test_what_does_not_fit_is_left_to_the_rule_that_it_is_null(op: str, a: int, b: int) -> None:
    expr = call(op, literal(a), literal(b))
    assert folded(expr, INT64) == expr
