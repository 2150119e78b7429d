"""Incremental models of Databricks, run by Spark: runs add up to what one run over everything makes.

dbt is played here, as its adapter asks for an account: models and macros are filled in by Jinja, and the statement that
replaces rows, which Spark's own tables cannot do, is read by Spark and done in two steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from jinja2 import Environment

from alignc.backends.sql.dialect import DATABRICKS
from alignc.dbt.names import features_model
from alignc.dbt.project import Options, project_files
from alignc.driver import optimized
from alignc.interpreter import interpret_view
from alignc.ir.module import Module
from tests.dbt.test_incremental import DEFINITIONS, LATENESS, START, made_up
from tests.engines.everywhere import module_of
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
    dbt = Played(engine, texts(module))
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


def texts(module: Module) -> dict[str, str]:
    """The files of the project, by their path."""
    late = LATENESS // timedelta(microseconds=1)
    options = Options({}, {view.name: late for view in module.views})
    return {f.path: f.text for f in project_files(module, DATABRICKS, options, "..", optimized)}


@dataclass
class Settings:
    """What a model says of itself, as macros ask for it."""

    said: dict[str, object] = field(default_factory=dict)

    def __call__(self, **said: object) -> str:
        self.said = said
        return ""

    def require(self, name: str) -> object:
        return self.said[name]


@dataclass(frozen=True)
class Named:
    """A column as dbt lists it."""

    name: str


@dataclass(frozen=True)
class Values:
    """The one column of an answer."""

    columns: list[list[object]]


@dataclass
class Played:
    """What dbt does with the models of a project, over the views of a Spark session."""

    engine: SparkSql
    files: dict[str, str]
    # The tables that were there when they were run.
    replaced: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    # The models of this run.
    made: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Make all models, each after those that it refers to."""
        self.made = set()
        for path in self.files:
            if path.startswith("models/") and path.endswith(".sql"):
                self._ref(Path(path).stem)

    def rows(self, relation: str) -> pl.DataFrame:
        found = pl.from_arrow(self.engine.session.table(f"`{relation}`").toArrow())
        assert isinstance(found, pl.DataFrame)
        return found

    def _ref(self, name: str) -> str:
        if name not in self.made:
            (path,) = (p for p in self.files if p.endswith(f"/{name}.sql"))
            self._make(name, self.files[path], is_table=path.startswith("models/features/"))
            self.made.add(name)
        return f"`{name}`"

    def _make(self, name: str, text: str, *, is_table: bool) -> None:
        session, settings = self.engine.session, Settings()
        is_there = is_table and name in self.there
        environment = Environment(extensions=["jinja2.ext.do"])
        environment.globals |= {
            "config": settings,
            "is_incremental": lambda: is_there,
            "this": f"`{name}`",
            "ref": self._ref,
            "source": lambda group, table: f"`{table}`",
            "adapter": self,
            "run_query": self._answer,
            "get_quoted_csv": lambda names: ", ".join(map(self.quote, names)),
        }
        macros = environment.from_string(self.files["macros/alignc_since.sql"]).module
        since: Callable[[str, str], str] = macros.alignc_since  # type: ignore[attr-defined]
        query = environment.from_string(text).render(alignc_since=since)
        made = f"{name}__dbt_tmp" if is_there else name
        session.sql(query).createOrReplaceTempView(f"`{made}`")
        if is_there:
            replaces: Callable[[dict[str, str]], str] = macros.get_incremental_alignc_since_sql  # type: ignore[attr-defined]
            self._replace(replaces({"target_relation": f"`{name}`", "temp_relation": f"`{made}`"}))
            self.replaced.append(name)
        elif is_table:
            self.engine.load({name: self.rows(name)})
            self.there.add(name)

    def _replace(self, statement: str) -> None:
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

    # -- what macros ask of an adapter

    def quote(self, name: str) -> str:
        return f"`{name}`"

    def get_columns_in_relation(self, relation: str) -> list[Named]:
        return [Named(name) for name in self.engine.session.table(relation).columns]

    def _answer(self, query: str) -> Values:
        return Values([[row[0] for row in self.engine.session.sql(query).collect()]])
