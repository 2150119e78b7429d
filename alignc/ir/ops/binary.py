"""Bytes. A constant of them is hexadecimal text."""

from __future__ import annotations

from alignc.ir.ops.spec import Example, OpSpec, Param, TypeSet, fixed
from alignc.ir.types import BINARY, INT64

OPS = (
    OpSpec(
        name="byte_length",
        params=(Param("x", TypeSet("bytes", frozenset({BINARY}))),),
        returns=fixed(INT64),
        doc="The number of bytes of `x`.",
        examples=(
            Example(("00ff",), 2, (BINARY,)),
            Example(("f09f9880",), 4, (BINARY,)),
            Example(("00" * 300,), 300, (BINARY,)),
            Example(("",), 0, (BINARY,)),
            Example((None,), None, (BINARY,)),
        ),
    ),
)
