"""The ops: every computation that a definition can ask for, as data.

One file a family. `OPS` lists the row-wise ops, `AGGREGATES` the ones over many rows. Adding an op
means a row here, a row (native, expanded or unsupported with a reason) in each backend, and a row
in the interpreter; the examples then run on every engine.
"""

from __future__ import annotations

from alignc.ir.ops import (
    aggregate,
    arithmetic,
    binary,
    category,
    comparison,
    date,
    division,
    duration,
    earth,
    floats,
    functions,
    hashing,
    json,
    lists,
    logic,
    null,
    text,
    time,
    web,
)
from alignc.ir.ops.spec import AggregateSpec, OpSpec

# Family -> its ops.
FAMILIES: dict[str, tuple[OpSpec, ...]] = {
    "arithmetic": arithmetic.OPS,
    "division": division.OPS,
    "functions": functions.OPS,
    "floats": floats.OPS,
    "earth": earth.OPS,
    "comparison": comparison.OPS,
    "logic": logic.OPS,
    "null": null.OPS,
    "text": text.OPS,
    "web": web.OPS,
    "json": json.OPS,
    "binary": binary.OPS,
    "time": time.OPS,
    "date": date.OPS,
    "duration": duration.OPS,
    "category": category.OPS,
    "hashing": hashing.OPS,
    "lists": lists.OPS,
}

OPS: dict[str, OpSpec] = {spec.name: spec for family in FAMILIES.values() for spec in family}

AGGREGATES: dict[str, AggregateSpec] = {spec.name: spec for spec in aggregate.AGGREGATES}
