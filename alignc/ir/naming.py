"""Names of steps that every engine keeps as they are."""

from __future__ import annotations

import hashlib

# PostgreSQL cuts names after 63 bytes; the rest is for what a step is split into.
_LONGEST = 45


def short_name(name: str) -> str:
    """The name itself, or as much of it as an engine keeps, with a digest of the whole."""
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    start = name.encode()[: _LONGEST - 9].decode(errors="ignore")
    return f"{start}_{digest}"
