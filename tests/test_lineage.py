"""Lineage: which columns come into which, and how it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alignc.cli import app
from alignc.errors import DefinitionError
from alignc.ir.lineage import Effect, Field, Lineage, lineage_of, with_exposures
from alignc.lineage.data import lineage_json
from alignc.lineage.drawings import lineage_dot, lineage_mermaid
from alignc.lineage.selection import select
from alignc.lineage.text import lineage_text
from alignc.trace.report import place_of
from tests.engines.everywhere import module_of
from tests.lint.projects import shop

SHOP = """
orders = FileSource.parquet_at("orders.parquet")

@feature_view(name="orders", source=orders)
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    doubled = amount * 2
    spent = amount.aggregate().over(days=30).sum()
    is_late = Bool()

@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    customer = Int64().as_entity()
    country = String()

@feature_view(name="large", source=Orders.filter("large_orders", Orders().amount > 10).join(
    Customers, on="customer", how="inner"
))
class Large:
    customer = Int64().as_entity()
    at = EventTimestamp()
    land = Customers().country

@model_contract(
    name="late",
    input_features=[Orders().spent.with_name("money"), Orders().doubled],
    output_source=FileSource.parquet_at("late.parquet", mapping_keys={"p": "will_be_late"}),
)
class Late:
    will_be_late = Orders().is_late.as_classification_label()

@feature_view(name="warned", source=Late.as_source())
class Warned:
    customer = Int64().as_entity()
    will_be_late = Bool()

@model_contract(name="churn", input_features=[Warned().will_be_late.with_name("warned")])
class Churn:
    pass
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Lineage:
    return lineage_of(module_of(SHOP, tmp_path_factory.mktemp("shop")))


def into(graph: Lineage, field: Field) -> set[tuple[str, Effect]]:
    return {(str(edge.given), edge.effect) for edge in graph.into(field)}


def test_a_feature_comes_from_what_it_is_computed_of(graph: Lineage) -> None:
    assert into(graph, Field("view", "orders", "amount")) == {("orders.amount", Effect.IDENTITY)}
    assert into(graph, Field("view", "orders", "doubled")) == {
        ("orders.amount", Effect.TRANSFORMATION)
    }
    assert into(graph, Field("view", "orders", "spent")) == {
        ("orders.amount", Effect.AGGREGATION),
        ("orders.customer", Effect.WINDOW),
        ("orders.at", Effect.WINDOW),
    }


def test_conditions_and_keys_decide_about_rows(graph: Lineage) -> None:
    assert into(graph, Field("view", "large", "land")) == {
        ("customers.country", Effect.IDENTITY),
        ("large_orders.customer", Effect.JOIN),
        ("customers.customer", Effect.JOIN),
    }
    assert ("orders.amount", Effect.FILTER) in into(graph, Field("view", "large_orders", "at"))


def test_a_prediction_comes_from_the_inputs_and_into_the_next_model(graph: Lineage) -> None:
    assert into(graph, Field("contract", "late", "will_be_late")) == {
        ("late.money", Effect.TRANSFORMATION),
        ("late.doubled", Effect.TRANSFORMATION),
        ("late.is_late", Effect.TRAINING),
    }
    below = {str(edge.made) for edge in graph.below([Field("source", "orders", "amount")])}
    assert {"late.will_be_late", "late.p", "warned.will_be_late", "churn.warned"} <= below
    above = graph.above([Field("contract", "churn", "warned")])
    assert Field("source", "orders", "is_late") in {edge.given for edge in above}


TWICE = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    risk = Float()
    is_late = Bool()

@model_contract(
    name="late",
    input_features=[Orders().risk],
    output_source=FileSource.parquet_at("late.parquet"),
)
class Late:
    is_late = Orders().is_late.as_classification_label()
    risk = Float()

@feature_view(name="warned", source=Late.as_source())
class Warned:
    customer = Int64().as_entity()
    risk = Float()
"""


def test_a_prediction_that_is_called_like_what_the_model_reads_is_another_field(
    tmp_path: Path,
) -> None:
    module = module_of(TWICE, tmp_path)
    graph = lineage_of(module)
    given, made = Field("contract", "late", "risk"), Field("contract", "late", "risk", "prediction")
    assert all(edge.given != edge.made for edge in graph.edges)
    assert into(graph, made) == {
        ("late.risk", Effect.TRANSFORMATION),
        ("late.is_late", Effect.TRAINING),
    }
    assert {edge.given.kind for edge in graph.into(given)} == {"view"}
    below = {str(edge.made) for edge in graph.below([Field("contract", "late", "is_late")])}
    assert {name for name in below if name.startswith("late.")} == {
        "late.is_late (prediction)",
        "late.risk (prediction)",
        # Those of the file.
        "late.is_late",
        "late.risk",
    }
    places = [str(place_of(module, field)) for field in (given, made)]
    assert places == ["definitions.py:12:21", "definitions.py:17:5"]
    both = select(graph, "late.risk", up=True, down=False)
    assert both.roots == (given, made)
    assert select(graph, "late.risk (prediction)", up=True, down=False).roots == (made,)
    assert "    contract late.risk: computed ...\n" in lineage_text(both)
    assert lineage_json(both)["asked"] == [
        {"kind": "contract", "owner": "late", "name": "risk"},
        {"kind": "contract", "owner": "late", "name": "risk", "role": "prediction"},
    ]
    assert '    f2["risk (prediction)"]\n' in lineage_mermaid(both)
    assert '    f2 [label="risk (prediction)"];\n' in lineage_dot(both)


def test_what_has_been_shown_below_another_field_is_not_shown_again(tmp_path: Path) -> None:
    graph = lineage_of(module_of(TWICE, tmp_path))
    text = lineage_text(select(graph, "late.risk", up=False, down=True))
    assert text.startswith(
        "comes into\n  contract late.risk\n    contract late.is_late (prediction)"
    )
    assert text.endswith("\n  contract late.risk (prediction) ...\n")


def test_only_what_was_asked_for(graph: Lineage) -> None:
    up = select(graph, "orders.doubled", up=True, down=False)
    assert lineage_text(up) == (
        "comes from\n"
        "  view orders.doubled\n"
        "    view orders.amount: computed\n"
        "      source orders.amount: as it is\n"
    )
    down = select(graph, "source:customers.country", up=False, down=True)
    assert [str(field) for field in down.roots] == ["customers.country"]
    assert lineage_text(down) == (
        "comes into\n"
        "  source customers.country\n"
        "    view customers.country: as it is\n"
        "      view large.land: as it is\n"
    )
    whole = select(graph, "churn", up=True, down=True)
    assert [field.name for field in whole.roots] == ["warned"]


def test_a_name_that_is_not_there(graph: Lineage) -> None:
    with pytest.raises(DefinitionError, match=r"did you mean `orders\.doubled`"):
        select(graph, "orders.dubled", up=True, down=True)
    with pytest.raises(DefinitionError, match="did you mean `customers`"):
        select(graph, "customer", up=True, down=True)


def test_exposures_are_ends(graph: Lineage) -> None:
    reads = {
        'the "board"': (Field("view", "warned", "will_be_late"), Field("view", "large", "land")),
        "orders": (Field("view", "orders", "doubled"),),
    }
    whole = with_exposures(graph, reads)
    assert whole.edges[: len(graph.edges)] == graph.edges
    board = select(whole, 'the "board"', up=True, down=True)
    text = lineage_text(board)
    assert text.startswith(
        'comes from\n  exposure the "board"\n    view warned.will_be_late: reads it\n'
        "      view late_predictions.will_be_late: as it is\n"
    )
    assert "    view large.land: reads it\n      view customers.country: as it is\n" in text
    assert text.endswith('comes into\n  exposure the "board"\n')
    down = select(whole, "source:customers.country", up=False, down=True)
    assert lineage_text(down).endswith('      view large.land: as it is\n        exposure the "board": reads it\n')  # fmt: skip
    edges = lineage_json(down)["edges"]
    assert isinstance(edges, list)
    assert edges[-1] == {
        "from": {"kind": "view", "owner": "large", "name": "land"},
        "to": {"kind": "exposure", "owner": 'the "board"', "name": ""},
        "effect": "IDENTITY",
        "direct": True,
    }
    assert lineage_mermaid(down).endswith(
        '  f4(["exposure the #34;board#34;"])\n  f1 --> f2\n  f2 --> f3\n  f3 --> f4\n'
    )
    assert '  f4 [label="exposure the \\"board\\"", shape=oval];\n' in lineage_dot(down)
    # A view of the same name comes first.
    assert {f.kind for f in select(whole, "orders", up=True, down=True).roots} == {"view"}
    (root,) = select(whole, "exposure:orders", up=True, down=False).roots
    assert root.kind == "exposure"


def test_the_command_reads_exposures_and_their_queries(tmp_path: Path) -> None:
    settings = "exposures:\n  board: {reads: [orders.amount], queries: ['*.sql']}\n"
    project = shop(tmp_path, settings=settings)
    (project / "b.sql").write_text("SELECT words FROM orders", encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["lineage", "-C", str(project), *arguments])

    assert "view orders.words: reads it\n" in run("board", "--up").stdout
    data = json.loads(run("orders.note", "--format", "json").stdout)
    assert {"kind": "exposure", "owner": "board", "name": ""} in data["fields"]
    events = run("orders", "--format", "openlineage").stdout
    # The view, the dataset and what the model stores.
    assert events.count('"eventTime"') == 3
    assert "board" not in events
    shop(tmp_path, settings=settings.replace("amount", "amounts"))
    assert "there is no `orders.amounts`" in str(run("board").exception)
    shop(tmp_path, settings='exposures: {"a\\nb": {reads: []}}\n')
    assert "is not a name on one line" in str(run("orders").exception)


LONG = "a_column_with_a_name_as_long_as_such_are"
DEEP = "\n".join(f"    x{n + 1} = x{n} + 1" for n in range(50))
WIDE = f"""
@feature_view(name="a_view_with_a_long_name", source=FileSource.parquet_at("orders.parquet"))
class View:
    k = Int64().as_entity()
    at = EventTimestamp()
    {LONG} = Float()
    x0 = Float()
    spent = {LONG}.aggregate().over(days=30).sum()
{DEEP}

@model_contract(name="late", input_features=[View().spent])
class Late:
    spent = View().{LONG}.as_regression_label()
"""


def test_lines_fit_a_terminal(tmp_path: Path) -> None:
    graph = lineage_of(module_of(WIDE, tmp_path))
    text = lineage_text(select(graph, "late", up=True, down=True))
    assert max(map(len, text.splitlines())) <= 80
    assert f"    view a_view_with_a_long_name.{LONG}:\n        as it is ...\n" in text
    # However deep a tree is.
    deep = select(graph, "a_view_with_a_long_name.x50", up=True, down=False)
    assert lineage_text(deep).count("computed\n") == 50


ODD = """
@feature_view(name="odd", source=FileSource.parquet_at("odd.parquet", mapping_keys={
    'a "b"] --> c[`;#\\\\': "x"
}, name="odd"))
class Odd:
    k = Int64().as_entity()
    x = Int64()
"""


def test_any_name_may_be_drawn(tmp_path: Path) -> None:
    odd = select(lineage_of(module_of(ODD, tmp_path)), "odd.x", up=True, down=False)
    assert lineage_mermaid(odd) == (
        "flowchart LR\n"
        '  subgraph g1["view odd"]\n'
        '    f1["x"]\n'
        "  end\n"
        '  subgraph g2["source odd"]\n'
        '    f2["a #34;b#34;] --#62; c[#96;#59;#35;#92;"]\n'
        "  end\n"
        "  f2 --> f1\n"
    )
    assert '    f2 [label="a \\"b\\"] --> c[`;#\\\\"];' in lineage_dot(odd).splitlines()


def test_the_command(tmp_path: Path) -> None:
    project = str(Path(__file__).parents[1] / "examples/taxi")
    run = CliRunner().invoke
    shown = run(app, ["lineage", "trip_duration.trips_20min", "--up", "-C", project])
    assert shown.exit_code == 0
    assert "      view vendor_traffic.passenger_count: aggregated" in shown.output.splitlines()
    assert "comes into" not in shown.output
    data = run(app, ["lineage", "departures", "--down", "-C", project, "--format", "json"])
    edges = json.loads(data.output)["edges"]
    assert {
        "from": {"kind": "source", "owner": "departures", "name": "vendor_id"},
        "to": {"kind": "view", "owner": "vendor_traffic", "name": "vendor_id"},
        "effect": "IDENTITY",
        "direct": True,
    } in edges
