"""Bytes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, cast, function
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import INT64, DType


def _byte_length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return cast(function("OCTET_LENGTH", args[0]()), INT64, dialect)


NATIVE: dict[str, Lowering] = {"byte_length": _byte_length}
