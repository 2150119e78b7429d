"""Constraints as data tests: dbt's own where it has one, else the generic tests in `tests/generic`.

Nulls are no violation of a bound or a form; `not_null` is a test of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlglot import exp

from alignc.artifacts.checks import holds, untaken
from alignc.backends.sql.dialect import Dialect
from alignc.backends.sql.expressions import lower_expr, lower_literal
from alignc.backends.sql.style import styled_expression
from alignc.backends.sql.style.words import written
from alignc.dbt.documents import Jinja
from alignc.dbt.keys import compared, is_told_apart
from alignc.dbt.names import features_model_of, word_of
from alignc.ir.expr import Column, Expr, Literal, call
from alignc.ir.module import Constraint, Feature, Reference, View
from alignc.ir.types import BOOL, FLOATS, INTEGERS, STRING, DType

# A test as YAML has it: its name, or its name with what it is given.
DataTest = object


def key_test(
    model: str, columns: Mapping[str, DType], dialect: Dialect, *, severity: str
) -> DataTest:
    """No two rows have the same values in the columns, which may be null."""
    by: list[str] = []
    for name, dtype in columns.items():
        by.append(written(name, dialect))
        if is_told_apart(dtype, dialect):
            by.append(compared(name, dtype, dialect))
    return _test("alignc_unique_key", f"{model}__key", {"columns": by}, severity)


def column_tests(
    model: str, feature: Feature, dialect: Dialect, severity: str
) -> Iterator[DataTest]:
    """The tests of a feature's constraints; `severity` is that of those that do not say.

    A test of dbt knows no share of rows: a constraint that allows one is a warning.
    """
    bounds: dict[str, dict[str, object]] = {}
    lengths: dict[str, dict[str, object]] = {}
    conditions: list[tuple[str, Expr, str]] = []
    for constraint in feature.constraints:
        bad = "warn" if constraint.allow else constraint.severity or severity
        match constraint.name:
            case "lower_bound" | "upper_bound":
                bound = _literal(constraint.values[0], feature.dtype)
                key = "min_value" if constraint.name == "lower_bound" else "max_value"
                bounds.setdefault(bad, {})[key] = _argument(bound, dialect)
            case "min_length" | "max_length" if feature.dtype == STRING:
                lengths.setdefault(bad, {})[constraint.name] = constraint.values[0]
            case "accepted_values":
                yield _accepted(model, feature, constraint, dialect, bad)
            case "matches":
                conditions.append(("form", holds(feature, constraint), bad))
            case name:
                conditions.append((name, holds(feature, constraint), bad))
    schema = {feature.name: feature.dtype}
    for arguments in bounds.values():
        if feature.dtype in FLOATS and ("max_value" not in arguments or not dialect.orders_nan):
            # NaN is above every number, so that no lower bound finds it; in BigQuery no upper one does.
            is_nan = lower_expr(call("is_nan", Column(name=feature.name)), schema, dialect)
            arguments["is_nan"] = _written(is_nan, dialect)
    for test, word, given in (
        ("alignc_in_range", "range", bounds),
        ("alignc_length", "length", lengths),
    ):
        for number, (bad, arguments) in enumerate(given.items(), start=1):
            called = word if number == 1 else f"{word}_{number}"
            yield _test(test, f"{model}__{feature.name}__{called}", arguments, bad)
    for called, condition, bad in _numbered(conditions):
        yield _holds(f"{model}__{feature.name}__{called}", condition, schema, dialect, bad)
    if feature.reference is not None and not is_told_apart(feature.dtype, dialect):
        yield _reference(model, feature, feature.reference, dialect, severity)


def reference_tests(
    model: str, features: Iterable[Feature], dialect: Dialect, severity: str
) -> Iterator[DataTest]:
    """The tests of references that compare something else than the columns: a column's test cannot say it."""
    for feature in features:
        if feature.reference is not None and is_told_apart(feature.dtype, dialect):
            yield _reference(model, feature, feature.reference, dialect, severity)


def _reference(
    model: str, feature: Feature, there: Reference, dialect: Dialect, severity: str
) -> DataTest:
    """What a feature refers to is there."""
    here, field = (compared(n, feature.dtype, dialect) for n in (feature.name, there.feature))
    arguments: dict[str, object] = {"to": f"ref('{features_model_of(there.view)}')", "field": field}
    if is_told_apart(feature.dtype, dialect):
        arguments = {"column_name": here, **arguments}
    bad = "warn" if there.allow else there.severity or severity
    return _test("relationships", f"{model}__{feature.name}__reference", arguments, bad)


def rule_tests(model: str, view: View, dialect: Dialect, severity: str) -> Iterator[DataTest]:
    """The tests of a view's rules about several features of a row."""
    schema = {feature.name: feature.dtype for feature in view.features}
    taken: set[str] = set()
    for rule in view.rules:
        condition = rule.then
        if rule.when is not None:
            condition = call("or", call("not", rule.when), rule.then)
        bad = "warn" if rule.allow else rule.severity or severity
        name = untaken(f"{model}__{word_of(rule.name)}", taken)
        yield _holds(name, condition, schema, dialect, bad)


def _numbered(conditions: Sequence[tuple[str, Expr, str]]) -> Iterator[tuple[str, Expr, str]]:
    """The conditions with names of their own: `form`, `form_2`."""
    seen: Counter[str] = Counter()
    for name, condition, severity in conditions:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}", condition, severity


def _accepted(
    model: str,
    feature: Feature,
    constraint: Constraint,
    dialect: Dialect,
    severity: str,
) -> DataTest:
    values = [_literal(value, feature.dtype) for value in constraint.values]
    name = f"{model}__{feature.name}__accepted_values"
    texts = [one.value for one in values]
    # dbt puts quotes around a text and looks no further, nor at what is told apart in another form.
    is_plain = not any(c in str(t) for t in texts for c in "'\\{") and dialect.counts_spaces
    if feature.dtype == STRING and is_plain:
        return _test("accepted_values", name, {"values": texts}, severity)
    if feature.dtype in INTEGERS or feature.dtype == BOOL:
        return _test("accepted_values", name, {"values": texts, "quote": False}, severity)
    schema = {feature.name: feature.dtype}
    return _holds(name, holds(feature, constraint), schema, dialect, severity)


def _holds(
    name: str, condition: Expr, schema: Mapping[str, DType], dialect: Dialect, severity: str
) -> DataTest:
    """A condition over a row is true, or null."""
    sql = lower_expr(condition, schema, dialect)
    return _test("alignc_holds", name, {"condition": _written(sql, dialect)}, severity)


def _written(sql: exp.Expr, dialect: Dialect) -> Jinja:
    return Jinja(styled_expression(dialect.print(sql), dialect))


def _test(
    test: str, name: str, arguments: Mapping[str, object], severity: str = "error"
) -> DataTest:
    body: dict[str, object] = {"name": name, "arguments": dict(arguments)}
    if severity != "error":
        body["config"] = {"severity": severity}
    return {test: body}


def _literal(value: object, dtype: DType) -> Literal:
    return Literal.model_validate({"dtype": dtype, "value": value})


def _argument(value: Literal, dialect: Dialect) -> object:
    """A constant as YAML has it if that is the same in SQL, else the text of the SQL."""
    if value.dtype in INTEGERS or isinstance(value.value, float):
        return value.value
    return _written(lower_literal(value, dialect), dialect)
