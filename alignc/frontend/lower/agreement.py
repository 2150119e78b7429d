"""Views that read one file of text must agree on what stands in a column.

SQL has one relation for a file, and a relation one type for a column.
"""

from __future__ import annotations

from collections.abc import Iterable

from alignc.frontend.lower.state import Lowering
from alignc.ir.module import Feature, FileSource, Raw, SourceInput
from alignc.ir.types import TIMESTAMP


def check_agreement(state: Lowering) -> None:
    """Report columns of csv files and json lines that two views read as different things."""
    for name, source in state.sources.items():
        if not isinstance(source, FileSource) or not source.is_text:
            continue
        known: dict[str, Feature] = {}
        for column, feature in readers(name, state):
            first = known.setdefault(column, feature)
            if _read_as(first) != _read_as(feature):
                state.found.add(
                    "ALN197",
                    f"`{column}` of `{name}` is {_shown(feature)} here, and {_shown(first)} in "
                    f"{first.span}",
                    feature.span,
                    "declare it as one of them, and `cast` the other",
                )


def readers(source: str, state: Lowering) -> Iterable[tuple[str, Feature]]:
    """The features that are columns of the source, with the column."""
    for view in state.views.values():
        if view.input == SourceInput(source=source):
            for feature in view.raw:
                assert isinstance(feature.compute, Raw)
                yield feature.compute.column, feature


def _read_as(feature: Feature) -> tuple[object, str]:
    assert isinstance(feature.compute, Raw)
    zone = feature.compute.time_zone if feature.dtype == TIMESTAMP else ""
    return feature.dtype, zone


def _shown(feature: Feature) -> str:
    dtype, zone = _read_as(feature)
    return f"{dtype} of {zone}" if zone else str(dtype)
