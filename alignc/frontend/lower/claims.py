"""Rules, expectations and references as written -> those of the Module."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alignc.errors import did_you_mean
from alignc.frontend.claims import Expectation as WrittenExpectation
from alignc.frontend.claims import Reference as WrittenReference
from alignc.frontend.claims import Rule
from alignc.frontend.features import Feature as Written
from alignc.frontend.lower.constants import with_exact_constants
from alignc.frontend.lower.expressions import lower_expr
from alignc.frontend.lower.names import Names
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.windowed import windowed_names
from alignc.frontend.views import ViewDefinition
from alignc.ir.expr import Expr, columns_of
from alignc.ir.infer import infer_dtype
from alignc.ir.module import Expectation, Reference, RowRule, View
from alignc.ir.ops import AGGREGATES
from alignc.ir.types import BOOL, DType

# What a measure of a feature aggregates.
_AGGREGATES = {"mean": "mean", "quantile": "percentile", "distinct_ratio": "count_distinct"}


def lower_claims(
    written: ViewDefinition,
    names: Names,
    dtypes: Mapping[str, DType | None],
    windowed: set[str],
    state: Lowering,
) -> tuple[tuple[RowRule, ...], tuple[Expectation, ...]]:
    """The rules and the expectations of a view."""
    rules: list[RowRule] = []
    expectations: list[Expectation] = []
    for claim in written.claims:
        claim.is_used = True
        if isinstance(claim, Rule):
            made = _rule(claim, names, dtypes, windowed, state)
            if made is not None and any(made.name == other.name for other in rules):
                state.found.add("ALN227", f"a second rule is called {made.name!r}", claim.span)
            elif made is not None:
                rules.append(made)
        elif isinstance(claim, WrittenExpectation):
            one = _expectation(claim, names, dtypes, windowed, state)
            expectations += [one] if one is not None else []
    return tuple(rules), tuple(expectations)


def _rule(
    claim: Rule,
    names: Names,
    dtypes: Mapping[str, DType | None],
    windowed: set[str],
    state: Lowering,
) -> RowRule | None:
    conditions: list[Expr] = []
    for condition in (claim.then, *([claim.when] if claim.when is not None else [])):
        expr = lower_expr(condition, names, None, state.found)
        if expr is None:
            return None
        expr = with_exact_constants(expr, dtypes)
        dtype = infer_dtype(expr, dtypes, state.found, claim.span)
        late = sorted(columns_of(expr) & windowed)
        if dtype is not None and dtype != BOOL:
            message = f"a condition of rule {claim.name!r} is {dtype}, not Bool"
            state.found.add("ALN227", message, claim.span)
        if late:
            state.found.add(
                "ALN227",
                f"rule {claim.name!r} is about rows of the source, and `{late[0]}` is an aggregate",
                claim.span,
            )
        if dtype != BOOL or late:
            return None
        conditions.append(expr)
    then, *when = conditions
    return RowRule(
        name=claim.name,
        when=when[0] if when else None,
        then=then,
        severity=claim.severity,
        allow=claim.allow,
        description=claim.text,
        span=claim.span,
    )


def _expectation(
    claim: WrittenExpectation,
    names: Names,
    dtypes: Mapping[str, DType | None],
    windowed: set[str],
    state: Lowering,
) -> Expectation | None:
    name = names.of(claim.feature) if isinstance(claim.feature, Written) else None
    if claim.feature is not None:
        problem: str | None = None
        if name is None:
            problem = "a feature without a name"
        elif name in windowed:
            problem = f"`{name}`, which is an aggregate and no column of the rows"
        else:
            dtype = dtypes.get(name)
            if dtype is None:
                return None
            aggregate = _AGGREGATES.get(claim.measure)
            if aggregate is not None and dtype not in AGGREGATES[aggregate].accepts:
                problem = f"`{name}`, which is {dtype}"
        if problem is not None:
            state.found.add("ALN227", f"there is no {claim.measure} of {problem}", claim.span)
            return None
    return Expectation(
        measure=claim.measure,
        feature=name,
        parameter=claim.parameter,
        at_least=claim.at_least,
        at_most=claim.at_most,
        severity=claim.severity,
        span=claim.span,
    )


def lower_reference(given: WrittenReference | None) -> Reference | None:
    if given is None:
        return None
    return Reference(
        view=given.view.name, feature=given.feature, severity=given.severity, allow=given.allow
    )


def check_references(
    state: Lowering, lower_view: Callable[[ViewDefinition, Lowering], View | None]
) -> None:
    """Report references to what is not there, is of another type, or is an aggregate."""
    for definition in [*state.referenced]:
        lower_view(definition, state)
    for view in state.views.values():
        for feature in view.features:
            reference = feature.reference
            if reference is None or reference.view not in state.views:
                continue
            other = state.views[reference.view]
            there = other.by_name.get(reference.feature)
            label = f"`{reference.view}.{reference.feature}`"
            if there is None:
                hint = did_you_mean(reference.feature, other.by_name)
                state.found.add("ALN103", f"there is no feature {label}", feature.span, hint)
            elif there.dtype != feature.dtype:
                message = f"`{feature.name}` is {feature.dtype}, and {label} is {there.dtype}"
                state.found.add("ALN227", message, feature.span)
            elif other.name == view.name or there.name in windowed_names(other.features):
                message = f"`{feature.name}` cannot be a reference to {label}"
                state.found.add("ALN227", message, feature.span)
