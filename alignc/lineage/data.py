"""Lineage for other programs."""

from __future__ import annotations

from alignc.ir.lineage import Field
from alignc.lineage.selection import Selection


def lineage_json(selection: Selection) -> dict[str, object]:
    """The fields that are asked about, all fields, and edges between them.

    An effect is one of IDENTITY, TRANSFORMATION, AGGREGATION, which make the value, and JOIN, FILTER,
    WINDOW, TRAINING, which decide what it is made from. A field of the kind `exposure` has no name.
    """
    return {
        "asked": [_field(field) for field in selection.roots],
        "fields": [_field(field) for field in selection.fields],
        "edges": [
            {
                "from": _field(edge.given),
                "to": _field(edge.made),
                "effect": edge.effect.value,
                "direct": edge.effect.is_direct,
            }
            for edge in selection.edges
        ],
    }


def _field(field: Field) -> dict[str, str]:
    return {"kind": field.kind, "owner": field.owner, "name": field.name}
