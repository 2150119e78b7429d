"""Which differences are rounding: sums of floats depend on the order in which they are added.

The interpreter sums exactly. Engines do not, and differ by what the sizes of the summands allow,
which can be more than 1e-9 of a sum that is small. What is computed from such a value follows the value
that the engine has, not the exact one. Nothing here is asked unless two cells differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from alignc.errors import Diagnostics
from alignc.interpreter import Row, evaluate, interpret_dataset, interpret_view
from alignc.ir.expr import Call, Cast, Expr, Node, Udf, call, columns_of, walk
from alignc.ir.infer import infer_dtype
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    Feature,
    Input,
    Module,
    Raw,
    SourceInput,
    View,
    origins_in,
    reasons_in,
    views_in,
)
from alignc.ir.ops import AGGREGATES
from alignc.ir.types import FLOAT64, FLOATS, DType
from alignc.verify.compare import same
from alignc.verify.rows import Case

# Ops with floats that give the same bits everywhere: IEEE 754 says how they round.
EXACT_OPS = frozenset(
    (
        *("add", "sub", "mul", "div", "neg", "abs", "floor", "ceil", "round", "square", "sqrt"),
        # Its sum goes from left to right.
        "dot_product",
    )
)
EXACT_AGGREGATES = frozenset(("min", "max", "first", "last", "last_k", "mode"))
N = TypeVar("N", bound=Node)
_EPSILON = 2.0**-52
_LARGEST = 1.7976931348623157e308


def is_exact(expr: Expr, dtypes: Mapping[str, DType]) -> bool:
    """Whether the expression itself rounds the same way everywhere."""
    for node in walk(expr):
        if isinstance(node, Udf):
            return False
        if isinstance(node, Call) and node.op not in EXACT_OPS:
            known = infer_dtype(node, dtypes, Diagnostics())
            if known in FLOATS and node.op not in _CHOICES:
                return False
    return True


# Ops that give one of their arguments, or something that is in it.
_CHOICES = frozenset(("fill_na", "if_else", "least", "greatest", "clip", "list_at"))


def inexact_features(module: Module) -> set[tuple[str, str]]:
    """The features, as view and name, whose value rounding may decide."""
    found: set[tuple[str, str]] = set()
    left = list(module.views)
    done: set[str] = set()
    while left:
        ready = [v for v in left if done.issuperset(views_in(v.input))]
        for view in ready:
            found |= {(view.name, name) for name in _inexact_in(view, found)}
            done.add(view.name)
        left = [v for v in left if v.name not in done]
    return found


def _inexact_in(view: View, known: set[tuple[str, str]]) -> set[str]:
    dtypes = {f.name: f.dtype for f in view.features}
    names: set[str] = set()
    again = True
    while again:
        before = len(names)
        for feature in view.features:
            match feature.compute:
                case Raw(column=column):
                    is_inexact = not isinstance(view.input, SourceInput) and not known.isdisjoint(
                        origins_in(view.input, column) + reasons_in(view.input, column)
                    )
                case Derived(expr=expr):
                    is_inexact = bool(columns_of(expr) & names) or not is_exact(expr, dtypes)
                case Aggregated(aggregate=aggregate, value=value):
                    is_inexact = (
                        bool(columns_of(value) & names)
                        or not is_exact(value, dtypes)
                        or (feature.dtype in FLOATS and aggregate not in EXACT_AGGREGATES)
                    )
            if is_inexact:
                names.add(feature.name)
        again = len(names) > before
    return names


def expected(case: Case, definition: View | Contract) -> list[Row]:
    """The rows that the interpreter gives."""
    sources = {name: frame.to_dicts() for name, frame in case.sources.items()}
    if isinstance(definition, View):
        return interpret_view(case.module, definition.name, sources)
    entities = case.entities[definition.name].to_dicts()
    return interpret_dataset(case.module, definition.name, sources, entities)


class Rounding:
    """Judges the differences of one view or dataset of a case."""

    def __init__(self, case: Case, definition: View | Contract) -> None:
        self.case = case
        self.definition = definition
        self.inexact = inexact_features(case.module)
        self._probes: dict[tuple[str, str], Sequence[object]] = {}

    @cached_property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Column of the result -> view and feature."""
        match self.definition:
            case View() as view:
                return {f.name: (view.name, f.name) for f in view.features}
            case Contract() as contract:
                return {
                    (used.name if isinstance(used, Input) else used.feature): (
                        used.view,
                        used.feature,
                    )
                    for used in contract.uses
                }

    @cached_property
    def inexact_columns(self) -> set[str]:
        return {name for name, origin in self.columns.items() if origin in self.inexact}

    def explains(self, number: int, column: str, wanted: object, row: Mapping[str, object]) -> bool:
        """Whether rounding may be why the cell of row `number` is not `wanted`."""
        if column not in self.inexact_columns:
            return False
        view_name, name = self.columns[column]
        view = self.case.module.view_by_name[view_name]
        feature = view.by_name[name]
        there = row[column]
        match feature.compute:
            case Aggregated() as made if not any(
                (view_name, read) in self.inexact for read in columns_of(made.value)
            ):
                return self._is_within_bound(number, column, made, wanted, there)
            case Derived(expr=expr):
                return self._follows(view, expr, row, there)
            case _:
                # Made from a value of another row, which rounding has moved already.
                return isinstance(there, float) or wanted is not None

    def _follows(self, view: View, expr: Expr, row: Mapping[str, object], there: object) -> bool:
        """Whether the cell is what the interpreter computes from the row's other cells.

        True as well if these are not there: then nobody can tell.
        """
        by_feature = {f: column for column, (v, f) in self.columns.items() if v == view.name}
        reads = columns_of(expr)
        if not reads <= by_feature.keys():
            return True
        given = {name: row[by_feature[name]] for name in reads}
        value = evaluate(expr, given, {f.name: f.dtype for f in view.features})  # type: ignore[arg-type]
        return same(value, there)

    # -- aggregates

    def _is_within_bound(
        self, number: int, column: str, made: Aggregated, wanted: object, there: object
    ) -> bool:
        size = call("abs", Cast(value=made.value, dtype=FLOAT64))
        spread = self._probe(column, made, "sum", size)[number]
        count = self._probe(column, made, "count", made.value)[number]
        if not isinstance(spread, float | int) or not isinstance(count, int):
            return False
        largest = self._probe(column, made, "max", size)[number]
        if made.aggregate in ("variance", "std"):
            overflows = isinstance(largest, float | int) and largest > 1e150
        else:
            overflows = spread >= _LARGEST / 2
        if overflows and not math.isnan(spread):
            # A partial sum leaves the range of floats, so the order decides.
            return True
        if not isinstance(wanted, float) or not isinstance(there, float | int):
            return False
        if not math.isfinite(wanted) or not math.isfinite(there):
            return False
        bound = self._bound(number, column, made, float(spread), count, wanted)
        return abs(wanted - there) <= bound

    def _bound(
        self, number: int, column: str, made: Aggregated, spread: float, count: int, wanted: float
    ) -> float:
        step = count * _EPSILON
        mean = spread / max(count, 1)
        match made.aggregate:
            case "sum":
                return step * spread
            case "mean":
                return step * mean
            case "variance":
                return _variance_bound(step, count, mean, wanted)
            case "std":
                error = _variance_bound(step, count, mean, wanted**2)
                return math.sqrt(wanted**2 + error) - wanted + math.sqrt(error)
            case _:
                # Order statistics and what is interpolated between them.
                return step * spread

    def _probe(
        self, column: str, made: Aggregated, aggregate: str, value: Expr
    ) -> Sequence[object]:
        """The column if it were another aggregate over the same events."""
        key = (column, aggregate)
        if key not in self._probes:
            view_name, name = self.columns[column]
            view = self.case.module.view_by_name[view_name]
            probed = Aggregated(aggregate=aggregate, value=value, window=made.window)
            module = _with_compute(self.case.module, view, name, probed)
            rows = expected(replace(self.case, module=module), self.definition)
            self._probes[key] = [row[column] for row in rows]
        return self._probes[key]


def _variance_bound(step: float, count: int, mean: float, variance: float) -> float:
    return 8 * step * (variance + math.sqrt(variance) * mean) + count * (step * mean) ** 2


def _with_compute(module: Module, view: View, name: str, compute: Aggregated) -> Module:
    """The Module with a feature computed differently."""
    features = tuple(
        Feature(name=name, dtype=_dtype(view, compute), compute=compute, span=f.span)
        if f.name == name
        else f
        for f in view.features
    )
    changed = rebuilt(view, features=features)
    views = tuple(changed if v.name == view.name else v for v in module.views)
    return rebuilt(module, views=views)


def rebuilt(node: N, **changes: object) -> N:
    """The node with some fields changed."""
    fields = {name: getattr(node, name) for name in type(node).model_fields}
    return type(node).model_validate(fields | changes)


def _dtype(view: View, compute: Aggregated) -> DType:
    value = infer_dtype(compute.value, {f.name: f.dtype for f in view.features}, Diagnostics())
    assert value is not None
    dtype = AGGREGATES[compute.aggregate].returns([value])
    assert isinstance(dtype, DType)
    return dtype
