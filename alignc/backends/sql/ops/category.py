"""Categories."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, number
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import DType


def _ordinal(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *labels = args
    ifs = [exp.If(this=label(), true=number(i)) for i, label in enumerate(labels)]
    return exp.Case(this=x(), ifs=ifs)


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal}
