"""Logic: SQL's own is three-valued."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.ops.logic import branches
from alignc.ir.types import DType


def _connect(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        first = x()
        # What goes on in the same way needs no parentheses.
        left = first if isinstance(first, node) and node is not exp.NEQ else x.operand()
        return node(this=left, expression=y.operand())

    return lower


def _not(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return exp.Not(this=args[0].operand())


def _if_else(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    pairs, rest = branches(args)
    made = [(condition(), value.as_type(result, dialect)) for condition, value in pairs]
    return case(*made, otherwise=rest.as_type(result, dialect) if rest else None)


NATIVE: dict[str, Lowering] = {
    "and": _connect(exp.And),
    "or": _connect(exp.Or),
    # Of two truth values, one is true and the other is not, if they differ.
    "xor": _connect(exp.NEQ),
    "not": _not,
    "if_else": _if_else,
}
