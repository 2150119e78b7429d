"""Lineage as OpenLineage events."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignc.cli import app
from alignc.ir.lineage import lineage_of
from alignc.lineage.openlineage import openlineage_events
from alignc.lineage.selection import select
from tests.engines.everywhere import module_of

Json = dict[str, object]

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

SHOP = r"""
db = PostgreSQLConfig("SHOP_URL")

@feature_view(name="customers", source=db.table("customers"))
class Customers:
    customer = Int64().as_entity()
    country = String().description('Where {{ they }} "live". 🛒')

@feature_view(name="orders", source=FileSource.parquet_at("da'ta/{{ orders }}.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    doubled = amount * 2
    four = doubled * 2
    copy = four
    spent = doubled.aggregate().over(days=30).sum()
    number = amount.aggregate().over(days=30).count()
    share = spent / number
    bucket = hash_from([customer])
    is_late = Bool()

@feature_view(name="large", source=Orders.filter("large_orders", Orders().amount > 10).join(
    Customers, on="customer", how="inner"
))
class Large:
    customer = Int64().as_entity()
    at = EventTimestamp()
    land = Customers().country

@model_contract(
    name="late",
    input_features=[Orders().share.with_name("money"), Large().land],
    output_source=FileSource.parquet_at("s3://bucket/late/p.parquet"),
)
class Late:
    is_late = Orders().is_late.as_classification_label()

@feature_view(name="warned", source=Late.as_source())
class Warned:
    customer = Int64().as_entity()
    is_late = Bool()
"""


def events_of(text: str, name: str, folder: Path) -> dict[str, Json]:
    module = module_of(text, folder)
    selection = select(lineage_of(module), name, up=True, down=True)
    time = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    events = list(openlineage_events(module, selection, time))
    return {str(part(event, "job")["name"]): event for event in events}


def part(value: object, *path: str | int) -> Json:
    """An object within another one."""
    for step in path:
        if isinstance(step, int):
            assert isinstance(value, list)
            value = value[step]
        else:
            assert isinstance(value, dict), path
            value = value[step]
    assert isinstance(value, dict), path
    return value


def lineage_in(event: Json) -> Json:
    return part(event, "outputs", 0, "facets", "columnLineage")


def uses(fields: object) -> set[tuple[str, str, str, bool]]:
    """Dataset and column, type and subtype, and whether it is masked."""
    assert isinstance(fields, list)
    return {
        (
            f"{given['name']}/{given['field']}",
            how["type"],
            how["subtype"],
            how["masking"],
        )
        for given in fields
        for how in given["transformations"]
    }


def of_column(event: Json, name: str) -> set[tuple[str, str, str, bool]]:
    return uses(part(lineage_in(event), "fields", name)["inputFields"])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    return events_of(SHOP, "orders", tmp_path_factory.mktemp("shop"))


# -- what the specification asks for

DIRECT = {"IDENTITY", "TRANSFORMATION", "AGGREGATION"}
INDIRECT = {"JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL"}
URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")


def check_event(event: Json) -> None:
    """That an event is a `JobEvent` of OpenLineage 2-0-2 with facets 1-2-0."""
    assert set(event) == {"eventTime", "producer", "schemaURL", "job", "inputs", "outputs"}
    datetime.fromisoformat(str(event["eventTime"]))
    assert "T" in str(event["eventTime"])
    assert URI.fullmatch(str(event["producer"]))
    assert str(event["schemaURL"]).endswith("/spec/2-0-2/OpenLineage.json#/$defs/JobEvent")
    check_dataset(part(event, "job"))
    known = set()
    assert isinstance(event["inputs"], list)
    for given in event["inputs"]:
        assert set(given) == {"namespace", "name"}
        check_dataset(given)
        known.add((given["namespace"], given["name"]))
    assert len(known) == len(event["inputs"])
    assert isinstance(event["outputs"], list)
    assert len(event["outputs"]) == 1
    output = part(event, "outputs", 0)
    check_dataset(output)
    schema, lineage = (part(output, "facets", name) for name in ("schema", "columnLineage"))
    for facet, name in ((schema, "Schema"), (lineage, "ColumnLineage")):
        assert URI.fullmatch(str(facet["_producer"]))
        end = f"/facets/1-2-0/{name}DatasetFacet.json#/$defs/{name}DatasetFacet"
        assert str(facet["_schemaURL"]).endswith(end)
    assert isinstance(schema["fields"], list)
    columns = {column["name"]: column for column in schema["fields"]}
    assert len(columns) == len(schema["fields"])
    for column in columns.values():
        assert all(isinstance(value, str) and value for value in column.values())
    fields = part(lineage, "fields")
    assert set(fields) <= set(columns)
    listed = [part(fields, name)["inputFields"] for name in fields]
    for given_fields in (*listed, lineage["dataset"]):
        assert isinstance(given_fields, list)
        for given in given_fields:
            check_dataset(given)
            assert isinstance(given["field"], str)
            assert (given["namespace"], given["name"]) in known
            assert given["transformations"]
            for how in given["transformations"]:
                assert set(how) == {"type", "subtype", "description", "masking"}
                allowed = {"DIRECT": DIRECT, "INDIRECT": INDIRECT}[how["type"]]
                assert how["subtype"] in allowed
                assert isinstance(how["description"], str)
                assert isinstance(how["masking"], bool)


def check_dataset(given: Json) -> None:
    for key in ("namespace", "name"):
        assert isinstance(given[key], str)
        assert given[key]


@pytest.mark.parametrize(
    ("example", "name"),
    [
        ("taxi", "trip_duration"),
        ("titanic", "survival"),
        ("credit_scoring", "home_equity"),
        ("credit_scoring", "source:loan_table"),
    ],
)
def test_events_are_what_the_specification_asks_for(example: str, name: str) -> None:
    folder = str(EXAMPLES / example)
    arguments = ["lineage", name, "-C", folder, "--format", "openlineage"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    lines = result.output.removesuffix("\n").split("\n")
    assert len(lines) > 1
    for line in lines:
        check_event(json.loads(line))


def test_events_of_odd_names_are_too(shop: dict[str, Json]) -> None:
    for event in shop.values():
        check_event(event)
        assert event["eventTime"] == "2026-01-02T03:04:05Z"


# -- what they say


def test_there_is_an_event_for_each_view_and_dataset(shop: dict[str, Json]) -> None:
    assert list(shop) == [
        "views.large",
        "views.large_orders",
        "views.late_predictions",
        "views.orders",
        "views.warned",
        "datasets.late",
        "predictions.late",
    ]


def test_an_event_is_whole_where_a_column_is_asked_for(tmp_path: Path) -> None:
    whole = events_of(SHOP, "orders", tmp_path)["views.orders"]
    assert events_of(SHOP, "orders.share", tmp_path)["views.orders"] == whole


def test_columns_say_what_they_are_of_the_input(shop: dict[str, Json]) -> None:
    orders = shop["views.orders"]
    file = "da'ta/{{ orders }}.parquet"
    amount, at, customer = (f"{file}/{name}" for name in ("amount", "at", "customer"))
    assert of_column(orders, "amount") == {(amount, "DIRECT", "IDENTITY", False)}
    assert of_column(orders, "four") == {(amount, "DIRECT", "TRANSFORMATION", False)}
    assert of_column(orders, "copy") == {(amount, "DIRECT", "TRANSFORMATION", False)}
    windows = {(at, "INDIRECT", "WINDOW", False), (customer, "INDIRECT", "WINDOW", False)}
    assert of_column(orders, "spent") == {(amount, "DIRECT", "AGGREGATION", False), *windows}
    assert of_column(orders, "number") == {(amount, "DIRECT", "AGGREGATION", True), *windows}
    assert of_column(orders, "share") == {
        (amount, "DIRECT", "AGGREGATION", False),
        (amount, "DIRECT", "AGGREGATION", True),
        *windows,
    }
    assert of_column(orders, "bucket") == {(customer, "DIRECT", "TRANSFORMATION", True)}
    assert lineage_in(orders)["dataset"] == []


def test_a_computation_is_described_and_a_copy_is_not(shop: dict[str, Json]) -> None:
    fields = part(lineage_in(shop["views.orders"]), "fields")
    words = {
        name: part(fields, name, "inputFields", 0, "transformations", 0)["description"]
        for name in ("amount", "doubled", "spent")
    }
    assert words == {
        "amount": "",
        "doubled": "amount * 2",
        "spent": "sum(doubled) over (q - 30 d, q]",
    }


def test_what_decides_about_all_columns_is_said_once(shop: dict[str, Json]) -> None:
    """The key of the inner join decides which rows there are, and so does the condition."""
    large = shop["views.large"]
    assert ("views.customers/customer", "INDIRECT", "JOIN", False) in uses(
        lineage_in(large)["dataset"]
    )
    assert of_column(large, "land") == {("views.customers/country", "DIRECT", "IDENTITY", False)}
    filtered = shop["views.large_orders"]
    assert uses(lineage_in(filtered)["dataset"]) == {
        ("views.orders/amount", "INDIRECT", "FILTER", False)
    }


def test_a_dataset_is_made_of_views(shop: dict[str, Json]) -> None:
    late = shop["datasets.late"]
    namespace = part(late, "job")["namespace"]
    assert late["inputs"] == [
        {"namespace": namespace, "name": "views.orders"},
        {"namespace": namespace, "name": "views.large"},
    ]
    assert of_column(late, "money") == {
        ("views.orders/share", "DIRECT", "IDENTITY", False),
        ("views.orders/customer", "INDIRECT", "JOIN", False),
        ("views.orders/at", "INDIRECT", "JOIN", False),
    }
    columns = part(late, "outputs", 0, "facets", "schema")["fields"]
    assert isinstance(columns, list)
    assert [(c["name"], c["type"]) for c in columns] == [
        ("customer", "Int64"),
        ("event_timestamp", "Timestamp"),
        ("money", "Float64"),
        ("land", "String"),
        ("is_late", "Bool"),
    ]


def test_a_label_with_the_name_of_its_prediction_is_no_prediction(shop: dict[str, Json]) -> None:
    assert {name for name, *_ in of_column(shop["datasets.late"], "is_late")} == {
        "views.orders/is_late",
        "views.orders/customer",
        "views.orders/at",
    }


STORED = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    amount = Float()
    is_late = Bool()

@model_contract(
    name="late",
    input_features=[Orders().amount.with_name("risk")],
    output_source={source},
)
class Late:
    version = String().as_model_version()
    risk = Float()
    will_be = Orders().is_late.as_classification_label()
    sure = will_be.probability_of(True)
    unsure = will_be.probability_of(False)

@feature_view(name="warned", source=Late.as_source())
class Warned:
    customer = Int64().as_entity()
    risk = Float()

@model_contract(name="churn", input_features=[Warned().risk.with_name("warned")])
class Churn:
    pass
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('FileSource.csv_at("s3://bucket/late.csv")', ("s3://bucket", "late.csv")),
        ('FileSource.parquet_at("late.parquet")', ("file", "late.parquet")),
        ('PostgreSQLConfig("URL").table("late")', ("postgres://URL", "public.late")),
    ],
    ids=["address", "file", "table"],
)
def test_a_model_stores_what_other_views_read(
    source: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    events = events_of(STORED.replace("{source}", source), "orders", tmp_path)
    for event in events.values():
        check_event(event)
    stored = events["predictions.late"]
    output = part(stored, "outputs", 0)
    assert (output["namespace"], output["name"]) == expected
    assert part(events["views.late_predictions"], "inputs", 0) == {
        "namespace": output["namespace"],
        "name": output["name"],
    }
    # From each dataset that the orders come into there is a way to the next one.
    made = {part(event, "outputs", 0)["name"] for event in events.values()}
    (first,) = {
        given["name"]
        for event in events.values()
        if isinstance(event["inputs"], list)
        for given in event["inputs"]
        if given["name"] not in made
    }
    assert first == "orders.parquet"


def test_what_is_stored_is_made_of_the_inputs(tmp_path: Path) -> None:
    """A prediction with the name of an input is made of it; of what the model is told there is nothing."""
    source = 'FileSource.csv_at("p.csv", mapping_keys={"p_risk": "risk", "id": "customer"})'
    events = events_of(STORED.replace("{source}", source), "late", tmp_path)
    stored = events["predictions.late"]
    check_event(stored)
    columns = part(stored, "outputs", 0, "facets", "schema")["fields"]
    assert isinstance(columns, list)
    assert [(c["name"], c["type"]) for c in columns] == [
        ("id", "Int64"),
        ("version", "String"),
        ("p_risk", "Float64"),
        ("sure", "Float64"),
        ("unsure", "Float64"),
        ("will_be", "Bool"),
    ]
    # One of them is computed from two others.
    made = {"p_risk", "sure", "unsure", "will_be"}
    assert set(part(lineage_in(stored), "fields")) == made
    for name in made:
        assert of_column(stored, name) == {
            ("datasets.late/risk", "DIRECT", "TRANSFORMATION", False)
        }


def test_what_is_stored_is_told_where_a_prediction_is_asked_for(tmp_path: Path) -> None:
    module = module_of(STORED.replace("{source}", 'FileSource.csv_at("p.csv")'), tmp_path)
    for name, expected in (("orders.amount", False), ("late.will_be", True)):
        above = select(lineage_of(module), name, up=True, down=False)
        events = list(openlineage_events(module, above, datetime(2026, 1, 2, tzinfo=UTC)))
        named = {part(event, "job")["name"] for event in events}
        assert ("predictions.late" in named) is expected


NAMED = """
db = PostgreSQLConfig("SHOP_URL")
other = PostgreSQLConfig(
    "OTHER_URL", "s", default_url="postgresql://me:secret@db.example:6432/my%20shop"
)

@feature_view(name="a", source=db.table("a b"))
class A:
    k = Int64().as_entity()
    x = Int64()

@feature_view(name="b", source=other.table("b"))
class B:
    k = Int64().as_entity()
    x = Int64()

@feature_view(name="c", source=FileSource.csv_at("s3://bucket/some/c.csv"))
class C:
    k = Int64().as_entity()
    x = Int64()

@feature_view(name="d", source=FileSource.csv_at("/data/d.csv"))
class D:
    k = Int64().as_entity()
    x = Int64()

@model_contract(name="all", input_features=[
    A().x.with_name("p"), B().x.with_name("q"), C().x.with_name("r"), D().x.with_name("s")
])
class All:
    pass
"""


def test_datasets_have_the_names_that_openlineage_gives_them(tmp_path: Path) -> None:
    events = events_of(NAMED, "all", tmp_path)
    named = {name: part(event, "inputs", 0) for name, event in events.items()}
    assert {name: (given["namespace"], given["name"]) for name, given in named.items()} == {
        "views.a": ("postgres://SHOP_URL", "public.a b"),
        "views.b": ("postgres://db.example:6432", "my shop.s.b"),
        "views.c": ("s3://bucket", "some/c.csv"),
        "views.d": ("file", "/data/d.csv"),
        "datasets.all": ("alignc://test", "views.a"),
    }
    assert "secret" not in json.dumps(events)


def test_the_time_of_events_is_fixed_or_said(tmp_path: Path) -> None:
    arguments = ["lineage", "survival", "-C", str(EXAMPLES / "titanic"), "--format", "openlineage"]
    first, again = (CliRunner().invoke(app, arguments).output for _ in range(2))
    assert first == again
    assert '"eventTime": "1970-01-01T00:00:00Z"' in first
    said = CliRunner().invoke(app, [*arguments, "--event-time", "2026-03-01T12:00:00+02:00"])
    assert said.output == first.replace("1970-01-01T00:00:00Z", "2026-03-01T10:00:00Z")
    assert CliRunner().invoke(app, [*arguments, "--event-time", "now"]).exit_code != 0
