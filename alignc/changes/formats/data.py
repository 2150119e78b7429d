from __future__ import annotations

import json

from alignc.changes.report import Report, Told


def as_json(report: Report) -> str:
    """Everything that is known, for other programs."""
    content = {
        "changes": [_told(told) for told in report.changes],
        "affected": [{"symbol": one.symbol, "way": list(one.way)} for one in report.affected],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _told(told: Told) -> dict[str, object]:
    change = told.change
    return {
        "state": change.state,
        "what": change.what,
        "symbol": change.symbol,
        "before": change.before,
        "part_of": told.part_of,
        "path": told.path,
        "line": change.span.line,
        "column": change.span.column,
        "differences": [
            {"aspect": d.name, "kind": d.kind.value, "old": d.old.shown, "new": d.new.shown}
            for d in change.differences
        ],
        "features": list(told.features),
        "models": list(told.models),
        "files": list(told.files),
        "last_readers": list(told.last),
        "exposures": list(told.exposures),
    }
