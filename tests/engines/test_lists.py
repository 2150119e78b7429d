"""Lists and embeddings where they come in, meet and go out: sources, ties, joins, windows, files."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import psycopg
import pytest

from alignc.artifacts.view import view_plan
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.driver import job_of, optimized
from alignc.errors import DefinitionError
from alignc.interpreter import interpret_view
from alignc.ir.module import Module
from alignc.verify.engines.postgres import load_table
from tests.engines import run
from tests.engines.everywhere import Engines, module_of
from tests.engines.times import T0, TIME, asked, at

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NAN, INF = float("nan"), float("inf")

BASKETS = """
import decimal
from datetime import date

@feature_view(name="baskets", source=FileSource.parquet_at("baskets.parquet"))
class Baskets:
    k = Int64().as_entity()
    t = EventTimestamp()
    tags = List(String()).min_length(1).description("What is in it.")
    counts = List(Int32())
    prices = List(Float64)
    days = List(Date())
    paid = List(Bool())
    exact = List(Decimal(10, 2))
    waits = List(Duration())
    small = List(UInt8())
    code = String()

    n = tags.length()
    has_a = tags.contains("a")
    has_code = tags.contains(code)
    has_count = counts.contains(2)
    has_day = days.contains(date(2024, 2, 29))
    has_price = exact.contains(decimal.Decimal("1.5"))
    has_wait = waits.contains(timedelta(seconds=1))
    has_paid = paid.contains(True)
    has_any = tags.contains_any(["b", "it's", None])
    has_small = small.contains_any([255, 0])
    first = tags.at_index(0)
    latest = prices.at_index(-1)
    twice = counts.at_index(1) * 2
    parts = code.split("|")
    second = code.split("|").at_index(1)
    has_part = tags.contains_any(parts)
    known = tags.fill_na([])
    counted = counts.fill_na([1, 2])
    given = prices.fill_na([0.5, float("nan")])
    dated = days.fill_na([date(2026, 1, 1), None])
    sums = exact.fill_na([decimal.Decimal("1.5")])
    waited = waits.fill_na([timedelta(hours=1)])
    there = tags.is_not_null()
    chosen = when(has_a).then(tags).otherwise(parts)
    some = when(has_a).then(tags)
    size = prices.dot_product(prices)
    times = tags.aggregate(where=has_a).count()

baskets = Baskets()

@model_contract(name="m", input_features=[baskets])
class M:
    pass

With = Baskets.filter("with", lambda v: v.tags.contains("a"))

@feature_view(name="latest", source=With)
class Latest:
    k = Int64().as_entity()
    t = EventTimestamp()
    tags = List(String())
    prices = With().prices
    n = tags.length()
    first_price = prices.at_index(0)

@feature_view(name="both", source=Latest.vstack(With))
class Both:
    k = Int64().as_entity()
    tags = List(String())
"""

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "k": pl.Int64,
    "t": TIME,
    "tags": pl.List(pl.String),
    "counts": pl.List(pl.Int32),
    "prices": pl.List(pl.Float64),
    "days": pl.List(pl.Date),
    "paid": pl.List(pl.Boolean),
    "exact": pl.List(pl.Decimal(10, 2)),
    "waits": pl.List(pl.Duration("us")),
    "small": pl.List(pl.UInt8),
    "code": pl.String,
}
ROWS = pl.DataFrame(
    [
        (
            *(1, T0, ["a", "b", None], [1, 2], [1.5, NAN], [date(2024, 2, 29), None]),
            *([True, None], [Decimal("1.50")], [timedelta(seconds=1)], [255, None], "a|b"),
        ),
        (1, T0, [], [], [], [], [], [], [], [], ""),
        (1, T0, ["it's", "b"], None, [None], None, [None], [None], None, None, "|b|"),
        (2, T0, None, None, None, None, None, None, None, None, None),
        (2, T0, [None], [None], [-0.0, INF], [date(1, 1, 1)], [False], [], [], [0], "x"),
        (None, T0, ["a"], [2**31 - 1, -(2**31)], [1e100], [], [], [], [], [], "a"),
    ],
    schema=SCHEMA,
    orient="row",
)


@pytest.mark.parametrize("optimize", [True, False])
def test_lists_of_all_types(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(BASKETS, tmp_path)
    rows = engines.check_view(module, "baskets", {"baskets": ROWS}, optimize=optimize)
    assert [row["n"] for row in rows] == [3, 0, 2, None, 1, 1]
    assert [row["has_any"] for row in rows] == [True, False, True, None, False, False]
    assert [row["has_part"] for row in rows] == [True, False, True, None, False, True]
    assert [row["has_code"] for row in rows] == [False, False, False, None, False, True]
    assert [row["has_price"] for row in rows] == [True, False, False, None, False, False]
    assert [row["parts"] for row in rows] == [["a", "b"], [""], ["", "b", ""], None, ["x"], ["a"]]
    assert rows[3]["known"] == []
    assert rows[3]["dated"] == [date(2026, 1, 1), None]
    assert [row["some"] for row in rows][:2] == [["a", "b", None], None]
    assert [row["times"] for row in rows] == [1, 1, 1, 0, 0, 0]
    for view in ("latest", "both"):
        engines.check_view(module, view, {"baskets": ROWS}, optimize=optimize)
    found = engines.check_dataset(
        module,
        "m",
        {"baskets": ROWS},
        asked([1, 2, 3, None], [T0, T0, T0, T0]),
        optimize=optimize,
    )
    # The rows of a key have one time: the greatest list is the latest, here "it's" is above "a".
    assert [row["tags"] for row in found] == [["it's", "b"], [None], None, None]


TIES = """
@feature_view(name="ties", source=FileSource.parquet_at("ties.parquet"))
class Ties:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = List({kind})

    latest = x.at_index(0).aggregate().over(hours=1).last_k(9)
    n = x.aggregate().over(rows=1).count()

@feature_view(name="written", source=FileSource.parquet_at("ties.parquet"))
class Written:
    k = Int64().as_entity()
    t = EventTimestamp()
    since = Timestamp().as_created_at()
    until = Timestamp().as_valid_to()
    x = List({kind})

    latest = x.at_index(0).aggregate().over(hours=1).last_k(9)

ties, written = Ties(), Written()

@model_contract(name="m", input_features=[ties, written.x.with_name("y"), written.latest.with_name("z")])
class M:
    pass
"""


@pytest.mark.parametrize(
    ("kind", "stored", "in_order"),
    [
        (
            "String()",
            pl.List(pl.String),
            [None, [], [""], ["B"], ["a"], ["a", "b"], ["a", None], ["b"], ["é"], [None]],
        ),
        (
            "Float64()",
            pl.List(pl.Float64),
            [None, [], [-INF], [-0.0, 1.0], [0.0, 2.0], [1.0], [INF], [NAN], [NAN, NAN], [None]],
        ),
    ],
)
def test_lists_have_an_order(
    engines: Engines, tmp_path: Path, kind: str, stored: pl.DataType, in_order: list[object]
) -> None:
    module = module_of(TIES.format(kind=kind), tmp_path)
    times: dict[str, pl.DataType | type[pl.DataType]] = {
        "k": pl.Int64,
        "t": TIME,
        "since": TIME,
        "until": TIME,
    }
    for count in range(1, len(in_order) + 1, 3):
        rows = [(1, T0, T0, None, x) for x in in_order[:count]]
        ties = pl.DataFrame(rows, schema={**times, "x": stored}, orient="row").sample(
            fraction=1, shuffle=True, seed=count
        )
        (found,) = engines.check_dataset(module, "m", {"ties": ties}, asked([1], [T0]))
        assert str(found["x"]) == str(found["y"]) == str(in_order[count - 1])


EVENTS = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Float64()
    s = String()
    d = Date()
    m = Decimal(8, 2)

    ever = x.aggregate().last_k(3)
    hour = s.aggregate().over(hours=1).last_k(2)
    left = s.aggregate().over(hours=1, closed="left").last_k(2)
    before = s.aggregate().over(hours=1).offset(minutes=30).last_k(2)
    rows = x.aggregate().over(rows=2).last_k(5)
    high = s.aggregate(where=x > 1).last_k(2)
    of_a, of_b = x.aggregate().by(s, ["a", "b"]).last_k(1)
    days = d.aggregate().last_k(2)
    money = m.aggregate().last_k(2)
    moments = t.aggregate().last_k(2)
    next = x.aggregate().over_next(hours=2).last_k(2)

    n = ever.length()
    newest = hour.at_index(-1)
    has_a = hour.contains("a")
    is_new = moments.contains(t)
    total = ever.dot_product(ever)
    filled = hour.fill_na(["nothing"])
    joined = s.aggregate().over(hours=1).concat("")

events = Events()

@model_contract(name="m", input_features=[
    events.ever, events.hour, events.left, events.before, events.rows, events.high, events.of_a,
    events.of_b, events.days, events.money, events.moments, events.n, events.newest, events.has_a,
    events.total, events.filled, events.joined,
])
class M:
    then = events.next.as_regression_label()

@feature_view(name="written", source=FileSource.parquet_at("events.parquet"))
class Written:
    k = Int64().as_entity()
    t = EventTimestamp(availability_delay=timedelta(minutes=10))
    c = Timestamp().as_created_at()
    s = String()

    hour = s.aggregate().over(hours=2).last_k(2)
    ever = s.aggregate().last_k(2)

written = Written()

@model_contract(name="w", input_features=[written.hour, written.ever])
class W:
    pass
"""


@pytest.mark.parametrize("optimize", [True, False])
def test_the_last_values_of_windows(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(EVENTS, tmp_path)
    hours = at(0, 0.25, 0.5, 0.5, 1, 1.5, 0, 0)
    events = pl.DataFrame(
        {
            "k": [1, 1, 1, 1, 1, 1, 2, None],
            "t": hours,
            "c": at(0, 3, 0.5, 0.5, 1, 1.5, 0, 0),
            "x": [1.0, 2.0, NAN, None, 5.0, -0.0, None, 7.0],
            "s": ["a", "b", "", "c", None, "a", None, "a"],
            "d": [date(2026, 1, i) for i in range(1, 9)],
            "m": [Decimal(f"{i}.50") for i in range(8)],
        },
        schema_overrides={"t": TIME, "c": TIME, "m": pl.Decimal(8, 2)},
    )
    entities = asked([1, 1, 1, 2, 3, None, 1], at(1, 0.5, 9, 0, 0, 0, None))
    for source in (events, events.reverse()):
        found = engines.check_dataset(module, "m", {"events": source}, entities, optimize=optimize)
        first = found[0]
        assert [first["hour"], first["left"], first["before"]] == [["c", ""], ["c", ""], ["c", ""]]
        assert first["high"] == ["b", ""]
        assert [first["of_a"], first["of_b"]] == [[1.0], [2.0]]
        assert [first["newest"], first["has_a"], first["n"]] == ["", False, 3]
        assert str(first["rows"]) == "[nan, 5.0]"
        assert first["next"] == [-0.0]
        assert found[2]["hour"] is None
        assert found[2]["filled"] == ["nothing"]
        assert found[3]["ever"] is None
        assert found[4]["days"] is None
        late = engines.check_dataset(module, "w", {"events": source}, entities, optimize=optimize)
        # This view does not read the column that decides there.
        # "b" is written after that time, and what happened less than ten minutes ago is not known.
        assert [row["hour"] for row in late[:2]] == [["", "c"], ["a"]]
        engines.check_view(module, "events", {"events": source}, optimize=optimize)


VECTORS = """
@feature_view(name="vectors", source=FileSource.parquet_at("vectors.parquet"))
class Vectors:
    k = Int64().as_entity()
    a = Embedding(2).is_required()
    b = Embedding(embedding_size=2)
    c = List(Float64())
    w = Float32()

    product = a.dot_product(b)
    distance = a.euclidean_distance(b)
    old = a.eucledian_distance(b)
    angle = a.cosine_similarity(b)
    mixed = a.dot_product(c)
    far = c.euclidean_distance(b)
    near = c.cosine_similarity(c)
    second = a.at_index(-1)
    n = a.length()
    filled = b.fill_na(a)
    one = b.fill_na([1, 0.1])
    wide = w * 3

vectors = Vectors()

@model_contract(name="m", input_features=[vectors.a, vectors.product, vectors.angle])
class M:
    pass
"""


@pytest.mark.parametrize("stored", [pl.List(pl.Float32), pl.List(pl.Float64), pl.List(pl.Int16)])
def test_embeddings(engines: Engines, tmp_path: Path, stored: pl.DataType) -> None:
    module = module_of(VECTORS, tmp_path)
    is_float = stored != pl.List(pl.Int16)
    # Of 64 bits, 32 are left.
    precise: list[float | None] = [0.1, 2.0**24 + 1] if is_float else [5, 5]
    a: list[list[float | None] | None] = [
        [1, 2],
        [3, 4],
        [1, 2, 3],
        [],
        None,
        [1, None],
        [0, 0],
        [7, -7],
        precise,
    ]
    b = [[2, 1], None, [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [-7, 7], [2, 0]]
    c = [
        [0.5, NAN],
        [1.0],
        [1.0, 2.0],
        [],
        None,
        [None, 1.0],
        [0.0, 0.0],
        [1e-100, INF],
        [0.1, 0.2],
    ]
    source = pl.DataFrame(
        {"k": range(9), "a": a, "b": b, "c": c, "w": [0.1] * 9},
        schema={
            "k": pl.Int64,
            "a": stored,
            "b": stored,
            "c": pl.List(pl.Float64),
            "w": pl.Float64,
        },
    )
    rows = engines.check_view(module, "vectors", {"vectors": source})
    assert [row["a"] for row in rows][2:6] == [None] * 4
    assert [row["product"] for row in rows] == [
        4.0,
        None,
        None,
        None,
        None,
        None,
        0.0,
        -98.0,
        2 * 0.10000000149011612 if is_float else 10.0,
    ]
    assert [row["angle"] for row in rows][6] is None
    assert rows[1]["one"] == [1.0, 0.10000000149011612]
    assert rows[1]["w"] == 0.10000000149011612
    entities = pl.DataFrame({"k": [7, None, 9]})
    found = engines.check_dataset(module, "m", {"vectors": source}, entities)
    assert [row["a"] for row in found] == [[7.0, -7.0], None, None]


LOCAL = """
@feature_view(name="v", source={source})
class V:
    k = Int64().as_entity()
    a = List(String())
    b = List(Float64())
    c = List(Int64())
    d = List(Date())
    e = List(Decimal(10, 2))
    f = List(Bool())
    g = Embedding(2)
    found = a.contains("x")
"""

STORED = pl.DataFrame(
    {
        "k": [1, 2, 3],
        "a": [["x", 'q"\\,{}', None], [], None],
        "b": [[1.5, NAN, None], [], None],
        "c": [[2**62, None], [], None],
        "d": [[date(2024, 2, 29), None], [], None],
        "e": [[Decimal("-1.25"), None], [], None],
        "f": [[True, None], [], None],
        "g": [[0.5, 1.0], [1.0], None],
    },
    schema_overrides={"e": pl.List(pl.Decimal(10, 2)), "g": pl.List(pl.Float32)},
)


def programs(module: Module, folder: Path) -> dict[str, Path]:
    """The programs in Python of the view `v`."""
    view = module.view_by_name["v"]
    job = job_of(module, optimized(view_plan(module, view)), view, 1)
    made: dict[str, Path] = {}
    for engine, text in (("polars", emit_polars(job)), ("pyspark", emit_pyspark(job))):
        made[engine] = folder / f"{engine}.py"
        made[engine].write_text(text, encoding="utf-8")
    return made


def test_arrays_of_a_table(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polars reads them; PySpark needs a driver that is not at hand."""
    module = module_of(
        LOCAL.format(source='PostgreSQLConfig("LISTS_URL").table("lists")'), tmp_path
    )
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS public.lists")
        load_table(connection, "lists", STORED)
    monkeypatch.setenv("LISTS_URL", postgres_url)
    out = tmp_path / "out.parquet"
    main = runpy.run_path(str(programs(module, tmp_path)["polars"]))["main"]
    assert main(["--output", str(out)]) == 0
    expected = interpret_view(module, "v", {"lists": STORED.to_dicts()})
    run.assert_same(expected, pl.read_parquet(out), "polars", ordered=False)


def test_a_csv_file_has_no_lists(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert spark is not None
    module = module_of(LOCAL.format(source='FileSource.parquet_at("s.parquet")'), tmp_path)
    parquet, csv = tmp_path / "s.parquet", tmp_path / "s.csv"
    STORED.write_parquet(parquet)
    STORED.select(pl.exclude("k").is_null(), "k").write_csv(csv)
    for engine, program in programs(module, tmp_path).items():
        main = runpy.run_path(str(program))["main"]
        out = tmp_path / f"{engine}.csv"
        assert main([f"--source=s={parquet}", "--output", str(out)]) == 2
        assert f"error: ALN507 {out} cannot be written: " in capsys.readouterr().err
        assert not out.exists()
        assert main([f"--source=s={csv}", "--output", str(tmp_path / "out.parquet")]) == 2
        assert 'error: ALN505 source `s`: column "a" has type ' in capsys.readouterr().err
    ragged = STORED.with_columns(
        b=pl.Series([["1.5", "x"], [], None]),
        # Of a fixed length.
        g=pl.Series([[0.5, 1.0], [1.0, None], None], dtype=pl.Array(pl.Float64, 2)),
    )
    ragged.write_parquet(parquet)
    for engine, program in programs(module, tmp_path).items():
        main = runpy.run_path(str(program))["main"]
        out = tmp_path / f"{engine}.parquet"
        assert main([f"--source=s={parquet}", "--output", str(out)]) == 0
        parts = sorted(out.glob("part-*")) if out.is_dir() else [out]
        read = pl.concat([pl.read_parquet(part) for part in parts])
        assert read["b"].to_list() == [[1.5, None], [], None]
        assert read["g"].to_list() == [[0.5, 1.0], None, None]
        STORED.with_columns(c=pl.Series([[0.5], [], None])).write_parquet(tmp_path / "t.parquet")
        wrong = f"--source=s={tmp_path / 't.parquet'}"
        assert main([wrong, "--output", str(tmp_path / "out.parquet")]) == 2
        assert 'error: ALN505 source `s`: column "c" has type ' in capsys.readouterr().err


REFUSED = """
@feature_view(name="v", source=FileSource.{format}_at("s.{format}"))
class V:
    k = Int64().as_entity()
    tags = List(String())
    counts = List(Int8())
    vector = Embedding(3)
    other = Embedding(4)
    made = {made}
"""


@pytest.mark.parametrize(
    ("made", "code", "message"),
    [
        ("tags.contains(1)", "ALN104", "1 is no String"),
        ("counts.contains(200)", "ALN104", "200 is no Int8"),
        ("counts.contains(k)", "ALN104", "there is no Int64 in a List[Int8]"),
        ("counts.contains(None)", "ALN116", "nothing equals a null"),
        ("tags.contains_any(counts)", "ALN104", "List[String] and List[Int8] have no elements"),
        ("tags == tags", "ALN104", "`x` must be a scalar, it is List[String]"),
        ("tags.is_in(['a'])", "ALN104", "`x` must be a scalar"),
        ("tags.hash_value()", "ALN104", "it is List[String]"),
        ("tags.fill_na(k)", "ALN104", "List[String] and Int64 have no common type"),
        ("tags.cast(String())", "ALN104", "List[String] is not converted to String"),
        ("vector.dot_product(other)", "ALN104", "the embeddings have different lengths"),
        ("vector.dot_product(counts)", "ALN104", "List[Int8] is not a list of floats"),
        ("tags.at_index(0).split('')", "ALN153", "an empty text"),
        ("tags.as_entity()", "ALN173", "such values are not compared"),
        ("List(List(String()))", "ALN172", "there are no lists of List"),
        ("List(Decimal)", "ALN172", "there are no lists of Decimal"),
        ("Embedding(0)", "ALN172", "an embedding of 0 numbers"),
        ("List(Timestamp())", "ALN180", "lists of times are not read from sources"),
    ],
)
def test_what_is_refused(tmp_path: Path, made: str, code: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        module_of(REFUSED.format(format="parquet", made=made), tmp_path)
    assert [d.code for d in caught.value.diagnostics] == [code]
    assert message in str(caught.value)


def test_lists_are_not_read_from_csv(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        module_of(REFUSED.format(format="csv", made="tags.length()"), tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["ALN180"] * 4


def test_a_list_is_no_key_of_a_join_and_has_last_values(tmp_path: Path) -> None:
    text = REFUSED.format(format="parquet", made="k.aggregate().last_k(0)")
    text = (
        text.replace("vector = Embedding(3)", "t = EventTimestamp()")
        + """
@feature_view(name="w", source=V.join(V, on="tags", how="left"))
class W:
    k = Int64().as_entity()
"""
    )
    with pytest.raises(DefinitionError) as caught:
        module_of(text, tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["ALN182", "ALN173"]
