"""Expected rows beside found ones: which belong together, and where they differ.

Floats are equal to 1e-9 relative, everything else exactly. Rows of a view come in any order and each
counts as often as it is there; those that are equal are put together first, the rest by what they
have in common.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from alignc.errors import Span
from alignc.verify.compare import same

Row = Mapping[str, object]


@dataclass(frozen=True)
class RowDifference:
    """An expected row that is not there as it should be, or a row (then without `expected`) that nobody expects.

    `columns` are those that differ, `span` is where the expected row is written.
    """

    expected: Row | None
    found: Row | None
    columns: tuple[str, ...] = ()
    span: Span | None = None


def differences(
    expected: Sequence[Row],
    found: Sequence[Row],
    columns: Sequence[str],
    spans: Sequence[Span],
    *,
    in_order: bool,
    keys: Collection[str] = (),
) -> list[RowDifference]:
    """What differs in `columns`; `keys` are those of them by which rows are told from each other."""
    seen = [{name: row[name] for name in columns} for row in found]
    partners = _in_order(expected, seen) if in_order else _alike(expected, seen, keys)
    told: list[RowDifference] = []
    for number, row in enumerate(expected):
        partner = partners.get(number)
        if partner is None:
            told.append(RowDifference(row, None, (), spans[number]))
            continue
        differing = tuple(n for n in columns if not same(row[n], seen[partner][n]))
        if differing:
            told.append(RowDifference(row, seen[partner], differing, spans[number]))
    taken = set(partners.values())
    told += [RowDifference(None, row) for n, row in enumerate(seen) if n not in taken]
    return told


def _in_order(expected: Sequence[Row], found: Sequence[Row]) -> dict[int, int]:
    return {n: n for n in range(min(len(expected), len(found)))}


def _alike(expected: Sequence[Row], found: Sequence[Row], keys: Collection[str]) -> dict[int, int]:
    """The number of the found row that belongs to an expected one, as far as there is one."""
    equal = [
        [n for n, there in enumerate(found) if all(same(v, there[c]) for c, v in row.items())]
        for row in expected
    ]
    partners = _matched(equal)
    taken = set(partners.values())
    likely = sorted(
        (-_in_common(row, there, keys), -_in_common(row, there, row), i, j)
        for i, row in enumerate(expected)
        if i not in partners
        for j, there in enumerate(found)
        if j not in taken
    )
    for by_key, by_cell, i, j in likely:
        if i not in partners and j not in taken and (by_key or by_cell):
            partners[i] = j
            taken.add(j)
    left = [i for i in range(len(expected)) if i not in partners]
    others = [j for j in range(len(found)) if j not in taken]
    if len(left) == len(others) == 1:
        partners[left[0]] = others[0]
    return partners


def _matched(equal: Sequence[Sequence[int]]) -> dict[int, int]:
    """As many pairs as there can be, of a row and one of those that are equal to it.

    Nearly equal floats make rows equal to several that are not equal to each other, so the first that
    fits may be needed elsewhere; then the row that has it looks for another one.
    """
    owner: dict[int, int] = {}

    def finds(i: int, asked: set[int]) -> bool:
        for j in equal[i]:
            if j not in asked:
                asked.add(j)
                if j not in owner or finds(owner[j], asked):
                    owner[j] = i
                    return True
        return False

    for i in range(len(equal)):
        finds(i, set())
    return {i: j for j, i in owner.items()}


def _in_common(row: Row, there: Row, columns: Collection[str]) -> int:
    return sum(same(row[name], there[name]) for name in columns if name in row)
