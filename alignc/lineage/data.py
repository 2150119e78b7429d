"""Lineage for other programs."""

from __future__ import annotations

from alignc.ir.lineage import Field
from alignc.lineage.selection import Selection


def lineage_json(selection: Selection) -> dict[str, object]:
    """The fields that are asked about, all fields, and edges between them.

    An effect is one of IDENTITY, TRANSFORMATION, AGGREGATION, which make the value, and JOIN, FILTER,
    WINDOW, TRAINING, which decide what it is made from. A field of the kind `exposure` has no name, and
    one with a `role` is a prediction that is called like an input or a ground truth of its model.
    """
    return {
        "asked": [field_json(field) for field in selection.roots],
        "fields": [field_json(field) for field in selection.fields],
        "edges": [
            {
                "from": field_json(edge.given),
                "to": field_json(edge.made),
                "effect": edge.effect.value,
                "direct": edge.effect.is_direct,
            }
            for edge in selection.edges
        ],
    }


def field_json(field: Field) -> dict[str, str]:
    """What a field is called."""
    shown = {"kind": field.kind, "owner": field.owner, "name": field.name}
    return {**shown, "role": field.role} if field.role else shown
