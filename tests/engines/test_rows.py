"""Row-wise methods as users write them, over hostile rows, on all engines."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.engines.everywhere import Engines, module_of

NAN, INF = float("nan"), float("inf")

NUMBERS = """
@feature_view(name="v", source=FileSource.parquet_at("values.parquet"))
class V:
    k = Int64().as_entity()
    i = Int64()
    n = Int32()
    u = UInt32()
    x = Float64()
    y = Float64()
    f = Float32()

    floored = i // 7
    down = -i // n
    left = i % 7
    right = i % -n
    turned = 100 % n
    parts = x // 0.5
    rest = x % y
    mixed = n % 2.5
    square = x ** 2
    root = x ** 0.5
    inverse = x ** -1
    power = x ** n
    free = y ** x
    doubled = 2 ** n
    whole = n ** 2
    signs = x.sign()
    whole_sign = n.sign()
    clipped = x.clip(-1, 1.5)
    above = i.clip(lower=0)
    below = u.clip(upper=5)
    low = min_of(x, y, n)
    high = max_of(x, y, 0)
    e = x.exp()
    ln = x.log()
    lb = u.log(2)
    lg = x.log10()
    lp = x.log1p()
    s = x.sin()
    c = n.cos()
    t = f.tan()
    ct = x.cot()
    asin = x.arcsin()
    acos = f.arccos()
    atan = x.arctan()
    sh = f.sinh()
    ch = f.cosh()
    th = x.tanh()
    ash = x.arcsinh()
    ach = x.arccosh()
    ath = x.arctanh()
    deg = x.degrees()
    rad = n.radians()
    sigmoid = 1 / (1 + (0 - x).exp())
    nan = x.is_nan()
    number = f.is_not_nan()
    finite = x.is_finite()
    infinite = n.is_infinite()
    between = x.is_between(y, 2)
    one_of = n.is_in([1, 1, -2, 2.5])
    none_of = ~n.is_in([])
    either = (x > 0) ^ (y > 0)
    not_either = True ^ (x > 0)
    size = when(x < 0).then("below").when(x.is_nan()).then("none").otherwise("above")
    half = when(n > 0).then(n / 2)
    fewer = when(y > x).then(None).when(x > 0).then(x).otherwise(n)
    nested = when(x > 0).then(when(y > 0).then(1).otherwise(2)).otherwise(3) + 1
"""


def test_numbers(engines: Engines, tmp_path: Path) -> None:
    floats = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-12, 700.0, NAN, INF, -INF, None]
    rows = [
        {"i": i, "n": n, "u": abs(n) if n is not None else None, "x": x, "y": y, "f": x}
        for (x, i, n), y in zip(
            zip(
                floats,
                [2**63 - 1, -(2**63), 0, -7, 7, 13, -13, 3, None, 1, 2**53 + 1, -1],
                [0, 1, -1, 2, -2, 3, 7, 40, -1, None, 2, 2**31 - 1],
                strict=True,
            ),
            [*floats[5:], *floats[:5]],
            strict=True,
        )
    ]
    schema = {
        "k": pl.Int64,
        "i": pl.Int64,
        "n": pl.Int32,
        "u": pl.UInt32,
        "x": pl.Float64,
        "y": pl.Float64,
        "f": pl.Float32,
    }
    frame = pl.DataFrame([{"k": k, **row} for k, row in enumerate(rows)], schema=schema)
    for optimize in (True, False):
        found = engines.check_view(
            module_of(NUMBERS, tmp_path), "v", {"values": frame}, optimize=optimize
        )
    by_key = {row["k"]: row for row in found}
    assert by_key[3]["floored"] == -1
    assert by_key[3]["left"] == 0
    assert by_key[0]["inverse"] is None
    assert by_key[5]["root"] is None
    assert by_key[4]["half"] is None
    assert by_key[8]["size"] == "none"


TEXTS = r"""
@feature_view(name="v", source=FileSource.parquet_at("values.parquet"))
class V:
    k = Int64().as_entity()
    a = String().validate_regex("^.").validate_startswith("").validate_endswith("")
    b = String()

    long = a.length()
    small = a.lower()
    capital = a.upper()
    bare = a.strip()
    left = a.lstrip("x ")
    right = a.rstrip("x ")
    both = a.append(b)
    more = a.append("-", b, "'", k)
    before = a.prepend("it's ")
    shown = format_string([a, k, b], "{}: {{{}}} \"{}\" \\ 100%")
    starts = a.starts_with("a")
    starts_like = a.starts_with(b)
    ends = a.ends_with("%")
    ends_like = a.ends_with(b)
    has = a.contains(".", literal=True)
    at = a.find("b")
    first = a.slice(0, 1)
    middle = a.slice(1, 2)
    last = a.slice(-2)
    inner = a.slice(-3, 2)
    plain = a.replace(".", "$1", literal=True)
    digits = a.replace(r"\d+", "\\0")
    several = a.replace({"[aeiou]": "*", "b": "", "\\*+": "+"})
"""


def test_texts(engines: Engines, tmp_path: Path) -> None:
    texts = [
        "abc",
        "",
        " \t\r\nx a.b x\u00a0",
        "Stra\u00dfe \u0130\u01c5\u039f\u03a3",
        "e\u0301\U0001f600b",
        "100%",
        "12345678901234567890",
        "-7",
        'it\'s \\ "b" {a} $1 -- /*',
        "line\nbreak\x0b",
        None,
    ]
    rows = [{"k": k, "a": a, "b": texts[(k * 3 + 1) % len(texts)]} for k, a in enumerate(texts)] + [
        {"k": 50, "a": "xyab", "b": "ab"},
        {"k": 51, "a": "a", "b": ""},
    ]
    frame = pl.DataFrame(rows, schema={"k": pl.Int64, "a": pl.String, "b": pl.String})
    for optimize in (True, False):
        found = engines.check_view(
            module_of(TEXTS, tmp_path), "v", {"values": frame}, optimize=optimize
        )
    by_key = {row["k"]: row for row in found}
    assert by_key[0]["shown"] == 'abc: {0} "" \\ 100%'
    assert by_key[2]["bare"] == "x a.b x\u00a0"
    assert by_key[5]["digits"] == "\\0%"
    assert by_key[0]["several"] == "+c"
    assert by_key[50]["ends_like"] is True
    assert by_key[10]["more"] is None


USER_CODE = r"""
def halves(x, y):
    "Half of both."
    return (x + y) / 2

@feature_view(name="v", source=FileSource.parquet_at("values.parquet"))
class V:
    k = Int64().as_entity()
    a = String()
    x = Float64()

    near = sql_expression(
        {
            "duckdb": "LEVENSHTEIN(a, 'abc')",
            "postgres": "CASE a WHEN 'abc' THEN 0 WHEN '' THEN 3 END",
            "polars": "pl.col('a').replace_strict({'abc': 0, '': 3}, default=None)",
            "pyspark": "levenshtein(a, 'abc')",
        },
        Int64(),
        inputs=[a],
    )
    plain = sql_expression(
        {"duckdb": "x + k", "postgres": "x + k", "polars": "pl.col('x') + pl.col('k')",
         "pyspark": "x + k"},
        Float64,
    )
    double = x.transform_polars(
        lambda x: x * 2, as_dtype=Float64(), duckdb="x * 2", postgres="x * 2", pyspark="x * 2"
    )
    half = x.transform_polars(
        halves, as_dtype=Float64(), using_features=[x, double],
        duckdb="(x + double) / 2", postgres='(x + "double") / 2', pyspark="(x + double) / 2",
    )
    @transform_polars(
        using_features=[double, x], return_type=Float64(),
        duckdb='ABS("double" - x)', postgres='ABS("double" - x)', pyspark="abs(double - x)",
    )
    def gap(self, above, below):
        between = above - below
        return between.abs()

    more = near + half + 0 * gap
"""


def test_user_code(engines: Engines, tmp_path: Path) -> None:
    rows = [
        {"k": 1, "a": "abc", "x": 1.0},
        {"k": 2, "a": "", "x": -2.5},
        {"k": 3, "a": None, "x": None},
    ]
    frame = pl.DataFrame(rows, schema={"k": pl.Int64, "a": pl.String, "x": pl.Float64})
    for optimize in (True, False):
        found = engines.check_view(
            module_of(USER_CODE, tmp_path), "v", {"values": frame}, optimize=optimize
        )
    assert {row["k"]: row["more"] for row in found} == {1: 1.5, 2: -0.75, 3: None}
