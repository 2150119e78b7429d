"""What Snowflake cannot say as it is meant: ops, aggregates, and ops and casts of some types."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.ir.expr import Call, Cast, Expr, Literal
from alignc.ir.module import Constraint, TextTime
from alignc.ir.ops import lists
from alignc.ir.plan import ScanColumn
from alignc.ir.regex import parse
from alignc.ir.types import FLOAT32, FLOATS, DType, is_decimal, scale_of

_LISTS = "the elements of an array have no types there"
_BACKSLASH = "a backslash in a class of characters does not mean the same everywhere"
_PATTERNS = frozenset({"matches", "replace_matches", "extract"})
# So many digits behind the point a product has, unless one side has more.
_PRODUCT_SCALE = 12

# Op or aggregate -> why it is left out.
UNSUPPORTED = {
    **dict.fromkeys((*(signature.name for signature in lists.OPS), "last_k"), _LISTS),
    "json_integer": "a number of JSON does not tell there whether it was written as a whole one",
    "mode": "of several values that are equally frequent any one is taken",
}


def limit_of_call(call: Call, types: Sequence[DType], result: DType) -> str | None:
    """Why an op cannot be had with arguments of these types, None if it can."""
    if call.op in _PATTERNS and _has_backslash_in_class(str(_constant(call.args[1]))):
        return _BACKSLASH
    if call.op == "mul" and is_decimal(result):
        scales = [scale_of(dtype) for dtype in types]
        most = max(_PRODUCT_SCALE, *scales)
        if sum(scales) > most:
            return f"a product has {most} digits behind the point there, not {sum(scales)}"
    return None


def limit_of_constraint(constraint: Constraint) -> str | None:
    """Why a constraint cannot be tested, None if it can."""
    is_pattern = constraint.name == "matches"
    return _BACKSLASH if is_pattern and _has_backslash_in_class(str(constraint.values[0])) else None


def limit_of_cast(cast: Cast, given: DType) -> str | None:
    """Why a value of a type cannot be converted, None if it can."""
    if cast.dtype == FLOAT32 and given != FLOAT32:
        return "its floats have 64 bits, and nothing rounds to 32"
    if given in FLOATS and is_decimal(cast.dtype):
        return "its texts of floats do not have all digits, and the decimal text is what is rounded"
    return None


def limit_of_aggregate(aggregate: str, given: DType) -> str | None:
    """Why an aggregate of a type cannot be had, None if it can."""
    if aggregate == "percentile" and given in FLOATS:
        return "what it interpolates beside an infinity is not known"
    return None


def limit_of_column(column: ScanColumn) -> str | None:
    """Why a column of a table cannot be read, None if it can."""
    if column.path is not None:
        return "the members of an object have no types there"
    if column.dtype.name in ("List", "Embedding"):
        return _LISTS
    if isinstance(column.times, TextTime):
        return "it reads times in a form of their own less strictly"
    return None


def _constant(expr: Expr) -> object:
    return expr.value if isinstance(expr, Literal) else None


def _has_backslash_in_class(pattern: str) -> bool:
    return any("\\\\" in token.text for token in parse(pattern) if token.kind == "class")
