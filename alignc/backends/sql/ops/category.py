"""Categories."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, function, not_null, number
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import DType


def _ordinal(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *labels = args
    ifs = [exp.If(this=label(), true=number(i)) for i, label in enumerate(labels)]
    return exp.Case(this=x(), ifs=ifs)


def _arg_max(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    numbers, labels = args[::2], args[1::2]
    values = [label.as_type(result, dialect) for label in labels]
    if len(numbers) == 1:
        return case((not_null(numbers[0].operand()), values[0]))
    ifs = [exp.If(this=n(), true=v) for n, v in zip(numbers, values, strict=True)]
    return exp.Case(this=function("GREATEST", *(n() for n in numbers)), ifs=ifs)


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal, "arg_max": _arg_max}
