"""Bytes."""

from __future__ import annotations

from alignc.frontend.features.base import Feature, Int64, op
from alignc.ir import types


class Binary(Feature):
    """Bytes, such as a picture: kept as they are, and not compared."""

    dtype = types.BINARY

    def length(self) -> Int64:
        """The number of bytes."""
        return op(Int64, "byte_length", self)
