"""What is asked of the rows of a view: types, constraints, keys, references and rules.

A check is true for a row that violates it; a null violates nothing but `required`. Whoever counts or
lists violations computes these expressions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from alignc.artifacts.relations import row_features, windowed_features
from alignc.errors import Span
from alignc.ir.expr import Column, Expr, Literal, call
from alignc.ir.module import Claim, Constraint, Feature, RowRule, Severity, View
from alignc.ir.naming import short_name
from alignc.ir.print import show_expr
from alignc.ir.types import FLOATS, INT64, STRING, DType

# How many rows have the key of a row, if there are several; what a reference has found.
COPIES = "__copies"
FOUND = "__found_{}"
UNREAD = "__unread_{}"
# How many rows there are, and the time of the latest one.
ROWS = "rows"
LATEST = "latest"
# What is between the names of checks in a list of them.
SEPARATOR = ", "


@dataclass(frozen=True)
class Check:
    """One thing that is asked of each row.

    `says` is what must hold, in words; `column` what the check is called as a column. Up to the share
    `allow` of the rows may violate it.
    """

    name: str
    column: str
    says: str
    fails: Expr
    severity: Severity
    allow: float
    span: Span | None


@dataclass(frozen=True)
class Key:
    """The features that tell the rows of a view apart, and how bad it is if they do not."""

    columns: tuple[str, ...]
    severity: Severity


def key_of(view: View) -> Key | None:
    """The key of a view, if it has one.

    Where windows see the rows they are events, of which an entity may have several at one time. Where
    rows have a time, the latest one decides, so that two of one time are no error.
    """
    if not view.entities or windowed_features(view):
        return None
    times = (view.event_timestamp, view.created_at)
    known = tuple(name for name in times if name is not None)
    return Key((*view.entities, *known), "error" if view.event_timestamp is None else "warn")


def checks_of(
    view: View,
    key: Key | None,
    may_be_null: Collection[str],
    unread: Sequence[Feature],
) -> list[Check]:
    """The checks of the rows of a view, of their key and the view's rules, in the order of the definition.

    A null in the columns `may_be_null` is a warning. Of the features in `unread` there is a column that
    says whether a value could not be read.
    """
    made: list[Check] = []
    for feature in row_features(view):
        if feature in unread:
            made.append(_unread(feature))
        if feature.required or feature.role == "event_timestamp":
            made.append(_required(feature, "warn" if feature.name in may_be_null else "error"))
        made += _constrained(feature)
        if feature.reference is not None:
            made.append(_referenced(feature))
    if key is not None:
        made.append(_unique(view, key))
    made += [_ruled(rule) for rule in view.rules]
    return _with_columns(made)


def _check(name: str, says: str, fails: Expr, claim: Claim, span: Span | None) -> Check:
    return Check(name, "", says, fails, claim.severity or "error", claim.allow, span)


def _with_columns(checks: Sequence[Check]) -> list[Check]:
    """The checks with names and columns of their own: `fare.matches`, `fare.matches_2`."""
    names: set[str] = set()
    columns = {ROWS, LATEST}
    numbered: list[Check] = []
    for check in checks:
        # Lists of names have these between them.
        name = untaken(check.name.replace(SEPARATOR, " "), names)
        column = untaken(short_name(name.replace(".", "_")), columns)
        numbered.append(replace(check, name=name, column=column))
    return numbered


def untaken(name: str, taken: set[str]) -> str:
    """The name, or the name with the first number that nobody has; case decides nothing."""
    unique, number = name, 2
    while unique.lower() in taken:
        unique, number = f"{name}_{number}", number + 1
    taken.add(unique.lower())
    return unique


def _unread(feature: Feature) -> Check:
    fails = Column(name=UNREAD.format(feature.name))
    says = f"`{feature.name}` can be read as {feature.dtype}"
    return _check(f"{feature.name}.type", says, fails, Claim(), feature.span)


def _required(feature: Feature, severity: Severity) -> Check:
    fails = call("is_null", Column(name=feature.name))
    name, says = f"{feature.name}.required", f"`{feature.name}` is not null"
    return _check(name, says, fails, Claim(severity=severity), feature.span)


def _referenced(feature: Feature) -> Check:
    assert feature.reference is not None
    there = f"`{feature.reference.view}.{feature.reference.feature}`"
    fails = call(
        "and",
        call("is_not_null", Column(name=feature.name)),
        call("is_null", Column(name=FOUND.format(feature.name))),
    )
    return _check(
        f"{feature.name}.reference",
        f"`{feature.name}` is one of {there}",
        fails,
        feature.reference,
        feature.span,
    )


def _unique(view: View, key: Key) -> Check:
    names = ", ".join(f"`{name}`" for name in key.columns)
    fails = call("is_not_null", Column(name=COPIES))
    return _check(
        "key.unique",
        f"no other row has the same {names}",
        fails,
        Claim(severity=key.severity),
        view.span,
    )


def _ruled(rule: RowRule) -> Check:
    fails: Expr = call("not", rule.then)
    says = f"`{show_expr(rule.then)}`"
    if rule.when is not None:
        fails = call("and", rule.when, fails)
        says += f" where `{show_expr(rule.when)}`"
    return _check(rule.name, rule.description or says, fails, rule, rule.span)


def _constrained(feature: Feature) -> Iterator[Check]:
    for constraint in feature.constraints:
        says, fails = _violation(feature, constraint)
        name = f"{feature.name}.{constraint.name}"
        yield _check(name, says, fails, constraint, feature.span)


def holds(feature: Feature, constraint: Constraint) -> Expr:
    """The condition that a value of a feature meets; null for a null."""
    value = Column(name=feature.name)
    first = constraint.values[0] if constraint.values else None
    match constraint.name:
        case "lower_bound":
            return call("ge", value, _literal(first, feature.dtype))
        case "upper_bound":
            return call("le", value, _literal(first, feature.dtype))
        case "accepted_values":
            values = [_literal(v, feature.dtype) for v in constraint.values]
            return call("is_in", value, *values)
        case "min_length":
            return call("ge", _length(feature), _literal(first, INT64))
        case "max_length":
            return call("le", _length(feature), _literal(first, INT64))
        case "matches" | "starts_with" | "ends_with":
            return call(constraint.name, value, _literal(first, STRING))


def _length(feature: Feature) -> Expr:
    return call("length" if feature.dtype == STRING else "list_length", Column(name=feature.name))


def _violation(feature: Feature, constraint: Constraint) -> tuple[str, Expr]:
    """What must hold, in words, and when it does not."""
    value = Column(name=feature.name)
    first = constraint.values[0] if constraint.values else None
    match constraint.name:
        case "lower_bound":
            # NaN is above every number, and within no bounds.
            fails: Expr = call("lt", value, _literal(first, feature.dtype))
            if feature.dtype in FLOATS:
                fails = call("or", fails, call("is_nan", value))
            return f"`{feature.name}` is at least {first}", fails
        case "upper_bound":
            fails = call("gt", value, _literal(first, feature.dtype))
            return f"`{feature.name}` is at most {first}", fails
        case "accepted_values":
            listed = ", ".join(str(v) for v in constraint.values)
            says = f"`{feature.name}` is one of {listed}"
        case "min_length":
            says = f"`{feature.name}` has a length of at least {first}"
        case "max_length":
            says = f"`{feature.name}` has a length of at most {first}"
        case "matches":
            says = f"`{feature.name}` has the form {first}"
        case "starts_with":
            says = f"`{feature.name}` starts with {first!r}"
        case "ends_with":
            says = f"`{feature.name}` ends with {first!r}"
    return says, call("not", holds(feature, constraint))


def _literal(value: object, dtype: DType) -> Literal:
    return Literal.model_validate({"dtype": dtype, "value": value})
