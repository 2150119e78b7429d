"""The rules of a validation as Python programs have them."""

from __future__ import annotations

import ast

from alignc.artifacts.checks import LATEST, Check
from alignc.artifacts.validation import Measured, Validation
from alignc.backends.python.build import call, constant, sequence
from alignc.backends.python.printer import format_statements
from alignc.ir.module import View

_SECOND = 1_000_000


def rules_text(asked: Validation, view: View) -> str:
    """The assignments of `RULES` and `EXPECTATIONS`."""
    rules = sequence([_rule(check) for check in asked.checks])
    expectations = [_expectation(one) for one in asked.measures]
    if asked.time is not None:
        expectations += _ages(view)
    return format_statements(
        [
            _list("RULES", "Rule", rules),
            _list("EXPECTATIONS", "Expectation", sequence(expectations)),
        ]
    )


def _list(name: str, kind: str, value: ast.expr) -> ast.stmt:
    annotation = ast.parse(f"list[{kind}]", mode="eval").body
    return ast.AnnAssign(ast.Name(name, ast.Store()), annotation, value, 1)


def _rule(check: Check) -> ast.expr:
    optional = {} if check.allow == 0 else {"allow": constant(check.allow)}
    parts = (check.name, check.column, check.says, check.severity)
    return call("Rule", *map(constant, parts), **optional)


def _expectation(one: Measured) -> ast.expr:
    about = one.about
    column = None if about.measure == "row_count" else one.column
    parts = (one.name, about.measure, column, one.says, about.severity or "error")
    bounds = {
        name: constant(bound)
        for name, bound in (("at_least", about.at_least), ("at_most", about.at_most))
        if bound is not None
    }
    return call("Expectation", *map(constant, parts), **bounds)


def _ages(view: View) -> list[ast.expr]:
    """How many seconds old the latest row may be."""
    return [
        call(
            "Expectation",
            *map(constant, (name, "age", LATEST, says, severity)),
            at_most=constant(age / _SECOND),
        )
        for name, says, severity, age in ages_of(view)
    ]


def ages_of(view: View) -> list[tuple[str, str, str, int]]:
    """The rules about the age of the latest row: name, words, severity, microseconds."""
    given = (
        ("freshness.acceptable", "acceptable", "warn", view.acceptable_freshness),
        ("freshness.unacceptable", "not unacceptable", "error", view.unacceptable_freshness),
    )
    return [
        (name, f"the age of the latest row is {word}", severity, age)
        for name, word, severity, age in given
        if age is not None
    ]
