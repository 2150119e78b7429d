"""Which columns of a test dbt can compare. It knows no tolerance: the last digit of a float decides.

- A float that a model hands on as it is, or picks from others, has the digits that it is given.
- One that is computed has the expected digits in any engine if all floats of the test are short in binary
  (0.5, 7.75), as sums and means of these are exact.

What `alignc test` takes for equal and dbt does not is no failure of a test, so it is not compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from alignc.artifacts.relations import windowed_features
from alignc.backends.sql.dialect import Dialect
from alignc.interpreter import Row, Value
from alignc.ir.expr import Column
from alignc.ir.module import Aggregated, Contract, Module, Raw, View
from alignc.ir.types import BINARY, FLOATS, DType

# Aggregates whose result is one of the values.
_PICKS = {"min", "max", "first", "last"}
_DIGITS_OF_ALIGNC = 1e-9


def is_comparable(dtype: DType, dialect: Dialect) -> bool:
    """Whether dbt has the values of a type as they are."""
    if dtype == BINARY or dtype.name == "Struct":
        return False
    return dtype.name not in ("List", "Embedding") or (
        # dbt does not know the type of an array in PostgreSQL.
        dialect.name == "duckdb" and is_comparable(dtype.element, dialect)
    )


def has_floats(dtype: DType) -> bool:
    """Whether a value may be a float, or have one in it."""
    if dtype.name in ("List", "Embedding"):
        return has_floats(dtype.element)
    return dtype in FLOATS


def handed_on(module: Module, definition: View | Contract) -> set[str]:
    """The columns that the model of a definition reads and does not compute."""
    if isinstance(definition, View):
        return {f.name for f in definition.features if _is_picked(definition, f.name)}
    named = {used.name: (used.view, used.feature) for used in definition.inputs}
    named |= {label.feature: (label.view, label.feature) for label in definition.labels}
    keys = {entity.name for entity in definition.entities}
    return keys | {n for n, (v, f) in named.items() if _is_read(module.view_by_name[v], f)}


def _is_read(view: View, feature: str) -> bool:
    """Whether a dataset finds a feature in the model of its view."""
    windowed = {f.name for f in windowed_features(view)}
    return feature not in windowed or _is_picked(view, feature)


def _is_picked(view: View, feature: str) -> bool:
    match view.by_name[feature].compute:
        case Raw():
            return True
        case Aggregated(aggregate=name, value=Column(name=column)) if name in _PICKS:
            return isinstance(view.by_name[column].compute, Raw)
        case _:
            return False


def has_nan(rows: Sequence[Row], name: str) -> bool:
    """Whether dbt fails to sort the rows by a column."""
    return any(math.isnan(value) for value in _floats([row[name] for row in rows]))


def has_same_digits(
    expected: Sequence[Row], found: Sequence[Row], name: str, given: Iterable[Value] | None
) -> bool:
    """Whether the floats of a column are the expected ones to the last digit, or nowhere near.

    `given` are the values that the column is computed from, if it is.
    """
    wanted = list(_floats([row[name] for row in expected]))
    if given is not None and wanted and not all(map(_is_short, (*wanted, *_floats(given)))):
        return False
    there = list(_floats([row[name] for row in found if name in row]))
    return not any(a != b and _are_close(a, b) for a in wanted for b in there)


def _floats(values: Iterable[Value]) -> Iterator[float]:
    for value in values:
        if isinstance(value, float):
            yield value
        elif isinstance(value, list):
            yield from _floats(value)


def _is_short(value: float) -> bool:
    """Whether a float has few enough digits in binary that sums of it are exact."""
    return not math.isfinite(value) or (abs(value) <= 2**31 and (value * 1024).is_integer())


def _are_close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_DIGITS_OF_ALIGNC)
