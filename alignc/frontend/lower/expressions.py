"""Features as written -> typed expressions."""

from __future__ import annotations

from alignc.errors import Diagnostics
from alignc.frontend.features import Feature as Written
from alignc.frontend.features import Struct
from alignc.frontend.features.origins import (
    AggregateOrigin,
    CastOrigin,
    MemberOrigin,
    MistakeOrigin,
    OpOrigin,
    RawOrigin,
    ReferenceOrigin,
    UdfOrigin,
)
from alignc.frontend.lower.constants import with_exact_constants
from alignc.frontend.lower.names import Names
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.user_code import lower_user_code
from alignc.frontend.views import ViewDefinition
from alignc.ir.expr import Call, Cast, Column, Constant, Expr, Literal, literal
from alignc.ir.infer import infer_dtype
from alignc.ir.module import View
from alignc.ir.types import BOOL


def lower_expr(
    operand: Written | Constant | Literal, names: Names, top: Written | None, found: Diagnostics
) -> Expr | None:
    """The expression of a feature; features with a name are referred to, except `top` itself."""
    if isinstance(operand, Literal):
        return operand
    if not isinstance(operand, Written):
        return literal(operand)
    name = names.of(operand)
    if operand is not top and name is not None:
        return Column(name=name)
    span = operand._span
    match operand._origin:
        case MistakeOrigin():
            return None
        case OpOrigin(op=op, args=args):
            lowered = [lower_expr(a, names, top, found) for a in args]
            known = [a for a in lowered if a is not None]
            return Call(op=op, args=tuple(known), span=span) if len(known) == len(args) else None
        case CastOrigin(value=value):
            inner = lower_expr(value, names, top, found)
            return Cast(value=inner, dtype=operand.dtype, span=span) if inner is not None else None
        case UdfOrigin() as origin:
            return lower_user_code(operand, origin, names, found)
        case AggregateOrigin():
            found.add(
                "ALN136",
                "an aggregate is used without a name",
                span,
                "assign it to an attribute first and use that",
            )
        case RawOrigin() if isinstance(operand, Struct):
            found.add(
                "ALN176",
                "a struct is no value",
                span,
                "compute with its members: `address.fields.city`",
            )
        case RawOrigin() | MemberOrigin():
            found.add(
                "ALN105",
                "a feature of the source is used without a name",
                span,
                "assign it to an attribute first and use that",
            )
        case ReferenceOrigin(view=view, feature=referred):
            found.add(
                "ALN122",
                f"feature `{referred}` of view `{view.name}` is used inside another view",
                span,
                f"assign it to an attribute, in a view that reads `{view.symbol}`",
            )
    return None


def lower_condition(
    where: Written | None, written: ViewDefinition, base: View, state: Lowering
) -> Expr | None:
    """A condition over references to `written`, as an expression over the features of `base`."""
    if where is None:
        return None
    expr = _outside(where, written, state.found)
    if expr is None:
        return None
    columns = {f.name: f.dtype for f in base.features}
    expr = with_exact_constants(expr, columns)
    dtype = infer_dtype(expr, columns, state.found, where._span)
    if dtype is not None and dtype != BOOL:
        state.found.add("ALN104", f"a condition must be a boolean, it is {dtype}", where._span)
    return expr


def _outside(
    operand: Written | Constant | Literal, view: ViewDefinition, found: Diagnostics
) -> Expr | None:
    if isinstance(operand, Literal):
        return operand
    if not isinstance(operand, Written):
        return literal(operand)
    match operand._origin:
        case ReferenceOrigin(view=other, feature=name) if other is view:
            return Column(name=name)
        case ReferenceOrigin(view=other):
            found.add(
                "ALN127",
                f"the condition reads view `{other.name}`, it can only read `{view.name}`",
                operand._span,
            )
            return None
        case OpOrigin(op=op, args=args):
            lowered = [_outside(a, view, found) for a in args]
            known = [a for a in lowered if a is not None]
            if len(known) < len(args):
                return None
            return Call(op=op, args=tuple(known), span=operand._span)
        case MistakeOrigin():
            return None
        case _:
            found.add(
                "ALN127", "the condition must be computed from the view's features", operand._span
            )
            return None
