"""A report as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignc.ir.fixture import Fixture
from alignc.lint.formats.texts import Texts
from alignc.lint.words import counted
from alignc.testing.comparison import Row, RowDifference
from alignc.testing.run import Report, Tested, Verdict
from alignc.testing.values import Json, json_of, text_of

_MOST_ROWS = 10
_WORDS = {"view": "view", "contract": "model"}


def report_text(report: Report, texts: Texts) -> str:
    """What failed, row by row; what was not run, and why; how many tests have passed where."""
    lines: list[str] = []
    for test in report.tests:
        if test.has_failed:
            lines += [*_failed(test, texts), ""]
    for test in report.tests:
        for verdict in test.verdicts:
            if verdict.outcome == "not run":
                lines.append(
                    f"{title(test.fixture)} was not run on {verdict.engine}: {verdict.message}"
                )
    lines += [f"{engine} was not found: {reason}" for engine, reason in report.missing.items()]
    failed = sum(test.has_failed for test in report.tests)
    passed = len(report.tests) - failed
    said = f"{counted(passed, 'test')} passed" + (f", {failed} failed" if failed else "")
    lines.append(f"{said} on {', '.join(report.engines)}")
    return "\n".join(lines) + "\n"


def title(fixture: Fixture) -> str:
    """A test by the name of what it is about and its own."""
    return f"{fixture.target}: {' '.join(fixture.name.split())}"


def _failed(test: Tested, texts: Texts) -> Iterator[str]:
    yield f"FAILED {title(test.fixture)}"
    yield f"  {texts.path(test.fixture.span)}:{test.fixture.span.line}"
    same: dict[str, list[str]] = {}
    for verdict in test.verdicts:
        if verdict.outcome == "failed":
            same.setdefault(verdict_text(verdict, texts), []).append(verdict.engine)
    for said, engines in same.items():
        yield f"  on {', '.join(engines)}:"
        yield from (f"    {line}".rstrip() for line in said.splitlines())


def verdict_text(verdict: Verdict, texts: Texts) -> str:
    """What is wrong on an engine: the error, or the rows that differ."""
    if verdict.message:
        return f"ended with an error: {verdict.message}"
    lines = [line for one in verdict.differences[:_MOST_ROWS] for line in _row(one, texts)]
    if len(verdict.differences) > _MOST_ROWS:
        lines.append(f"... and {counted(len(verdict.differences) - _MOST_ROWS, 'row')} more")
    return "\n".join(lines)


def _row(told: RowDifference, texts: Texts) -> Iterator[str]:
    place = f" ({texts.path(told.span)}:{told.span.line})" if told.span else ""
    if told.expected is not None and told.found is not None:
        yield f"a row differs{place}"
        yield from _table([["", "expected", "found"], *_cells(told, told.expected, told.found)])
    elif told.expected is not None:
        yield f"a row is not there{place}"
        yield from _table([["  " + name, text_of(v)] for name, v in told.expected.items()])
    elif told.found is not None:
        yield "a row is there that is not expected"
        yield from _table([["  " + name, text_of(v)] for name, v in told.found.items()])


def _cells(told: RowDifference, expected: Row, found: Row) -> Iterator[list[str]]:
    for name, value in expected.items():
        mark = "> " if name in told.columns else "  "
        yield [mark + name, text_of(value), text_of(found[name])]


def _table(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def report_json(report: Report, texts: Texts) -> dict[str, Json]:
    """The same as values."""
    return {
        "clean": report.is_clean,
        "engines": list(report.engines),
        "missing": dict(report.missing),
        "tests": [_test_json(test, texts) for test in report.tests],
    }


def _test_json(test: Tested, texts: Texts) -> dict[str, Json]:
    span = test.fixture.span
    return {
        "name": test.fixture.name,
        _WORDS[test.fixture.kind]: test.fixture.target,
        "path": texts.path(span),
        "line": span.line,
        "column": span.column,
        "results": [
            {
                "engine": verdict.engine,
                "outcome": verdict.outcome,
                "message": verdict.message,
                "rows": list(_rows_json(verdict.differences)),
            }
            for verdict in test.verdicts
        ],
    }


def _rows_json(told: Iterable[RowDifference]) -> Iterator[Json]:
    for one in told:
        yield {
            "line": one.span.line if one.span else None,
            "expected": None if one.expected is None else json_of(one.expected),
            "found": None if one.found is None else json_of(one.found),
            "differing": list(one.columns),
        }
