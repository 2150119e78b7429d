"""Points in a plane and places on the Earth."""

from __future__ import annotations

from dataclasses import dataclass

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import Float64, Number, mistake, op


@dataclass(frozen=True)
class Coordinate:
    """A point of two features or constants; a helper for computations, not a feature of its own.

    On the Earth `x` is the longitude and `y` the latitude, in degrees: see `Longitude`, `Latitude`.
    """

    x: Number | float
    y: Number | float

    def euclidean_distance(self, to: Coordinate | tuple[float, float]) -> Float64:
        """The straight-line distance, in the unit of the coordinates."""
        other = _point(to)
        return op(Float64, "euclidean_distance", self.x, self.y, other.x, other.y)

    # As users of Aligned spell it.
    eucledian_distance = euclidean_distance

    def haversine_distance(self, to: Coordinate | tuple[float, float]) -> Float64:
        """The distance in metres along the surface of the Earth, taken for a sphere.

        2 R arcsin sqrt(sin²((y2 - y1) / 2) + cos y1 cos y2 sin²((x2 - x1) / 2)), the haversine
        formula (Sinnott, 1984) with the mean radius R = 6371008.8 m (IUGG). It is at most 0.6 % off
        the distance on the ellipsoid. Null where a longitude is not from -180 to 180 or a latitude not
        from -90 to 90.
        """
        other = _point(to)
        for value, most, what in (
            (self.x, 180, "longitude"),
            (self.y, 90, "latitude"),
            (other.x, 180, "longitude"),
            (other.y, 90, "latitude"),
        ):
            if isinstance(value, int | float) and not -most <= value <= most:
                report("ALN151", f"{value} is not a {what}: it is from -{most} to {most}", here())
                return mistake(Float64)
        return op(Float64, "haversine_distance", self.x, self.y, other.x, other.y)


def _point(given: Coordinate | tuple[float, float]) -> Coordinate:
    return given if isinstance(given, Coordinate) else Coordinate(*given)
