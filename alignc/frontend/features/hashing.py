"""A number for the values of several features."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import Feature, Int64, mistake, op


def hash_from(features: Sequence[Feature]) -> Int64:
    """A number that stands for the values of some features, the same on all engines."""
    if not features:
        report("ALN155", "a hash of nothing", here(), "name the features: `hash_from([a, b])`")
        return mistake(Int64)
    return op(Int64, "hash", *features)
