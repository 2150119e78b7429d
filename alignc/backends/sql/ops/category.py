"""Categories."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, not_null, number
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.expr import Expr, Literal, without_spans
from alignc.ir.types import FLOAT64, FLOATS, INT64, DType


def _ordinal(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, *labels = args
    ifs = [exp.If(this=label(), true=number(i)) for i, label in enumerate(labels)]
    return exp.Case(this=x(), ifs=ifs)


def _arg_max(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    # Of a number that is there twice the first label counts; DuckDB fails on a repeated argument.
    first: dict[Expr, tuple[Arg, Arg]] = {}
    for size, label in zip(args[::2], args[1::2], strict=True):
        first.setdefault(without_spans(size.expr), (size, label))
    numbers, labels = zip(*first.values(), strict=True)
    are_constant = all(isinstance(label.expr, Literal) for label in labels)
    values = [
        # Constants alone would be decimals.
        cast(label(), result, dialect)
        if are_constant and result in FLOATS
        else label.as_type(result, dialect)
        for label in labels
    ]
    if len(numbers) == 1:
        found = case((not_null(numbers[0].operand()), values[0]))
        return cast(found, result, dialect) if are_constant and result == INT64 else found
    sizes = [n.as_type(FLOAT64, dialect) for n in numbers]
    ifs = [exp.If(this=n.copy(), true=v) for n, v in zip(sizes, values, strict=True)]
    # Of whole numbers alone a database makes a smaller type.
    found = exp.Case(this=function("GREATEST", *sizes), ifs=ifs)
    return cast(found, result, dialect) if are_constant and result == INT64 else found


NATIVE: dict[str, Lowering] = {"ordinal": _ordinal, "arg_max": _arg_max}
