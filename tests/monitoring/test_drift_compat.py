"""Numbers of Evidently and NannyML on the same data, as the scripts in benchmarks/peers have written them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from scipy.stats import chi2_contingency

from tests.monitoring.drift_project import DEFINITIONS, Said, compare, names_in, run, write_project
from tests.monitoring.drift_rows import odd_rows

PEERS = Path(__file__).parent / "peers"
NUMBERS = ("size", "count", "price", "guess")
CATEGORIES = ("kind", "is_new", "stars", "rank")
SIDES = ("in_reference", "in_current")
# A prediction is compared if all are there.
ONE_PREDICTION = "    guessed_grade = "


def theirs(tool: str) -> dict[str, dict[str, float]]:
    said = json.loads((PEERS / f"{tool}.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, float]] = said["columns"]
    assert found.keys() == {*NUMBERS, *CATEGORIES}
    return found


@pytest.fixture(scope="module", params=["polars", "pyspark"])
def program(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    if request.param == "pyspark":
        request.getfixturevalue("spark")
    kept = [line for line in DEFINITIONS.split("\n") if not line.startswith(ONE_PREDICTION)]
    folder = write_project(tmp_path_factory.mktemp("project"), "\n".join(kept))
    return names_in(folder, request.param)


def ours(program: dict[str, Any], folder: Path, *arguments: str) -> Said:
    files = ("--reference", f"{PEERS}/before.csv", "--current", f"{PEERS}/now.csv")
    return run(program["main"], folder, *files, *arguments)


@pytest.mark.slow
def test_evidently(program: dict[str, Any], tmp_path: Path) -> None:
    said, expected = ours(program, tmp_path, "--compat", "evidently"), theirs("evidently")
    for name in NUMBERS + CATEGORIES:
        found = said.column(name)["evidently"]
        wanted = {
            "psi": expected[name]["psi"],
            "jensen_shannon": expected[name]["jensenshannon"],
        }
        if name in NUMBERS:
            wanted["wasserstein"] = expected[name]["wasserstein"]
        assert found == pytest.approx(wanted, rel=1e-9), name
    for name in NUMBERS:
        # Theirs is exact for so few rows, ours is the asymptotic one of Stephens.
        (test,) = (t for t in said.column(name)["tests"] if t["name"] == "kolmogorov_smirnov")
        assert test["p_value"] == pytest.approx(expected[name]["ks"], rel=0.1), name


@pytest.mark.slow
def test_nannyml(program: dict[str, Any], tmp_path: Path) -> None:
    said, expected = ours(program, tmp_path, "--compat", "nannyml"), theirs("nannyml")
    for name in NUMBERS + CATEGORIES:
        column = said.column(name)
        wanted = expected[name]
        found = {"jensen_shannon": column["nannyml"]["jensen_shannon"]}
        # The others mean the same there and here.
        if name in NUMBERS:
            found["kolmogorov_smirnov"] = column["measures"]["ks"]
            found["wasserstein"] = column["measures"]["wasserstein"]
        else:
            # Of two categories theirs is corrected after Yates.
            table = [[part[side] for part in column["parts"]] for side in SIDES]
            corrected = chi2_contingency(table, correction=True).statistic
            found["chi2"] = column["measures"]["chi_square"] if len(table[0]) > 2 else corrected
            found["l_infinity"] = column["measures"]["l_infinity"]
        assert found == pytest.approx(wanted, rel=1e-9), name


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["evidently", "nannyml"])
def test_what_others_cannot_say_is_left_out(
    program: dict[str, Any], tmp_path: Path, tool: str
) -> None:
    before, now = odd_rows(1, 60), odd_rows(2, 50)
    now = now.with_columns(pl.lit(None, pl.String()).alias("kind"), pl.lit(7).alias("count"))
    said = compare(program, tmp_path, before, now, "--compat", tool)
    # There are infinities in the one, no values in the other.
    assert said.column("size")[tool] == said.column("kind")[tool] == {}
    assert 0 < said.column("count")[tool]["jensen_shannon"] <= 1


def test_compat_needs_the_rows_of_the_reference(
    program: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        program["parse_arguments"](
            ["--profile", "p.json", "--current", "c.csv", "--compat", "evidently"]
        )
    assert "--compat needs --reference" in capsys.readouterr().err
    assert ours(program, tmp_path).column("size").get("evidently") is None
