"""Models and snapshots of a dbt project as sources: the tables that other programs read."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from alignc.ir.module import (
    DbtModel,
    Raw,
    Snapshot,
    TableSource,
    View,
    module_from_json,
    module_to_json,
)
from tests.engines.everywhere import module_of

VIEW = """
shop = PostgreSQLConfig("SHOP_URL", "sales")

@feature_view(name="v", source={source})
class V:
    k = Int64().as_entity()
    valid_from = ValidFrom()
    valid_to = ValidTo()
    city = String()
"""


def made(source: str, folder: Path) -> tuple[TableSource, View]:
    module = module_of(VIEW.replace("{source}", source), folder)
    assert module_from_json(module_to_json(module)) == module
    (table,) = module.sources
    assert isinstance(table, TableSource)
    assert table.span is not None
    return table.model_copy(update={"span": None}), module.view_by_name["v"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (
            'DbtRef("stg_orders")',
            TableSource(
                name="stg_orders",
                table="stg_orders",
                url_variable="DATABASE_URL",
                dbt_model=DbtModel(name="stg_orders"),
            ),
        ),
        (
            'DbtRef("stg_orders", package="shop", version=2, database=shop, name="orders")',
            TableSource(
                name="orders",
                table="stg_orders_v2",
                schema_name="sales",
                url_variable="SHOP_URL",
                dbt_model=DbtModel(name="stg_orders", package="shop", version=2),
            ),
        ),
        (
            'DbtRef("stg.orders", version="1.5", database=PostgreSQLConfig.localhost("shop"))',
            TableSource(
                name="stg_orders_v1_5",
                table="stg_orders_v1_5",
                url_variable="SHOP_DATABASE_URL",
                default_url="postgresql://localhost:5432/shop",
                dbt_model=DbtModel(name="stg.orders", version="1.5"),
            ),
        ),
    ],
)
def test_a_model_of_dbt(written: str, wanted: TableSource, tmp_path: Path) -> None:
    assert made(written, tmp_path)[0] == wanted


def test_a_model_of_dbt_has_columns_of_other_names(tmp_path: Path) -> None:
    _, view = made("DbtRef('stg', {'it\\'s \"k\" {{ 🚕 }}': 'k'})", tmp_path)
    assert view.by_name["k"].compute == Raw(column='it\'s "k" {{ 🚕 }}')


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        (
            '"id", updated_at="changed at"',
            Snapshot(
                table="cust", schema_name="sales", unique_key=("id",), updated_at="changed at"
            ),
        ),
        (
            "unique_key=['shop', 'it\\'s'], check_columns=['city', '🚕']",
            Snapshot(
                table="cust",
                schema_name="sales",
                unique_key=("shop", "it's"),
                check_columns=("city", "🚕"),
            ),
        ),
        (
            'unique_key="id", check_columns="city"',
            Snapshot(
                table="cust", schema_name="sales", unique_key=("id",), check_columns=("city",)
            ),
        ),
    ],
)
def test_a_snapshot(more: str, kept: Snapshot, tmp_path: Path) -> None:
    source, view = made(f'shop.table("cust").snapshot({more})', tmp_path)
    assert source == TableSource(
        name="cust_snapshot",
        table="cust_snapshot",
        schema_name="sales",
        url_variable="SHOP_URL",
        snapshot=kept,
    )
    assert (view.event_timestamp, view.valid_to) == ("valid_from", "valid_to")


def test_a_snapshot_has_the_names_that_it_is_given(tmp_path: Path) -> None:
    written = (
        'shop.table("my cust", {"id": "k"}).snapshot("id", updated_at="at", name="history")'
        '.with_renames({"town": "city"})'
    )
    source, view = made(written, tmp_path)
    assert (source.name, source.table) == ("history", "history")
    assert source.snapshot is not None
    assert source.snapshot.table == "my cust"
    columns = {f.name: f.compute.column for f in view.raw if isinstance(f.compute, Raw)}
    assert columns == {
        "k": "id",
        "valid_from": "valid_from",
        "valid_to": "valid_to",
        "city": "town",
    }


def test_a_table_and_its_history_are_two_sources(tmp_path: Path) -> None:
    other = """
@feature_view(name="now", source=shop.table("cust"))
class Now:
    k = Int64().as_entity()
"""
    text = VIEW.replace("{source}", 'shop.table("cust").snapshot("id", updated_at="at")') + other
    assert [s.name for s in module_of(text, tmp_path).sources] == ["cust", "cust_snapshot"]


SNAPSHOT = "ALN225 a snapshot of `cust`: "


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('DbtRef("")', "ALN224 dbt has no model called ''"),
        ('DbtRef("stg orders")', "ALN224 dbt has no model called 'stg orders'"),
        ('DbtRef("a\') }}")', 'ALN224 dbt has no model called "a\') }}"'),
        ('DbtRef("a\\n")', "ALN224 dbt has no model called 'a\\n'"),
        ('DbtRef("a", package="b/c")', "ALN224 dbt has no package called 'b/c'"),
        ('DbtRef("a", version="")', "ALN224 dbt has no version called ''"),
        (
            'shop.table("cust").snapshot("id")',
            f"{SNAPSHOT}neither `updated_at` nor `check_columns` says when a row is another one",
        ),
        (
            'shop.table("cust").snapshot("id", check_columns=[])',
            f"{SNAPSHOT}neither `updated_at` nor `check_columns` says when a row is another one",
        ),
        (
            'shop.table("cust").snapshot("id", updated_at="at", check_columns=["city"])',
            f"{SNAPSHOT}it goes by `updated_at` or by `check_columns`, not by both",
        ),
        (
            'shop.table("cust").snapshot([], updated_at="at")',
            f"{SNAPSHOT}`unique_key` names no column",
        ),
        (
            'shop.table("cust").snapshot(["id", ""], updated_at="at")',
            f"{SNAPSHOT}`unique_key` names no column",
        ),
        (
            'shop.table("cust").snapshot("id", updated_at="")',
            f"{SNAPSHOT}the name of a column is empty",
        ),
        (
            'shop.table("cust").snapshot("id", updated_at="at", name="{% x %}")',
            f"{SNAPSHOT}dbt has no snapshot called '{{% x %}}', give it a `name` of letters, digits and `_`",
        ),
        (
            'shop.table("cust").snapshot("id", updated_at="at").snapshot("id", updated_at="at")',
            "ALN225 a snapshot of `cust_snapshot`: it is a snapshot itself, "
            "and what is kept is the history of a table",
        ),
        (
            'DbtRef("cust").snapshot("id", updated_at="at")',
            f"{SNAPSHOT}it is a model of dbt, and what is kept is the history of a table",
        ),
    ],
)
def test_mistakes(written: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        made(written, tmp_path)
    (found,) = caught.value.diagnostics
    assert f"{found.code} {found.message}" == message
    assert found.span is not None
    assert found.span.line == 6
    assert found.hint is not None


def test_a_file_has_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="snapshot"):
        made('FileSource.parquet_at("a.parquet").snapshot("id", updated_at="at")', tmp_path)


def test_a_model_of_dbt_and_a_table_of_its_name_are_two_sources(tmp_path: Path) -> None:
    other = """
@feature_view(name="now", source=SqlDatabase("DATABASE_URL").table("cust"))
class Now:
    k = Int64().as_entity()
"""
    with pytest.raises(DefinitionError, match="ALN106 two sources are called `cust`"):
        module_of(VIEW.replace("{source}", 'DbtRef("cust")') + other, tmp_path)
