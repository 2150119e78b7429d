"""Panels of a dashboard in Grafana; the data source is a variable of the dashboard."""

from __future__ import annotations

from collections.abc import Sequence

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}

Panel = dict[str, object]


def over_time(title: str, queries: Sequence[tuple[str, str]]) -> Panel:
    """A panel with the lines of queries; each has a legend."""
    return {
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "targets": [
            {"refId": ref, "datasource": _SOURCE, "expr": expr, "legendFormat": legend}
            for ref, (expr, legend) in zip(_refs(queries), queries, strict=True)
        ],
    }


def table(title: str, queries: Sequence[tuple[str, str]]) -> Panel:
    """A panel with a row for each set of labels; each query is a column with a heading."""
    refs = _refs(queries)
    headings = {f"Value #{ref}": name for ref, (_, name) in zip(refs, queries, strict=True)}
    return {
        "type": "table",
        "title": title,
        "datasource": _SOURCE,
        "targets": [
            {
                "refId": ref,
                "datasource": _SOURCE,
                "expr": expr,
                "format": "table",
                "instant": True,
            }
            for ref, (expr, _) in zip(refs, queries, strict=True)
        ],
        "transformations": [
            {"id": "merge", "options": {}},
            {
                "id": "organize",
                "options": {"excludeByName": {"Time": True}, "renameByName": headings},
            },
        ],
    }


def _refs(queries: Sequence[object]) -> list[str]:
    return [chr(ord("A") + n) for n in range(len(queries))]
