"""Text: Unicode, by code point. Patterns are the RE2 subset of `alignc.ir.regex`."""

from __future__ import annotations

from alignc.ir.ops.spec import TEXT, Example, OpSpec, Param, fixed
from alignc.ir.types import BOOL, STRING

_X = Param("x", TEXT)

OPS = (
    OpSpec(
        name="contains",
        params=(_X, Param("text", TEXT, constant=True)),
        returns=fixed(BOOL),
        doc="Whether `text` occurs in `x`, letter for letter.",
        examples=(
            Example(("a.b", "."), True),
            Example(("ab", "."), False),
            Example(("100%", "%"), True),
            Example(("it's", "'"), True),
            Example(("", "a"), False),
            Example((None, "a"), None, (STRING, STRING)),
        ),
    ),
    OpSpec(
        name="matches",
        params=(_X, Param("pattern", TEXT, constant=True)),
        returns=fixed(BOOL),
        doc="Whether the regular expression `pattern` is found anywhere in `x`.",
        examples=(
            Example(("Braund, Mr. Owen", r"(Mr|Mrs)\."), True),
            Example(("Heikkinen, Miss. Laina", r"(Mr|Mrs)\."), False),
            Example(("ab\n", "b$"), False),
            Example(("a1", r"^[a-z]\d$"), True),
            Example(("a\u0663", r"\d"), False),
            Example(("a\nb", "a.b"), False),
            Example(("\u00e9", r"\w"), False),
            Example((None, "a"), None, (STRING, STRING)),
        ),
    ),
)
