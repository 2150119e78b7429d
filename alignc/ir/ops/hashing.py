"""A number that stands for some values, the same on all engines and in all programs.

Each value is written as its length in code points, a colon and its text, a null as `-`:
`("a", "bc", null)` is `1:a2:bc-`. The hash is the first 15 hexadecimal digits (60 bits) of the MD5
of that text in UTF-8, as a number. The text of a boolean is true or false, that of an integer its
digits, that of a time the microseconds since 1970 in UTC.
"""

from __future__ import annotations

from hashlib import md5

from alignc.ir.ops.spec import Example, Nulls, OpSpec, Param, TypeSet, fixed
from alignc.ir.types import BOOL, INT8, INT64, INTEGERS, STRING, TIMESTAMP, UINT64

# Floats are left out: engines agree on them to some digits, a hash is all or nothing.
HASHABLE = TypeSet(
    "text, a boolean, an integer or a timestamp", INTEGERS | {BOOL, STRING, TIMESTAMP}
)


def _hash(encoded: str) -> int:
    return int(md5(encoded.encode()).hexdigest()[:15], 16)


OPS = (
    OpSpec(
        name="hash",
        params=(Param("x", HASHABLE), Param("others", HASHABLE, variadic=True)),
        returns=fixed(INT64),
        nulls=Nulls.OWN,
        doc="A number from 0 to 2**60 - 1 that stands for the values; see docs/semantics.md, Hashes.",
        examples=(
            Example(("abc",), 0xE823F78CF0A4CD2),
            Example(("",), _hash("0:")),
            Example((None,), _hash("-"), (STRING,)),
            Example(("-",), _hash("1:-")),
            Example(("a", "bc"), _hash("1:a2:bc")),
            Example(("ab", "c"), _hash("2:ab1:c")),
            Example(("a", None, "1:b"), _hash("1:a-3:1:b"), (STRING, STRING)),
            Example(("e\u0301\U0001f600", "it's \\ \n"), _hash("3:e\u0301\U0001f6008:it's \\ \n")),
            Example((-(2**63), True, False), _hash("20:-92233720368547758084:true5:false")),
            Example((2**64 - 1,), _hash("20:18446744073709551615"), (UINT64,)),
            Example((-7,), _hash("2:-7"), (INT8,)),
            Example((None, 0), _hash("-1:0"), (INT64, INT64)),
            Example(("2020-01-01T00:00:00.123456Z",), _hash("16:1577836800123456"), (TIMESTAMP,)),
            Example(("1969-12-31T23:59:59Z",), _hash("8:-1000000"), (TIMESTAMP,)),
        ),
    ),
)
