"""Errors in the formats that programs read: on standard output, with exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from tests.lint.projects import SHOP, shop
from tests.lint.schemas import schema_at

# Two mistakes, one of them with a name and a file that formats must not trip over.
WRONG = SHOP.replace("note.length()", "note.length() + '%0A::x,\\n<i>|{{'").replace(
    "Orders().amount.with_name", "Orders().amounts.with_name"
)


# What a report of findings has besides.
COUNTS = ["ignored", "in_baseline", "gone_from_baseline"]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "alignc.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    assert WRONG.count("amounts") == 1
    return shop(tmp_path, WRONG)


def told(project: Path, command: str, format: str) -> str:
    done = run(project, command, "--format", format)
    assert done.returncode == 2
    # People who look at the log read the same.
    assert "features/orders.py:19:" in done.stderr
    assert "2 errors" in done.stderr
    return done.stdout


def codes_of(project: Path) -> list[str]:
    done = run(project, "build")
    return [w.split()[1] for w in done.stderr.splitlines() if w.startswith("features/")]


@pytest.mark.parametrize(
    "command",
    ["build", "check", "lint", "verify", "explain orders", "lineage orders"],
)
def test_json(project: Path, command: str) -> None:
    done = run(project, *command.split(), "--format", "json")
    assert done.returncode == 2
    content = json.loads(done.stdout)
    assert content.pop("findings", []) == []
    assert list(content) == (["errors", *COUNTS] if command == "lint" else ["errors"])
    first, second = content["errors"]
    assert [first["code"], second["code"]] == codes_of(project)
    assert (first["path"], first["line"]) == ("shop/features/orders.py", 19)
    assert second["hint"] == "did you mean `amount`?"
    assert set(first) == set(second) == {"code", "message", "hint", "path", "line", "column"}


@pytest.mark.parametrize("command", ["diff", "breaking"])
def test_changes(project: Path, command: str, tmp_path: Path) -> None:
    old = str(shop(tmp_path / "old"))
    done = run(project, command, "--against", old, "--format", "json")
    assert done.returncode == 2
    assert [e["code"] for e in json.loads(done.stdout)["errors"]] == codes_of(project)
    assert ("findings" in json.loads(done.stdout)) is (command == "breaking")
    # An error of the old state is in no file of this one.
    shop(tmp_path)
    shop(tmp_path / "old", WRONG)
    done = run(project, command, "--against", old, "--format", "json")
    _, first = json.loads(done.stdout)["errors"]
    assert (done.returncode, first["path"], first["line"]) == (2, None, None)
    assert first["message"].startswith(f"in {old}: features/orders.py:19:")
    # Nor is one of its settings.
    (tmp_path / "old/shop/alignc.yml").write_text("nmae: x\n", encoding="utf-8")
    done = run(project, command, "--against", old, "--format", "json")
    (error,) = json.loads(done.stdout)["errors"]
    assert error["message"] == f"in {old}: alignc.yml:1:1: unknown setting `nmae`"
    assert error["path"] is None


@pytest.mark.parametrize(("command", "more"), [("lint", []), ("breaking", ["versions"])])
def test_a_report_has_the_same_keys_with_errors_and_without(
    command: str, more: list[str], tmp_path: Path
) -> None:
    project = shop(tmp_path)
    against = ["--against", str(shop(tmp_path / "old"))] if command == "breaking" else []
    fine = json.loads(run(project, command, *against, "--format", "json").stdout)
    shop(tmp_path, WRONG)
    wrong = json.loads(run(project, command, *against, "--format", "json").stdout)
    assert list(fine) == list(wrong) == ["errors", "findings", *COUNTS, *more]
    assert (fine["errors"], len(wrong["errors"])) == ([], 2)


def test_sarif(project: Path) -> None:
    content = json.loads(told(project, "lint", "sarif"))
    jsonschema.validate(content, schema_at("https://json.schemastore.org/sarif-2.1.0.json"))
    (done,) = content["runs"]
    assert done["invocations"] == [{"executionSuccessful": False}]
    assert [r["ruleId"] for r in done["results"]] == codes_of(project)
    place = done["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop/features/orders.py"
    assert place["region"]["startLine"] == 19


def test_github(project: Path) -> None:
    first, second = told(project, "lint", "github").splitlines()
    assert first.startswith("::error file=shop/features/orders.py,line=19,col=")
    assert second.endswith("did you mean `amount`?")


def test_gitlab(project: Path) -> None:
    first, second = json.loads(told(project, "lint", "gitlab"))
    assert first["location"] == {"path": "shop/features/orders.py", "lines": {"begin": 19}}
    assert first["fingerprint"] != second["fingerprint"]
    assert first["severity"] == "critical"


def test_junit(project: Path) -> None:
    suite = Xml.fromstring(told(project, "lint", "junit"))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
    assert next(case.get("line") for case in suite) == "19"


def test_markdown(project: Path) -> None:
    text = told(project, "lint", "markdown")
    assert text.startswith("### alignc lint: 2 findings\n")
    assert "`shop/features/orders.py:19`" in text


def test_people_have_it_on_standard_error_alone(project: Path) -> None:
    for format in ("full", "concise"):
        assert told(project, "lint", format) == ""


def test_errors_without_a_place(tmp_path: Path) -> None:
    done = run(tmp_path, "lint", "--format", "json")
    assert done.returncode == 2
    (error,) = json.loads(done.stdout)["errors"]
    assert (error["code"], error["path"], error["line"]) == ("ALN001", None, None)
    (one,) = json.loads(run(tmp_path, "lint", "--format", "gitlab").stdout)
    assert one["location"] == {"path": "alignc.yml", "lines": {"begin": 1}}
    assert run(tmp_path, "explain", "U999", "--format", "json").returncode == 2
