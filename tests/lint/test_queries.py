"""Queries of exposures: which columns they read, and where that is said."""

from __future__ import annotations

import pytest

from alignc.ir.module import Module
from alignc.lint.queries import QueryError, reads_of
from alignc.lint.templates import filled
from tests.engines.everywhere import module_of

SHOP = """
database = PostgreSQLConfig("SHOP_URL", schema="raw")


@feature_view(name="orders", source=database.table("orders"))
class Orders:
    customer = Int64().as_entity()
    amount = Float()
    tax = Float()


@feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
class Visits:
    customer = Int64().as_entity()
    pages = Int64()


@model_contract(
    name="churn", input_features=[Orders().tax], output_source=database.table("predictions")
)
class Churn:
    will_leave = Orders().amount.as_regression_label()
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Module:
    return module_of(SHOP, tmp_path_factory.mktemp("shop"))


def test_a_model_of_dbt(module: Module) -> None:
    text = """{{ config(materialized="table") }}
    {%- set names = ["amount", "tax"] %}
    {# what
       it is #}
    select o.customer,
      {% for name in names %} o.{{ name }}{% if not loop.last %},{% endif %}
      {% endfor %}
    from {{ ref("feat_orders") }} as o
    {% if is_incremental() %}
    where o.customer > (select max(customer) from {{ this }})
    {% endif %}
    """
    assert reads_of(text, module) == (
        ("orders.customer", 5),
        ("orders.amount", 6),
        ("orders.tax", 6),
    )


def test_a_relation_that_a_macro_is_given_is_read_whole(module: Module) -> None:
    text = "select\n{{ dbt_utils.star(from=ref('feat_visits'), except=[]) }}\nfrom {{ ref('x') }}"
    assert dict(reads_of(text, module)) == {"visits.customer": 2, "visits.pages": 2}


@pytest.mark.parametrize(
    ("table", "reads"),
    [
        ("orders", ["orders.amount"]),
        ("mart.orders", ["orders.amount"]),
        # The table that the view reads.
        ("raw.orders", []),
        ("{{ source('raw', 'orders') }}", []),
        ("{{ source('raw', 'predictions') }}", ["churn.amount"]),
        ("{{ ref('shop', 'ctr_churn', v=1) }}", ["churn.amount"]),
        ("{{ ref('ctr_churn', v=7) }}", []),
    ],
)
def test_which_relation_it_is(module: Module, table: str, reads: list[str]) -> None:
    assert [read for read, _ in reads_of(f"select amount from {table}", module)] == reads


def test_settings_of_a_project_are_not_known(module: Module) -> None:
    text = (
        "select amount from {{ ref('orders') }} where at > '{{ var('start') }}' limit {{ n * 2 }}"
    )
    assert [read for read, _ in reads_of(text, module)] == ["orders.amount"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("select 1\n{% if %}\nselect", 2),
        ("{% set x = 1 %}\n\nselect (1 from {{ ref('orders') }}\n", 3),
        ("select 1\n+ {{ 1 / 0 }}", 1),
    ],
)
def test_what_cannot_be_read(module: Module, text: str, line: int) -> None:
    with pytest.raises(QueryError) as caught:
        reads_of(text, module)
    assert caught.value.line == line


def test_lines_of_what_is_repeated() -> None:
    query = filled("a\n{% for x in [1, 2] -%}\nb\n{% endfor %}\nc\n")
    by_line = dict(zip(query.sql.split("\n"), query.lines, strict=True))
    assert by_line["c"] == 5
    assert {query.line(n) for n, text in enumerate(query.sql.split("\n"), 1) if text == "b"} == {3}
