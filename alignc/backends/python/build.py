"""Short ways to build `ast` nodes. Text from a definition only ever becomes a Constant."""

from __future__ import annotations

import ast
import functools
import keyword
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from alignc.ir import types
from alignc.ir.expr import Literal, Scalar
from alignc.ir.types import DType


def name(identifier: str) -> ast.expr:
    return ast.Name(identifier, ast.Load())


def attribute(value: ast.expr, *names: str) -> ast.expr:
    for one in names:
        value = ast.Attribute(value, one, ast.Load())
    return value


def dotted(path: str) -> ast.expr:
    """`dotted("pl.Int64")` is the expression `pl.Int64`."""
    first, *rest = path.split(".")
    return attribute(name(first), *rest)


def constant(value: Scalar) -> ast.expr:
    """A Python literal; what is not finite is made by `float("...")`."""
    if isinstance(value, float) and not math.isfinite(value):
        text = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
        return ast.Call(name("float"), [ast.Constant(text)], [])
    if isinstance(value, int | float) and not isinstance(value, bool):
        negative = value < 0 or (isinstance(value, float) and math.copysign(1, value) < 0)
        if negative:
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def moment(value: date) -> ast.expr:
    """`date(2016, 2, 29)`, or `datetime(2016, 2, 29, tzinfo=UTC)` for a datetime."""
    day = (value.year, value.month, value.day)
    if not isinstance(value, datetime):
        return call("date", *map(constant, day))
    clock = [value.hour, value.minute, value.second, value.microsecond]
    while clock and clock[-1] == 0:
        clock.pop()
    return call("datetime", *map(constant, (*day, *clock)), tzinfo=name("UTC"))


def written(value: Literal) -> ast.expr | None:
    """A literal as Python writes its value: a date, a timedelta, a number, a text; None for a null."""
    match value.dtype, value.value:
        case _, None:
            return None
        case types.DATE, str(text):
            return moment(date.fromisoformat(text))
        case types.TIMESTAMP, str(text):
            return moment(datetime.fromisoformat(text).astimezone(UTC))
        case types.DURATION, int(micros):
            return elapsed(micros)
        case DType(name="Decimal"), str(text):
            return call("Decimal", constant(text))
        case _, tuple():
            return sequence([written(each) or constant(None) for each in value.elements])
        case _, plain:
            return constant(plain)


def beside_number(value: Literal) -> ast.expr | None:
    """A literal as an operator can have it on its other side: decimals without fraction as integers."""
    if value.dtype.name == "Decimal" and isinstance(value.value, str) and "." not in value.value:
        return constant(int(value.value))
    return written(value)


_UNITS = (
    ("days", 86_400_000_000),
    ("hours", 3_600_000_000),
    ("minutes", 60_000_000),
    ("seconds", 1_000_000),
)


def elapsed(microseconds: int) -> ast.expr:
    """`timedelta(hours=36)`, in the largest whole unit."""
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return call("timedelta", **{unit: constant(microseconds // size)})
    return call("timedelta", microseconds=constant(microseconds))


def call(function: ast.expr | str, *args: ast.expr, **keywords: ast.expr) -> ast.expr:
    target = dotted(function) if isinstance(function, str) else function
    return ast.Call(target, list(args), [ast.keyword(k, v) for k, v in keywords.items()])


def method(value: ast.expr, path: str, *args: ast.expr, **keywords: ast.expr) -> ast.expr:
    """`value.path(...)`; the path may have dots, as in `dt.day`."""
    return call(attribute(value, *path.split(".")), *args, **keywords)


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, operator, right)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator], [right])


def all_of(conditions: Iterable[ast.expr]) -> ast.expr:
    """The conditions with `&` between them."""
    return functools.reduce(lambda a, b: binary(a, ast.BitAnd(), b), conditions)


def lambda_(parameter: str | None, body: ast.expr) -> ast.expr:
    """A function of one parameter, or of none."""
    given = [] if parameter is None else [ast.arg(parameter)]
    parameters = ast.arguments([], given, None, [], [], None, [])
    return ast.Lambda(parameters, body)


def subscript(value: str, key: str) -> ast.expr:
    return ast.Subscript(name(value), constant(key), ast.Load())


def sequence(items: Sequence[ast.expr]) -> ast.expr:
    return ast.List(list(items), ast.Load())


def texts(items: Sequence[str]) -> ast.expr:
    """A list of strings."""
    return sequence([ast.Constant(i) for i in items])


def assign(target: str | Sequence[str], value: ast.expr) -> ast.stmt:
    """`target = value`; of several targets each gets a part."""
    if isinstance(target, str):
        return ast.Assign([ast.Name(target, ast.Store())], value, lineno=0)
    names: list[ast.expr] = [ast.Name(one, ast.Store()) for one in target]
    return ast.Assign([ast.Tuple(names, ast.Store())], value, lineno=0)


# Of the standard library; a program imports those that it mentions.
IMPORTED = ("UTC", "date", "datetime", "timedelta", "Decimal")


def imported_names(statements: Sequence[ast.stmt], text: str) -> frozenset[str]:
    """Those of `IMPORTED` that the statements mention; `text` is what they are printed as."""
    # The zone is only ever mentioned in the call of another one.
    if not any(f"{name}(" in text for name in IMPORTED):
        return frozenset()
    nodes = (node for statement in statements for node in ast.walk(statement))
    return frozenset(n.id for n in nodes if isinstance(n, ast.Name)) & set(IMPORTED)


def returned(value: ast.expr) -> ast.stmt:
    return ast.Return(value)


def variable(text: str, taken: set[str]) -> str:
    """A variable's name for a step that may be called anything; it is added to `taken`."""
    base = re.sub(r"\W", "_", text, flags=re.ASCII).lower() or "step"
    if base[0].isdigit() or keyword.iskeyword(base) or keyword.issoftkeyword(base):
        base = f"step_{base}"
    unique, count = base, 2
    while unique in taken:
        unique, count = f"{base}_{count}", count + 1
    taken.add(unique)
    return unique


def compact(value: ast.expr) -> ast.expr:
    """A list of one as the thing itself."""
    if isinstance(value, ast.List) and len(value.elts) == 1:
        return value.elts[0]
    return value
