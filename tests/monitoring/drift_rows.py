"""Made-up datasets of the model of `drift_project`."""

from __future__ import annotations

import math
import random
from datetime import timedelta
from decimal import Decimal

import polars as pl

from tests.monitoring.drift_project import SCHEMA

ODD = ["a", "b", "", "it's", 'say "no"', "{{ x }}", "\U0001f600", "é", "a\nb"]


def rows(seed: int, count: int, shift: float = 0.0, missing: float = 0.1) -> pl.DataFrame:
    """Rows of plain numbers and texts; numbers are higher by `shift`."""
    draw = random.Random(seed)

    def some(value: object) -> object:
        return None if draw.random() < missing else value

    made = [
        {
            "size": some(draw.gauss(shift, 1)),
            "count": some(int(draw.expovariate(0.2) + shift)),
            "price": some(Decimal(draw.randrange(100_000)) / 100),
            "took": some(timedelta(microseconds=draw.randrange(10**9))),
            "kind": some(draw.choice(["a", "a", "a", "b", "b", "c"])),
            "is_new": some(draw.random() < 0.3 + shift / 10),
            "stars": some(draw.choice([1, 2, 2, 3])),
            "rank": some(draw.choice([0, 1, 1])),
            "guess": draw.gauss(shift, 2),
            "guessed_grade": draw.choice("ABC"),
            "truth": some(draw.gauss(0, 2)),
            "grade": some(draw.choice("ABBC")),
        }
        for _ in range(count)
    ]
    return pl.DataFrame(made, SCHEMA, strict=False, orient="row")


def odd_rows(seed: int, count: int) -> pl.DataFrame:
    """Rows with everything that is likely to go wrong."""
    draw = random.Random(seed)
    sizes = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324, 1.5, 2.5, None]
    frame = rows(seed, count).with_columns(
        pl.Series("size", [draw.choice(sizes) for _ in range(count)], pl.Float64()),
        pl.Series("kind", [draw.choice([*ODD, None]) for _ in range(count)], pl.String()),
        pl.Series("guessed_grade", [draw.choice(ODD) for _ in range(count)], pl.String()),
    )
    return frame
