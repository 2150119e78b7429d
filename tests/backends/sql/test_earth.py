"""A distance between places that are all constants: nothing is left to be tested about them."""

from __future__ import annotations

import math

import duckdb
import psycopg
import pytest

from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.sql.expressions import lower_expr
from alignc.ir.expr import call, literal

OSLO, BERGEN = (10.75, 59.91), (5.32, 60.39)


def query(dialect: str) -> str:
    distance = call("haversine_distance", *map(literal, (*OSLO, *BERGEN)))
    known = DIALECTS[dialect]
    return f"SELECT {known.print(lower_expr(distance, {}, known))}"


def expected() -> float:
    """By the angle between the two directions from the centre."""

    def direction(lon: float, lat: float) -> tuple[float, float, float]:
        a, b = math.radians(lon), math.radians(lat)
        return math.cos(b) * math.cos(a), math.cos(b) * math.sin(a), math.sin(b)

    one, other = direction(*OSLO), direction(*BERGEN)
    return 6_371_008.8 * math.acos(sum(a * b for a, b in zip(one, other, strict=True)))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_there_is_no_condition(dialect: str) -> None:
    assert "CASE" not in query(dialect)


def test_the_distance(postgres_url: str) -> None:
    rows = duckdb.connect().execute(query("duckdb")).fetchall()
    assert rows == [(pytest.approx(expected(), rel=1e-9),)]
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(query("postgres")).fetchone()
    assert found is not None
    assert float(found[0]) == pytest.approx(expected(), rel=1e-9)
