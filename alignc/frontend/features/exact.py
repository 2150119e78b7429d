"""Numbers with a fixed count of decimal digits."""

from __future__ import annotations

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import Number
from alignc.ir.types import MAX_DECIMAL_DIGITS, decimal


class Decimal(Number):
    """An exact number with `digits` decimal digits, `scale` of them behind the point."""

    def __init__(self, digits: int, scale: int = 0) -> None:
        super().__init__()
        try:
            self.dtype = decimal(digits, scale)
        except ValueError as error:
            report("ALN172", str(error), here(), f"at most {MAX_DECIMAL_DIGITS} digits")
            self.dtype = decimal(MAX_DECIMAL_DIGITS, 0)
