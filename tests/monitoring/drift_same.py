"""Two reports beside each other."""

from __future__ import annotations

from typing import Any

import pytest


def same(a: Any, b: Any, place: str = "") -> None:
    """Two reports are the same up to the rounding of sums."""
    if isinstance(a, dict) and isinstance(b, dict):
        assert a.keys() == b.keys(), place
        for key in a:
            same(a[key], b[key], f"{place}/{key}")
    elif isinstance(a, list) and isinstance(b, list):
        assert len(a) == len(b), f"{place}: {a} {b}"
        for number, (x, y) in enumerate(zip(a, b, strict=True)):
            same(x, y, f"{place}/{number}")
    elif isinstance(a, float) and isinstance(b, float):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-12), place
    else:
        assert a == b, f"{place}: {a} {b}"
