"""Values of JSON texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

from alignc.interpreter.values import Value, int64, null_if_any_is_null

_STEP = re.compile(r"""\.([A-Za-z_][A-Za-z0-9_]*)|\."([^"]*)"|\[([0-9]+)\]""")


def _not_json(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def _at(text: str, path: str) -> object:
    """The value at a path, numbers with a point or an exponent as decimals; None if there is none."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_not_json)
    except (ValueError, RecursionError):
        return None
    for plain, quoted, position in _STEP.findall(path):
        step = int(position) if position else plain or quoted
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def json_string(text: str, path: str) -> str | None:
    value = _at(text, path)
    if not isinstance(value, str) or any("\ud800" <= c <= "\udfff" for c in value):
        # Half of a pair of surrogates is no text.
        return None
    return value


def json_integer(text: str, path: str) -> int | None:
    value = _at(text, path)
    return int64(value) if type(value) is int else None


def json_float(text: str, path: str) -> float | None:
    value = _at(text, path)
    return float(Decimal(value)) if type(value) is int or isinstance(value, Decimal) else None


def json_boolean(text: str, path: str) -> bool | None:
    value = _at(text, path)
    return value if isinstance(value, bool) else None


OPS: dict[str, Callable[..., Value]] = {
    "json_string": null_if_any_is_null(json_string),
    "json_integer": null_if_any_is_null(json_integer),
    "json_float": null_if_any_is_null(json_float),
    "json_boolean": null_if_any_is_null(json_boolean),
}
