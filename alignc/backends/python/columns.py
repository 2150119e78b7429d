"""What a `Column(...)` of a Python program says about how its values are written."""

from __future__ import annotations

import ast

from alignc.backends.python.build import constant
from alignc.ir.module import TextTime, UnixTime
from alignc.ir.plan import ScanColumn
from alignc.ir.time_text import iso_of, pattern_of
from alignc.ir.types import TIMESTAMP


def reading_options(given: ScanColumn) -> dict[str, ast.expr]:
    """The keyword arguments that follow the type."""
    options: dict[str, ast.expr] = {}
    if given.dtype == TIMESTAMP:
        options["zone"] = constant(given.time_zone)
    match given.times:
        case UnixTime(unit=unit):
            options["unix"] = constant(unit)
        case TextTime(format=format):
            parts = (pattern_of(format), iso_of(format, lambda i: f"${i}"))
            options["text"] = ast.Tuple([constant(p) for p in parts], ast.Load())
        case None:
            pass
    if given.dtype.name == "Embedding":
        options["size"] = constant(given.dtype.sizes[0])
    if given.is_json_number:
        options["is_json_number"] = constant(True)
    if given.path is not None:
        options["path"] = ast.Tuple([constant(name) for name in given.path], ast.Load())
    if given.asks == "unread":
        options["is_unread"] = constant(True)
    elif given.nan_as_null:
        options["nan_as_null"] = constant(True)
    return options
