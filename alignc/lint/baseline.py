"""Findings that were there when a team began to look: they are counted, not shown.

An entry is a rule and a definition, so that it stays true when lines move. A baseline only shrinks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignc.errors import DefinitionError, Diagnostic, Span
from alignc.lint.finding import Finding

FILE = "alignc-baseline.json"


@dataclass(frozen=True)
class Entry:
    """A rule and a definition."""

    code: str
    symbol: str

    def __str__(self) -> str:
        return f"{self.code} {self.symbol}"


def baseline_text(findings: Sequence[Finding], more: Mapping[str, Entry]) -> str:
    """The file: by fingerprint the rule and the definition, of findings and of more entries."""
    entries = {f.fingerprint: Entry(f.code, f.symbol) for f in findings} | dict(more)
    ordered = sorted(entries.items(), key=lambda item: (item[1].code, item[1].symbol))
    found = {key: {"code": e.code, "symbol": e.symbol} for key, e in ordered}
    return json.dumps({"version": 1, "findings": found}, indent=2, ensure_ascii=False) + "\n"


def read_baseline(path: Path) -> dict[str, Entry] | None:
    """The entries by fingerprint, None without a file; DefinitionError if it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != 1:
            raise ValueError(f"its version is {content['version']}, not 1")
        return {key: Entry(e["code"], e["symbol"]) for key, e in content["findings"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        place = Span(path.name, 1)
        raise DefinitionError(
            [Diagnostic("ALN403", f"the baseline cannot be read: {reason}", place)]
        ) from None
