"""Views over joined and stacked views, on all engines."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import psycopg
import pytest

from alignc.artifacts.view import view_plan
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.backends.sql.files import emit as emit_sql
from alignc.driver import job_of, optimized
from alignc.errors import DefinitionError
from alignc.ir.module import Module
from tests.engines import run
from tests.engines.everywhere import Engines, module_of

TIME = pl.Datetime("us", "UTC")
T0 = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(*hours: float | None) -> list[datetime | None]:
    return [None if h is None else T0 + timedelta(hours=h) for h in hours]


DEFINITIONS = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order_id = Int64().as_entity()
    customer = String()
    t = EventTimestamp()
    amount = Float()
    note = String()

@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    name = String().as_entity()
    country = String()
    note = String()
    is_home = country == "NO"

orders, customers = Orders(), Customers()

@feature_view(name="known", source=Orders.join(Customers, on_left="customer", on_right="name"))
class Known:
    order_id = Int64().as_entity()
    customer = String()
    t = EventTimestamp()
    amount = Float()
    is_home = Bool()
    theirs = customers.note
    ours = orders.note
    local = amount * 2

@feature_view(
    name="all",
    source=Orders.join(
        Customers, how="left", on_left="customer", on_right="name", renames={"note": "about"}
    ),
)
class All:
    order_id = Int64().as_entity()
    country = String()
    note = String()
    about = String()
    customer = customers.name

@feature_view(name="nothing_else", source=Orders.join(Customers, on_left="customer", on_right="name"))
class NothingElse:
    order_id = Int64().as_entity()

@feature_view(
    name="abroad",
    source=Orders.join(
        Customers.filter("foreigners", lambda c: ~c.is_home), on_left=orders.customer, on_right="name"
    ),
)
class Abroad:
    customer = String().as_entity()
    t = EventTimestamp()
    amount = Float()
    n = amount.aggregate().over(hours=2).count()

abroad = Abroad()

@model_contract(name="m", input_features=[abroad.amount, abroad.n])
class M:
    pass
"""


def orders(count: int = 7) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "order_id": [1, 2, 3, 4, 5, 6, None],
            "customer": ["ann", "bob", "", None, "eve", "ann", "bob"],
            "t": at(0, 1, 2, 3, None, 5, 6),
            "amount": [1.5, float("nan"), None, 2.0, 3.0, 4.0, 5.0],
            "note": ["a", None, "c", "d", "e", "f", "g"],
        },
        schema={
            "order_id": pl.Int64,
            "customer": pl.String,
            "t": TIME,
            "amount": pl.Float64,
            "note": pl.String,
        },
    )
    return frame.head(count)


def customers(*names: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": names,
            "country": [("NO", "SE", None)[i % 3] for i, _ in enumerate(names)],
            "note": [f"is {n}" for n in names],
        },
        schema={"name": pl.String, "country": pl.String, "note": pl.String},
    )


@pytest.mark.parametrize("optimize", [True, False])
def test_a_join_by_key(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    sources = {"orders": orders(), "customers": customers("ann", "bob", "", None, None)}
    found = engines.check_view(module, "known", sources, optimize=optimize)
    assert [row["order_id"] for row in found] == [1, 2, 3, 6, None]
    assert [row["is_home"] for row in found] == [True, False, None, True, False]
    assert found[0]["theirs"] == "is ann"
    assert found[0]["ours"] == "a"
    found = engines.check_view(module, "all", sources, optimize=optimize)
    assert [row["about"] for row in found][3:5] == [None, None]
    assert [row["customer"] for row in found] == ["ann", "bob", "", None, "eve", "ann", "bob"]
    assert len(engines.check_view(module, "nothing_else", sources, optimize=optimize)) == 5
    entities = pl.DataFrame({"customer": ["bob", "ann", None], "event_timestamp": at(7, 7, 7)})
    found = engines.check_dataset(module, "m", sources, entities, optimize=optimize)
    assert [(row["amount"], row["n"]) for row in found] == [(5.0, 1), (None, 0), (None, 0)]


def test_joins_with_nothing(engines: Engines, tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    assert engines.check_view(module, "known", {"orders": orders(), "customers": customers()}) == []
    empty = {"orders": orders(0), "customers": customers("ann")}
    assert engines.check_view(module, "all", empty) == []
    assert (
        len(engines.check_view(module, "all", {"orders": orders(), "customers": customers()})) == 7
    )


def all_programs_say(
    says: str,
    module: Module,
    view: str,
    sources: run.Frames,
    engines: Engines,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every program of a view ends with a message."""
    folder = engines.folder
    definition = module.view_by_name[view]
    job = job_of(module, optimized(view_plan(module, definition)), definition, 1)
    with pytest.raises(duckdb.Error, match=says):
        run.on_duckdb(emit_sql(job, "duckdb"), sources, None, folder)
    with pytest.raises(psycopg.Error, match=says):
        run.on_postgres(emit_sql(job, "postgres"), sources, None, engines.postgres_url)
    arguments = ["--output", str(folder / "out.parquet")]
    for name, frame in sources.items():
        frame.write_parquet(folder / f"{name}.parquet")
        arguments.append(f"--source={name}={folder / name}.parquet")
    for emit in (emit_polars, emit_pyspark):
        program = folder / f"{emit.__module__.split('.')[2]}.py"
        program.write_text(emit(job), encoding="utf-8")
        assert runpy.run_path(str(program))["main"](arguments) == 2
        assert f"ALN506 {says}" in capsys.readouterr().err


def test_a_joined_key_that_is_there_twice_ends_every_program(
    engines: Engines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    sources = {"orders": orders(), "customers": customers("ann", "bob", "bob")}
    says = "customers: several rows have the key bob"
    all_programs_say(says, module, "known", sources, engines, capsys)


TWO_NAMES = """
@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    name = String().as_entity()
    age = Int32()

@feature_view(name="buyers", source=FileSource.parquet_at("customers.parquet"))
class Buyers:
    name = String().as_entity()
    age = Int32()

@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order = Int64().as_entity()
    buyer = String()
    payer = String()

@feature_view(
    name="both",
    source=Orders.join(Customers, on_left="payer", on_right="name").join(
        Buyers, on_left="buyer", on_right="name", renames={"age": "age_of_buyer"}
    ),
)
class Both:
    order = Int64().as_entity()
    age = Int32()
    age_of_buyer = Int32()
"""


def test_a_relation_joined_under_two_names_is_called_by_both(
    engines: Engines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = module_of(TWO_NAMES, tmp_path)
    bought = pl.DataFrame({"order": [1], "buyer": ["ann"], "payer": ["bob"]})
    people = pl.DataFrame({"name": ["ann", "bob", "bob"], "age": [1, 2, 3]})
    sources = {"orders": bought, "customers": people}
    says = "customers, buyers: several rows have the key bob"
    all_programs_say(says, module, "both", sources, engines, capsys)


AS_OF = """
@feature_view(name="prices", source=FileSource.parquet_at("prices.parquet"))
class Prices:
    shop = String().as_entity()
    item = Int64().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=2))
    price = Float()
    seen = Timestamp().as_created_at()
    is_dear = price > 10

@feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
class Visits:
    item = Int64().as_entity()
    t = EventTimestamp()
    n = item.aggregate().over(hours=1).count()
    n_left = item.aggregate().over(hours=1, closed="left").count()
    total = n + n_left
    source = String()

@feature_view(name="sales", source=FileSource.parquet_at("sales.parquet"))
class Sales:
    sale = Int64().as_entity()
    article = Int64()
    shop = String()
    t = EventTimestamp()

prices = Prices()

@feature_view(
    name="priced",
    source=Sales.join_asof(Prices, on_left=["shop", "article"], on_right=["shop", "item"])
    .join_asof(Visits, on_left="article", on_right="item"),
)
class Priced:
    article = Int64().as_entity()
    t = EventTimestamp()
    sale = Int64()
    price = Float()
    is_dear = Bool()
    priced_at = prices.t
    n = Int64()
    total = Int64()
    source = String()
    many = n + total
    sales = price.aggregate().over(hours=3).sum()

priced = Priced()

@model_contract(name="m", input_features=[priced])
class M:
    pass
"""


@pytest.mark.parametrize("optimize", [True, False])
def test_a_join_as_of_the_time_of_each_row(
    engines: Engines, tmp_path: Path, optimize: bool
) -> None:
    module = module_of(AS_OF, tmp_path)
    micro = 1 / 3_600_000_000
    sales = pl.DataFrame(
        {
            "sale": [1, 2, 3, 4, 5, 6, 7, 8, 9],
            "article": [1, 1, 1, 2, None, 1, 1, 1, 9],
            "shop": ["a", "a", "a", "a", "a", None, "b", "a", "a"],
            "t": at(0, 1, 2, 1, 1, 1, 1, None, 1),
        },
        schema={"sale": pl.Int64, "article": pl.Int64, "shop": pl.String, "t": TIME},
    )
    sales = pl.concat([sales, sales.head(2).with_columns(sale=pl.col("sale") + 100)])
    prices = pl.DataFrame(
        {
            "shop": ["a", "a", "a", "a", "b", "a", None],
            "item": [1, 1, 1, 2, 1, 1, 1],
            "t": at(0, 1, 1, -1, 1 + micro, 0.5, 0),
            "price": [9.0, 11.0, 12.0, 1.0, 2.0, 99.0, 5.0],
            "seen": at(0, 1, 1, -1, 1, 3, 0),
        },
        schema={"shop": pl.String, "item": pl.Int64, "t": TIME, "price": pl.Float64, "seen": TIME},
    )
    visits = pl.DataFrame(
        {"item": [1, 1, 1, 2, None], "t": at(0, 1, 1, 3, 0), "source": ["x", "y", "z", "w", "v"]},
        schema={"item": pl.Int64, "t": TIME, "source": pl.String},
    )
    sources = {"sales": sales, "prices": prices, "visits": visits}
    found = engines.check_view(module, "priced", sources, optimize=optimize)
    by_sale = {row["sale"]: row for row in found}
    assert len(found) == 11
    assert [by_sale[i]["price"] for i in range(1, 10)] == [9, 12, 12, *[None] * 6]
    assert [by_sale[i]["n"] for i in range(1, 10)] == [1, 2, 0, 0, None, 2, 2, None, 0]
    assert [by_sale[i]["total"] for i in range(1, 4)] == [1, 3, 2]
    assert by_sale[2]["source"] == "z"
    assert by_sale[102]["price"] == 12
    entities = pl.DataFrame({"article": [1, 2, None, 1], "event_timestamp": at(2, 2, 2, -1)})
    engines.check_dataset(module, "m", sources, entities, optimize=optimize)


STACK = """
@feature_view(name="web", source=FileSource.parquet_at("web.parquet"))
class Web:
    user = String().as_entity()
    t = EventTimestamp()
    spent = Int32()
    page = String()

@feature_view(name="shop", source=FileSource.parquet_at("shop.parquet"))
class Shop:
    user = String().as_entity()
    t = EventTimestamp()
    cents = Int32()
    spent = cents + 0
    is_cash = cents > 100

@feature_view(name="till", source=Shop)
class Till:
    user = String().as_entity()
    t = EventTimestamp()
    cents = Int32()
    spent = cents

web = Web()

@feature_view(name="both", source=Web.vstack(Till, source_column="origin"))
class Both:
    user = String().as_entity()
    t = EventTimestamp()
    spent = web.spent
    origin = String()
    is_web = origin == "web"
    total = spent.aggregate().over(hours=2).sum()

@feature_view(name="plain", source=Web.vstack(Till).vstack(Web.filter("rich", lambda w: w.spent > 5)))
class Plain:
    user = String().as_entity()

@feature_view(name="stacked_and_joined", source=Web.vstack(Till).join_asof(Both, on="user"))
class StackedAndJoined:
    user = String().as_entity()
    t = EventTimestamp()
    total = Int64()
    origin = String()

both = Both()

@model_contract(name="m", input_features=[both.total, both.origin])
class M:
    pass
"""


@pytest.mark.parametrize("optimize", [True, False])
def test_a_stack_of_views(engines: Engines, tmp_path: Path, optimize: bool) -> None:
    module = module_of(STACK, tmp_path)
    schema: dict[str, pl.DataType | type[pl.DataType]] = {"user": pl.String, "t": TIME}
    web = pl.DataFrame({"user": ["a", "b", None], "t": at(0, 1, 2)}, schema=schema)
    shop = pl.DataFrame({"user": ["a", "a", "c"], "t": at(0, 1.5, None)}, schema=schema)
    sources = {
        "web": web.with_columns(
            spent=pl.Series([1, None, 9], dtype=pl.Int32), page=pl.lit("x", pl.String)
        ),
        "shop": shop.with_columns(cents=pl.Series([10, 20, 30], dtype=pl.Int32)),
    }
    found = engines.check_view(module, "both", sources, optimize=optimize)
    assert [(row["origin"], row["total"]) for row in found] == [
        ("web", 11), ("web", None), ("web", None), ("till", 11), ("till", 31), ("till", None)
    ]  # fmt: skip
    assert len(engines.check_view(module, "plain", sources, optimize=optimize)) == 7
    engines.check_view(module, "stacked_and_joined", sources, optimize=optimize)
    entities = pl.DataFrame({"user": ["a", "b", None, "z"], "event_timestamp": at(2, 0, 0, 0)})
    found = engines.check_dataset(module, "m", sources, entities, optimize=optimize)
    assert [row["origin"] for row in found] == ["till", None, None, None]
    nothing = {name: frame.clear() for name, frame in sources.items()}
    assert engines.check_view(module, "both", nothing, optimize=optimize) == []


DERIVED_VIEWS = """
@feature_view(name="trips", source=FileSource.parquet_at("trips.parquet", {"at": "t"}))
class Trips:
    driver = Int64().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=2))
    fare = Float()
    double = fare * 2
    total = fare.aggregate().over(days=1).sum()

night_trips = Trips.with_source(
    "night_trips", FileSource.csv_at("night_trips.csv", {"at": "t"})
)
by_owner = Trips.with_entity_renaming("by_owner", {"driver": "owner"})
guests = Trips.filter("large", lambda trips: trips.fare > 1).with_entity_renaming("guests", "guest")

@model_contract(
    name="m",
    input_features=[
        Trips().double,
        night_trips().double.with_name("at_night"),
        by_owner().total.with_name("of_owner"),
        guests().fare.with_name("of_guest"),
    ],
)
class M:
    pass
"""


def test_views_made_from_others(engines: Engines, tmp_path: Path) -> None:
    module = module_of(DERIVED_VIEWS, tmp_path)
    hour = datetime(2026, 1, 1, 10, tzinfo=UTC)
    trips = pl.DataFrame(
        {
            "driver": [1, 1, 2],
            "at": [hour, hour.replace(hour=11), hour],
            "fare": [0.5, 1.5, 2.5],
        },
        schema={"driver": pl.Int64, "at": pl.Datetime("us", "UTC"), "fare": pl.Float64},
    )
    sources = {"trips": trips, "night_trips": trips.with_columns(pl.col("fare") + 10)}
    entities = pl.DataFrame(
        {
            "driver": [1, 2, None],
            "owner": [2, 1, 1],
            "guest": [1, 1, 2],
            "event_timestamp": [hour.replace(hour=11), hour.replace(hour=13), hour],
        },
        schema_overrides={"event_timestamp": pl.Datetime("us", "UTC")},
    )
    found = engines.check_dataset(module, "m", sources, entities)
    asked = ("double", "at_night", "of_owner", "of_guest")
    assert [[row[name] for name in asked] for row in found] == [
        [3.0, 23.0, 2.5, 1.5],
        [None, None, None, None],
        [None, None, 0.5, 2.5],
    ]
    for view in ("night_trips", "by_owner", "guests"):
        engines.check_view(module, view, sources)


def test_an_entity_that_is_not_there_cannot_be_renamed(tmp_path: Path) -> None:
    text = DERIVED_VIEWS.replace('{"driver": "owner"}', '{"drivr": "owner"}')
    with pytest.raises(DefinitionError) as error:
        module_of(text, tmp_path)
    assert "view `trips` has no entity `drivr`" in str(error.value)
