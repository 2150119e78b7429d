"""Whether two results are the same: floats to 1e-9 relative, everything else exactly.

The rows of a view come in any order, so they are brought together first: by everything but floats,
then by what fits.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

Row = Mapping[str, object]
# Below it floats have fewer digits the smaller they are.
_SMALLEST_NORMAL = sys.float_info.min


def same(a: object, b: object) -> bool:
    """Whether two cells are equal."""
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, float) or isinstance(b, float):
        if not isinstance(a, int | float) or not isinstance(b, int | float):
            return False
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=_SMALLEST_NORMAL)
    if isinstance(a, datetime) and isinstance(b, datetime):
        return _utc(a) == _utc(b)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return _counted(a) == _counted(b)


def _counted(value: object) -> object:
    """Durations are microseconds where an engine has no type of elapsed time."""
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def pairs(
    wanted: Sequence[Row], there: Sequence[Row], inexact: Iterable[str] = ()
) -> list[tuple[int, Row]]:
    """For each wanted row its number and the row that belongs to it, where both are as many.

    Columns named in `inexact` do not decide which rows belong together.
    """
    blurred = set(inexact)
    exact = [
        name
        for name in (wanted[0] if wanted else ())
        if name not in blurred and not any(_has_floats(row[name]) for row in wanted)
    ]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in there:
        groups.setdefault(_key(row, exact), []).append(row)
    found: dict[int, Row] = {}

    def same_but_for_rounding(a: Row, b: Row) -> bool:
        return all(same(a[name], b[name]) for name in a if name not in blurred)

    for fits in (_all_same, same_but_for_rounding, _any):
        for i, row in enumerate(wanted):
            group = groups.get(_key(row, exact), [])
            if i not in found and (match := next((r for r in group if fits(row, r)), None)):
                group.remove(match)
                found[i] = match
    # What is left over differs in an exact column: the likeliest partners are next to each other.
    left = [row for group in groups.values() for row in group]
    for i in sorted(set(range(len(wanted))) - found.keys()):
        best = max(left, key=lambda row: sum(same(wanted[i][n], row[n]) for n in wanted[i]))
        left.remove(best)
        found[i] = best
    return sorted(found.items())


def _all_same(a: Row, b: Row) -> bool:
    return all(same(a[name], b[name]) for name in a)


def _has_floats(value: object) -> bool:
    return isinstance(value, float) or (isinstance(value, list) and any(map(_has_floats, value)))


_any: Callable[[Row, Row], bool] = lambda a, b: True


def _key(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(exact_text(row[name]) for name in names)


def exact_text(value: object) -> str:
    """A text that equal values share; floats are not exact enough to have one."""
    if isinstance(value, datetime):
        return _utc(value).isoformat()
    value = _counted(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(exact_text, value))}]"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        # 2, 2.0 and 2.00 are one number.
        return f"{Decimal(value).normalize():f}"
    return f"{type(value).__name__} {value!r}"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
