"""Numbers: arithmetic, rounding, roots and distances.

Integers give Int64, a float among the arguments gives Float64, decimals give a decimal with room for
all digits. A result that does not fit is null, a division by zero is null.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.decimals import product_type, signed_type, sum_type
from alignc.ir.expr import Expr, call
from alignc.ir.ops.spec import (
    INTEGER,
    NUMBER,
    Example,
    OpSpec,
    Param,
    exact,
    fixed,
)
from alignc.ir.types import (
    FLOAT32,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    UINT8,
    UINT64,
    DType,
    decimal,
    is_decimal,
)

_MAX = 2**63 - 1
_MONEY, _RATE, _SUM = decimal(4, 2), decimal(10, 4), decimal(38, 2)
_ALL_38 = decimal(38, 0)
_NINES = "9" * 36


def _rounded(types: Sequence[DType]) -> DType | str:
    return sum_type(types[:1]) if is_decimal(types[0]) else FLOAT64


def _euclidean_distance(x1: Expr, y1: Expr, x2: Expr, y2: Expr) -> Expr:
    across = call("square", call("sub", x1, x2))
    along = call("square", call("sub", y1, y2))
    return call("sqrt", call("add", across, along))


OPS = (
    OpSpec(
        name="add",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=exact(sum_type),
        symbol="+",
        doc="The sum of `x` and `y`.",
        examples=(
            Example((2, 3), 5),
            Example((2, 0.5), 2.5),
            Example((None, 3), None, (INT64, INT64)),
            Example((_MAX, 1), None),
            Example(("99.99", "99.99"), "199.98", (_MONEY, _MONEY)),
            Example(("-0.01", "0.0100"), "0", (_MONEY, _RATE)),
            Example(("99.99", -_MAX), "-9223372036854775707.01", (_MONEY, INT64)),
            Example((2**64 - 1, "0.5"), "18446744073709551615.5", (UINT64, decimal(2, 1))),
            Example(("1.5", -128), "-126.5", (decimal(2, 1), INT8)),
            Example(("0.1", 0.2), 0.30000000000000004, (decimal(2, 1), FLOAT64)),
            Example((f"{_NINES[1:]}.99", f"{_NINES[1:]}.99"), f"1{_NINES[1:]}.98", (_SUM, _SUM)),
            # Neither side may have 38 digits: the sum would have no room for a carry.,
            Example((f"{_NINES}.99", "0"), None, (_SUM, _SUM)),
            Example((None, "1.50"), None, (_MONEY, _MONEY)),
        ),
    ),
    OpSpec(
        name="sub",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=exact(sum_type),
        symbol="-",
        doc="`x` less `y`.",
        examples=(
            Example((2, 3), -1),
            Example((2.5, 1), 1.5),
            Example((-_MAX, 2), None),
            Example(("-99.99", "99.99"), "-199.98", (_MONEY, _MONEY)),
            Example((1, "0.0001"), "0.9999", (INT64, _RATE)),
            Example(("0.30", 0), "0.30", (_MONEY, UINT8)),
            Example(("0", f"{_NINES}.99"), None, (_MONEY, _SUM)),
        ),
    ),
    OpSpec(
        name="mul",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=exact(product_type),
        symbol="*",
        doc="The product of `x` and `y`.",
        examples=(
            Example((2, 3), 6),
            Example((2, 0.25), 0.5),
            Example((_MAX, 2), None),
            Example(("-99.99", "999999.9999"), "-99989999.990001", (_MONEY, _RATE)),
            Example(("0.01", "-0.0001"), "-0.000001", (_MONEY, _RATE)),
            Example(("-0.01", 0), "0", (_MONEY, INT64)),
            Example(
                ("99999999999.99", 2**31 - 1), "214748364699978525163.53", (decimal(13, 2), INT32)
            ),
            Example(("0.5", 2**64 - 1), "9223372036854775807.5", (decimal(2, 1), UINT64)),
            Example(
                (_MAX, "99999999999999.9999"),
                "922337203685477579777662796314522.4193",
                (INT64, decimal(18, 4)),
            ),
            Example(
                ("0." + "9" * 18, "0." + "9" * 19),
                "0." + "9" * 17 + "89" + "0" * 17 + "1",
                (decimal(18, 18), decimal(19, 19)),
            ),
            Example(("0.1", 3.0), 0.30000000000000004, (decimal(2, 1), FLOAT64)),
        ),
    ),
    OpSpec(
        name="div",
        params=(Param("x", NUMBER), Param("y", NUMBER)),
        returns=fixed(FLOAT64),
        symbol="/",
        doc="The true quotient of `x` and `y`; null where `y` is zero.",
        examples=(
            Example((1, 2), 0.5),
            Example((1, 0), None),
            Example((1.0, 0.0), None),
            Example((7.5, 2.5), 3.0),
            Example((_MAX, _MAX), 1.0),
            Example(("1.00", "3.0000"), 1 / 3, (_MONEY, _RATE)),
            Example(("1.00", 3), 1 / 3, (_MONEY, INT64)),
            Example((1.5, "0.00"), None, (FLOAT32, _MONEY)),
        ),
    ),
    OpSpec(
        name="neg",
        params=(Param("x", NUMBER),),
        returns=exact(signed_type),
        doc="`x` with the other sign.",
        examples=(
            Example((3,), -3),
            Example((-2.5,), 2.5),
            Example((-_MAX - 1,), None),
            Example(("-99.99",), "99.99", (_MONEY,)),
            Example(("0.00",), "0", (_MONEY,)),
            Example(("9" * 37,), "-" + "9" * 37, (decimal(37, 0),)),
            Example(("-" + "9" * 37,), "9" * 37, (_ALL_38,)),
            Example(("9" * 38,), None, (_ALL_38,)),
        ),
    ),
    OpSpec(
        name="abs",
        params=(Param("x", NUMBER),),
        returns=exact(signed_type),
        doc="`x` without its sign.",
        examples=(
            Example((-3,), 3),
            Example((2.5,), 2.5),
            Example((-_MAX - 1,), None),
            Example((None,), None, (FLOAT64,)),
            Example(("-99.99",), "99.99", (_MONEY,)),
            Example(("-" + "9" * 37,), "9" * 37, (decimal(37, 0),)),
            Example(("9" * 38,), None, (_ALL_38,)),
        ),
    ),
    OpSpec(
        name="floor",
        params=(Param("x", NUMBER),),
        returns=fixed(INT64),
        doc="The largest integer not above `x`; null where it does not fit into Int64.",
        examples=(
            Example((2.7,), 2),
            Example((-2.1,), -3),
            Example((5,), 5),
            Example((1e30,), None),
            Example((float("nan"),), None),
            Example(("-0.01",), -1, (_MONEY,)),
            Example(("99.99",), 99, (_MONEY,)),
            Example((f"-{_MAX}.99",), -_MAX - 1, (_SUM,)),
            Example((f"-{_MAX + 1}.01",), None, (_SUM,)),
            Example((f"-{_NINES}.99",), None, (_SUM,)),
            Example(("-0." + "9" * 38,), -1, (decimal(38, 38),)),
        ),
    ),
    OpSpec(
        name="ceil",
        params=(Param("x", NUMBER),),
        returns=fixed(INT64),
        doc="The smallest integer not below `x`; null where it does not fit into Int64.",
        examples=(
            Example((2.1,), 3),
            Example((-2.7,), -2),
            Example((5,), 5),
            Example((float("inf"),), None),
            Example(("-0.99",), 0, (_MONEY,)),
            Example(("99.01",), 100, (_MONEY,)),
            Example((f"{_MAX}.00",), _MAX, (_SUM,)),
            Example((f"{_MAX}.01",), None, (_SUM,)),
            Example((f"{_NINES}.99",), None, (_SUM,)),
            Example(("0." + "9" * 38,), 1, (decimal(38, 38),)),
        ),
    ),
    OpSpec(
        name="round",
        params=(Param("x", NUMBER), Param("digits", INTEGER, constant=True)),
        returns=_rounded,
        doc="`x` at `digits` decimals (0 to 15), halves away from zero, judged by its decimal text; "
        "a decimal keeps its scale and gets room for a carry.",
        examples=(
            Example((2.5, 0), 3.0),
            Example((-2.5, 0), -3.0),
            Example((2.675, 2), 2.68),
            Example((1.005, 2), 1.01),
            Example((-0.125, 2), -0.13),
            Example((0.3, 0), 0.0),
            Example((7, 1), 7.0),
            Example((7.25, 1), 7.3),
            Example((24.15, 1), 24.2),
            Example((-0.35, 1), -0.4),
            Example((0.285, 2), 0.29),
            Example((1e300, 3), 1e300),
            Example((0.49999999999999994, 0), 0.0),
            Example((float("inf"), 1), float("inf")),
            Example((None, 1), None, (FLOAT64, INT64)),
            Example(("99.95", 1), "100.00", (_MONEY, INT64)),
            Example(("-0.05", 1), "-0.10", (_MONEY, INT64)),
            Example(("-0.04", 1), "0", (_MONEY, INT64)),
            Example(("2.50", 0), "3", (_MONEY, INT64)),
            Example(("2.55", 5), "2.55", (_MONEY, INT64)),
            Example((f"{_NINES[1:]}.50", 0), "1" + "0" * 35, (_SUM, INT64)),
            Example((f"{_NINES}.00", 0), None, (_SUM, INT64)),
        ),
    ),
    OpSpec(
        name="square",
        params=(Param("x", NUMBER),),
        returns=fixed(FLOAT64),
        doc="`x` times `x`, as a float.",
        examples=(
            Example((3,), 9.0),
            Example((-1.5,), 2.25),
            Example(("-1.50",), 2.25, (_MONEY,)),
        ),
    ),
    OpSpec(
        name="sqrt",
        params=(Param("x", NUMBER),),
        returns=fixed(FLOAT64),
        doc="The square root of `x`; null where `x` is negative.",
        examples=(
            Example((9.0,), 3.0),
            Example((2,), 2**0.5),
            Example((-1.0,), None),
            Example(("2.25",), 1.5, (_MONEY,)),
            Example(("-0.01",), None, (_MONEY,)),
        ),
    ),
    OpSpec(
        name="euclidean_distance",
        params=tuple(Param(name, NUMBER) for name in ("x1", "y1", "x2", "y2")),
        returns=fixed(FLOAT64),
        doc="The straight-line distance between (`x1`, `y1`) and (`x2`, `y2`), in their unit.",
        expand=_euclidean_distance,
        examples=(
            Example((0.0, 0.0, 3.0, 4.0), 5.0),
            Example((1, 1, 1, 1), 0.0),
            Example((None, 0.0, 1.0, 1.0), None, (FLOAT64,) * 4),
            Example(("0.00", 0, "3.00", 4.0), 5.0, (_MONEY, INT64, _MONEY, FLOAT64)),
        ),
    ),
)
