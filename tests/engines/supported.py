"""What of the examples of ops can be asked of a target."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from alignc.backends.support import unsupported_features
from alignc.conformance.examples import Examples
from alignc.verify.programs import programs_of


def with_support(examples: Examples, target: str, without: Collection[str]) -> Examples:
    """The examples without those that are refused, or named."""
    (view,) = examples.module.views
    (program,) = programs_of(examples.module, twins=False)
    found = unsupported_features(examples.module, program.plan, view, target)
    refused = {diagnostic.message.split("`")[1] for diagnostic in found}
    wanted = tuple(
        w
        for w in examples.wanted
        if w.example not in without
        and not any(r == w.feature or r.rpartition("_")[0] == w.feature for r in refused)
    )
    results = {w.feature for w in wanted}
    others = {w.feature for w in examples.wanted} - results
    kept = tuple(
        f
        for f in view.features
        if f.name not in refused | others and f.name.rpartition("_")[0] not in others
    )
    module = examples.module.model_copy(
        update={"views": (view.model_copy(update={"features": kept}),)}
    )
    return replace(examples, module=module, wanted=wanted)
