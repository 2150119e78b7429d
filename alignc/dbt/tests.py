"""Constraints as data tests: dbt's own where it has one, else the generic tests in `tests/generic`.

Nulls are no violation of a bound or a form; `not_null` is a test of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import BIGQUERY, Dialect
from alignc.backends.sql.expressions import lower_expr, lower_literal
from alignc.backends.sql.style import styled_expression
from alignc.dbt.documents import Jinja
from alignc.ir.expr import Column, Expr, Literal, call
from alignc.ir.module import Constraint, Feature
from alignc.ir.types import BOOL, FLOATS, INT64, INTEGERS, STRING, DType

# A test as YAML has it: its name, or its name with what it is given.
DataTest = object


def key_test(model: str, columns: Sequence[str], *, severity: str) -> DataTest:
    """No two rows have the same values in the columns, which may be null."""
    return _test("alignc_unique_key", f"{model}__key", {"columns": list(columns)}, severity)


def column_tests(
    model: str, feature: Feature, dialect: Dialect, severity: str
) -> Iterator[DataTest]:
    """The tests of a feature's constraints."""
    bounds: dict[str, object] = {}
    lengths: dict[str, object] = {}
    conditions: list[tuple[str, Expr]] = []
    value = Column(name=feature.name)
    for constraint in feature.constraints:
        match constraint.name:
            case "lower_bound" | "upper_bound" if dialect == BIGQUERY and feature.dtype in FLOATS:
                # NaN is above every bound, which a comparison there does not say.
                compare = "ge" if constraint.name == "lower_bound" else "le"
                limit = _literal(constraint.values[0], feature.dtype)
                conditions.append((constraint.name, call(compare, value, limit)))
            case "lower_bound" | "upper_bound":
                bound = _literal(constraint.values[0], feature.dtype)
                key = "min_value" if constraint.name == "lower_bound" else "max_value"
                bounds[key] = _argument(bound, dialect)
            case "min_length" | "max_length" if feature.dtype == STRING:
                lengths[constraint.name] = constraint.values[0]
            case "min_length":
                least = call("ge", call("list_length", value), _count(constraint))
                conditions.append(("min_length", least))
            case "max_length":
                most = call("le", call("list_length", value), _count(constraint))
                conditions.append(("max_length", most))
            case "accepted_values":
                yield _accepted(model, feature, constraint, dialect, severity)
            case "matches":
                conditions.append(("form", call("matches", value, _text(constraint))))
            case "starts_with" | "ends_with":
                conditions.append(
                    (constraint.name, call(constraint.name, value, _text(constraint)))
                )
    if bounds:
        yield _test("alignc_in_range", f"{model}__{feature.name}__range", bounds, severity)
    if lengths:
        yield _test("alignc_length", f"{model}__{feature.name}__length", lengths, severity)
    for name, condition in _numbered(conditions):
        yield _holds(f"{model}__{feature.name}__{name}", condition, feature, dialect, severity)


def _numbered(conditions: Sequence[tuple[str, Expr]]) -> Iterator[tuple[str, Expr]]:
    """The conditions with names of their own: `form`, `form_2`."""
    seen: Counter[str] = Counter()
    for name, condition in conditions:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}_{seen[name]}", condition


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
    # dbt puts quotes around a text and looks no further.
    if feature.dtype == STRING and not any(c in str(t) for t in texts for c in "'\\{"):
        return _test("accepted_values", name, {"values": texts}, severity)
    if feature.dtype in INTEGERS or feature.dtype == BOOL:
        return _test("accepted_values", name, {"values": texts, "quote": False}, severity)
    within = call("is_in", Column(name=feature.name), *values)
    return _holds(name, within, feature, dialect, severity)


def _holds(
    name: str, condition: Expr, feature: Feature, dialect: Dialect, severity: str
) -> DataTest:
    """A condition over a feature is true, or null."""
    sql = lower_expr(condition, {feature.name: feature.dtype}, dialect)
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


def _text(constraint: Constraint) -> Literal:
    return Literal(dtype=STRING, value=constraint.values[0])


def _count(constraint: Constraint) -> Literal:
    return Literal(dtype=INT64, value=constraint.values[0])
