"""Numbers. Integers are computed in 64 bits; what does not fit is null."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    POSTGRES,
    Dialect,
    case,
    cast,
    function,
    number,
    operand,
    try_cast,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.bounds import is_never_negative
from alignc.ir.expr import Literal
from alignc.ir.types import (
    FLOAT64,
    FLOATS,
    INT64,
    NARROW_INTEGERS,
    STRING,
    UINT64,
    DType,
    decimal,
    is_decimal,
    scale_of,
)

_BITS_53 = 2**52
# Decimals with up to so many digits are 64-bit integers in DuckDB.
_DIGITS_64 = 18
_LOW, _HIGH = -(2**63), 2**63 - 1


def _arithmetic(node: type[exp.Binary]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        x, y = args
        if result in FLOATS:
            return node(this=x.as_double(dialect), expression=y.as_double(dialect))
        if is_decimal(result):
            return _exact(node, x, y, result, dialect)
        if x.dtype in NARROW_INTEGERS and y.dtype in NARROW_INTEGERS:
            return node(this=cast(x(), INT64, dialect), expression=y.operand())
        return checked(lambda a, b: node(this=a, expression=b), args, dialect)

    return lower


def _exact(node: type[exp.Binary], x: Arg, y: Arg, result: DType, dialect: Dialect) -> exp.Expr:
    """Arithmetic of decimals: the type of the result has room for all digits."""
    left, right = x.operand(), y.operand()
    if dialect != POSTGRES and node is exp.Mul and result.digits > _DIGITS_64:
        # DuckDB multiplies in 64 bits if both sides have no more than that.
        wide = decimal(result.digits, scale_of(x.dtype))
        left = left if x.dtype == wide else cast(x(), wide, dialect)
    return node(this=left, expression=right)


def checked(compute: Callable[..., exp.Expr], args: Sequence[Arg], dialect: Dialect) -> exp.Expr:
    """An integer computation that is null where it does not fit into 64 bits."""
    if dialect == POSTGRES:
        wide = [exp.Cast(this=a(), to=exp.DataType.build("DECIMAL")) for a in args[:1]]
        exact = compute(*wide, *(a.operand() for a in args[1:]))
        fits = exp.Between(this=operand(exact), low=number(_LOW), high=number(_HIGH))
        return case((fits, cast(exact.copy(), INT64, dialect)))
    if any(a.dtype == UINT64 for a in args):
        wide = [exp.Cast(this=a(), to=exp.DataType.build("INT128", dialect="duckdb")) for a in args]
        return exp.Try(this=cast(compute(*wide), INT64, dialect))
    # Beside a small constant DuckDB computes in the type of the column.
    columns = [a for a in args if not isinstance(a.expr, Literal)]
    narrow = columns[:1] if all(a.dtype != INT64 for a in columns) else []
    operands = [cast(a(), INT64, dialect) if a in narrow else a.operand() for a in args]
    return exp.Try(this=compute(*operands))


def _div(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    above = x.as_double(dialect) if x.is_float else cast(x(), FLOAT64, dialect)
    below = y.as_type(FLOAT64, dialect)
    return exp.Div(
        this=above,
        expression=exp.Nullif(this=below, expression=number(0)),
        typed=False,
        safe=False,
    )


def _neg(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if x.is_float or is_decimal(x.dtype):
        return exp.Neg(this=x.as_double(dialect))
    if x.dtype in NARROW_INTEGERS:
        return exp.Neg(this=cast(x(), INT64, dialect))
    return checked(lambda a: exp.Neg(this=a), args, dialect)


def _abs(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if x.is_float:
        return exp.Abs(this=x.as_type(FLOAT64, dialect))
    if is_decimal(x.dtype):
        return exp.Abs(this=x())
    if x.dtype in NARROW_INTEGERS:
        return exp.Abs(this=cast(x(), INT64, dialect))
    return checked(lambda a: exp.Abs(this=a), args, dialect)


def _whole(node: type[exp.Func]) -> Lowering:
    def lower(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
        (x,) = args
        if x.is_integer:
            return x.as_type(INT64, dialect)
        whole = node(this=x() if is_decimal(x.dtype) else x.as_type(FLOAT64, dialect))
        if dialect != POSTGRES:
            return try_cast(whole, INT64, dialect)
        # NaN is above every number, so it does not fit either.
        fits = exp.And(
            this=exp.GTE(this=whole, expression=number(_LOW)),
            expression=exp.LT(this=whole.copy(), expression=number(_HIGH + 1)),
        )
        return case((fits, cast(whole.copy(), INT64, dialect)))

    return lower


def _round(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, digits = args
    places = digits.constant
    assert isinstance(places, int)
    if x.is_integer:
        return x.as_type(FLOAT64, dialect)
    if is_decimal(x.dtype):
        return cast(exp.Round(this=x(), decimals=number(places)), result, dialect)
    value = x.as_type(FLOAT64, dialect)
    if dialect == POSTGRES:
        # Through the decimal text: ROUND of a double is to even, and of its binary value.
        decimal = exp.Cast(this=cast(value, STRING, dialect), to=exp.DataType.build("DECIMAL"))
        rounded = exp.Round(this=decimal, decimals=number(places))
        return cast(rounded, FLOAT64, dialect)
    if places == 0:
        return exp.Round(this=value)
    return round_by_text(value, 10**places)


def round_by_text(value: exp.Expr, scale: int) -> exp.Expr:
    """Rounding of the decimal text, without text: compare with the double nearest to the half.

    With k = floor(|x| * scale), the decimal half between k and k + 1 is (k + 0.5) / scale; the
    quotient of two exact numbers is rounded correctly, so it is the double that the half reads as.
    """

    def size() -> exp.Expr:
        return exp.Abs(this=value.copy())

    def scaled() -> exp.Expr:
        return exp.Mul(this=size(), expression=number(scale))

    def below() -> exp.Expr:
        return exp.Floor(this=scaled())

    half = exp.Div(
        this=exp.Paren(this=exp.Add(this=below(), expression=number(0.5))),
        expression=number(scale),
        typed=False,
        safe=False,
    )
    up = case((exp.GTE(this=size(), expression=half), number(1)), otherwise=number(0))
    rounded = exp.Div(
        this=exp.Mul(
            this=exp.Sign(this=value.copy()),
            expression=exp.Paren(this=exp.Add(this=below(), expression=up)),
        ),
        expression=number(scale),
        typed=False,
        safe=False,
    )
    has_fraction = exp.LT(this=scaled(), expression=number(_BITS_53))
    return case((has_fraction, rounded), otherwise=value.copy())


def _square(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    return function("POWER", args[0].as_type(FLOAT64, dialect), number(2))


def _sqrt(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    root = exp.Sqrt(this=x.as_type(FLOAT64, dialect))
    if is_never_negative(x.expr):
        return root
    return case((exp.GTE(this=x.operand(), expression=number(0)), root))


NATIVE: dict[str, Lowering] = {
    "add": _arithmetic(exp.Add),
    "sub": _arithmetic(exp.Sub),
    "mul": _arithmetic(exp.Mul),
    "div": _div,
    "neg": _neg,
    "abs": _abs,
    "floor": _whole(exp.Floor),
    "ceil": _whole(exp.Ceil),
    "round": _round,
    "square": _square,
    "sqrt": _sqrt,
}
