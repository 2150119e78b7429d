"""Which rows belong together, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations

from alignc.errors import Span
from alignc.testing.comparison import RowDifference, differences

Row = Mapping[str, object]


def told(
    expected: Sequence[Row], found: Sequence[Row], *, in_order: bool = False, keys: str = ""
) -> list[RowDifference]:
    columns = list((*expected, *found)[0])
    spans = [Span("f", line + 1) for line in range(len(expected))]
    return differences(expected, found, columns, spans, in_order=in_order, keys=keys)


def test_rows_come_in_any_order_and_columns_that_nobody_names_do_not_matter() -> None:
    rows = [{"k": n, "x": n / 10} for n in range(4)]
    for order in permutations(rows):
        assert told(rows, [{**row, "other": 1} for row in order]) == []


def test_a_row_counts_as_often_as_it_is_there() -> None:
    a, b = {"k": 1}, {"k": 2}
    assert told([a, a, b], [a, b, a]) == []
    assert told([a, a, b], [a, b]) == [RowDifference(a, None, (), Span("f", 2))]
    assert told([a, b], [a, b, b]) == [RowDifference(None, b)]
    assert told([], [a]) == [RowDifference(None, a)]
    assert told([a], []) == [RowDifference(a, None, (), Span("f", 1))]
    # As many rows, but others.
    assert told([a, a, b], [a, b, b]) == [
        RowDifference(a, b, ("k",), Span("f", 2)),
    ]
    # Nothing in common, and several.
    assert told([a, a], [b, b]) == [
        RowDifference(a, None, (), Span("f", 1)),
        RowDifference(a, None, (), Span("f", 2)),
        RowDifference(None, b),
        RowDifference(None, b),
    ]


def test_a_row_differs_from_the_one_with_its_key() -> None:
    expected = [{"k": 1, "x": 1, "y": 1}, {"k": 2, "x": 2, "y": 2}]
    found = [{"k": 2, "x": 1, "y": 1}, {"k": 1, "x": 2, "y": 2}]
    assert told(expected, found, keys="k") == [
        RowDifference(expected[0], found[1], ("x", "y"), Span("f", 1)),
        RowDifference(expected[1], found[0], ("x", "y"), Span("f", 2)),
    ]
    # Without a key what they have in common decides.
    assert [d.columns for d in told(expected, found)] == [("k",), ("k",)]


def test_rows_in_order() -> None:
    a, b = {"k": 1}, {"k": 2}
    assert told([a, b], [a, b], in_order=True) == []
    assert [d.columns for d in told([a, b], [b, a], in_order=True)] == [("k",), ("k",)]
    assert told([a, b], [a], in_order=True) == [RowDifference(b, None, (), Span("f", 2))]
    assert told([a], [a, b], in_order=True) == [RowDifference(None, b)]


def test_a_row_that_fits_two_leaves_one_to_the_other() -> None:
    """Equal up to rounding is not transitive: the middle is equal to both ends, they are not to each other."""
    low, middle, high = 1.0, 1.0 + 8e-10, 1.0 + 16e-10
    for order in permutations([{"x": middle}, {"x": high}]):
        for wanted in permutations([{"x": low}, {"x": middle}]):
            assert told(list(wanted), list(order)) == []


DIFFERENT: list[tuple[object, object]] = [
    (None, 0),
    (True, 1),
    ("1", 1),
    (0.1, 0.1000001),
    (0.0, 1e-17),
    ([1], [2]),
    ("", None),
]
EQUAL: list[tuple[object, object]] = [
    (1, 1.0),
    (0.1, 0.1 + 1e-12),
    (float("nan"), float("nan")),
    ([1, None], [1, None]),
]


def test_kinds_of_values() -> None:
    for a, b in DIFFERENT:
        assert told([{"k": 1, "x": a}], [{"k": 1, "x": b}])[0].columns == ("x",)
    for a, b in EQUAL:
        assert told([{"k": 1, "x": a}], [{"k": 1, "x": b}]) == []
