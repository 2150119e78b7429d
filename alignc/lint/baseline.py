"""Findings that were there when a team began to look: they are counted, not shown.

An entry is a rule and a definition, so that it stays true when lines move. A baseline only shrinks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from alignc.errors import DefinitionError, Diagnostic, Span
from alignc.lint.finding import Finding

FILE = "alignc-baseline.json"


def baseline_text(findings: Sequence[Finding]) -> str:
    """The file: by fingerprint the rule and the definition."""
    entries = {f.fingerprint: {"code": f.code, "symbol": f.symbol} for f in findings}
    ordered = sorted(entries.items(), key=lambda e: (e[1]["code"], e[1]["symbol"]))
    return (
        json.dumps({"version": 1, "findings": dict(ordered)}, indent=2, ensure_ascii=False) + "\n"
    )


def read_baseline(path: Path) -> dict[str, str] | None:
    """By fingerprint the words for an entry, None without a file; DefinitionError if it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {key: f"{e['code']} {e['symbol']}" for key, e in content["findings"].items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        place = Span(path.name, 1)
        raise DefinitionError(
            [Diagnostic("ALN403", f"the baseline cannot be read: {reason}", place)]
        ) from None
