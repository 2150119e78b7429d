"""Names that a user may write and that a program could trip over."""

from __future__ import annotations

from random import Random
from typing import Final

# Of features and columns: anything without control characters. PostgreSQL keeps 63 bytes of a name.
FEATURES: Final = (
    "select",
    "order",
    "group",
    "table",
    "user",
    "value",
    "index",
    "count",
    "sum",
    "pl",
    "F",
    "rows",
    "result",
    "literal",
    "weight of row",
    "it's",
    'say "x"',
    "a;b",
    "{x}",
    "{{ x }}",
    "%s",
    "$1",
    "a.b",
    "a`b",
    "back\\slash",
    "--",
    "/* */",
    "größe",
    "e\u0301tat",
    "名前",
    "👩\u200d🚀",
    " leading",
    "1st",
    "class",
    "None",
    "lambda",
    "#hash",
    "a=b",
    "a,b",
    "[0]",
    "*",
    "^.*$",
    "long " * 11,
    "long " * 40,
)

# Of views, contracts and sources: they become names of files.
FILES: Final = (
    "select",
    "order",
    "table",
    "user",
    "with",
    "rows",
    "result",
    "entities_2",
    "entity_keys",
    "entity_rows",
    "sources",
    "build",
    "pl",
    "F",
    "class",
    "import",
    "a-b",
    "größe",
    "1st",
    "Upper",
    "long_" * 12,
    "long_" * 40,
)


class Names:
    """Names that are not taken yet, whatever their case; one in four is a strange one."""

    def __init__(self, draw: Random, taken: tuple[str, ...] = ()) -> None:
        self.draw = draw
        self.taken = {name.lower() for name in taken}

    def fresh(self, stem: str, strange: tuple[str, ...] = ()) -> str:
        name = stem
        if strange and self.draw.random() < 0.25:
            name = self.draw.choice(strange)
        unique, count = name, 1
        while unique.lower() in self.taken:
            count += 1
            unique = f"{name}_{count}"
        self.taken.add(unique.lower())
        return unique
