"""Hashes, and the values in JSON texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import Dialect, case, cast, function, number, text
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.ops.hashed_text import hashed_text
from alignc.ir.json_path import parse_path
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING, DType

# What Snowflake calls the JSON types of a value.
_KINDS: dict[DType, tuple[str, ...]] = {
    STRING: ("VARCHAR",),
    FLOAT64: ("INTEGER", "DECIMAL", "DOUBLE"),
    BOOL: ("BOOLEAN",),
}


def _hash(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    first, *others = (hashed_text(a, "LENGTH", dialect) for a in args)
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    digits = function("LEFT", function("MD5", first), number(15))
    return cast(function("TO_NUMBER", digits, text("X" * 15)), INT64, dialect)


def _json(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, path = args
    steps = "".join(map(_step, parse_path(str(path.constant))))
    value = function("GET_PATH", function("TRY_PARSE_JSON", x()), text(steps.removeprefix(".")))
    kind = function("TYPEOF", value)
    names = [text(name) for name in _KINDS[result]]
    fits: exp.Expr = (
        exp.EQ(this=kind, expression=names[0])
        if len(names) == 1
        else exp.In(this=kind, expressions=names)
    )
    return case((fits, cast(value.copy(), result, dialect)))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", step) else f'["{step}"]'


NATIVE: dict[str, Lowering] = {
    "hash": _hash,
    **dict.fromkeys(("json_string", "json_float", "json_boolean"), _json),
}
