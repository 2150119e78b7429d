from __future__ import annotations

import unicodedata
from typing import Final

from alignc.errors import Span
from alignc.lint.finding import Finding, Severity
from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report
from alignc.wrapping import wrapped

_COLOURS: Final[dict[Severity, str]] = {"error": "31", "warning": "33", "note": "36"}


def full(report: Report, texts: Texts) -> str:
    """Each finding with the lines that it is about, and what to do; new versions of contracts."""
    blocks = [_block(finding, texts, _note(finding, report)) for finding in report.findings]
    if report.new_versions:
        lines = [line for v in report.new_versions for line in wrapped(str(v), "  ")]
        blocks.append("\n".join(lines))
    return "".join(f"{block}\n\n" for block in blocks)


def _note(finding: Finding, report: Report) -> str:
    """Why `--fix` leaves a finding of a rule that it mends otherwise."""
    if finding in report.unmendable:
        return f"--fix leaves it: {report.unmendable[finding].reason}"
    edit = report.fixes.get(finding)
    if edit is not None and not edit.is_safe:
        return "--fix leaves it: of two rows of one time another one may then be the later; --unsafe-fixes mends it"
    return ""


def _block(finding: Finding, texts: Texts, note: str) -> str:
    def colour(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if texts.colours else text

    colour_of = _COLOURS[finding.severity]
    code = f"{finding.code} {finding.category}".rstrip()
    what = f"{finding.severity}[{code}]"
    first, *more = wrapped(f"{what}: {finding.message}", " " * (len(what) + 2))
    head = [colour(what, f"1;{colour_of}") + first.removeprefix(what), *more]
    width = max(len(str(s.line)) for s in (finding.span, *(r.span for r in finding.related)))
    pad = " " * width
    lines = head
    if finding.is_there:
        lines += _excerpt(finding.span, texts, width, "-->", "^", colour_of, colour)
    else:
        lines.append(f"{pad}--> was {texts.path(finding.span)}:{finding.span.line}")
    for one in finding.related:
        lines += [
            f"{pad} |",
            *_excerpt(one.span, texts, width, ":::", "-", "34", colour, one.message),
        ]
    lines += _remark(f"{pad} = help: ", finding.help)
    if note:
        lines += _remark(f"{pad} = note: ", note)
    return "\n".join(lines)


def _remark(start: str, text: str) -> list[str]:
    """A text that goes on below where it begins."""
    return wrapped(start + text, " " * len(start))


def _excerpt(
    span: Span,
    texts: Texts,
    width: int,
    arrow: str,
    mark: str,
    colour_of: str,
    colour: object,
    message: str = "",
) -> list[str]:
    assert callable(colour)
    pad = " " * width
    place = f"{pad}{arrow} {texts.path(span)}:{span.line}:{span.column}"
    line = texts.line(span)
    if line is None:
        return wrapped(f"{place}{': ' + message if message else ''}", f"{pad}     ")
    start = f"{pad} | {' ' * _cells(line[: span.column - 1])}"
    marks = mark * _cells(_word(line[span.column - 1 :]))
    shown = [place, f"{span.line:>{width}} | {line}", f"{start}{colour(marks, colour_of)}"]
    if len(f"{start}{marks} {message}") <= 80:
        shown[-1] += f" {message}" if message else ""
    elif message:
        below = start[:40]
        shown += wrapped(below + message, below)
    return shown


def _word(text: str) -> str:
    """The name at the beginning, or one sign."""
    end = next((i for i, sign in enumerate(text) if not (sign.isalnum() or sign == "_")), len(text))
    return text[: end or 1] or " "


def _cells(text: str) -> int:
    """How wide a text is in a terminal."""
    wide = sum(unicodedata.east_asian_width(sign) in ("W", "F") for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)
