"""dbt projects for dbt-snowflake: what they say in other words, as text."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from alignc.backends.sql.dialect import POSTGRES, SNOWFLAKE, Dialect
from alignc.dbt.project import Options, project_files
from alignc.driver import optimized
from alignc.ir.module import Module
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of

DEFINITIONS = """
shop = PostgreSQLConfig("SHOP_URL", "Sales EU")

@feature_view(name="orders", source=shop.table("Orders of today"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().lower_bound(0)
    sample = String()

    total = amount.aggregate().over(hours=36).sum()

@model_contract(name="churn", input_features=[Orders().total])
class Churn:
    pass
"""
ROWS = """
@feature_view(name="kinds", source=InMemorySource.from_rows("kinds", [{"kind": 1, "size": 2}]))
class Kinds:
    kind = Int64().as_entity()
    size = Int64()
"""
MACROS = "macros/alignc_since.sql"


def files(module: Module, dialect: Dialect) -> dict[str, str]:
    return {f.path: f.text for f in project_files(module, dialect, Options({}, {}), "2", optimized)}


def test_models_add_through_a_temporary_table(tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    on_postgres, on_snowflake = files(module, POSTGRES), files(module, SNOWFLAKE)
    assert on_postgres.keys() == on_snowflake.keys()
    model = "models/features/feat_orders.sql"
    assert "alignc_since('at', '72 hours')" in on_snowflake[model]
    assert "incremental_strategy='alignc_since'" in on_snowflake[model]
    assert "tmp_relation_type='table'" in on_snowflake[model]
    assert "tmp_relation_type" not in on_postgres[model]


def test_types_names_and_linters_are_those_of_snowflake(tmp_path: Path) -> None:
    on_snowflake = files(module_of(DEFINITIONS, tmp_path), SNOWFLAKE)
    properties = on_snowflake["models/features/feat_orders.yml"]
    assert "data_type: double" in properties
    assert "data_type: timestamp_ntz\n" in properties
    assert "- name: sample\n        quote: true" in properties
    (staged,) = (t for p, t in on_snowflake.items() if "/stg_" in p and p.endswith(".sql"))
    # A word of the language has quotes wherever it stands, other names have none.
    assert 'cast("sample" as varchar) as "sample"' in staged
    assert "customer" in staged
    assert '"customer"' not in staged
    assert "dialect = snowflake\n" in on_snowflake[".sqlfluff"]


def test_tables_and_schemas_that_need_quotes_get_them_from_dbt(tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    for dialect, has_quoting in ((SNOWFLAKE, True), (POSTGRES, False)):
        (text,) = (t for p, t in files(module, dialect).items() if p.endswith("eu__sources.yml"))
        assert ("quoting: {identifier: true}" in text) is has_quoting
        assert ("quoting: {schema: true}" in text) is has_quoting
        assert "identifier: Orders of today" in text


class _Column:
    def __init__(self, name: str) -> None:
        self.name = name


class _Adapter:
    def quote(self, name: str) -> str:
        return f'"{name}"'


class _Config:
    def __init__(self, time: str) -> None:
        self.time = time

    def require(self, name: str) -> object:
        return {"event_time": self.time, "meta": {"alignc_lookback": "36 hours"}}[name]


@pytest.mark.parametrize(
    ("time", "names", "called"),
    [
        ("at", ["K", "AT"], "AT"),
        ("sample", ["K", "sample"], "sample"),
        ("Made at", ["K", "Made at"], "Made at"),
        # Both are there: what was written with quotes is what is meant.
        ("sample", ["SAMPLE", "sample"], "sample"),
    ],
)
def test_rows_replace_others_in_one_transaction(
    tmp_path: Path, time: str, names: list[str], called: str
) -> None:
    text = files(module_of(DEFINITIONS, tmp_path), SNOWFLAKE)[MACROS]
    template = jinja2.Environment(autoescape=False).from_string(
        text + "{{ get_incremental_alignc_since_sql(given) }}"
    )
    made = template.render(
        given={
            "dest_columns": [_Column(name) for name in names],
            "target_relation": "db.s.there",
            "temp_relation": "db.s.made",
        },
        adapter=_Adapter(),
        config=_Config(time),
        this="db.s.there",
        get_quoted_csv=lambda given: ", ".join(f'"{name}"' for name in given),
    )
    statements = [" ".join(statement.split()) for statement in made.split(";")]
    columns = ", ".join(f'"{name}"' for name in names)
    assert statements == [
        "begin",
        f'delete from db.s.there where "{called}" >= ( select coalesce( max(there."{called}") '
        "- interval '36 hours', cast('0001-01-01 00:00:00' as timestamp_ntz) ) "
        f'from db.s.there as there ) or "{called}" is null',
        f"insert into db.s.there ({columns}) select {columns} from db.s.made",
        "commit",
    ]


def test_rows_of_definitions_are_refused(tmp_path: Path) -> None:
    (program,) = programs_of(module_of(ROWS, tmp_path), twins=False)
    (reason,) = program.reasons_against("snowflake")
    assert reason.startswith("`kinds` reads the rows `kinds`: dbt-snowflake reads tables")
