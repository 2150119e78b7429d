"""Text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import POSTGRES, Dialect, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.regex import parse, spell
from alignc.ir.types import DType


def _contains(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, part = args
    if dialect == POSTGRES:
        return exp.GT(this=function("STRPOS", x(), part()), expression=number(0))
    return function("CONTAINS", x(), part())


def _matches(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, pattern = args
    tokens = parse(str(pattern.constant))
    if dialect == POSTGRES:
        return exp.RegexpLike(this=x.operand(), expression=text(spell(tokens, "postgres")))
    return function("REGEXP_MATCHES", x(), text(spell(tokens, "re2")))


NATIVE: dict[str, Lowering] = {"contains": _contains, "matches": _matches}
