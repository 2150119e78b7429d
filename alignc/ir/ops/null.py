"""Missing values."""

from __future__ import annotations

from alignc.ir.ops.spec import ANY, Example, Nulls, OpSpec, Param, common, fixed, same_as_first
from alignc.ir.types import BOOL, DATE, FLOAT64, INT64, STRING, UINT64, list_of

_NAN = float("nan")

OPS = (
    OpSpec(
        name="is_null",
        params=(Param("x", ANY),),
        returns=fixed(BOOL),
        nulls=Nulls.OWN,
        doc="Whether `x` is missing. NaN is not missing.",
        examples=(
            Example((None,), True, (INT64,)),
            Example((0,), False),
            Example((float("nan"),), False),
            Example(("",), False),
            Example(((),), False, (list_of(STRING),)),
            Example(((None,),), False, (list_of(INT64),)),
            Example((None,), True, (list_of(FLOAT64),)),
        ),
    ),
    OpSpec(
        name="is_not_null",
        params=(Param("x", ANY),),
        returns=fixed(BOOL),
        nulls=Nulls.OWN,
        doc="Whether `x` is there.",
        examples=(Example((None,), False, (STRING,)), Example((0,), True)),
    ),
    OpSpec(
        name="fill_na",
        params=(Param("x", ANY), Param("value", ANY)),
        returns=common,
        nulls=Nulls.OWN,
        doc="`x` in the type of the result, or `value` where that is missing.",
        examples=(
            Example((None, 3), 3, (INT64, INT64)),
            Example((2**64 - 1, 3), 3, (UINT64, INT64)),
            Example((2, 3), 2),
            Example((None, 1), 1.0, (FLOAT64, INT64)),
            Example((None, None), None, (STRING, STRING)),
            Example((None, ("a", None)), ("a", None), (list_of(STRING), list_of(STRING))),
            Example(((), (1,)), (), (list_of(INT64), list_of(INT64))),
            Example((None, ()), (), (list_of(FLOAT64), list_of(FLOAT64))),
            Example((None, (0.5, _NAN, 1.0)), (0.5, _NAN, 1.0), (list_of(FLOAT64),) * 2),
            Example((None, ("2024-02-29",)), ("2024-02-29",), (list_of(DATE),) * 2),
        ),
    ),
    OpSpec(
        name="null_like",
        params=(Param("x", ANY),),
        returns=same_as_first,
        nulls=Nulls.OWN,
        doc="A null of the type of `x`.",
        examples=(
            Example((3,), None),
            Example((0.5,), None),
            Example(("a",), None),
            Example((None,), None, (BOOL,)),
        ),
    ),
)
