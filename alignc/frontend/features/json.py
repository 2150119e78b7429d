"""JSON: text with values inside, which are read by their path."""

from __future__ import annotations

from typing import TypeVar

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    Bool,
    Feature,
    Float64,
    Int64,
    class_of,
    made,
    mistake,
    op,
)
from alignc.frontend.features.origins import CastOrigin
from alignc.frontend.features.text import String
from alignc.ir import types
from alignc.ir.json_path import PathError, parse_path, show_path
from alignc.ir.types import DType

F = TypeVar("F", bound=Feature)


class Json(Feature):
    """A JSON text: a column of text, or of PostgreSQL's json or jsonb. It cannot be compared."""

    dtype = types.JSON

    def json_path_value_at(self, path: str, as_type: F | type[F]) -> F:
        """What is at a path, such as `$.a.b[0]."c d"` or `a.b`.

        It must be of the JSON type that `as_type` is: text, true or false, or a number. Everything
        else is null, as it is in a text that is not JSON.
        """
        kind = class_of(as_type)
        try:
            steps = parse_path(path)
        except PathError as error:
            report("ALN174", f"path {path!r}: {error}", here(), 'such as `$.a.b[0]."c d"`')
            return mistake(kind)
        read = _read_as(kind.dtype)
        if read is None:
            report(
                "ALN174",
                f"a value of JSON is not a {kind.dtype}",
                here(),
                "read it as `String()`, `Bool()`, a number or a `Date()`",
            )
            return mistake(kind)
        name, plain = read
        if kind.dtype == plain.dtype:
            return op(kind, name, self, show_path(steps))
        return made(kind, CastOrigin(op(plain, name, self, show_path(steps))))


def _read_as(dtype: DType) -> tuple[str, type[Feature]] | None:
    """The op that reads a value of a type, and the type in which it does."""
    if dtype in (types.STRING, types.DATE):
        return "json_string", String
    if dtype in types.INTEGERS:
        return "json_integer", Int64
    if dtype in types.FLOATS:
        return "json_float", Float64
    return ("json_boolean", Bool) if dtype == types.BOOL else None
