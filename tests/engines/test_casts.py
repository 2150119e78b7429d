"""Every cast that is allowed, on values that hurt; the interpreter decides."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from alignc.conformance.examples import SOURCE, VIEW, feature, module_of, raw
from alignc.errors import Diagnostics
from alignc.interpreter.convert import convert
from alignc.interpreter.expressions import polars_dtype
from alignc.ir.casts import why_not
from alignc.ir.expr import Cast, Column
from alignc.ir.infer import infer_dtype
from alignc.ir.module import Derived
from alignc.ir.types import (
    BOOL,
    DATE,
    FLOAT64,
    INT8,
    INT64,
    JSON,
    STRING,
    TIMESTAMP,
    UINT8,
    UINT64,
    DType,
    decimal,
)
from tests.engines.everywhere import Engines

MONEY, EXACT, WHOLE = decimal(10, 2), decimal(38, 9), decimal(5, 0)

VALUES: dict[DType, list[object]] = {
    BOOL: [True, False, None],
    INT8: [-128, 127, 0, None],
    INT64: [2**63 - 1, -(2**63), 0, 1, 99999, 100000, -99999999, None],
    FLOAT64: [
        *(0.5, -0.5, 1.5, 2.675, 1.005, -1.005, 0.285, -0.0, 1e-7, 1.5e-9, 12345678.905),
        *(2.0**63, -(2.0**63), 127.9, 128.0, 1e22, 99999999.994, 99999999.995, 1e300),
        *(math.nan, math.inf, -math.inf, None),
    ],
    STRING: [
        *("1", "+1", "-0", "007", " 1", "1 ", "1.5", "1.", ".5", "-.5", ".", "", "abc", "1e3"),
        *("0.125", "0.1249999", "-0.125", "99999999.995", "99999999.994", "1" * 40),
        *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "128", "-128"),
        *(
            "true",
            "FALSE",
            "t",
            "yes",
            "0",
            "nan",
            "NaN",
            "inf",
            "-Infinity",
            "1_000",
            "0x1",
            "\u0661",
        ),
        *("2016-02-29", "2015-02-29", "1900-02-29", "2000-02-29", "2016-04-31", "2016-2-9"),
        *("20160229", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2016-02-29\n"),
        *("2016-02-29 00:00", "2016-13-01", "2016-00-10", "2016-01-00", "1\n", None),
    ],
    DATE: [date(1, 1, 1), date(1969, 12, 31), date(9999, 12, 31), None],
    MONEY: [Decimal(text) for text in ("0.00", "0.05", "-0.05", "1.50", "-127.99", "99999999.99")]
    + [None],
    EXACT: [
        Decimal(text)
        for text in ("0.125000000", "-0.125000000", "0.124999999", "99999999.995000000", "0.5")
    ]
    + [None],
}

TYPES = [
    BOOL,
    INT8,
    UINT8,
    INT64,
    UINT64,
    FLOAT64,
    STRING,
    JSON,
    DATE,
    TIMESTAMP,
    MONEY,
    EXACT,
    WHOLE,
]


@pytest.mark.parametrize("given", VALUES, ids=str)
def test_casts(engines: Engines, given: DType) -> None:
    features = [raw("id", INT64, "entity")]
    features.append(raw("x", given))
    for number, to in enumerate(TYPES):
        if to != given and why_not(given, to) is None:
            compute = Derived(expr=Cast(value=Column(name="x"), dtype=to))
            features.append(feature(f"to_{number}", to, compute))
    values = [convert(value, given) for value in VALUES[given]]
    frame = pl.DataFrame(
        [pl.Series("id", range(len(values))), pl.Series("x", values, polars_dtype(given))]
    )
    engines.check_view(module_of(features), VIEW, {SOURCE: frame})


def test_what_casts_give() -> None:
    cases: list[tuple[object, DType, object]] = [
        (2.675, MONEY, Decimal("2.68")),
        (-1.005, MONEY, Decimal("-1.01")),
        ("0.1249999", MONEY, Decimal("0.12")),
        ("99999999.995", MONEY, None),
        (100000, WHOLE, None),
        ("1e3", MONEY, None),
        (Decimal("-127.99"), INT8, -127),
        (2, BOOL, None),
        (date(2016, 2, 29), TIMESTAMP, datetime(2016, 2, 29, tzinfo=UTC)),
        (Decimal("1.50"), STRING, "1.50"),
    ]
    for value, to, result in cases:
        assert convert(value, to) == result, (value, to)


def test_what_differs_between_engines_is_refused() -> None:
    for given, to in ((FLOAT64, STRING), (TIMESTAMP, DATE), (STRING, TIMESTAMP), (DATE, INT64)):
        found = Diagnostics()
        assert infer_dtype(Cast(value=Column(name="x"), dtype=to), {"x": given}, found) is None
        assert [d.code for d in found.items] == ["ALN104"]
