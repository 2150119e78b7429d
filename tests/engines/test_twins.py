"""Every case of every pass, run with and without the passes, on all engines."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.engines.everywhere import Engines, module_of
from tests.passes.test_passes import cases

TIME = pl.Datetime("us", "UTC")
CASES = [pytest.param(text, id=f"{name}: {title}") for name, title, text, _ in cases()]


def source() -> pl.DataFrame:
    """Few keys, many ties, some of everything that is missing."""
    draw = random.Random(4)
    base = datetime(2026, 1, 1, tzinfo=UTC)
    times = [base + timedelta(minutes=30 * draw.randrange(100)) for _ in range(60)]
    return pl.DataFrame(
        {
            "k": [draw.choice([1, 2, 3, None]) for _ in times],
            "t": [draw.choice([t, t, t, t, None]) for t in times],
            "a": [draw.choice([-1, 0, 1, 7, None]) for _ in times],
            "b": [draw.choice([-1.5, 0.25, 3.0, float("nan"), None]) for _ in times],
            "c": [draw.randrange(100) for _ in times],
            "z": [draw.randrange(100) for _ in times],
        },
        schema={
            "k": pl.Int64,
            "t": TIME,
            "a": pl.Int32,
            "b": pl.Float64,
            "c": pl.Int64,
            "z": pl.Int32,
        },
    )


@pytest.mark.parametrize("optimize", [True, False])
@pytest.mark.parametrize("definitions", CASES)
def test_the_answer_is_the_same(
    engines: Engines, tmp_path: Path, definitions: str, optimize: bool
) -> None:
    module = module_of(definitions, tmp_path)
    rows = source()
    views = [v for v in module.views if v.event_timestamp is None and module.contracts]
    if views:
        # Looked up by the key alone, which is then there once.
        rows = rows.unique("k", keep="first", maintain_order=True)
    if not module.contracts:
        found = engines.check_view(module, module.views[-1].name, {"s": rows}, optimize=optimize)
        assert len(found) == rows.height
        return
    entities = pl.DataFrame({"k": [1, 2, None, 9, 1, 3]}, schema={"k": pl.Int64})
    if module.contracts[0].needs_event_timestamp:
        times = [datetime(2026, 1, 2, hour, tzinfo=UTC) for hour in (0, 5, 6, 7, 0, 23)]
        entities = entities.with_columns(pl.Series("event_timestamp", times, TIME))
    found = engines.check_dataset(module, "m", {"s": rows}, entities, optimize=optimize)
    assert any(value is not None for row in found for value in list(row.values())[entities.width :])
