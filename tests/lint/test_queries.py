"""Queries of exposures: which columns they read, and where that is said."""

from __future__ import annotations

import pytest

from alignc.ir.module import Module
from alignc.lint.queries import QueryError, reads_of
from alignc.lint.templates import fillings
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


def names(text: str, module: Module) -> list[str]:
    return [read for read, _ in reads_of(text, module)]


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
        ("orders.customer", (5, 14)),
        ("orders.amount", (6, 7)),
        ("orders.tax", (6, 7)),
    )


def test_a_relation_that_a_macro_is_given_is_read_whole(module: Module) -> None:
    text = "select\n{{ dbt_utils.star(from=ref('feat_visits'), except=[]) }}\nfrom {{ ref('x') }}"
    assert dict(reads_of(text, module)) == {"visits.customer": (2, 1), "visits.pages": (2, 1)}


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
    assert names(f"select amount from {table}", module) == reads


def test_settings_of_a_project_are_not_known(module: Module) -> None:
    text = (
        "select amount from {{ ref('orders') }} where at > '{{ var('start') }}' limit {{ n * 2 }}"
    )
    assert names(text, module) == ["orders.amount"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("select 1\n{% if %}\nselect", 2),
        ("{% set x = 1 %}\n\nselect (1 from {{ ref('orders') }}\n", 3),
        ("select 1\n+ {{ 1 / 0 }}", 1),
        ("explain select tax from orders", 1),
        ("select 1 from orders o join orders o on true", 1),
    ],
)
def test_what_cannot_be_read(module: Module, text: str, line: int) -> None:
    with pytest.raises(QueryError) as caught:
        reads_of(text, module)
    assert caught.value.line == line


def test_lines_of_what_is_repeated() -> None:
    (query, *_) = fillings("a\n{% for x in [1, 2] -%}\nb\n{% endfor %}\nc\n")
    by_line = dict(zip(query.sql.split("\n"), query.lines, strict=True))
    assert by_line["c"] == 5
    assert {query.line(n) for n, text in enumerate(query.sql.split("\n"), 1) if text == "b"} == {3}


ALL = ["orders.amount", "orders.customer", "orders.tax"]


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        # Letters of any case.
        ("SELECT AMOUNT FROM Orders", ["orders.amount"]),
        ('select O."Tax" from ORDERS o', ["orders.tax"]),
        # A name of a WITH is no relation.
        ("with orders as (select id, amount from crm.x) select amount from orders", []),
        ("with orders as (select 1 as amount) select amount from orders", []),
        (
            "with orders as (select * from {{ ref('feat_orders') }}) select tax from orders",
            ["orders.tax"],
        ),
        # `*` is all of its own relation, as far as it is asked for.
        ("select * from orders", ALL),
        ("select o.* from orders o, visits v", ALL),
        ("select * from (select tax from orders) a, (select * from crm.x) b", ["orders.tax"]),
        (
            "with a as (select * from orders), b as (select * from a) select amount + 1 from b",
            ["orders.amount"],
        ),
        ("with a as (select * from orders) select * from a", ALL),
        ("with a as (select *, 1 as x from orders) select x from a", []),
        ("select * exclude (tax) from orders", ["orders.amount", "orders.customer"]),
        (
            "with a as (select * from orders) select * exclude (tax, customer) from a",
            ["orders.amount"],
        ),
        ("select * from crm.x union select pages from visits", ["visits.pages"]),
        ("select count(*) from orders", []),
        # What a WITH names is read, whether somebody asks for it or not: without it there is an error.
        ("with a as (select tax, amount from orders) select tax from a", ["orders.amount", "orders.tax"]),
        # The same name in two parts.
        ("select c.amount from crm.x c union all select 0 from orders c", []),
        ("select sum(pages) as tax from visits having tax > 3 union all select 1 from orders", ["visits.pages"]),
        ("select pages as tax from visits order by tax", ["visits.pages"]),
        # A subquery looks outside.
        (
            "select 1 from orders o where exists (select 1 from visits v where v.pages > o.tax)",
            ["orders.tax", "visits.pages"],
        ),
        ("select 1 from orders where tax > (select max(pages) from visits where amount > 1)", ["orders.amount", "orders.tax", "visits.pages"]),
        ("select 1 from orders join visits using (customer)", ["orders.customer", "visits.customer"]),
        ("create table x as select tax from orders", ["orders.tax"]),
        ("insert into x select tax from orders", ["orders.tax"]),
        ("update y set a = o.tax from orders o", ["orders.tax"]),
        ("merge into y using orders o on y.id = o.customer when matched then update set a = o.amount", ["orders.amount", "orders.customer"]),
        ("summarize orders", ALL),
        # Rows and columns without their names.
        ("select o from orders o", ALL),
        ("select count(o.*) from orders o", ALL),
        ("select max(columns(*)) from orders", ALL),
        ("select a from orders as o(a, b, c)", ALL),
        ("select o.tax.x from orders o", ["orders.tax"]),
        # Other dialects.
        ("select `tax` from `p.d.orders`", ["orders.tax"]),
        ("select tax, parse_json(x):a.b from orders", ["orders.tax"]),
        # What dbt does with a query.
        ("select 1 from orders where tax > {{ var('n') | int }} {{ where_recent('at') }} order by 1", ["orders.tax"]),
        ("{{ header() }} select tax from orders", ["orders.tax"]),
        ("{% snapshot x %}{{ config(unique_key='k') }} select tax from orders {% endsnapshot %}", ["orders.tax"]),
        ("{% call statement('n') %} select tax from orders {% endcall %} select amount from orders", ["orders.amount", "orders.tax"]),
        ("{% set q %} select tax from orders {% endset %}{% set r = run_query(q) %} select amount from orders", ["orders.amount", "orders.tax"]),
        ("{% set r = run_query('select tax from ' ~ ref('orders')) %} select 1", ["orders.tax"]),
        ("select {% if target.name == 'dev' %} tax {% else %} amount {% endif %} from orders", ["orders.amount", "orders.tax"]),
    ],
)  # fmt: skip
def test_what_is_read(module: Module, text: str, reads: list[str]) -> None:
    assert sorted(names(text, module)) == reads


def test_places(module: Module) -> None:
    text = "select\n  o.tax,  o.amount\nfrom (\n  select * from orders) as o"
    assert dict(reads_of(text, module)) == {"orders.tax": (4, 10), "orders.amount": (4, 10)}
    assert dict(reads_of("select\n  o.tax,  o.amount\nfrom orders o", module)) == {
        "orders.tax": (2, 5),
        "orders.amount": (2, 13),
    }
