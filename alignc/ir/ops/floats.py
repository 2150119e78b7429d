"""The values of a float that are not numbers. An integer is always finite."""

from __future__ import annotations

from alignc.ir.expr import Scalar
from alignc.ir.ops.spec import BINARY_NUMBER, Example, OpSpec, Param, fixed
from alignc.ir.types import BOOL, FLOAT64


def _question(name: str, doc: str, *, nan: Scalar, infinite: Scalar, finite: Scalar) -> OpSpec:
    return OpSpec(
        name=name,
        params=(Param("x", BINARY_NUMBER),),
        returns=fixed(BOOL),
        doc=doc,
        examples=(
            Example((float("nan"),), nan),
            Example((float("inf"),), infinite),
            Example((float("-inf"),), infinite),
            Example((1.7e308,), finite),
            Example((-0.0,), finite),
            Example((3,), finite),
            Example((None,), None, (FLOAT64,)),
        ),
    )


OPS = (
    _question("is_nan", "Whether `x` is NaN.", nan=True, infinite=False, finite=False),
    _question("is_not_nan", "Whether `x` is not NaN.", nan=False, infinite=True, finite=True),
    _question(
        "is_finite",
        "Whether `x` is neither NaN nor infinite.",
        nan=False,
        infinite=False,
        finite=True,
    ),
    _question("is_infinite", "Whether `x` is infinite.", nan=False, infinite=True, finite=False),
)
