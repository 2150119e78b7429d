"""The measures of drift and the probabilities of their tests beside NumPy and SciPy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from tests.monitoring.drift_project import compare, names_in, write_project
from tests.monitoring.drift_rows import rows

NUMBERS = ["size", "count", "price", "took", "guess"]
CATEGORIES = ["kind", "is_new", "stars", "rank", "guessed_grade"]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return names_in(write_project(tmp_path_factory.mktemp("project")))


def floats_of(frame: pl.DataFrame, name: str) -> Floats:
    """The values that are there; durations in seconds."""
    column = frame[name].drop_nulls()
    if column.dtype == pl.Duration:
        return column.dt.total_microseconds().to_numpy() / 1e6
    return column.cast(pl.Float64).to_numpy()


def texts_of(frame: pl.DataFrame, name: str) -> list[str]:
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in frame[name].drop_nulls()]


def in_bins(values: Floats, edges: Floats) -> list[int]:
    counts = np.bincount(np.searchsorted(edges, values, "right"), minlength=10)
    return [int(count) for count in counts]


def check_spread(measures: dict[str, Any], a: list[int], b: list[int]) -> None:
    """The measures of two rows of counts, of which none is empty on both sides."""
    both = [(x, y) for x, y in zip(a, b, strict=True) if x or y]
    counts = np.array(both, dtype=float).T
    p, q = counts[0] / counts[0].sum(), counts[1] / counts[1].sum()
    some_p, some_q = (np.where(x == 0, 1e-4, x) for x in (p, q))
    chi, _, degrees, _ = stats.chi2_contingency(counts, correction=False)
    expected = {
        "psi": float(np.sum((some_p - some_q) * np.log(some_p / some_q))),
        "jensen_shannon": float(jensenshannon(p, q, 2)),
        "chi_square": float(chi),
        "degrees": degrees,
        "total_variation": float(np.abs(p - q).sum() / 2),
        "l_infinity": float(np.abs(p - q).max()),
    }
    assert {k: measures[k] for k in expected} == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("seed", "sizes", "shift"), [(1, (900, 700), 0.3), (2, (40, 1100), 0.0)])
def test_measures_are_those_of_scipy(
    program: dict[str, Any], tmp_path: Path, seed: int, sizes: tuple[int, int], shift: float
) -> None:
    before, now = rows(seed, sizes[0]), rows(seed + 100, sizes[1], shift)
    said = compare(program, tmp_path, before, now)
    assert [c["name"] for c in said.report["columns"]] == [
        *NUMBERS[:4],
        *CATEGORIES[:4],
        "guess",
        "guessed_grade",
    ]
    for name in NUMBERS:
        a, b = floats_of(before, name), floats_of(now, name)
        measures = said.column(name)["measures"]
        assert measures["ks"] == pytest.approx(stats.ks_2samp(a, b).statistic, rel=1e-12)
        way = stats.wasserstein_distance(a, b)
        assert measures["wasserstein"] == pytest.approx(way, rel=1e-9)
        edges = np.quantile(a, np.arange(1, 10) / 10)
        counts = in_bins(a, edges), in_bins(b, edges)
        parts = said.column(name)["parts"]
        shown = [(x, y) for x, y in zip(*counts, strict=True) if x or y]
        assert [(p["in_reference"], p["in_current"]) for p in parts] == shown
        check_spread(measures, *counts)
    for name in CATEGORIES:
        one, other = texts_of(before, name), texts_of(now, name)
        kinds = sorted({*one, *other})
        check_spread(
            said.column(name)["measures"],
            [one.count(kind) for kind in kinds],
            [other.count(kind) for kind in kinds],
        )
        parts = {
            p["label"]: (p["in_reference"], p["in_current"]) for p in said.column(name)["parts"]
        }
        assert parts == {kind: (one.count(kind), other.count(kind)) for kind in kinds}


def test_rows_and_moments(program: dict[str, Any], tmp_path: Path) -> None:
    before, now = rows(5, 300), rows(6, 200)
    said = compare(program, tmp_path, before, now)
    for side, frame in (("reference", before), ("current", now)):
        values = floats_of(frame, "size")
        expected = {
            "rows": frame.height,
            "missing": frame["size"].null_count(),
            "mean": float(values.mean()),
            "std": float(values.std(ddof=1)),
            "min": float(values.min()),
            "max": float(values.max()),
            "missing_rate": frame["size"].null_count() / frame.height,
        }
        assert said.column("size")[side] == pytest.approx(expected, rel=1e-12)


def test_probabilities_are_those_of_scipy(program: dict[str, Any]) -> None:
    chi_square, kolmogorov = program["chi_square_tail"], program["kolmogorov_tail"]
    for degrees in (1, 2, 3, 9, 10, 49, 1000, 20_001):
        for x in (1e-9, 0.5, 3.84, degrees, degrees + 3 * degrees**0.5, degrees * 1.5 + 40):
            expected = stats.chi2.sf(x, degrees)
            assert chi_square(x, degrees) == pytest.approx(expected, rel=1e-8, abs=1e-300)
        for alpha in (0.5, 0.05, 1e-6):
            limit = program["chi_square_limit"](alpha, degrees)
            assert limit == pytest.approx(stats.chi2.isf(alpha, degrees), rel=1e-9)
    for n, m in ((30, 50), (1000, 500), (10**6, 10**6)):
        root = (n * m / (n + m)) ** 0.5
        for x in (0.1, 0.3, 0.5, 0.99, 1.0, 1.01, 1.36, 2.5, 5.0):
            distance = x / (root + 0.12 + 0.11 / root)
            expected = stats.kstwobign.sf(x)
            assert kolmogorov(distance, n, m) == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert chi_square(0.0, 3) == chi_square(1.0, 0) == kolmogorov(0.0, 5, 5) == 1.0


def test_the_probability_of_a_distance_is_nearly_the_exact_one(program: dict[str, Any]) -> None:
    draw = np.random.default_rng(4)
    for n, m, shift in ((200, 300, 0.25), (1000, 400, 0.15), (60, 80, 0.5)):
        a, b = draw.normal(0, 1, n), draw.normal(shift, 1, m)
        exact = stats.ks_2samp(a, b, method="exact")
        assert program["kolmogorov_tail"](exact.statistic, n, m) == pytest.approx(
            exact.pvalue, rel=0.1
        )


def test_missing_values_are_a_test_of_two_shares(program: dict[str, Any], tmp_path: Path) -> None:
    before, now = rows(7, 800, missing=0.1), rows(8, 600, missing=0.14)
    said = compare(program, tmp_path, before, now)
    (test,) = (t for t in said.column("size")["tests"] if t["name"] == "missing")
    lost = [frame["size"].null_count() for frame in (before, now)]
    table = [[lost[0], 800 - lost[0]], [lost[1], 600 - lost[1]]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert test["p_value"] == pytest.approx(expected, rel=1e-9)
    assert test["statistic"] == pytest.approx(lost[1] / 600 - lost[0] / 800)


def test_several_tests_are_corrected_as_scipy_does(program: dict[str, Any]) -> None:
    draw = np.random.default_rng(9)
    for count in (1, 2, 7, 40):
        values = [float(v) for v in draw.random(count) ** 3]
        expected = stats.false_discovery_control(values).tolist()
        assert program["adjusted"](values, "benjamini-hochberg") == pytest.approx(
            expected, rel=1e-12
        )
        assert program["adjusted"](values, "bonferroni") == [min(1.0, v * count) for v in values]
        assert program["adjusted"](values, "none") == values
