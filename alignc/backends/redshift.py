"""What Redshift cannot have as it is meant: ops, aggregates, types, keys and names of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from alignc.ir.bounds import is_small_divisor
from alignc.ir.expr import Call, Cast, Expr, Literal, without_spans
from alignc.ir.module import Constraint, TextTime
from alignc.ir.ops import lists
from alignc.ir.plan import Group, GroupColumn, Plan, ScanColumn, WindowAggregate, WindowColumn
from alignc.ir.regex import parse
from alignc.ir.types import (
    BINARY,
    BOOL,
    DATE,
    DURATION,
    FLOAT32,
    FLOAT64,
    FLOATS,
    INTEGERS,
    STRING,
    TIMESTAMP,
    UINT64,
    DType,
    is_decimal,
)

_LISTS = "it has no arrays whose elements have a type"
_JSON = "nothing says how it tells a text that is not JSON, or how a number was written"
_HYPERBOLIC = "it has no such function, and none to compute it by near zero"
_MATCHES = "nothing says which of several matches it takes, and one of nothing is an empty text"
_ENDS = "it has no aggregate that gives the value in the first or the last row"
_SORTED = "all sorted aggregates of a query must have one order there, and `{}` has another one"

_SIGNS = (
    "pattern with `.`, `\\`, a literal `^`, spaces of all kinds or other signs than those of ASCII"
)

# Op or aggregate -> why it is left out.
UNSUPPORTED = {
    **dict.fromkeys((*(signature.name for signature in lists.OPS), "last_k"), _LISTS),
    **dict.fromkeys(("json_string", "json_integer", "json_float", "json_boolean"), _JSON),
    **dict.fromkeys(
        ("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "log1p"), _HYPERBOLIC
    ),
    **dict.fromkeys(("extract", "replace_matches", "email_local_part", "email_domain"), _MATCHES),
    **dict.fromkeys(("url_scheme", "url_host", "url_port", "url_path", "url_query"), _MATCHES),
    **dict.fromkeys(("ip_version", "ip_is_private"), f"there is no {_SIGNS}"),
    **dict.fromkeys(("first", "last"), _ENDS),
    "mode": "it has no mode of a group",
    "byte_length": "it has no type for bytes of any length",
}

_MOST_DIGITS = 38
_LONGEST_NAME = 127
_CAPITAL = re.compile("[A-Z]")
# What a pattern is written with: it has no signs for others there.
_PLAIN_SIGNS = frozenset(map(chr, range(0x20, 0x7F))) - {"\\", "^"}
_EMPTY = "nothing says where an empty text is found"
_ROUNDED = "nothing says how it rounds the half of a decimal"

# Whether a value of a type can be converted: all other ways are refused.
_WHOLE = INTEGERS - {UINT64}
_WAYS = {
    BOOL: {STRING, FLOAT64} | _WHOLE,
    STRING: {BOOL, DATE, DURATION} | _WHOLE,
    DATE: {STRING, TIMESTAMP},
    FLOAT64: {BOOL} | _WHOLE,
    **dict.fromkeys(_WHOLE, {BOOL, STRING, FLOAT64, DURATION} | _WHOLE),
    DURATION: {STRING, FLOAT64} | _WHOLE,
}


def mistaken_name(name: str) -> str | None:
    """Why a column cannot have a name, None if it can.

    >>> mistaken_name("Amount")
    'Redshift has names in small letters'
    """
    if _CAPITAL.search(name) is not None:
        return "Redshift has names in small letters"
    if len(name.encode()) > _LONGEST_NAME:
        return f"Redshift has no names with more than {_LONGEST_NAME} bytes"
    return None


def reason_against(dtype: DType) -> str | None:
    """Why a type cannot be had, None if it can."""
    if dtype == FLOAT32:
        return "nothing says what becomes of a number that 32 bits do not hold"
    if dtype == UINT64:
        return "its integers have a sign"
    if dtype == BINARY:
        return "it has no type for bytes of any length"
    if is_decimal(dtype) and dtype.scale == _MOST_DIGITS:
        return "a decimal has a digit before the point there"
    return _LISTS if dtype.name in ("List", "Embedding") else None


def reason_against_key(dtype: DType) -> str | None:
    """Why rows cannot be joined or grouped by a column of a type, None if they can."""
    if dtype in FLOATS:
        return "nothing says whether NaN is equal to itself there"
    return "a truth value has no text there" if dtype == BOOL else None


def limit_of_call(call: Call, types: Sequence[DType], result: DType) -> str | None:
    """Why an op cannot be had with arguments of these types, None if it can."""
    match call.op:
        case "matches":
            return _limit_of_pattern(str(_constant(call.args[1])))
        case "contains" | "find" | "replace":
            part = _constant(call.args[1])
            return None if isinstance(part, str) and part else _EMPTY
        case "round" if is_decimal(types[0]):
            return _ROUNDED
        case "floor_div" | "mod" if result in INTEGERS and not is_small_divisor(call.args[1]):
            return "a quotient that 64 bits do not hold would end the query"
        case "hash" if BOOL in types:
            return "a truth value has no text there"
        case "hash" if any(map(is_decimal, types)):
            return "nothing says how many zeros the text of a decimal has"
        case _:
            return None


def limit_of_constraint(constraint: Constraint) -> str | None:
    """Why a constraint cannot be tested, None if it can."""
    is_pattern = constraint.name == "matches"
    return _limit_of_pattern(str(constraint.values[0])) if is_pattern else None


def limit_of_cast(cast: Cast, given: DType) -> str | None:
    """Why a value of a type cannot be converted, None if it can."""
    to = cast.dtype
    if given == to or {given.name, to.name} == {"String", "Json"}:
        return None
    if is_decimal(given):
        if is_decimal(to):
            return _ROUNDED if to.scale < given.scale else None
        return None if to == FLOAT64 or to in _WHOLE else _unknown(given, to)
    if is_decimal(to):
        return None if given in _WHOLE else _unknown(given, to)
    return None if to in _WAYS.get(given, ()) else _unknown(given, to)


def _unknown(given: DType, to: DType) -> str:
    return f"nothing says which {to} each {given} becomes"


def limit_of_aggregate(aggregate: str, given: DType) -> str | None:
    """Why an aggregate of a type cannot be had, None if it can."""
    if aggregate == "count_distinct" and given in FLOATS:
        return "nothing says whether NaN is equal to itself there"
    if aggregate == "percentile" and given in FLOATS:
        return "nothing says where NaN is in an order there"
    return None


def mixed_orders(plan: Plan) -> Iterator[tuple[WindowColumn | GroupColumn, str]]:
    """The aggregates of sorted rows that cannot be beside the first one of a plan, and why."""
    first: tuple[str, object] | None = None
    for made, order in _sorted_aggregates(plan):
        if first is None:
            first = made.name, order
        elif order != first[1]:
            yield made, _SORTED.format(first[0])


def _sorted_aggregates(plan: Plan) -> Iterator[tuple[WindowColumn | GroupColumn, object]]:
    """Each aggregate of sorted rows, and what they are sorted by; in two steps that is never the same."""
    for step in plan.steps:
        match step.node:
            case WindowAggregate(aggregates=aggregates):
                for one in aggregates:
                    if one.aggregate == "concat":
                        yield one, step.name
                    elif one.aggregate == "percentile":
                        # Of several windows each has its own values, null for all other events.
                        yield one, (step.name, without_spans(one.value), one.window)
            case Group(columns=columns):
                for column in columns:
                    if column.aggregate == "percentile" and column.value is not None:
                        yield column, (step.name, without_spans(column.value))
            case _:
                pass


def limit_of_column(column: ScanColumn) -> str | None:
    """Why a column of a table cannot be read, None if it can."""
    if column.path is not None:
        return "the members of an object have no types there"
    if isinstance(column.times, TextTime):
        return "it reads times in a form of their own less strictly"
    if column.dtype == TIMESTAMP and column.times is None and column.time_zone != "UTC":
        return "nothing tells there whether a time of a column has a zone"
    return None


def _limit_of_pattern(pattern: str) -> str | None:
    for token in parse(pattern):
        if token.kind == "any" or (token.kind == "literal" and token.text not in _PLAIN_SIGNS):
            return f"there is no {_SIGNS}"
        body = token.text.removeprefix("^") if token.kind == "class" else ""
        if not _PLAIN_SIGNS.issuperset(body):
            return f"there is no {_SIGNS}"
    return None


def _constant(expr: Expr) -> object:
    return expr.value if isinstance(expr, Literal) else None
