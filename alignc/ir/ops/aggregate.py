"""Aggregates: one value from the non-null values of many rows.

The traits tell a plan what it may do: take rows back (`invertible`, exact types only) or combine
partial results (`mergeable`).
"""

from __future__ import annotations

from alignc.ir.ops.spec import (
    NUMBER,
    SCALAR,
    AggregateSpec,
    fixed,
    integer_or_float,
    same_as_first,
)
from alignc.ir.types import FLOAT64, INT64

AGGREGATES = (
    AggregateSpec(
        name="count",
        accepts=SCALAR,
        returns=fixed(INT64),
        doc="How many values there are.",
        empty=0,
        invertible=True,
        examples=(((1, 2, None), 2), ((None,), 0), ((), 0)),
    ),
    AggregateSpec(
        name="sum",
        accepts=NUMBER,
        returns=integer_or_float,
        doc="Their sum; null where an integer sum does not fit into Int64.",
        invertible=True,
        examples=(((1, 2, None), 3), ((0.5, 0.25), 0.75), ((None,), None), ((2**62, 2**62), None)),
    ),
    AggregateSpec(
        name="mean",
        accepts=NUMBER,
        returns=fixed(FLOAT64),
        doc="Their arithmetic mean.",
        examples=(((1, 2, None), 1.5), ((), None)),
    ),
    AggregateSpec(
        name="variance",
        accepts=NUMBER,
        returns=fixed(FLOAT64),
        doc="Their sample variance (divisor n - 1); null for fewer than two.",
        examples=(((1, 2, 3, 4), 5 / 3), ((7,), None), ((1e9 + 1, 1e9 + 2), 0.5)),
    ),
    AggregateSpec(
        name="std",
        accepts=NUMBER,
        returns=fixed(FLOAT64),
        doc="Their sample standard deviation (divisor n - 1); null for fewer than two.",
        examples=(((1, 3), 2**0.5), ((7,), None)),
    ),
    AggregateSpec(
        name="min",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The smallest; NaN is above every number.",
        examples=(((3, 1, None), 1), ((float("nan"), 2.0), 2.0), (("b", "B"), "B")),
    ),
    AggregateSpec(
        name="max",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The largest; NaN is above every number.",
        examples=(((3, 1, None), 3), ((float("nan"), 2.0), float("nan")), (("b", "B"), "b")),
    ),
)
