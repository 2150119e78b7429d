"""Casts: null where a value does not fit, text that is not a value of the type is null.

DuckDB has TRY_CAST; PostgreSQL raises, so there a CASE asks first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    number,
    text,
    try_cast,
)
from alignc.backends.sql.ops.arg import Arg
from alignc.backends.sql.ops.bigquery.casts import converted as converted_on_bigquery
from alignc.backends.sql.ops.bounds import within
from alignc.backends.sql.ops.redshift.casts import converted as converted_on_redshift
from alignc.backends.sql.ops.snowflake.casts import converted as converted_on_snowflake
from alignc.backends.sql.ops.spark.casts import converted, embedding
from alignc.backends.sql.parsing import fitting, parsed
from alignc.ir.types import (
    BOOL,
    DATE,
    FLOATS,
    INTEGERS,
    JSON,
    STRING,
    TIMESTAMP,
    DType,
    is_decimal,
)


def convert(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    """A value of the given type as one of another."""
    if arg.dtype == to or {arg.dtype, to} == {STRING, JSON}:
        return arg.sql
    own, shared = _OWN.get(dialect.name), _SHARED.get(dialect.name)
    if own is not None and (shared is None or not (arg.dtype == STRING or to in shared)):
        return own(arg, to, dialect)
    if arg.dtype == STRING:
        return parsed(arg(), to, dialect)
    if arg.dtype == BOOL and not dialect.casts_bools:
        yes, no = (text("true"), text("false")) if to == STRING else (number(1), number(0))
        chosen = case((arg(), yes), (exp.Not(this=arg.operand()), no))
        return cast(chosen, to, dialect) if to.name == "Decimal" else chosen
    if to == BOOL:
        return exp.Case(
            this=arg(),
            ifs=[
                exp.If(this=number(1), true=exp.Boolean(this=True)),
                exp.If(this=number(0), true=exp.Boolean(this=False)),
            ],
        )
    if (arg.dtype, to) == (DATE, TIMESTAMP):
        midnight = exp.Cast(this=arg(), to=exp.DataType.build("TIMESTAMP", dialect=dialect.name))
        return exp.AtTimeZone(this=midnight, zone=text("UTC"))
    if to == STRING:
        return cast(arg(), STRING, dialect)
    if to.name == "Decimal":
        return _to_decimal(arg, to, dialect)
    if to in INTEGERS and arg.dtype not in INTEGERS and arg.dtype != BOOL:
        # Casts of SQL round; a conversion to an integer cuts off.
        whole = function("TRUNC", arg())
        return try_cast(whole, to, dialect) if dialect.has_try_cast else within(whole, to, dialect)
    if is_decimal(arg.dtype) and to in FLOATS:
        return cast(arg(), to, dialect)
    if not dialect.has_try_cast and to in INTEGERS:
        return within(arg(), to, dialect)
    return try_cast(arg.sql, to, dialect)


_Converter = Callable[[Arg, DType, Dialect], exp.Expr]
# Who converts in words of its own.
_OWN: Mapping[str, _Converter] = {
    "bigquery": converted_on_bigquery,
    "redshift": converted_on_redshift,
    "snowflake": converted_on_snowflake,
    "spark": converted,
}
# Who does that with all but texts and what becomes one of these types.
_SHARED: Mapping[str, Collection[DType]] = {"snowflake": {BOOL}, "spark": {BOOL, STRING}}


def as_embedding(node: exp.Expr, dtype: DType, dialect: Dialect) -> exp.Expr:
    """A list as an embedding, null where it has another length or lacks a number."""
    if dialect.name == "spark":
        return embedding(node, dtype, dialect)
    size = number(dtype.sizes[0])
    is_long_enough = exp.EQ(
        this=function("CARDINALITY" if dialect == POSTGRES else "LEN", node), expression=size
    )
    if dialect == POSTGRES:
        first_missing = function("ARRAY_POSITION", node.copy(), exp.Null())
        is_complete: exp.Expr = exp.Is(this=first_missing, expression=exp.Null())
    else:
        is_complete = exp.EQ(this=function("LIST_COUNT", node.copy()), expression=size.copy())
    fits = exp.And(this=is_long_enough, expression=is_complete)
    return case((fits, cast(node.copy(), dtype, dialect)))


def _exact(node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build("DECIMAL"))


def _to_decimal(arg: Arg, to: DType, dialect: Dialect) -> exp.Expr:
    if arg.is_float:
        # Through the decimal text: 2.675 is a little less than that as a binary number.
        decimal = cast(arg(), STRING, dialect)
        if dialect.has_try_cast:
            return try_cast(decimal, to, dialect)
        is_finite = exp.LT(
            this=exp.Abs(this=arg()), expression=cast(text("Infinity"), arg.dtype, dialect)
        )
        return case((is_finite, fitting(_exact(decimal), to, dialect)))
    return try_cast(arg(), to, dialect) if dialect.has_try_cast else fitting(arg(), to, dialect)
