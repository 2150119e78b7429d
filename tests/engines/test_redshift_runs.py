"""Incremental models of Redshift, as DuckDB reads them: runs add up to what one run over everything makes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from alignc.backends.sql.dialect import REDSHIFT
from alignc.dbt.names import features_model
from alignc.interpreter import interpret_view
from alignc.ir.module import Module
from tests.dbt.test_incremental import DEFINITIONS, LATENESS, START, made_up
from tests.engines.everywhere import module_of
from tests.engines.played_dbt import Named, Played, Values, texts
from tests.engines.redshift_text import RedshiftText, in_duckdb, opened
from tests.engines.run import assert_same

CUSTOMERS = ("a", "a ", "", " ")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RedshiftText]:
    with opened(tmp_path) as opened_engine:
        yield opened_engine


@pytest.mark.parametrize("lateness", [LATENESS, LATENESS + timedelta(microseconds=1)], ids=str)
def test_runs_add_up_to_the_whole(
    engine: RedshiftText, tmp_path: Path, lateness: timedelta
) -> None:
    module, orders = written(tmp_path), with_texts(made_up(3))
    dbt = OnDuckDB(texts(module, REDSHIFT, lateness), engine)
    for day in (7, 12, 30):
        engine.load({"orders": arrived(orders, day)})
        dbt.run()
    assert len(dbt.replaced) == 2 * len(module.views)
    assert_whole(dbt, module, orders)


def test_a_run_that_ended_between_its_statements_is_made_good(
    engine: RedshiftText, tmp_path: Path
) -> None:
    """Nothing says that the two statements are one transaction there."""
    module, orders = written(tmp_path), with_texts(made_up(3))
    dbt = OnDuckDB(texts(module, REDSHIFT, LATENESS), engine)
    engine.load({"orders": arrived(orders, 12)})
    dbt.run()
    dbt.ends_early = True
    dbt.run()
    before = dbt.rows(features_model(module.views[0])).height
    engine.load({"orders": arrived(orders, 30)})
    dbt.ends_early = False
    dbt.run()
    assert 0 < before < arrived(orders, 12).height
    assert_whole(dbt, module, orders)


def written(folder: Path) -> Module:
    return module_of(DEFINITIONS.replace("customer = Int64()", "customer = String()"), folder)


def with_texts(orders: pl.DataFrame) -> pl.DataFrame:
    """The orders of customers whose names differ in spaces."""
    names = [None if n is None else CUSTOMERS[n % len(CUSTOMERS)] for n in orders["customer"]]
    return orders.with_columns(customer=pl.Series(names, dtype=pl.String))


def arrived(orders: pl.DataFrame, day: int) -> pl.DataFrame:
    return orders.filter(pl.col("arrived") <= START + timedelta(days=day)).drop("arrived")


def assert_whole(dbt: Played, module: Module, orders: pl.DataFrame) -> None:
    assert arrived(orders, 30).height == orders.height
    rows = {"orders": orders.drop("arrived").to_dicts()}
    for view in module.views:
        found = dbt.rows(features_model(view))
        expected = interpret_view(module, view.name, rows)
        assert_same(expected, found, view.name, ordered=False)


class OnDuckDB(Played):
    """Relations are those of DuckDB, whose statements are translated."""

    def __init__(self, files: dict[str, str], engine: RedshiftText) -> None:
        super().__init__(files)
        self.connection, self.out = engine.connection, engine.folder / "rows.parquet"
        # Whether the first statement of the macro is also the last one.
        self.ends_early = False

    def rows(self, relation: str) -> pl.DataFrame:
        self.connection.execute(f"COPY {self.quote(relation)} TO '{self.out}' (FORMAT parquet)")
        return pl.read_parquet(self.out).with_columns(
            pl.col(pl.Datetime).dt.replace_time_zone("UTC")
        )

    def create(self, name: str, query: str, *, is_table: bool) -> None:
        # A temporary table of dbt-redshift is a table, too; a view is read when it is asked.
        kind = "TABLE" if is_table or name.endswith("__dbt_tmp") else "VIEW"
        self.connection.execute(
            f"CREATE OR REPLACE {kind} {self.quote(name)} AS {in_duckdb(query)}"
        )

    def replace(self, statement: str) -> None:
        # dbt-redshift sends one statement at a time.
        delete, insert = statement.split(";")
        self.connection.execute(in_duckdb(delete))
        if not self.ends_early:
            self.connection.execute(in_duckdb(insert))

    def quote(self, name: str) -> str:
        return f'"{name}"'

    def get_columns_in_relation(self, relation: str) -> list[Named]:
        found = self.connection.execute(f"DESCRIBE {self.quote(relation)}").fetchall()
        return [Named(name) for name, *_ in found]

    def answer(self, query: str) -> Values:
        raise AssertionError("the macro asks nothing")
