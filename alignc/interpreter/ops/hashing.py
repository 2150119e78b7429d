"""Hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from alignc.interpreter.values import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hash_(*values: Value) -> int:
    encoded = "".join(_encoded(value) for value in values)
    digits = hashlib.md5(encoded.encode("utf-8")).hexdigest()[:15]
    return int(digits, 16)


def _encoded(value: Value) -> str:
    match value:
        case None:
            return "-"
        case bool():
            text = "true" if value else "false"
        case datetime():
            text = str((value - _EPOCH) // timedelta(microseconds=1))
        case _:
            text = str(value)
    return f"{len(text)}:{text}"


OPS: dict[str, Callable[..., Value]] = {"hash": hash_}
