"""A report in the format of JUnit: a suite for each engine, a case for each test."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from alignc.lint.formats.texts import Texts
from alignc.testing.report import verdict_text
from alignc.testing.run import Report


def report_junit(report: Report, texts: Texts) -> str:
    """The suites; that of an engine that was not found is empty and says why."""
    suites = Xml.Element("testsuites", name="alignc test")
    for engine in report.engines:
        results = [(t.fixture, v) for t in report.tests for v in t.verdicts if v.engine == engine]
        suite = Xml.SubElement(
            suites,
            "testsuite",
            name=engine,
            tests=str(len(results)),
            failures=str(sum(v.outcome == "failed" for _, v in results)),
            errors="0",
            skipped=str(sum(v.outcome == "not run" for _, v in results)),
        )
        for fixture, verdict in results:
            case = Xml.SubElement(
                suite,
                "testcase",
                classname=_text(f"{fixture.target} on {engine}"),
                name=_text(fixture.name),
                file=_text(texts.path(fixture.span)),
                line=str(fixture.span.line),
            )
            if verdict.outcome == "not run":
                Xml.SubElement(case, "skipped", message=_text(verdict.message))
            elif verdict.outcome == "failed":
                said = _text(verdict_text(verdict, texts))
                Xml.SubElement(case, "failure", message=said.split("\n")[0]).text = said
    for engine, reason in report.missing.items():
        suite = Xml.SubElement(
            suites, "testsuite", name=engine, tests="0", failures="0", errors="0", skipped="0"
        )
        Xml.SubElement(suite, "system-out").text = _text(f"{engine} was not found: {reason}")
    Xml.indent(suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"
    )


def _text(text: str) -> str:
    """Without the signs that XML cannot have."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
