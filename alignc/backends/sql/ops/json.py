"""Values of JSON texts. PostgreSQL ends the query if a text is not JSON."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.backends.sql.parsing import parsed
from alignc.ir.json_path import parse_path
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING, DType

# What the dialects call the JSON types that a value may have.
_KINDS: dict[str, dict[DType, tuple[str, ...]]] = {
    "duckdb": {
        STRING: ("VARCHAR",),
        INT64: ("BIGINT", "UBIGINT"),
        FLOAT64: ("BIGINT", "UBIGINT", "DOUBLE"),
        BOOL: ("BOOLEAN",),
    },
    "postgres": {
        STRING: ("string",),
        INT64: ("number",),
        FLOAT64: ("number",),
        BOOL: ("boolean",),
    },
}


def _value(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, path = args
    kind, found = (_on_postgres if dialect == POSTGRES else _on_duckdb)(x, str(path.constant))
    names = [text(name) for name in _KINDS[dialect.name][result]]
    has_kind: exp.Expr = (
        exp.EQ(this=kind, expression=names[0])
        if len(names) == 1
        else exp.In(this=kind, expressions=names)
    )
    if result == STRING:
        value = found
    elif result == INT64 and dialect == POSTGRES:
        value = parsed(found, INT64, dialect)
    else:
        value = (try_cast if dialect == DUCKDB and result != BOOL else cast)(found, result, dialect)
    return case((has_kind, value))


def _on_duckdb(x: Arg, path: str) -> tuple[exp.Expr, exp.Expr]:
    """The type of the value at a path, and its text."""

    def json() -> exp.Expr:
        return exp.TryCast(this=x(), to=exp.DataType.build("JSON", dialect="duckdb"))

    return (
        function("JSON_TYPE", json(), text(path)),
        function("JSON_EXTRACT_STRING", json(), text(path)),
    )


def _on_postgres(x: Arg, path: str) -> tuple[exp.Expr, exp.Expr]:
    """The type of the value at a path, and its text."""

    *above, last = (
        number(step) if isinstance(step, int) else text(step) for step in parse_path(path)
    )
    parent: exp.Expr = exp.Cast(this=x(), to=exp.DataType.build("JSON", dialect="postgres"))
    for step in above:
        parent = exp.JSONExtract(this=parent, expression=step, only_json_types=True)
    value = exp.JSONExtract(this=parent, expression=last, only_json_types=True)
    shown = exp.JSONExtractScalar(this=parent.copy(), expression=last.copy(), only_json_types=True)
    return function("JSON_TYPEOF", value), shown


NATIVE: dict[str, Lowering] = dict.fromkeys(
    ("json_string", "json_integer", "json_float", "json_boolean"), _value
)
