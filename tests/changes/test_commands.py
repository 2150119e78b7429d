"""`alignc diff` and `alignc breaking` in a repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alignc.changes.formats.markdown import code
from alignc.cli import app
from alignc.lint.formats import FORMATS
from tests.lint.projects import SHOP, in_one_line, shop


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that is committed without what is generated."""
    folder = tmp_path / "re po"
    git(tmp_path, "init", str(folder))
    shutil.rmtree(folder / "shop", ignore_errors=True)
    project = shop(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "first")
    return project


def run(command: str, project: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [command, "-C", str(project), *options])


def change(project: Path, old: str = "> 10", new: str = "> 11") -> None:
    assert old in SHOP
    shop(project.parent, SHOP.replace(old, new))


def symbols(result: Result) -> list[str]:
    return [f"{c['state']} {c['symbol']}" for c in json.loads(result.stdout)["changes"]]


def test_against_a_revision_with_and_without_generated_files(project: Path) -> None:
    assert run("diff", project).stdout == "nothing has changed\n"
    change(project)
    assert symbols(run("diff", project, "--format", "json")) == ["changed orders.many_words"]
    # From here on the revision has an ir.json.
    CliRunner().invoke(app, ["build", "-C", str(project)], catch_exceptions=False)
    git(project, "add", "-A")
    git(project, "commit", "-m", "second")
    assert run("diff", project).stdout == "nothing has changed\n"
    assert symbols(run("diff", project, "--against", "git:main~1", "--format", "json")) == [
        "changed orders.many_words"
    ]


def test_against_a_folder_and_a_file(project: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(project, old)
    change(project)
    expected = ["changed orders.many_words"]
    assert symbols(run("diff", project, "--against", str(old), "--format", "json")) == expected
    CliRunner().invoke(app, ["build", "-C", str(old)], catch_exceptions=False)
    for against in (old, old / "generated", old / "generated/ir.json"):
        answer = run("diff", project, "--against", str(against), "--format", "json")
        assert symbols(answer) == expected


@pytest.mark.parametrize(
    ("against", "message"),
    [
        ("git:nope", "git has no revision nope"),
        ("git:--output=x", "is not a revision"),
        ("nowhere", "there is no nowhere"),
    ],
)
def test_against_nothing(project: Path, against: str, message: str) -> None:
    assert message in str(run("diff", project, "--against", against).exception)


def test_against_a_damaged_file(project: Path, tmp_path: Path) -> None:
    for text in ("", "[]", '{"format_version": 99}', "\x00\xff"):
        (tmp_path / "ir.json").write_text(text, encoding="utf-8")
        answer = run("diff", project, "--against", str(tmp_path / "ir.json"))
        assert "is not an ir.json of this version" in str(answer.exception)


def test_a_project_that_is_new(project: Path) -> None:
    """Not committed yet, and committed after the revision: all of it is created, nothing breaks."""
    other = project.parent / "other"
    other.mkdir()
    shutil.copy(project / "alignc.yml", other)
    shutil.copytree(project / "features", other / "features")
    for against in ("git:HEAD", "git:HEAD~1"):
        answer = run("diff", other, "--against", against, "--format", "json")
        assert {line.split()[0] for line in symbols(answer)} == {"created"}
        assert run("breaking", other, "--against", against).exit_code == 0
        if against == "git:HEAD":
            git(project, "add", "-A")
            git(project, "commit", "-m", "other")


def test_the_same_words_in_every_run(project: Path) -> None:
    change(project, "orders.parquet", "orders2.parquet")
    command = [sys.executable, "-m", "alignc.cli", "diff", "-C", str(project)]
    said = {
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(said) == 1


def test_mistakes_of_the_old_state_are_said_to_be_there(project: Path) -> None:
    shop(project.parent, "<<<<<<< HEAD\n" + SHOP)
    git(project, "commit", "-am", "conflict")
    shop(project.parent)
    answer = run("diff", project)
    assert "in git:HEAD: features/orders.py:1:1: cannot be read" in str(answer.exception)


def test_a_folder_that_is_not_there(project: Path) -> None:
    assert "there is no folder nope" in str(run("diff", project / "nope").exception)


def test_text(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(project)
    monkeypatch.chdir(project.parent)
    assert run("diff", project).stdout == (
        "changed feature orders.many_words  [shop/features/orders.py:20:5]\n"
        "  expression: words > 10 -> words > 11\n"
        "  files: shop/generated/ir.json, shop/generated/polars/views/orders.py,\n"
        "    shop/generated/pyspark/views/orders.py,\n"
        "    shop/generated/sql/duckdb/views/orders.sql and 7 more\n"
    )


def test_what_validates_a_model_is_among_its_files(project: Path) -> None:
    shop(project.parent, SHOP.replace("version = String()", "version = Int64()"))
    (change,) = json.loads(run("diff", project, "--format", "json").stdout)["changes"]
    files = {f for f in change["files"] if "/validation/" in f}
    assert files == {
        f"shop/generated/validation/{target}/{kind}/churn{ending}"
        for target, endings in (
            ("duckdb", (".sql", ".failures.sql")),
            ("postgres", (".sql", ".failures.sql")),
            ("polars", (".py",)),
            ("pyspark", (".py",)),
        )
        for kind in ("datasets", "predictions")
        for ending in endings
    }


def test_who_reads_it_outside(project: Path) -> None:
    settings = (
        "exposures:\n  board: {reads: [orders.many_words]}\n  other: {reads: [orders.amount]}\n"
    )
    shop(project.parent, SHOP.replace("note.length()", "note.length() + 1"), settings)
    (words,) = json.loads(run("diff", project, "--format", "json").stdout)["changes"]
    assert (words["symbol"], words["exposures"]) == ("orders.words", ["board"])
    assert "  read outside by: board\n" in run("diff", project).stdout
    assert "; read outside by `board`" in run("diff", project, "--format", "markdown").stdout


BOARDS = """exposures:
  'the "board"': {reads: [orders.many_words]}
  other: {reads: [orders.amount]}
  query: {queries: ['*.sql']}
  late: {reads: [churn_log.will_leave]}
"""
LOGGED = (
    SHOP
    + """

@feature_view(name="churn_log", source=Churn.as_source())
class Log:
    customer = Int64().as_entity()
    will_leave = Float()
"""
)


def exposures_of(project: Path) -> dict[str, list[str]]:
    """By code and symbol of what breaks."""
    found = json.loads(run("breaking", project, "--format", "json").stdout)["findings"]
    return {f"{f['code']} {f['symbol']}": f["exposures"] for f in found}


def test_who_reads_outside_what_breaks(project: Path) -> None:
    shop(project.parent, LOGGED)
    git(project, "commit", "-am", "with a log")
    (project / "board.sql").write_text("SELECT max(note) FROM orders", encoding="utf-8")
    shop(project.parent, LOGGED.replace("note.length()", "note.length() + 1"), BOARDS)
    assert exposures_of(project) == {"B112 orders.words": ['the "board"']}
    assert '; read outside by `the "board"` -->' in in_one_line(run("breaking", project).stdout)
    # A query that reads what is gone, and what a model says of it.
    text = LOGGED.replace("note = ", "notes = ").replace("note.", "notes.")
    shop(project.parent, text, BOARDS)
    gone = exposures_of(project)
    assert gone["B102 orders.note"] == ['the "board"', "query"]
    text = LOGGED.replace("Float().lower_bound(0)", "Int64()").replace(
        "leave = Float", "leave = Int64"
    )
    shop(project.parent, text, BOARDS)
    assert exposures_of(project)["B105 orders.amount"] == ["other", "late"]
    # Of what has not changed itself those that it reaches.
    shop(project.parent, LOGGED.replace("orders.parquet", "orders2.parquet"), BOARDS)
    assert exposures_of(project)["B113 churn.spent"] == ["late"]
    (diff,) = [
        c
        for c in json.loads(run("diff", project, "--format", "json").stdout)["changes"]
        if c["symbol"] == "source:orders" and c["state"] != "created"
    ]
    assert diff["exposures"] == ['the "board"', "other", "query", "late"]


def test_a_query_of_an_exposure_that_cannot_be_read(project: Path) -> None:
    (project / "board.sql").write_text("SELECT FROM WHERE (", encoding="utf-8")
    shop(project.parent, settings=BOARDS)
    for command in ("diff", "breaking"):
        result = run(command, project)
        assert result.exit_code == 0
        assert "board.sql:1:13: the SQL cannot be read, nor what `query` reads" in result.stderr


def test_markdown(project: Path) -> None:
    change(project, "note = String()", "notes = String()")
    shop(project.parent, SHOP.replace("note", "notes"))
    text = run("diff", project, "--format", "markdown").stdout
    assert "**Created**\n\n- feature `orders.notes`, comes into 2 features" in text
    assert "**Removed**\n\n- feature `orders.note`, comes into" in text
    assert "**Means something else**\n\n- `orders.words`" not in text
    assert text.endswith("</details>\n")


def test_code_of_any_text() -> None:
    assert code("a`b") == "``a`b``"
    assert code("`a``b`") == "``` `a``b` ```"
    assert code("a\nb") == "`a b`"


def test_breaking(project: Path) -> None:
    assert run("breaking", project).exit_code == 0
    change(project)
    result = run("breaking", project)
    assert result.exit_code == 1
    assert "error[B112 meaning]: `orders.many_words` means something else" in result.stdout
    assert result.stderr == "1 breaking change\n"
    sarif = json.loads(run("breaking", project, "--format", "sarif").stdout)
    (found,) = sarif["runs"][0]["results"]
    rule = sarif["runs"][0]["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert (rule["id"], rule["properties"]) == ("B112", {"tags": ["meaning"]})
    (one,) = json.loads(run("breaking", project, "--format", "json").stdout)["findings"]
    assert (one["code"], one["category"]) == ("B112", "meaning")
    assert ":20:5: error B112 [meaning] `" in run("breaking", project, "--format", "concise").stdout


NEXT = "next version of `churn`: 1 -> 2 (major)"
CSV = SHOP.replace('parquet_at("orders.parquet")', 'csv_at("orders.csv")')
IN_MESSAGE = "; next version of `churn`: 1 -> 2"


def test_the_next_version_in_all_formats(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    shop(project.parent, CSV)
    said = {format: run("breaking", project, "--format", format).stdout for format in FORMATS}
    assert said["full"].endswith(f"\n\n{NEXT}\n\n")
    assert said["concise"].endswith(f"\nfeatures/orders.py:33:1: note {NEXT}\n")
    assert said["markdown"].endswith("\n\n- next version of `churn`: 1 -\\> 2 (major)\n")
    assert json.loads(said["json"])["versions"] == [
        {"model": "churn", "step": "major", "before": 1, "now": 1, "next": 2}
    ]
    (first, *_) = json.loads(said["sarif"])["runs"][0]["results"]
    assert first["message"]["text"].endswith(f"{IN_MESSAGE}.")
    (first, *_) = json.loads(said["gitlab"])
    assert first["description"].endswith(f"{IN_MESSAGE})")
    assert said["github"].splitlines()[0].endswith(IN_MESSAGE)
    assert f"{IN_MESSAGE.replace('>', '&gt;')}</failure>" in said["junit"]
    # Only what stays as it is is said beside the report.
    assert "version" not in run("breaking", project).stderr
    shop(project.parent, SHOP.replace("What was bought", "Orders"))
    result = run("breaking", project)
    assert result.stdout == ""
    assert result.stderr == "nothing breaks\nversion of `churn` stays 1 (patch)\n"


def test_the_next_version_of_a_change_that_is_meant(project: Path) -> None:
    ignored = ", ".join(f"{{rule: {rule}, reason: it was wrong}}" for rule in ("B112", "B113"))
    shop(project.parent, CSV, f"breaking:\n  ignore: [{ignored}]\n")
    result = run("breaking", project)
    assert (result.exit_code, result.stdout) == (0, f"{NEXT}\n\n")
    assert run("breaking", project, "--format", "markdown").stdout.startswith(
        "### alignc breaking\n\nNothing found.\n\n- next version"
    )


def test_what_is_gone_has_no_excerpt(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.parent)
    shop(
        project.parent,
        SHOP.replace("    words = note.length()\n", "").replace("words\n", "note.length()\n"),
    )
    text = run("breaking", project, "--format", "full").stdout
    assert (
        "error[B102 schema]: the feature `orders.words` is gone\n  --> was shop/features/orders.py:19\n"
        in text
    )
    assert "^" not in text.split("\n\n")[0]


def test_what_is_meant_by_settings_and_comments(project: Path) -> None:
    change(project)
    settings = (
        "breaking:\n  ignore:\n    - {rule: B112, symbol: 'orders.*', reason: it was wrong}\n"
    )
    shop(project.parent, SHOP.replace("> 10", "> 11"), settings)
    result = run("breaking", project)
    assert result.exit_code == 0
    assert result.stderr == "nothing breaks; 1 meant to be\n"
    for setting in ("select: [schema]", "ignore: [{rule: meaning, reason: it was wrong}]"):
        shop(project.parent, SHOP.replace("> 10", "> 11"), f"breaking:\n  {setting}\n")
        assert run("breaking", project).exit_code == 0
    comment = SHOP.replace("> 10", "> 11  # alignc: ignore[B112] it was wrong")
    shop(project.parent, comment)
    assert run("breaking", project).exit_code == 0
    # It is not told to be unused by `lint`, which does not look at changes.
    found = CliRunner().invoke(app, ["lint", str(project), "--select", "S"])
    assert found.exit_code == 0


def test_settings_that_are_wrong(project: Path) -> None:
    shop(project.parent, settings="breaking:\n  ignore: [{rule: B999, reason: x}]\n")
    assert "there is no rule `B999`" in str(run("breaking", project).exception)
    for setting, column in (("select: [scema]", 12), ("ignore: [{rule: scema, reason: x}]", 19)):
        shop(project.parent, settings=f"breaking:\n  {setting}\n")
        said = str(run("breaking", project).exception)
        assert said.startswith(f"alignc.yml:3:{column}: ALN007 ")
        assert "there is no rule `scema`" in said
        assert "did you mean `schema`?" in said
    shop(project.parent, settings="breaking:\n  select: [Z9]\n")
    assert "a category: schema, contract, time, meaning" in str(run("breaking", project).exception)
    shop(project.parent, settings="breaking:\n  ignore: [{rule: B101}]\n")
    assert "reason" in str(run("breaking", project).exception)
