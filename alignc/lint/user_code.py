"""Where definitions have code of the user."""

from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import Udf, walk
from alignc.ir.lineage import Field
from alignc.ir.module import Aggregated, Derived, Feature, is_declared
from alignc.lint.facts import Facts


def user_code(facts: Facts) -> Iterator[tuple[Field, Feature, Udf]]:
    """Each piece of code, with the feature that it makes."""
    for field, (view, feature) in facts.features.items():
        match feature.compute:
            case Derived(expr=expr) | Aggregated(value=expr) if is_declared(view, feature):
                yield from ((field, feature, e) for e in walk(expr) if isinstance(e, Udf))
            case _:
                pass
