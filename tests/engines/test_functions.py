"""Functions of numbers close to where they are steep, flat or not defined, on all engines."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from tests.engines.everywhere import Engines, module_of

FUNCTIONS = (
    *("exp", "log", "log10", "log1p", "sqrt", "degrees", "radians"),
    *("sin", "cos", "tan", "cot", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
)


def test_functions_keep_their_digits_at_the_edges(engines: Engines, tmp_path: Path) -> None:
    lines = (f"    {name}_of = x.{name}()\n" for name in FUNCTIONS)
    module = module_of(
        '@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))\n'
        "class V:\n    k = Int64().as_entity()\n    x = Float64()\n" + "".join(lines),
        tmp_path,
    )
    steps = [10.0**-power for power in (*range(17), 300)]
    edges = (0.0, 1.0, math.pi / 2, math.pi)
    near = {sign * edge + step for step in (0.0, *steps) for edge in edges for sign in (1, -1)}
    near |= {-x for x in near}
    frame = pl.DataFrame({"k": range(len(near)), "x": sorted(near)})
    assert len(engines.check_view(module, "v", {"s": frame})) == len(near) > 200
