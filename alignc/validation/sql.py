"""The SQL that validates rows: a query with a row for each rule, and one with the rows that fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from alignc.artifacts.checks import LATEST, ROWS
from alignc.artifacts.subjects import Subject
from alignc.artifacts.validation import Measured, validation_of
from alignc.backends.job import Job
from alignc.backends.sql.dialect import Dialect, cast, column, number, text
from alignc.backends.sql.files import query_of, query_text
from alignc.backends.sql.select import Cte, Query
from alignc.ir.module import FileSource
from alignc.ir.plan import Filter, Project, Scan
from alignc.ir.types import FLOAT64, INT64
from alignc.templating import render
from alignc.validation.rules import ages_of

_SECOND = 1_000_000
_RESULT = "validated"
_CHECKS = "checks"
_NAMES = ("rule", "severity", "failed", "value", "passed")


def emit_rules(job: Job, subject: Subject, dialect: Dialect) -> str:
    """The query with a row for each rule: how many rows fail it, or what was measured.

    The job's plan counts.
    """
    query = _reading_twice(query_of(job, dialect.name), job)
    taken = {cte.name for cte in query.ctes}
    taken |= {dialect.quoted(scan.source) for _, scan in job.plan.scans()}
    result = _RESULT
    while dialect.quoted(result) in taken:
        result += "_"
    counted = Cte(
        dialect.quoted(result),
        query.result_step,
        (query.result,),
        ("One row with all that is counted.",),
    )
    return render(
        "sql/validation.sql.j2",
        query=query,
        result=counted,
        rows=dialect.quoted(ROWS),
        checks=dialect.quoted(_CHECKS),
        names=[dialect.quoted(name) for name in _NAMES],
        types=[dialect.type_text(dtype) for dtype in (INT64, FLOAT64)],
        lines=[_printed(line, dialect) for line in _lines(subject, dialect)],
        file={"source": job.pointer, "title": job.title, "about": job.about},
    )


def emit_failures(job: Job, dialect: Dialect) -> str:
    """The query with the rows that fail a rule; the job's plan lists them."""
    query = _reading_twice(query_of(job, dialect.name), job)
    about = (f"{job.title[:-1]}: the rows that fail a rule, and which.", "", *job.about)
    return query_text(query, job.pointer, about)


def _reading_twice(query: Query, job: Job) -> Query:
    """The query in which rows are read again to count keys, of which that is less than to keep all rows."""
    files = [s for s in job.sources if isinstance(s, FileSource)]
    if any(source.is_text for source in files):
        return query
    rowwise = (Scan, Project, Filter)
    steps = {s.name for s in job.plan.steps if isinstance(s.node, rowwise)}
    ctes = (replace(cte, is_kept=False if cte.step in steps else cte.is_kept) for cte in query.ctes)
    return replace(query, ctes=tuple(ctes))


def _printed(line: list[exp.Expr], dialect: Dialect) -> list[str]:
    return [dialect.print(cell) for cell in line]


def _lines(subject: Subject, dialect: Dialect) -> Iterator[list[exp.Expr]]:
    """The cells of each rule: name, severity, failed, value, passed."""
    asked = validation_of(subject)
    for check in asked.checks:
        failed, rows = column(check.column), column(ROWS)
        if check.allow == 0:
            passed: exp.Expr = exp.EQ(this=failed.copy(), expression=number(0))
        else:
            most = exp.Mul(this=number(check.allow), expression=rows.copy())
            passed = exp.LTE(this=failed.copy(), expression=most)
        yield [text(check.name), text(check.severity), failed, exp.Null(), passed]
    for one in asked.measures:
        value = _value(one, dialect)
        yield _measured(
            one.name, one.about.severity or "error", value, _bounds(one, value, dialect)
        )
    if asked.time is not None:
        for name, _, severity, age in ages_of(subject.view):
            value = _age(dialect)
            youngest = exp.LTE(this=value.copy(), expression=number(age / _SECOND))
            yield _measured(name, severity, value, [youngest])


def _measured(name: str, severity: str, value: exp.Expr, bounds: list[exp.Expr]) -> list[exp.Expr]:
    """The cells of an expectation; what cannot be measured is not as expected."""
    is_inside = exp.and_(*bounds, copy=False)
    passed = exp.Coalesce(this=is_inside, expressions=[exp.false()])
    return [text(name), text(severity), exp.Null(), value, passed]


def _bounds(one: Measured, value: exp.Expr, dialect: Dialect) -> list[exp.Expr]:
    sides = ((exp.GTE, one.about.at_least), (exp.LTE, one.about.at_most))
    bounds: list[exp.Expr] = [
        side(this=value.copy(), expression=number(bound))
        for side, bound in sides
        if bound is not None
    ]
    if one.about.at_most is None and one.about.measure in ("mean", "quantile"):
        # NaN is above every number.
        bounds.append(exp.LT(this=value.copy(), expression=_float(text("NaN"), dialect)))
    return bounds


def _value(one: Measured, dialect: Dialect) -> exp.Expr:
    rows = column(ROWS)
    match one.about.measure:
        case "row_count":
            return _float(rows, dialect)
        case "null_rate" | "distinct_ratio":
            whole = exp.Nullif(this=rows, expression=number(0))
            return exp.Div(this=_float(column(one.column), dialect), expression=whole)
        case "mean" | "quantile":
            return column(one.column)


def _age(dialect: Dialect) -> exp.Expr:
    """The age of the latest row in seconds."""
    since = exp.Sub(this=exp.CurrentTimestamp(), expression=column(LATEST))
    return _float(
        exp.Extract(this=exp.Var(this="EPOCH"), expression=exp.Paren(this=since)), dialect
    )


def _float(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    return cast(node, FLOAT64, dialect)
