"""Logic: SQL's own is three-valued."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import DType


def _connect(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        return node(this=x.operand(), expression=y.operand())

    return lower


def _not(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return exp.Not(this=args[0].operand())


def _if_else(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    condition, then, otherwise = args
    return case(
        (condition(), then.as_type(result, dialect)), otherwise=otherwise.as_type(result, dialect)
    )


NATIVE: dict[str, Lowering] = {
    "and": _connect(exp.And),
    "or": _connect(exp.Or),
    "not": _not,
    "if_else": _if_else,
}
