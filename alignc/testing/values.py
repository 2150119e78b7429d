"""Values of results as reports show them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

Json = bool | int | float | str | None | list["Json"] | dict[str, "Json"]


def json_of(value: object) -> Json:
    """The value in JSON: times, decimals and what JSON has no number for are text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo else value
            return moment.replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case timedelta():
            return value // timedelta(microseconds=1)
        case Decimal():
            return f"{value:f}"
        case bytes():
            return value.hex()
        case list() | tuple():
            return [json_of(element) for element in value]
        case Mapping():
            return {str(name): json_of(member) for name, member in value.items()}
        case _:
            return str(value)


def text_of(value: object) -> str:
    """The value in one line; only text is in quotes."""
    match value:
        case float():
            return repr(value)
        case date() | Decimal() | bytes():
            return str(json_of(value))
        case list() | tuple():
            return f"[{', '.join(map(text_of, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{n}: {text_of(member)}' for n, member in value.items())}}}"
        case _:
            return json.dumps(json_of(value), ensure_ascii=False)
