"""JSON, structs and bytes in sources: what is hostile, what is missing, what decides between rows."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import psycopg
import pytest
from pyspark.sql import SparkSession

from alignc.artifacts.view import view_plan
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.backends.sql.files import emit as emit_sql
from alignc.backends.support import unsupported_features
from alignc.driver import job_of, optimized
from alignc.interpreter import Row, interpret_view
from alignc.verify.check import check
from alignc.verify.engines import opened
from alignc.verify.rows import Habits, make_case
from tests.engines import run
from tests.engines.everywhere import Engines, module_of

PAYLOADS = """
@feature_view(name="v", source=PostgreSQLConfig("SHOP_DATABASE_URL").table("s"))
class V:
    id = Int64().as_entity()
    x = Json()
    text = x.json_path_value_at("$.a", String())
    number = x.json_path_value_at("$.a", Float())
    whole = x.json_path_value_at("$.a", Int64())
    flag = x.json_path_value_at("$.a", Bool())
    deep = x.json_path_value_at("$." + "a." * 50 + "a", Int64())
"""

NOT_JSON = [
    "",
    " ",
    "a",
    "not json",
    "{a: 1}",
    "{'a': 1}",
    '{"a": 01}',
    '{"a": 1.}',
    '{"a": .5}',
    '{"a": +1}',
    '{"a": 0x1}',
    '{"a": TRUE}',
    '{"a": "\t"}',
    '{"a": "\\x"}',
    '{"a": "b}',
    '{"a": 1',
    '{"a": 1, "b": [}',
    '{"a" 1}',
    '\ufeff{"a": 1}',
    '{"a": "\\ud800"}',
]
DEEP = '{"a": ' * 51 + "7" + "}" * 51


def test_text_that_is_not_json_is_null(engines: Engines, tmp_path: Path) -> None:
    module = module_of(PAYLOADS, tmp_path)
    plan = optimized(view_plan(module, module.view_by_name["v"]))
    job = job_of(module, plan, module.view_by_name["v"], 1)
    texts = [*NOT_JSON, '{"a": 1}', DEEP]
    frame = pl.DataFrame({"id": list(range(len(texts))), "x": texts})
    expected = interpret_view(module, "v", {"s": frame.to_dicts()})
    for row, text in zip(expected, texts, strict=True):
        assert row == {
            "id": row["id"],
            "x": text,
            "text": None,
            "flag": None,
            "whole": 1 if text == '{"a": 1}' else None,
            "number": 1.0 if text == '{"a": 1}' else None,
            "deep": 7 if text == DEEP else None,
        }
    runners = engines.runners(job, {"s": frame}, None)
    for engine in ("duckdb", "polars", "pyspark"):
        run.assert_same(expected, runners[engine](), engine, ordered=False)
    with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="for type json"):
        runners["postgres"]()


@pytest.mark.parametrize("stored", ["json", "jsonb", "text"])
def test_a_column_of_postgres_may_be_of_json(
    stored: str,
    postgres_url: str,
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = module_of(PAYLOADS, tmp_path)
    plan = optimized(view_plan(module, module.view_by_name["v"]))
    job = job_of(module, plan, module.view_by_name["v"], 1)
    texts = ['{"a": "b"}', '{"a": 1.5}', '{"a": 2}', '{"a": true}', None]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS s")
        connection.execute(f"CREATE TABLE s (id BIGINT, x {stored})".encode())
        for number, text in enumerate(texts):
            connection.execute(f"INSERT INTO s VALUES (%s, %s::{stored})".encode(), [number, text])
        found = connection.execute(emit_sql(job, "postgres").encode()).fetchall()
    rows: list[Row] = [{"id": number, "x": text} for number, text in enumerate(texts)]
    expected = interpret_view(module, "v", {"s": rows})
    assert sorted(found) == [tuple(row.values()) for row in expected]
    program = tmp_path / "v.py"
    program.write_text(emit_polars(job))
    monkeypatch.setenv("SHOP_DATABASE_URL", postgres_url)
    out = tmp_path / "out.parquet"
    assert runpy.run_path(str(program))["main"](["--output", str(out)]) == 0
    run.assert_same(expected, pl.read_parquet(out), "polars", ordered=False)


SHOPS = """
class Geo:
    lat = Float()
    since = Timestamp(time_zone="Europe/Oslo")

class Address:
    city = String()
    geo = Struct(Geo)

@feature_view(name="shops", source=FileSource.parquet_at("s.parquet"))
class Shops:
    id = Int64().as_entity()
    address = Struct(Address)
    city = address.fields.city
    lat = address.fields.geo.fields.lat
    since = address.fields.geo.field("since", Timestamp())
"""


def test_members_of_structs(spark: SparkSession, tmp_path: Path, engines: Engines) -> None:
    module = module_of(SHOPS, tmp_path)
    view = module.view_by_name["shops"]
    job = job_of(module, optimized(view_plan(module, view)), view, 1)
    local = datetime(2026, 3, 29, 2, 30)
    addresses = [
        {"city": "a", "geo": {"lat": 1.5, "since": local}, "unknown": 1},
        {"city": "b", "geo": {"lat": None, "since": None}, "unknown": None},
        {"city": "c", "geo": None, "unknown": 1},
        None,
    ]
    frame = pl.DataFrame({"id": [1, 2, 3, 4], "address": addresses})
    expected = interpret_view(module, "shops", {"s": frame.to_dicts()})
    assert [row["city"] for row in expected] == ["a", "b", "c", None]
    assert [row["lat"] for row in expected] == [1.5, None, None, None]
    assert expected[0]["since"] == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    runners = engines.runners(job, {"s": frame}, None)
    for engine in ("duckdb", "polars", "pyspark"):
        run.assert_same(expected, runners[engine](), engine, ordered=False)


def test_postgres_has_no_structs(tmp_path: Path) -> None:
    module = module_of(SHOPS, tmp_path)
    view = module.view_by_name["shops"]
    found = list(unsupported_features(module, view_plan(module, view), view, "postgres"))
    assert [(d.code, d.span.line if d.span else None) for d in found] == [
        ("ALN302", line) for line in (16, 17, 18)
    ]
    assert "a table has no columns of structs" in found[0].message
    assert list(unsupported_features(module, view_plan(module, view), view, "duckdb")) == []


BYTES = """
@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    id = Int64().as_entity()
    x = Binary()
"""


@pytest.mark.parametrize("emit", [emit_polars, emit_pyspark], ids=["polars", "pyspark"])
def test_a_column_of_another_type_ends_a_program(
    emit: object, spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def says(text: str, view: str, frame: pl.DataFrame) -> str:
        module = module_of(text, tmp_path)
        definition = module.view_by_name[view]
        job = job_of(module, optimized(view_plan(module, definition)), definition, 1)
        program = tmp_path / f"{view}.py"
        assert callable(emit)
        program.write_text(emit(job))
        frame.write_parquet(tmp_path / "s.parquet")
        main = runpy.run_path(str(program))["main"]
        given = ["--output", str(tmp_path / "o.parquet"), f"--source=s={tmp_path / 's.parquet'}"]
        capsys.readouterr()
        assert main(given) == 2
        return capsys.readouterr().err.strip().split("\n")[-1]

    no_geo = pl.DataFrame({"id": [1], "address": [{"city": "a"}]})
    assert 'ALN504 source `s`: there is no member "address.geo.lat"' in says(SHOPS, "shops", no_geo)
    plain = pl.DataFrame({"id": [1], "address": ["a"]})
    assert 'ALN504 source `s`: there is no member "address.city"' in says(SHOPS, "shops", plain)
    text = pl.DataFrame({"id": [1], "x": ["a"]})
    assert 'ALN505 source `s`: column "x" has type' in says(BYTES, "v", text)


STATE = """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = Int64().as_entity()
    t = EventTimestamp()
    picture = Binary()
    payload = Json()
    email = Email()
    a = payload.json_path_value_at("a", Int64())
    pictures = picture.aggregate().over(days=1).count()
    domains = email.domain().aggregate().over(days=1).count_distinct()
facts = Facts()

@model_contract(name="m", input_features=[facts.picture, facts.payload, facts.a, facts.pictures, facts.domains])
class M:
    pass
"""


def test_bytes_and_json_decide_between_rows_of_one_time(engines: Engines, tmp_path: Path) -> None:
    module = module_of(STATE, tmp_path)
    time = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        (1, b"\x7f", '{"a": 9}', "a@b.c"),
        (1, b"\x80", '{"a": 1}', "a@B.c"),
        (1, None, '{"a": 7}', None),
        (2, b"\x00", '{"a": 2}', "x"),
        (2, b"\x00", '{"a": 10}', "y"),
        (2, b"", '{"z": 0}', "z"),
        (3, None, '"\U0001f600"', None),
        (3, None, '"\uff21"', None),
        (3, None, None, None),
    ]
    schema = {"k": pl.Int64, "picture": pl.Binary, "payload": pl.String, "email": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(t=pl.lit(time))
    later = time + timedelta(minutes=5)
    entities = pl.DataFrame({"k": [1, 2, 3, 4], "event_timestamp": [later] * 4})
    found = engines.check_dataset(module, "m", {"facts": frame}, entities)
    assert [row["picture"] for row in found] == [b"\x80", b"\x00", None, None]
    assert [row["payload"] for row in found] == ['{"a": 1}', '{"a": 2}', '"\U0001f600"', None]
    assert [row["a"] for row in found] == [1, 2, None, None]
    assert [row["pictures"] for row in found] == [2, 3, 0, 0]
    assert [row["domains"] for row in found] == [1, 0, 0, 0]


def test_verify_makes_structs_up(tmp_path: Path) -> None:
    module = module_of(SHOPS, tmp_path)
    case = make_case(module, Random(2), Habits(rows=60, entity_rows=1, never_empty=True))
    stored = case.sources["s"].schema["address"]
    assert isinstance(stored, pl.Struct)
    assert [field.name for field in stored.fields] == ["city", "geo"]
    assert 0 < case.sources["s"]["address"].null_count() < 60
    with opened(("duckdb", "polars"), tmp_path, None) as engines:
        outcome = check(case, engines.values())
    assert not outcome.differences
    assert {engine for _, _, engine in outcome.equal} == {"duckdb", "polars"}
