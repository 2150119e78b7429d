"""Formats: what other programs read is what they expect."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from alignc.errors import Span
from alignc.lint.finding import Finding, Related
from alignc.lint.formats import FORMATS
from alignc.lint.formats.texts import Texts
from alignc.lint.run import Report
from alignc.paths import Paths
from tests.lint.schemas import schema_at

HOSTILE = "a|b `c` <i>*d*</i> \"e\" 'f' \x00 é 🦀 %0A::error::x, y: z\n## h"
REPORT = Report(
    (
        Finding(
            "U101",
            "unused-feature",
            "orders.note",
            "`orders.note` reaches no model",
            Span("features/or ders.py", 2, 5),
            "warning",
            "remove it",
            (Related(Span("features/or ders.py", 1, 1), "the view"),),
        ),
        Finding("T101", "label-leakage", HOSTILE, HOSTILE, Span("b.py", 7), "error", HOSTILE),
        Finding(
            "K101", "missing-owner", "orders", "nobody", Span("b.py", 9, 3), "note", "name one"
        ),
    )
)


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    project = tmp_path / "shop"
    (project / "features").mkdir(parents=True)
    file = project / "features/or ders.py"
    file.write_text("class Orders:\n    naïve_näme = 1\n", encoding="utf-8")
    return Texts(Paths(project, tmp_path))


def written(format: str, texts: Texts, report: Report = REPORT) -> str:
    return FORMATS[format](report, texts)


def test_sarif_is_valid(texts: Texts) -> None:
    schema = schema_at("https://json.schemastore.org/sarif-2.1.0.json")
    for report in (REPORT, Report(())):
        content = json.loads(written("sarif", texts, report))
        jsonschema.validate(content, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, "runs": [{}]}, schema)


def test_sarif_says_what_the_report_says(texts: Texts) -> None:
    (run,) = json.loads(written("sarif", texts))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == ["U101", "T101", "K101"]
    assert [r["level"] for r in run["results"]] == ["warning", "error", "note"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop/features/or%20ders.py"
    assert place["region"] == {"startLine": 2, "startColumn": 5}
    assert len(run["results"][0]["relatedLocations"]) == 1


def test_junit(texts: Texts) -> None:
    suite = Xml.fromstring(written("junit", texts))
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert [len(case.findall("failure")) for case in suite] == [1, 1, 0]
    clean = Xml.fromstring(written("junit", texts, Report(())))
    assert (clean.get("tests"), clean.get("failures"), len(clean)) == ("1", "0", 1)


def test_gitlab(texts: Texts) -> None:
    content = json.loads(written("gitlab", texts))
    assert [set(one) for one in content] == [
        {"description", "check_name", "fingerprint", "severity", "location"}
    ] * 3
    assert content[0]["location"] == {"path": "shop/features/or ders.py", "lines": {"begin": 2}}
    assert {one["severity"] for one in content} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({one["fingerprint"] for one in content}) == 3


def test_github_has_one_command_a_finding(texts: Texts) -> None:
    lines = written("github", texts).splitlines()
    assert lines[0] == (
        "::warning file=shop/features/or ders.py,line=2,col=5,title=U101 unused-feature::"
        "`orders.note` reaches no model. remove it"
    )
    assert len(lines) == 3
    assert [line.split(" ")[0] for line in lines] == ["::warning", "::error", "::notice"]


def test_json(texts: Texts) -> None:
    content = json.loads(written("json", texts))
    assert content["findings"][1]["message"] == HOSTILE
    assert content["findings"][0]["related"][0]["line"] == 1


def test_markdown_stays_a_table(texts: Texts) -> None:
    text = written("markdown", texts)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 5
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}
    assert "<i>" not in text.replace("\\<i\\>", "")


def test_full_points_at_the_place(texts: Texts) -> None:
    assert written("full", texts).split("\n\n")[0] == (
        "warning[U101]: `orders.note` reaches no model\n"
        " --> shop/features/or ders.py:2:5\n"
        "2 |     naïve_näme = 1\n"
        "  |     ^^^^^^^^^^\n"
        "  |\n"
        " ::: shop/features/or ders.py:1:1\n"
        "1 | class Orders:\n"
        "  | ----- the view\n"
        "  = help: remove it"
    )


def test_full_is_no_wider_than_a_terminal_but_for_excerpts(texts: Texts) -> None:
    long = "`orders.note` " + "is much to be told about at length, " * 4
    told = Finding(
        "U101",
        "unused-feature",
        "orders.note",
        long,
        Span("features/or ders.py", 2, 5),
        "warning",
        long,
        (Related(Span("features/or ders.py", 1, 1), long),),
    )
    text = written("full", texts, Report((told,)))
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith(
        "warning[U101]: `orders.note` is much to be told about at length, is much to be\n"
        "               told about at length, is much"
    )
    assert (
        "  | -----\n"
        "  | `orders.note` is much to be told about at length, is much to be told about\n"
        "  | at length, "
    ) in text
    assert "\n  = help: `orders.note` is" in text
    assert "\n          about at length, is" in text
    coloured = written("full", replace(texts, colours=True), Report((told,)))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text
    assert len(written("concise", texts, Report((told,))).splitlines()) == 1


def test_full_has_marks_alone_beyond_the_width(texts: Texts) -> None:
    file = texts.paths.root / "features/or ders.py"
    file.write_text(f"{' ' * 90}note\n", encoding="utf-8")
    for message, below in (("", []), ("here", [f"  | {' ' * 36}here"])):
        related = (Related(Span("features/or ders.py", 1, 91), message),)
        told = replace(REPORT.findings[2], span=related[0].span, related=related)
        text = written("full", texts, Report((told,)))
        assert text.splitlines()[4:] == [
            "  |",
            " ::: shop/features/or ders.py:1:91",
            f"1 | {' ' * 90}note",
            f"  | {' ' * 90}----",
            *below,
            "  = help: name one",
            "",
        ], text


def test_concise_is_one_line_a_finding(texts: Texts) -> None:
    lines = written("concise", texts).splitlines()
    assert lines[0] == ("shop/features/or ders.py:2:5: warning U101 `orders.note` reaches no model")
    assert len(lines) == 3
