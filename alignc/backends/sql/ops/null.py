"""Missing values."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, not_null
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import DType


def _is_null(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return exp.Is(this=args[0].operand(), expression=exp.Null())


def _is_not_null(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return not_null(args[0].operand())


def _fill_na(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, value = args
    return exp.Coalesce(
        this=x.as_type(result, dialect), expressions=[value.as_type(result, dialect)]
    )


def _null_like(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return cast(exp.Null(), result, dialect)


NATIVE: dict[str, Lowering] = {
    "is_null": _is_null,
    "is_not_null": _is_not_null,
    "fill_na": _fill_na,
    "null_like": _null_like,
}
