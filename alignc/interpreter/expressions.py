"""The value of an expression on one row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, assert_never

from alignc.errors import Diagnostics
from alignc.interpreter.convert import convert, dtype_of
from alignc.interpreter.ops import IN_THE_TYPE_OF_THE_RESULT, OPS, ROOM_FOR_A_CARRY
from alignc.interpreter.values import Value
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.infer import infer_dtype
from alignc.ir.types import FLOATS, DType, decimal

if TYPE_CHECKING:
    import polars as pl

DTypes = Mapping[str, DType | None]


def evaluate(expr: Expr, row: Mapping[str, Value], dtypes: DTypes | None = None) -> Value:
    """The value of `expr` on `row`.

    `dtypes` are the types of the columns, which a null does not show; by default those that the
    values show.
    """
    if dtypes is None:
        dtypes = {name: dtype_of(value) for name, value in row.items()}
    match expr:
        case Column():
            return row[expr.name]
        case Literal():
            return convert(expr.value, expr.dtype)
        case Cast():
            return convert(evaluate(expr.value, row, dtypes), expr.dtype)
        case Call():
            return _call(expr, row, dtypes)
        case Udf():
            return _run_text(expr, row, dtypes)
        case _:
            assert_never(expr)


def _call(expr: Call, row: Mapping[str, Value], dtypes: DTypes) -> Value:
    """The op's result in the type of the op table: `fill_na` of a float with 1 is 1.0."""
    dtype = infer_dtype(expr, dtypes, Diagnostics())
    args = [evaluate(arg, row, dtypes) for arg in expr.args]
    if expr.op in IN_THE_TYPE_OF_THE_RESULT and dtype is not None:
        args = [convert(arg, dtype) for arg in args]
    elif dtype is not None and dtype in FLOATS:
        args = [float(arg) if isinstance(arg, Decimal) else arg for arg in args]
    elif expr.op in ROOM_FOR_A_CARRY and dtype is not None and dtype.name == "Decimal":
        # What leaves no room for one more digit is missing.
        without_carry = decimal(dtype.digits - 1, dtype.scale)
        args = [convert(arg, without_carry) if isinstance(arg, Decimal) else arg for arg in args]
    result = OPS[expr.op](*args)
    return result if dtype is None else convert(result, dtype)


def _run_text(udf: Udf, row: Mapping[str, Value], dtypes: DTypes) -> Value:
    if (text := udf.text_for("polars")) is not None:
        return _run_polars_text(text, udf, row, dtypes)
    if (text := udf.text_for("duckdb")) is not None:
        return _run_duckdb_text(text, udf, row, dtypes)
    raise ValueError(f"the function of {list(udf.inputs)} has no text for polars or duckdb")


def _run_duckdb_text(text: str, udf: Udf, row: Mapping[str, Value], dtypes: DTypes) -> Value:
    import duckdb

    names = [name.replace('"', '""') for name in udf.inputs]
    types = [_duckdb_dtype(dtypes.get(name)) for name in udf.inputs]
    columns = [f'CAST(? AS {t}) AS "{n}"' for n, t in zip(names, types, strict=True)]
    query = f"SELECT {text} FROM (SELECT {', '.join(columns) or '1'})"
    found = duckdb.execute(query, [_for_duckdb(row[name]) for name in udf.inputs]).fetchone()
    return convert(found[0], udf.dtype) if found is not None else None


def _duckdb_dtype(dtype: DType | None) -> str:
    names = {"Int8": "TINYINT", "Int16": "SMALLINT", "Int32": "INTEGER", "Int64": "BIGINT"}
    names |= {"UInt8": "UTINYINT", "UInt16": "USMALLINT", "UInt32": "UINTEGER"}
    names |= {"UInt64": "UBIGINT", "Float32": "FLOAT", "Float64": "DOUBLE", "Bool": "BOOLEAN"}
    names |= {"String": "VARCHAR", "Timestamp": "TIMESTAMPTZ", "Date": "DATE"}
    names |= {"Duration": "BIGINT", "Json": "VARCHAR", "Binary": "BLOB"}
    match dtype:
        case None:
            return "INTEGER"
        case DType(name="Decimal"):
            return f"DECIMAL({dtype.digits}, {dtype.scale})"
        case _:
            return names[dtype.name]


def _for_duckdb(value: Value) -> object:
    """Durations are microseconds there."""
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def _run_polars_text(text: str, udf: Udf, row: Mapping[str, Value], dtypes: DTypes) -> Value:
    import polars as pl

    frame = pl.DataFrame(
        {name: [row[name]] for name in udf.inputs},
        schema={name: polars_dtype(dtypes.get(name)) for name in udf.inputs},
    )
    if text.startswith("def "):
        names: dict[str, Any] = {"pl": pl}
        exec(text, names)
        (function,) = (v for n, v in names.items() if n not in ("pl", "__builtins__"))
        made = function(*(pl.col(name) for name in udf.inputs))
    else:
        made = eval(text, {"pl": pl})
    result = frame.select(made)
    return convert(result.item(), udf.dtype)


def polars_dtype(dtype: DType | None) -> pl.DataType | type[pl.DataType]:
    import polars as pl

    if dtype is None:
        return pl.Null
    types: dict[str, pl.DataType | type[pl.DataType]] = {
        "Bool": pl.Boolean,
        "Int8": pl.Int8,
        "Int16": pl.Int16,
        "Int32": pl.Int32,
        "Int64": pl.Int64,
        "UInt8": pl.UInt8,
        "UInt16": pl.UInt16,
        "UInt32": pl.UInt32,
        "UInt64": pl.UInt64,
        "Float32": pl.Float32,
        "Float64": pl.Float64,
        "String": pl.String,
        "Json": pl.String,
        "Binary": pl.Binary,
        "Date": pl.Date,
        "Timestamp": pl.Datetime("us", "UTC"),
        "Duration": pl.Duration("us"),
    }
    match dtype.name:
        case "Decimal":
            return pl.Decimal(dtype.digits, dtype.scale)
        case "List" | "Embedding":
            return pl.List(polars_dtype(dtype.element))
        case "Struct":
            return pl.Struct({name: polars_dtype(kind) for name, kind in dtype.fields})
        case _:
            return types[dtype.name]
