"""Random well-typed expressions, from nothing but the op table.

An op is drawn, then something for each of its parameters; what the table refuses is drawn again. A new
op is fuzzed as soon as it has a row there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from alignc.interpreter.values import Value
from alignc.ir.expr import Call, Column, Expr, Literal, Scalar, literal
from alignc.ir.infer import parameters
from alignc.ir.ops import OPS
from alignc.ir.ops.spec import Example, OpSpec, Param
from alignc.ir.types import BINARY, FLOAT64, FLOATS, INT64, INTEGERS, DType
from alignc.verify.rounding import is_exact
from alignc.verify.values import Taste, draw_value, kind_of

_TRIES = 40
Typed = tuple[Expr, DType]


class Expressions:
    """Draws expressions over `columns`."""

    def __init__(self, draw: Random, columns: Mapping[str, DType]) -> None:
        self.draw = draw
        self.columns = dict(columns)

    def any_type(self, depth: int = 2) -> Typed | None:
        """An expression of some op."""
        for _ in range(_TRIES):
            spec = self.draw.choice(list(OPS.values()))
            if made := self._call(spec, depth):
                return made
        return None

    def of_type(self, dtype: DType, depth: int = 2) -> Expr | None:
        """An expression of one type, of an op if possible."""
        for _ in range(_TRIES * 2):
            spec = self.draw.choice(list(OPS.values()))
            made = self._call(spec, depth)
            if made and made[1] == dtype:
                return made[0]
        return None

    def _call(self, spec: OpSpec, depth: int) -> Typed | None:
        example = self.draw.choice(spec.examples)
        takes = parameters(spec, len(example.args))
        parts: list[Typed] = []
        for number, param in enumerate(takes):
            part = self._argument(param, number, example, parts, depth)
            if part is None:
                return None
            parts.append(part)
        if not any(not isinstance(expr, Literal) for expr, _ in parts):
            return None
        dtype = spec.returns([t for _, t in parts])
        if isinstance(dtype, str):
            return None
        return Call(op=spec.name, args=tuple(e for e, _ in parts)), dtype

    def _argument(
        self, param: Param, number: int, example: Example, before: list[Typed], depth: int
    ) -> Typed | None:
        if param.constant:
            if param.variadic and before and before[0][1] in param.accepts:
                return self._literal(before[0][1])
            return _constant_of(param, example, number)
        return self._operand(param, before, depth)

    def _operand(self, param: Param, before: list[Typed], depth: int) -> Typed | None:
        """A column, sometimes a constant or another op's result."""
        chance = self.draw.random()
        if depth > 0 and chance < 0.25:
            inner = Expressions(self.draw, self.columns).any_type(depth - 1)
            # What rounding decides gets a name of its own, so that it can be looked at.
            if inner and inner[1] in param.accepts and is_exact(inner[0], self.columns):
                return inner
        like = before[-1][1] if before else None
        if like is not None and like.name == "List" and like not in param.accepts:
            like = like.element
        if chance < 0.45 and like is not None and like in param.accepts:
            return self._literal(like)
        fitting = [n for n, t in self.columns.items() if t in param.accepts]
        if before and self.draw.random() < 0.6:
            alike = [n for n in fitting if self.columns[n] == like]
            fitting = alike or fitting
        if not fitting:
            return None
        name = self.draw.choice(fitting)
        return Column(name=name), self.columns[name]

    def _literal(self, dtype: DType) -> Typed | None:
        """A constant such as definitions can hold: numbers have 64 bits."""
        if kind_of(dtype) is None or dtype == BINARY:
            return None
        if dtype.name == "List":
            elements = [self._element(dtype.element) for _ in range(self.draw.randint(0, 3))]
            return Literal(dtype=dtype, value=tuple(elements)), dtype
        if dtype.name == "Embedding":
            numbers = [draw_value(FLOAT64, self.draw, Taste()) for _ in range(dtype.sizes[0])]
            return Literal(dtype=dtype, value=tuple(map(to_scalar, numbers))), dtype
        if dtype in INTEGERS:
            dtype = INT64
        elif dtype in FLOATS:
            dtype = FLOAT64
        return Literal(dtype=dtype, value=to_scalar(draw_value(dtype, self.draw, Taste()))), dtype

    def _element(self, dtype: DType) -> Scalar:
        """An element of a list, which may be missing."""
        if self.draw.random() < 0.1:
            return None
        return to_scalar(draw_value(dtype, self.draw, Taste()))


def to_scalar(value: Value) -> Scalar:
    """A value as literals hold it."""
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return value // timedelta(microseconds=1)
        case Decimal():
            return f"{value:f}"
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise AssertionError(f"a literal of {type(value).__name__}")


def _constant_of(param: Param, example: Example, number: int) -> Typed | None:
    """The constant that an example of the op has: there it is certain to make sense."""
    if number >= len(example.args):
        return None
    value = example.args[number]
    if isinstance(value, tuple):
        return None
    types = example.types
    dtype = types[number] if types and number < len(types) else literal(value).dtype
    if dtype not in param.accepts:
        return None
    return Literal(dtype=dtype, value=value), dtype
