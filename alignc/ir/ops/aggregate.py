"""Aggregates: one value from the non-null values of many rows.

The traits tell a plan what it may do: take rows back (`invertible`, exact types only), combine
partial results (`mergeable`), or leave the order of the rows aside (not `ordered`).
"""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.ops.spec import (
    ANY,
    BINARY_NUMBER,
    BOOLEAN,
    INTEGER,
    NUMBER,
    SCALAR,
    TEXT,
    AggregateExample,
    AggregateSpec,
    Param,
    fixed,
    integer_or_float,
    same_as_first,
)
from alignc.ir.types import (
    BOOL,
    FLOAT64,
    INT64,
    MAX_DECIMAL_DIGITS,
    STRING,
    SUMMABLE_DIGITS,
    DType,
    decimal,
    list_of,
)

_NAN, _INF = float("nan"), float("inf")


def _sum(types: Sequence[DType]) -> DType | str:
    (dtype,) = types
    if dtype.name != "Decimal":
        return integer_or_float(types)
    if dtype.digits > SUMMABLE_DIGITS:
        return f"a sum of {dtype} could overflow: cast it to {SUMMABLE_DIGITS} digits"
    return decimal(MAX_DECIMAL_DIGITS, dtype.scale)


AGGREGATES = (
    AggregateSpec(
        name="count",
        accepts=ANY,
        returns=fixed(INT64),
        doc="How many values there are.",
        empty=0,
        invertible=True,
        examples=(
            AggregateExample((1, 2, None), 2),
            AggregateExample((None,), 0),
            AggregateExample((), 0),
        ),
    ),
    AggregateSpec(
        name="count_distinct",
        accepts=SCALAR,
        returns=fixed(INT64),
        doc="How many different values there are; NaN equals NaN, the two zeros are one.",
        empty=0,
        mergeable=False,
        examples=(
            AggregateExample((1, 2, 1, None), 2),
            AggregateExample((0.0, -0.0, _NAN, -_NAN, _INF), 3),
            AggregateExample(("a", "A", "", "a "), 4),
            AggregateExample(("é", "e\u0301"), 2),
            AggregateExample((None,), 0),
            AggregateExample((), 0),
        ),
    ),
    AggregateSpec(
        name="sum",
        accepts=NUMBER,
        returns=_sum,
        doc="Their sum; null where an integer sum does not fit into Int64.",
        invertible=True,
        examples=(
            AggregateExample((1, 2, None), 3),
            AggregateExample((0.5, 0.25), 0.75),
            AggregateExample((None,), None),
            AggregateExample((2**62, 2**62), None),
        ),
    ),
    AggregateSpec(
        name="mean",
        accepts=NUMBER,
        returns=fixed(FLOAT64),
        doc="Their arithmetic mean.",
        invertible=True,
        examples=(AggregateExample((1, 2, None), 1.5), AggregateExample((), None)),
    ),
    AggregateSpec(
        name="variance",
        accepts=NUMBER,
        returns=fixed(FLOAT64),
        doc="Their sample variance (divisor n - 1); null for fewer than two.",
        examples=(
            AggregateExample((1, 2, 3, 4), 5 / 3),
            AggregateExample((7,), None),
            AggregateExample((1e9 + 1, 1e9 + 2), 0.5),
        ),
    ),
    AggregateSpec(
        name="std",
        accepts=NUMBER,
        returns=fixed(FLOAT64),
        doc="Their sample standard deviation (divisor n - 1); null for fewer than two.",
        examples=(AggregateExample((1, 3), 2**0.5), AggregateExample((7,), None)),
    ),
    AggregateSpec(
        name="min",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The smallest; NaN is above every number.",
        examples=(
            AggregateExample((3, 1, None), 1),
            AggregateExample((_NAN, 2.0), 2.0),
            AggregateExample(("b", "B"), "B"),
            AggregateExample((True, False), False),
        ),
    ),
    AggregateSpec(
        name="max",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The largest; NaN is above every number.",
        examples=(
            AggregateExample((3, 1, None), 3),
            AggregateExample((_NAN, 2.0), _NAN),
            AggregateExample(("b", "B"), "b"),
            AggregateExample((True, False), True),
        ),
    ),
    AggregateSpec(
        name="any",
        accepts=BOOLEAN,
        returns=fixed(BOOL),
        doc="Whether one of them is true.",
        invertible=True,
        examples=(
            AggregateExample((False, True, None), True),
            AggregateExample((False, None), False),
            AggregateExample((None,), None),
            AggregateExample((), None),
        ),
    ),
    AggregateSpec(
        name="all",
        accepts=BOOLEAN,
        returns=fixed(BOOL),
        doc="Whether all of them are true.",
        invertible=True,
        examples=(
            AggregateExample((True, False, None), False),
            AggregateExample((True, None), True),
            AggregateExample((None,), None),
            AggregateExample((), None),
        ),
    ),
    AggregateSpec(
        name="first",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The first of them in the total order of the view.",
        mergeable=False,
        ordered=True,
        examples=(
            AggregateExample((3, 1, 2), 3),
            AggregateExample((None, 1.5, _NAN), 1.5),
            AggregateExample(("", "a"), ""),
            AggregateExample((None,), None),
            AggregateExample((False, True), False),
        ),
    ),
    AggregateSpec(
        name="last",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The last of them in the total order of the view.",
        mergeable=False,
        ordered=True,
        examples=(
            AggregateExample((3, 1, 2), 2),
            AggregateExample((1.5, _NAN, None), _NAN),
            AggregateExample(("a", ""), ""),
            AggregateExample((), None),
            AggregateExample((True, False, None), False),
        ),
    ),
    AggregateSpec(
        name="last_k",
        accepts=SCALAR,
        returns=lambda types: list_of(types[0]),
        doc="The last `k` of them in the total order of the view, the latest at the end.",
        mergeable=False,
        ordered=True,
        parameter=Param("k", INTEGER, constant=True),
        examples=(
            AggregateExample((3, 1, 2), (1, 2), 2),
            AggregateExample((3, None, 1, None), (3, 1), 2),
            AggregateExample((3, 1), (3, 1), 5),
            AggregateExample((3, 1, 2), (2,), 1),
            AggregateExample((1.5, _NAN, None, -0.0), (_NAN, -0.0), 2),
            AggregateExample(("a", "", None, "a"), ("", "a"), 2),
            AggregateExample((True, False), (True, False), 2),
            AggregateExample((None,), None, 2),
            AggregateExample((), None, 2),
        ),
    ),
    AggregateSpec(
        name="percentile",
        accepts=BINARY_NUMBER,
        returns=fixed(FLOAT64),
        doc=(
            "The value below which the share `p` of them is, interpolated linearly between two of "
            "them; an infinite neighbour makes it infinite, NaN is above every number."
        ),
        mergeable=False,
        parameter=Param("p", NUMBER, constant=True),
        examples=(
            AggregateExample((4, 1, None), 1.9, 0.3),
            AggregateExample((1, 2, 3, 4), 4.0, 1.0),
            AggregateExample((1, 2, 3, 4), 1.0, 0.0),
            AggregateExample((1.0, 2.0, 10.0), 2.0, 0.5),
            AggregateExample((_NAN, 1.0, 2.0), 1.5, 0.25),
            AggregateExample((_NAN, 1.0), _NAN, 0.5),
            AggregateExample((_INF, _INF, 0.0), _INF, 0.75),
            AggregateExample((-_INF, 1.0), -_INF, 0.3),
            AggregateExample((1.0, _INF), _INF, 0.3),
            AggregateExample((-_INF, _INF), _NAN, 0.5),
            AggregateExample((None,), None, 0.5),
            AggregateExample((), None, 0.5),
        ),
    ),
    AggregateSpec(
        name="mode",
        accepts=SCALAR,
        returns=same_as_first,
        doc="The most frequent of them; of several that are, the smallest.",
        mergeable=False,
        examples=(
            AggregateExample((3, 1, 3, 1, 2), 1),
            AggregateExample((3, 1, 3), 3),
            AggregateExample((_NAN, _NAN, 1.0), _NAN),
            AggregateExample((_NAN, 1.0, None), 1.0),
            AggregateExample((0.0, -0.0, 1.0, None), 0.0),
            AggregateExample(("b", "B", None, None), "B"),
            AggregateExample((True, False), False),
            AggregateExample((), None),
        ),
    ),
    AggregateSpec(
        name="concat",
        accepts=TEXT,
        returns=fixed(STRING),
        doc="The texts in the total order of the view with `separator` between them.",
        mergeable=False,
        ordered=True,
        parameter=Param("separator", TEXT, constant=True),
        examples=(
            AggregateExample(("b", None, "a", "b"), "b, a, b", ", "),
            AggregateExample(("", ""), "'", "'"),
            AggregateExample(("x", "ß\U0001f600"), "xß\U0001f600", ""),
            AggregateExample((None, ""), "", "-"),
            AggregateExample((None,), None, "-"),
            AggregateExample((), None, "-"),
        ),
    ),
)
