"""Arithmetic of decimals, as definitions write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from alignc.errors import DefinitionError
from alignc.ir.types import FLOAT64, INT64, decimal
from tests.engines.everywhere import Engines, module_of

D = Decimal
T0 = datetime(2026, 1, 1, tzinfo=UTC)

PRICES = """
import decimal

@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    id = Int64().as_entity()
    t = EventTimestamp()
    price = Decimal(10, 2)
    rate = Decimal(6, 4)
    pieces = Int32()
    many = UInt64()
    weight = Float()

    total = price * pieces
    most = many * price
    taxed = price * (1 + rate)
    discount = decimal.Decimal("0.85") * price
    less = 100 - price
    minus = -price
    size = abs(price - 50)
    short = round(taxed, 2)
    cents = (price * 100).floor()
    euros = price.ceil()
    sign = price.sign()
    heavy = price * weight
    share = price / total
    root = price.sqrt()
    bounded = price.clip(0, decimal.Decimal("99.5"))
    higher = max_of(price, rate)
    filled = price.fill_na(0)
    picked = when(price > 0).then(price).otherwise(rate)
    is_listed = price.is_in([1, decimal.Decimal("2.50")])
    week = price.aggregate(where=price > 1).over(days=7).sum()
    all_time = (price * 2).aggregate().sum()
    change = all_time - week
"""

TYPES = {
    "total": decimal(20, 2),
    "most": decimal(30, 2),
    "taxed": decimal(17, 6),
    "discount": decimal(12, 4),
    "less": decimal(11, 2),
    "minus": decimal(10, 2),
    "size": decimal(11, 2),
    "short": decimal(18, 6),
    "cents": INT64,
    "sign": INT64,
    "heavy": FLOAT64,
    "share": FLOAT64,
    "bounded": decimal(10, 2),
    "higher": decimal(12, 4),
    "filled": decimal(10, 2),
    "all_time": decimal(38, 2),
    "change": decimal(38, 2),
}


def test_arithmetic_of_decimals(engines: Engines, tmp_path: Path) -> None:
    module = module_of(PRICES, tmp_path)
    types = {f.name: f.dtype for f in module.view_by_name["prices"].features}
    assert {name: types[name] for name in TYPES} == TYPES
    frame = pl.DataFrame(
        {
            "id": [1, 1, 2, 2, 3],
            "t": [T0, T0 + timedelta(days=30), T0, T0 + timedelta(days=1), T0],
            "price": [D("2.50"), D("99999999.99"), D("-0.01"), D("-99999999.99"), None],
            "rate": [D("0.2500"), D("99.9999"), D("-0.0001"), D("0"), D("0.1")],
            "pieces": [3, 2**31 - 1, 0, -(2**31), 7],
            "many": [2**64 - 1, 2**64 - 1, 1, 0, None],
            "weight": [0.1, float("inf"), float("nan"), None, 1.0],
        },
        schema_overrides={
            "price": pl.Decimal(10, 2),
            "rate": pl.Decimal(6, 4),
            "pieces": pl.Int32,
            "many": pl.UInt64,
        },
    )
    found = engines.check_view(module, "prices", {"prices": frame})
    rows = {row["price"]: row for row in found}
    low, high = rows[D("2.50")], rows[D("99999999.99")]
    assert (low["taxed"], low["short"], low["discount"]) == (D("3.125"), D("3.13"), D("2.125"))
    assert high["total"] == D("214748364678525163.53")
    assert high["most"] == D("1844674407186487720762904483.85")
    assert (high["week"], high["change"]) == (D("99999999.99"), D("100000004.99"))
    assert rows[D("-0.01")]["minus"] == D("0.01")
    assert rows[None]["filled"] == D(0)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("wide * exact", "the result may need 44 digits, 37 are the most"),
        ("wide + tiny", "the result may need 57 digits, 38 are the most"),
        ("exact // 2", "`x` must be an integer or a float, it is Decimal(24, 6)"),
        ("exact % exact", "`x` must be an integer or a float, it is Decimal(24, 6)"),
    ],
)
def test_what_has_no_room_is_refused(expression: str, message: str, tmp_path: Path) -> None:
    text = f"""
@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    wide = Decimal(20, 0)
    exact = Decimal(24, 6)
    tiny = Decimal(38, 36)
    made = {expression}
"""
    with pytest.raises(DefinitionError) as failure:
        module_of(text, tmp_path)
    (found,) = failure.value.diagnostics
    assert (found.code, message in found.message) == ("ALN104", True), found.message
    assert found.hint == "cast to a decimal with fewer digits, or to `Float64`"
