"""The plans of windows in SQL: which joins and frames a query has, and in which order it computes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.sql.query import lower_query
from alignc.backends.sql.select import Cte
from alignc.driver import optimized
from alignc.ir.passes.rewrites import with_node, with_steps
from alignc.ir.plan import WindowAggregate
from tests.engines.everywhere import module_of

VIEW = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Int32()
    f = Float()

{features}

@model_contract(name="m", input_features=[Events()])
class M:
    pass
"""
TOTALS = """
    n = f.aggregate().over(hours=1).count()
    mean = v.aggregate().over(hours=1).mean()
    spread = v.aggregate().over(days=1).variance()
"""
TILES = """
    low = f.aggregate().over(hours=1).min()
    mean = f.aggregate().over(hours=1).mean()
    spread = f.aggregate().over(hours=1, closed="left").variance()
    high = f.aggregate().over(days=1).offset(days=1).max()
"""
BOTH = TOTALS + TILES.replace(" mean =", " average =").replace(" spread =", " distance =")
RUNNING = """
    top = f.aggregate().max()
    n = v.aggregate().count()
"""


def _ctes(
    features: str, dialect: str, folder: Path, *, rows_per_key: int | None = None
) -> dict[str, Cte]:
    module = module_of(VIEW.format(features=features), folder)
    plan = optimized(dataset_plan(module, module.contract_by_name["m"]))
    steps = [
        with_node(step, step.node.model_copy(update={"rows_per_key": rows_per_key}))
        if isinstance(step.node, WindowAggregate)
        else step
        for step in plan.steps
    ]
    query = lower_query(with_steps(plan, steps), DIALECTS[dialect])
    # State is another matter: it has joins and orders of its own.
    ctes = {cte.name.strip('"`'): cte for cte in query.ctes}
    return {name: cte for name, cte in ctes.items() if not name.startswith("events_as_of")}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("features", [TOTALS, TILES, RUNNING, BOTH])
def test_no_join_pairs_events_and_questions(features: str, dialect: str, tmp_path: Path) -> None:
    ctes = _ctes(features, dialect, tmp_path)
    selects = [select for cte in ctes.values() for select in cte.selects]
    ranges = [j for s in selects for j in s.joins if any(re.search(" [<>]=? ", c) for c in j.on)]
    kinds = {join.kind for join in ranges}
    # An as-of join has one match a row at most.
    assert len(kinds) == (dialect == "duckdb")
    assert kinds <= {"ASOF JOIN", "ASOF LEFT JOIN"}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("features", [TOTALS, TILES, RUNNING, BOTH])
def test_no_frame_is_started_anew_for_each_row(features: str, dialect: str, tmp_path: Path) -> None:
    ctes = _ctes(features, dialect, tmp_path)
    selects = [select for cte in ctes.values() for select in cte.selects]
    frames = {frame.rows for select in selects for frame in select.windows}
    if dialect in ("snowflake", "redshift"):
        # They stand where they are used.
        lines = " ".join(line.text for select in selects for line in select.columns)
        frames = set(re.findall(r"(?:ROWS|RANGE) [A-Z ]+[A-Z]", lines))
    backwards = {"RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"}
    # Without ranges the questions stand behind the events of their time.
    kind = "RANGE" if DIALECTS[dialect].has_ranges else "ROWS"
    allowed = {f"{kind} UNBOUNDED PRECEDING"} | (backwards if dialect == "duckdb" else set())
    assert frames
    assert frames <= allowed


def test_all_windows_of_totals_share_one_lookup(tmp_path: Path) -> None:
    ctes = _ctes(TOTALS, "duckdb", tmp_path)
    joins = [j for cte in ctes.values() for s in cte.selects for j in s.joins]
    assert sum(join.kind == "ASOF LEFT JOIN" for join in joins) == 1
    assert list(ctes)[-4:] == [
        f"events_windows{part}" for part in ("_totals", "_ends", "_parts", "")
    ]


def test_all_windows_share_the_blocks_of_events(tmp_path: Path) -> None:
    ctes = _ctes(BOTH, "duckdb", tmp_path)
    made = [
        "places",
        "larger",
        "blocks",
        "ends",
        "reached",
        "runs",
        "sizes",
        "levels",
        "pieces",
        "parts",
    ]
    assert list(ctes)[-11:] == [*(f"events_windows_{part}" for part in made), "events_windows"]
    assert [name for name, cte in ctes.items() if cte.is_recursive] == ["events_windows_larger"]
    joins = [j for cte in ctes.values() for s in cte.selects for j in s.joins]
    assert sum(join.kind == "ASOF JOIN" for join in joins) == 1


@pytest.mark.parametrize("features", [TOTALS, TILES, RUNNING])
def test_events_of_a_key_that_nobody_asks_for_are_left_out(features: str, tmp_path: Path) -> None:
    ctes = _ctes(features, "duckdb", tmp_path)
    joins = [j for cte in ctes.values() for s in cte.selects for j in s.joins]
    assert [j.relation for j in joins if j.kind == "SEMI JOIN"] == ['"entity_keys"']


@pytest.mark.parametrize("dialect", DIALECTS)
def test_few_events_a_key_are_joined_once_for_all_windows(dialect: str, tmp_path: Path) -> None:
    ctes = _ctes(BOTH, dialect, tmp_path, rows_per_key=20)
    matched = ctes["events_windows_matched"].selects[0]
    assert [join.kind for join in matched.joins] == ["LEFT JOIN"]
    assert not any(select.windows for cte in ctes.values() for select in cte.selects)
    many = _ctes(TOTALS, dialect, tmp_path, rows_per_key=1000)
    assert "events_windows_matched" not in many


@pytest.mark.parametrize("dialect", DIALECTS)
def test_events_of_pairs_are_computed_once_where_they_would_not_be(
    dialect: str, tmp_path: Path
) -> None:
    ctes = _ctes(TILES, dialect, tmp_path, rows_per_key=10)
    assert "events_windows_matched" in ctes
    kept = {name for name, cte in ctes.items() if cte.is_kept}
    assert kept == ({"events_2"} if dialect == "postgres" else set())
