from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report


def junit(report: Report, texts: Texts) -> str:
    """A test case a finding. Those that are no notes have failed; a clean report is one that passed."""
    failures = sum(f.severity != "note" for f in report.findings)
    suite = Xml.Element(
        "testsuite",
        name=f"alignc {report.command}",
        tests=str(len(report.findings) or 1),
        failures=str(failures),
        errors="0",
    )
    for f in report.findings:
        case = Xml.SubElement(
            suite,
            "testcase",
            classname=_text(texts.path(f.span)),
            name=_text(f"{f.code} {f.symbol}"),
            file=_text(texts.path(f.span)),
            line=str(f.span.line),
        )
        where = f"{texts.path(f.span)}:{f.span.line}:{f.span.column}"
        body = _text(f"{where}\n{f.message}\nhelp: {f.advice}")
        if f.severity == "note":
            Xml.SubElement(case, "system-out").text = body
        else:
            Xml.SubElement(case, "failure", message=_text(f.message), type=f.severity).text = body
    if not report.findings:
        Xml.SubElement(suite, "testcase", classname="alignc", name=report.command)
    Xml.indent(suite)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suite, encoding="unicode") + "\n"
    )


def _text(text: str) -> str:
    """Without the signs that XML cannot have."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
