"""What raw values, casts and user functions become in their declared type."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from alignc.interpreter import Value, evaluate
from alignc.interpreter.convert import convert
from alignc.ir.expr import Cast, Column, Udf, literal
from alignc.ir.types import (
    BOOL,
    FLOAT32,
    FLOAT64,
    INT8,
    INT64,
    STRING,
    TIMESTAMP,
    UINT8,
    UINT64,
    DType,
)

from .building import at, same

NEW_YORK = "America/New_York"
NAN = math.nan


@pytest.mark.parametrize(
    ("value", "dtype", "result"),
    [
        (True, BOOL, True),
        (1, BOOL, True),
        (0.0, BOOL, False),
        (2, BOOL, None),
        (NAN, BOOL, None),
        ("true", BOOL, True),
        ("False", BOOL, False),
        ("0", BOOL, False),
        ("yes", BOOL, None),
        (True, INT64, 1),
        (False, UINT8, 0),
        (2.9, INT64, 2),
        (-2.9, INT64, -2),
        (NAN, INT64, None),
        (-math.inf, INT64, None),
        (1e30, INT64, None),
        (127, INT8, 127),
        (128, INT8, None),
        (-0.5, UINT8, 0),
        (-1, UINT64, None),
        (2**64 - 1, UINT64, 2**64 - 1),
        ("+12", INT64, 12),
        ("-007", INT64, -7),
        ("12.0", INT64, None),
        (" 12", INT64, None),
        ("1_0", INT64, None),
        ("\u0661", INT64, None),
        ("", INT64, None),
        (3, FLOAT64, 3.0),
        (True, FLOAT64, 1.0),
        ("1.5e3", FLOAT64, 1500.0),
        (".5", FLOAT64, 0.5),
        ("NaN", FLOAT64, NAN),
        ("-inf", FLOAT64, -math.inf),
        ("1,5", FLOAT64, None),
        ("x", FLOAT64, None),
        (0.1, FLOAT32, 0.10000000149011612),
        ("0.1", FLOAT32, 0.10000000149011612),
        (True, STRING, "true"),
        (12, STRING, "12"),
        (1.5, STRING, "1.5"),
        ("", STRING, ""),
        (UUID(int=1), STRING, "00000000-0000-0000-0000-000000000001"),
        (None, STRING, None),
    ],
)
def test_a_value_becomes_one_of_its_declared_type(
    value: object, dtype: DType, result: Value
) -> None:
    assert same(convert(value, dtype), result)


@pytest.mark.parametrize(
    ("value", "zone", "result"),
    [
        (datetime(2024, 1, 1, 7), "UTC", at(7)),
        (datetime(2024, 1, 1, 7), NEW_YORK, at(12)),
        (datetime(2024, 1, 1, 7, tzinfo=timezone(timedelta(hours=1))), NEW_YORK, at(6)),
        (date(2024, 1, 1), "UTC", at(0)),
        (date(2024, 1, 1), NEW_YORK, at(5)),
        ("2024-01-01", NEW_YORK, at(5)),
        ("2024-01-01T07:00:00", NEW_YORK, at(12)),
        ("2024-01-01 07:00:00.5Z", NEW_YORK, at(7, 0, 0, 500_000)),
        ("2024-01-01T07:00:00.123456789+02:00", "UTC", at(5, 0, 0, 123_456)),
        ("2024-01-01T07:00:00-0130", "UTC", at(8, 30)),
        ("2024-01-01T07:30", "UTC", at(7, 30)),
        ("2024-02-30", "UTC", None),
        ("2024-01-01T24:00:00", "UTC", None),
        ("2024-01-01T07", "UTC", None),
        ("20240101", "UTC", None),
        (" 2024-01-01", "UTC", None),
        ("", "UTC", None),
        ("9999-12-31T23:59:59-01:00", "UTC", None),
        # The clock goes from 02:00 to 03:00: 02:30 does not exist and is 03:30 in summer time.
        (datetime(2024, 3, 10, 2, 30), NEW_YORK, datetime(2024, 3, 10, 7, 30, tzinfo=UTC)),
        # The clock goes from 02:00 back to 01:00: 01:30 is there twice, the first is meant.
        (datetime(2024, 11, 3, 1, 30), NEW_YORK, datetime(2024, 11, 3, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_time_becomes_a_utc_instant(value: object, zone: str, result: Value) -> None:
    found = convert(value, TIMESTAMP, zone)
    assert found == result
    assert found is None or (isinstance(found, datetime) and found.tzinfo is UTC)


@pytest.mark.parametrize(("value", "dtype"), [(1, TIMESTAMP), (at(1), INT64), (at(1), BOOL)])
def test_types_with_nothing_in_common_are_an_error(value: object, dtype: DType) -> None:
    with pytest.raises(ValueError, match="cannot be converted"):
        convert(value, dtype)


def test_a_cast_converts_like_a_raw_value() -> None:
    assert same(evaluate(Cast(value=literal("12"), dtype=INT64), {}), 12)
    assert same(evaluate(Cast(value=literal(True), dtype=STRING), {}), "true")
    assert evaluate(Cast(value=Column(name="x"), dtype=INT8), {"x": 1000.5}) is None


def test_a_function_runs_its_polars_text_on_the_row() -> None:
    udf = Udf(
        dtype=FLOAT64,
        inputs=("x", "t"),
        texts=(("polars", "pl.col('x').fill_null(1) + pl.col('t').dt.hour()"),),
    )
    assert same(evaluate(udf, {"x": 2, "t": at(5), "y": "unused"}), 7.0)
    typed = {"x": INT64, "t": TIMESTAMP}
    assert same(evaluate(udf, {"x": None, "t": at(5)}, typed), 6.0)


def test_a_function_without_polars_text_runs_that_of_duckdb() -> None:
    udf = Udf(dtype=FLOAT64, inputs=("x y", "n"), texts=(("duckdb", '"x y" || n'),))
    typed = {"x y": STRING, "n": INT64}
    assert same(evaluate(udf, {"x y": "1.", "n": 5}, typed), 1.5)
    assert evaluate(udf, {"x y": None, "n": 5}, typed) is None


def test_a_function_without_a_text_for_either_is_an_error() -> None:
    with pytest.raises(ValueError, match="no text for polars or duckdb"):
        evaluate(Udf(dtype=INT64, inputs=("x",), texts=(("postgres", "x"),)), {"x": 1})
