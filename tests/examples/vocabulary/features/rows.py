"""A bit of everything that is computed on one row."""

import math
from datetime import timedelta

import polars as pl

from alignc import *


@feature_view(name="rows", source=FileSource.csv_at("rows.csv", csv_config=CsvConfig(null_values=["-"])))
class Rows:
    """All kinds of features of a row."""

    id = Int64().as_entity()
    at = EventTimestamp(time_zone="Europe/Oslo")
    x = Float().description("A number; with 'quotes', \"both\", and a \\ in it.")
    n = Int32()
    big = UInt64()
    s = String()
    day = Date()
    price = Decimal(10, 2)
    flag = Bool()

    floor_divided = n // 7
    rest = n % 7
    rest_of_float = x % 7
    wide = big + n
    squared = x**2
    powered = x**n
    logarithm = x.log()
    logarithm_near_one = x.log1p()
    exponential = x.exp()
    sign = x.sign()
    clipped = x.clip(0, 10)
    rounded = round(x, 2)
    low = math.floor(x)
    sine = x.sin()
    arc = x.arcsin()
    hyperbolic = x.arctanh()
    is_nan = x.is_nan()
    is_not_nan = x.is_not_nan()
    is_finite = x.is_finite()
    between = x.is_between(1, 2)
    least = min_of(x, n, 3)
    length = s.length()
    lower = s.lower()
    upper = s.upper()
    stripped = s.strip()
    replaced = s.replace({"a+": "b"})
    replaced_text = s.replace("a", "b", literal=True)
    begins = s.starts_with("ab")
    longer = s.append("!").prepend("x-")
    part = s.slice(-3, 2)
    place = s.find("b")
    matches = s.contains(r"^[a-z]+\d?$")
    whole = s.cast(Int64())
    kind = when(x > 10).then("large").when(x > 1).then("medium").otherwise("small")
    hashed = hash_from([s, n])
    category = s.ordinal_categories(["low", "high"])
    [is_low, is_high] = s.one_hot_encode(["low", "high"])
    known = s.is_in(["low", "high"])
    filled = x.fill_na(0)
    either = flag & known
    hour = at.hour()
    start_of_day = at.truncate("hour")
    later = at + timedelta(days=1)
    age = day.date_component("year")
    tomorrow = day + timedelta(days=1)
    is_dear = price > 10
    total = 2 * price * n - price
    quarter_hour = at.floor(timedelta(minutes=15))
    as_float = price.cast(Float())
    half = x.transform_polars(
        pl.col("x") / 2, as_dtype=Float(), duckdb="x / 2", postgres="x / 2", pyspark="x / 2"
    )

    @transform_polars(
        using_features=[s], return_type=String(), duckdb="s || '.'", postgres="s || '.'", pyspark="s || '.'"
    )
    def sentence(self, text):
        "A text with its point."
        point = pl.lit(".")
        return text + point
