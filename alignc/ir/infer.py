"""The type of an expression, from the types of the columns it reads.

Result types come from the op table, never from an engine. A mistake is reported with its place
and the expression has no type; the caller goes on, so that all mistakes of a run are found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.errors import Diagnostics, Span
from alignc.ir.casts import why_not
from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.ops import OPS
from alignc.ir.ops.spec import OpSpec, Param
from alignc.ir.types import DType, is_decimal


def infer_dtype(
    expr: Expr, columns: Mapping[str, DType | None], found: Diagnostics, where: Span | None = None
) -> DType | None:
    """The type of `expr`; None where it (or a column it reads) has a mistake.

    `where` is the place to report for a part that does not know its own.
    """
    match expr:
        case Column():
            if expr.name not in columns:
                found.add("ALN900", f"column `{expr.name}` is not there", where)
            return columns.get(expr.name)
        case Literal() | Udf():
            return expr.dtype
        case Cast():
            place = expr.span or where
            value = infer_dtype(expr.value, columns, found, place)
            if value is None:
                return None
            if reason := why_not(value, expr.dtype):
                found.add("ALN104", f"`cast` from {value} to {expr.dtype}: {reason}", place)
                return None
            return expr.dtype
        case Call():
            place = expr.span or where
            types = [infer_dtype(a, columns, found, place) for a in expr.args]
            if expr.op not in OPS:
                found.add("ALN900", f"there is no op `{expr.op}`", place)
                return None
            known = [t for t in types if t is not None]
            if len(known) < len(types):
                return None
            return _result_of(OPS[expr.op], expr, known, found, place)


def parameters(spec: OpSpec, count: int) -> list[Param]:
    """The parameter of each of `count` arguments, a variadic one as often as needed."""
    fixed = list(spec.params)
    if fixed and fixed[-1].variadic:
        *fixed, last = fixed
        fixed += [last] * (count - len(fixed))
    return fixed


def _result_of(
    spec: OpSpec, call: Call, types: Sequence[DType], found: Diagnostics, place: Span | None
) -> DType | None:
    takes = parameters(spec, len(types))
    if len(takes) != len(types):
        found.add(
            "ALN104", f"`{spec.name}` takes {len(spec.params)} values, not {len(types)}", place
        )
        return None
    shown = _shown(spec, types)
    for param, dtype, arg in zip(takes, types, call.args, strict=True):
        if dtype not in param.accepts:
            found.add(
                "ALN104",
                f"{shown}: `{param.name}` must be {param.accepts.word}, it is {dtype}",
                place,
                _way_out(spec, types),
            )
            return None
        if param.constant and not isinstance(arg, Literal):
            found.add("ALN104", f"{shown}: `{param.name}` must be a constant", place)
            return None
    match spec.returns(types):
        case str(reason):
            found.add("ALN104", f"{shown}: {reason}", place, _way_out(spec, types))
            return None
        case dtype:
            return dtype


def _shown(spec: OpSpec, types: Sequence[DType]) -> str:
    if spec.symbol and len(types) == 2:
        return f"`{types[0]} {spec.symbol} {types[1]}`"
    return f"`{spec.name}({', '.join(map(str, types))})`"


def _way_out(spec: OpSpec, types: Sequence[DType]) -> str | None:
    names = {str(t) for t in types}
    if spec.symbol and "String" in names and len(names) > 1:
        return "convert one side with `.cast(...)`"
    if any(map(is_decimal, types)):
        return "cast to a decimal with fewer digits, or to `Float64`"
    return None
