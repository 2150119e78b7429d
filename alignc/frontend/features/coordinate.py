"""Points in a plane."""

from __future__ import annotations

from dataclasses import dataclass

from alignc.frontend.features.base import Float64, Number, op


@dataclass(frozen=True)
class Coordinate:
    """A point in a plane; a helper for computations, not a feature of its own."""

    x: Number
    y: Number

    def euclidean_distance(self, to: Coordinate) -> Float64:
        """The straight-line distance, in the unit of the coordinates."""
        return op(Float64, "euclidean_distance", self.x, self.y, to.x, to.y)

    # As users of Aligned spell it.
    eucledian_distance = euclidean_distance
