"""Incremental models of Databricks, run by Spark: runs add up to what one run over everything makes.

The statement that replaces rows, which Spark's own tables cannot do, is read by Spark and done in two steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from alignc.backends.sql.dialect import DATABRICKS
from alignc.dbt.names import features_model
from alignc.interpreter import interpret_view
from tests.dbt.test_incremental import DEFINITIONS, LATENESS, START, made_up
from tests.engines.everywhere import module_of
from tests.engines.played_dbt import Named, Played, Values, texts
from tests.engines.run import assert_same
from tests.engines.spark_sql import SparkSql, opened

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_REPLACE = re.compile(
    r"\s*insert into (?P<target>`\w+`)\s+replace where\s+(?P<which>.+?)"
    r"\s+select (?P<columns>[^()]+?)\s+from (?P<made>`\w+`)\s*",
    re.DOTALL,
)


@pytest.fixture
def engine(spark: SparkSession, tmp_path: Path) -> Iterator[SparkSql]:
    with opened(spark, tmp_path) as opened_engine:
        yield opened_engine


@pytest.mark.slow
def test_runs_add_up_to_the_whole(engine: SparkSql, tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    dbt = OnSpark(texts(module, DATABRICKS, LATENESS), engine)
    orders = made_up(3)
    for day in (7, 12, 30):
        loaded = orders.filter(pl.col("arrived") <= START + timedelta(days=day))
        engine.load({"orders": loaded.drop("arrived")})
        dbt.run()
    assert loaded.height == orders.height
    assert len(dbt.replaced) == 2 * len(module.views)
    rows = {"orders": orders.drop("arrived").to_dicts()}
    for view in module.views:
        found = dbt.rows(features_model(view))
        expected = interpret_view(module, view.name, rows)
        assert_same(expected, found, f"{view.name} in databricks", ordered=False)


class OnSpark(Played):
    """Relations are views of a Spark session."""

    def __init__(self, files: dict[str, str], engine: SparkSql) -> None:
        super().__init__(files)
        self.engine = engine

    def rows(self, relation: str) -> pl.DataFrame:
        found = pl.from_arrow(self.engine.session.table(f"`{relation}`").toArrow())
        assert isinstance(found, pl.DataFrame)
        return found

    def create(self, name: str, query: str, *, is_table: bool) -> None:
        self.engine.session.sql(query).createOrReplaceTempView(f"`{name}`")
        if is_table:
            self.engine.load({name: self.rows(name)})

    def replace(self, statement: str) -> None:
        """What Delta Lake does with a statement: all rows in one place, and none elsewhere."""
        session = self.engine.session
        session._jsparkSession.sessionState().sqlParser().parsePlan(statement)
        parts = _REPLACE.fullmatch(statement)
        assert parts is not None, statement
        target, which, columns, made = parts.group("target", "which", "columns", "made")
        # A subquery may not stand here.
        assert "select" not in which
        outside = session.sql(f"select 1 from {made} where not coalesce({which}, false)")
        assert outside.isEmpty()
        kept = f"select {columns} from {target} where not coalesce({which}, false)"
        frame = pl.from_arrow(
            session.sql(f"{kept} union all select {columns} from {made}").toArrow()
        )
        assert isinstance(frame, pl.DataFrame)
        self.engine.load({target.strip("`"): frame})

    def quote(self, name: str) -> str:
        return f"`{name}`"

    def get_columns_in_relation(self, relation: str) -> list[Named]:
        return [Named(name) for name in self.engine.session.table(relation).columns]

    def answer(self, query: str) -> Values:
        return Values([[row[0] for row in self.engine.session.sql(query).collect()]])
