"""The values that rows are made of."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest

from alignc.ir.types import decimal
from alignc.verify.values import kind_of


@pytest.mark.parametrize(("digits", "scale"), [(1, 0), (1, 1), (5, 0), (12, 2), (38, 0), (38, 38)])
def test_values_of_any_decimal(digits: int, scale: int) -> None:
    kind = kind_of(decimal(digits, scale))
    assert kind is not None
    draw = Random(1)
    values = [*kind.edges, *(kind.ordinary(draw) for _ in range(50))]
    assert pl.Series(values, dtype=kind.stored).to_list() == values
    assert len(set(values)) > 5
