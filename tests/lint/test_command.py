"""`alignc lint` as a user has it: what is chosen, ignored, recorded, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alignc.changes.rules import BREAKING
from alignc.cli import app
from alignc.lint.rules import BY_CODE
from tests.lint.projects import FINDINGS, SHOP, in_one_line, shop


def lint(project: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["lint", str(project), *options])


def found(project: Path, *options: str) -> list[str]:
    content = json.loads(lint(project, "--format", "json", *options).stdout)
    return [f"{one['code']} {one['symbol']}" for one in content["findings"]]


def edited(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_findings_with_what_dies_with_them(tmp_path: Path) -> None:
    project = shop(tmp_path)
    assert found(project) == FINDINGS
    content = json.loads(lint(project, "--format", "json").stdout)
    first = content["findings"][0]
    assert first["path"] == "shop/features/orders.py"
    assert first["message"].endswith("; `orders.note` and `orders.words` only for it")
    assert [one["line"] for one in first["related"]] == [18, 19]


def test_codes(tmp_path: Path) -> None:
    project = shop(tmp_path)
    assert found(project, "--select", "U") == FINDINGS[:1]
    assert found(project, "--select", "U,T101", "--ignore", "U1") == FINDINGS[1:]
    assert found(project, "--select", "U102", "--ignore", "U") == FINDINGS[:1]
    result = lint(project, "--select", "U999")
    assert result.exit_code == 1
    assert str(result.exception) == (
        "ALN007 `--select`: there is no rule `U999`\n"
        "    hint: rules of the family U: U101, U102, U103, U104, U105, U106, U107"
    )
    both = str(lint(project, "--select", "u102", "--ignore", "Q").exception)
    assert "`--select`: there is no rule `u102`\n    hint: did you mean `U102`?" in both
    assert "`--ignore`: there is no rule `Q`\n    hint: families: U, C, T, D, P, K, G, S" in both


def test_settings(tmp_path: Path) -> None:
    settings = "lint: {select: [U, T], severity: {U: note, T101: note, T: error}}\n"
    project = shop(tmp_path, settings=settings)
    result = lint(project)
    assert result.exit_code == 0
    assert "note[U102]" in result.stdout
    assert "2 notes" in result.stderr
    project = shop(tmp_path, settings="lint: {per_file_ignores: {'features/*': [U, T1]}}\n")
    assert found(project) == []


def test_a_setting_that_is_wrong(tmp_path: Path) -> None:
    project = shop(tmp_path, settings="lint:\n  ignore: [X]\n  widest_uses: 3\n")
    result = lint(project)
    assert "did you mean `widest_use`?" in str(result.exception)
    project = shop(tmp_path, settings="exposures:\n  board: {reads: [orders.amounts]}\n")
    assert "did you mean `orders.amount`?" in str(lint(project).exception)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    many_words = (\n", "    many_words = (  # alignc: ignore[U102] soon\n"),
        ("        > 10\n", "        > 10  # alignc: ignore[U] soon\n"),
        ("    many_words = (\n", "    # alignc: ignore[U102, U1]: soon\n    many_words = (\n"),
    ],
)
def test_a_comment_quiets_its_statement(tmp_path: Path, old: str, new: str) -> None:
    project = shop(tmp_path, edited(SHOP, old, new))
    assert found(project) == FINDINGS[1:]
    assert "1 ignored by comments" in lint(project).stderr


def test_a_comment_in_a_text_is_none(tmp_path: Path) -> None:
    text = edited(SHOP, '"""A shop."""', '"""# alignc: ignore[U102] no"""')
    assert found(shop(tmp_path, text)) == FINDINGS


def test_a_comment_that_is_not_needed(tmp_path: Path) -> None:
    text = edited(SHOP, "lower_bound(0)\n", "lower_bound(0)  # alignc: ignore[U102] soon\n")
    project = shop(tmp_path, text)
    assert [line.split()[0] for line in found(project)] == ["S101", "U102", "T101"]
    # What was not looked for may still be needed.
    assert found(project, "--select", "T,S") == FINDINGS[1:]
    text = edited(
        SHOP, "    many_words = (\n", "    many_words = (  # alignc: ignore[U, T101] soon\n"
    )
    project = shop(tmp_path, text)
    assert found(project) == ["S101 features/orders.py: T101", *FINDINGS[1:]]
    assert found(project, "--select", "U102,S") == []
    project = shop(tmp_path, edited(text, "ignore[U, T101]", "ignore"))
    assert found(project, "--ignore", "S102") == FINDINGS[1:]
    assert found(project, "--select", "T,S101") == FINDINGS[1:]


@pytest.mark.parametrize("code", ["U999", "u102", "X"])
def test_a_comment_with_a_code_that_no_rule_has(tmp_path: Path, code: str) -> None:
    text = edited(SHOP, "        > 10\n", f"        > 10  # alignc: ignore[{code}] soon\n")
    assert [line.split()[0] for line in found(shop(tmp_path, text))] == ["U102", "S101", "T101"]


def test_needless_comments_are_not_counted_as_ignored(tmp_path: Path) -> None:
    text = edited(SHOP, "        > 10\n", "        > 10  # alignc: ignore[T101] soon\n")
    project = shop(tmp_path, text)
    assert "ignored" not in lint(project).stderr
    assert json.loads(lint(project, "--format", "json").stdout)["ignored"] == 0


@pytest.mark.parametrize(
    ("codes", "message", "help"),
    [
        ("u102", "there is no rule `u102`", "did you mean `U102`? else remove the comment"),
        (
            "U102, U999",
            "there is no rule `U999`",
            "rules of the family U: U101, U102, U103, U104, U105, U106, U107; "
            "else take `U999` out of the comment",
        ),
        (
            "X, T101",
            "there is no rule `X`; `T101` would be quiet here anyway",
            "remove the comment",
        ),
        (
            "u102, X",
            "there are no rules `u102` and `X`",
            "did you mean `U102`? else remove the comment",
        ),
    ],
)
def test_a_code_that_no_rule_has_is_called_so(
    tmp_path: Path, codes: str, message: str, help: str
) -> None:
    text = edited(SHOP, "        > 10\n", f"        > 10  # alignc: ignore[{codes}] soon\n")
    content = json.loads(lint(shop(tmp_path, text), "--format", "json", "--select", "S,T,U").stdout)
    (one,) = [one for one in content["findings"] if one["code"] == "S101"]
    assert (one["message"], one["help"]) == (message, help)


def test_a_comment_that_is_not_closed_quiets_nothing(tmp_path: Path) -> None:
    text = edited(SHOP, "        > 10\n", "        > 10  # alignc: ignore[U102 soon\n")
    assert found(shop(tmp_path, text)) == FINDINGS


def test_exposures_read_models_and_the_relations_of_dbt(tmp_path: Path) -> None:
    reads = "[churn.will_leave, churn.spent]"
    project = shop(
        tmp_path, settings=f"exposures:\n  board: {{reads: {reads}, queries: [b.sql]}}\n"
    )
    query = "SELECT will_leave, spent\nFROM ctr_churn_v1\nWHERE version = '3'"
    (project / "b.sql").write_text(query, encoding="utf-8")
    assert found(project) == FINDINGS
    (project / "alignc.yml").write_text(
        "name: shop\nexposures:\n  board: {reads: [churn.will_leave], queries: [b.sql]}\n",
        encoding="utf-8",
    )
    assert found(project)[0] == "C105 board:churn.spent"
    (project / "b.sql").write_text("SELECT many_words FROM x.feat_orders", encoding="utf-8")
    assert found(project) == ["C105 board:orders.many_words", "T101 churn.spent"]


def test_an_exposure_reads_a_prediction_that_is_called_like_its_truth(tmp_path: Path) -> None:
    text = SHOP.replace("will_leave = Orders()", "amount = Orders()")
    project = shop(tmp_path, text, "exposures:\n  board: {reads: [churn.amount, churn.spent]}\n")
    arguments = ["lineage", "board", "--up", "-C", str(project), "--format", "dot"]
    drawn = CliRunner().invoke(app, arguments).stdout
    assert 'label="amount (prediction)"' in drawn
    assert "spent (prediction)" not in drawn


def test_what_an_exposure_cannot_read_of_a_model(tmp_path: Path) -> None:
    project = shop(tmp_path, settings="exposures:\n  board: {reads: [churn.will_leav]}\n")
    said = str(lint(project).exception)
    assert "there is no `churn.will_leav`" in said
    assert "did you mean `churn.will_leave`?" in said


def test_exposures_keep_alive(tmp_path: Path) -> None:
    settings = "exposures:\n  board: {reads: [orders.words], queries: ['boards/*.sql']}\n"
    project = shop(tmp_path, settings=settings)
    (project / "boards").mkdir()
    query = (
        "SELECT o.words,\n  o.note AS n\nFROM main.orders AS o JOIN others ON o.at = others.at\n"
    )
    (project / "boards/one.sql").write_text(query, encoding="utf-8")
    assert found(project) == ["C105 board:orders.note", *FINDINGS]
    content = json.loads(lint(project, "--format", "json").stdout)
    assert (content["findings"][0]["path"], content["findings"][0]["line"]) == (
        "shop/boards/one.sql",
        2,
    )
    assert content["findings"][1]["related"] == []


def test_a_baseline_only_shrinks(tmp_path: Path) -> None:
    project = shop(tmp_path)
    file = project / "alignc-baseline.json"
    assert lint(project, "--baseline", "write").exit_code == 0
    assert [e["code"] for e in json.loads(file.read_text())["findings"].values()] == [
        "T101",
        "U102",
    ]
    # Moved lines are the same findings; a new one is shown, and does not get in.
    moved = edited(SHOP, "    amount =", "\n\n    amount =")
    shop(tmp_path, edited(moved, "    note =", "    other = Float().lower_bound(0)\n    note ="))
    assert found(project, "--baseline", "check") == ["U101 orders.other"]
    written = lint(project, "--baseline", "write")
    assert written.exit_code == 1
    assert "2 in the baseline" in written.stderr
    assert len(json.loads(file.read_text())["findings"]) == 2
    # What is mended goes, and does not come back.
    mended = edited(SHOP, 'with_name("spent")', 'with_name("spent")')
    mended = mended[: mended.index("    many_words")] + mended[mended.index("\n\n@model") :]
    mended = edited(mended, "    words = note.length()\n", "")
    shop(tmp_path, edited(mended, "    note = String().max_length(100)\n", ""))
    result = lint(project, "--baseline", "check")
    assert result.exit_code == 0
    assert "gone from the baseline: U102 orders.many_words" in result.stderr
    lint(project, "--baseline", "write")
    shop(tmp_path)
    assert found(project, "--baseline", "check") == FINDINGS[:1]


def test_a_baseline_keeps_what_was_not_asked(tmp_path: Path) -> None:
    project = shop(tmp_path)
    file = project / "alignc-baseline.json"
    lint(project, "--baseline", "write")
    before = file.read_text()
    assert lint(project, "--baseline", "write", "--select", "U").exit_code == 0
    assert file.read_text() == before
    assert "gone" not in lint(project, "--baseline", "check", "--select", "U").stderr


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ("SELECT FROM WHERE (", "1:13", "Expected table name but"),
        (
            "SELECT o.note\nFROM orders AS o\nWHERE o.words = = 3\n",
            "3:17",
            "Required keyword: 'expression' missing for EQ",
        ),
        ("SELECT 1;\n\nSELECT (2", "3:9", "Expecting )"),
        ("SELECT 'note", "1:1", "Error tokenizing"),
    ],
)
def test_a_query_that_cannot_be_read(tmp_path: Path, query: str, place: str, said: str) -> None:
    project = shop(tmp_path, settings="exposures:\n  board: {queries: [board.sql]}\n")
    (project / "board.sql").write_text(query, encoding="utf-8")
    result = lint(project, "--select", "C106", "--format", "concise")
    text = result.stdout
    what = "the SQL cannot be read, nor what the exposure `board` reads"
    assert f"/board.sql:{place}: warning C106 {what}: {said}" in text
    assert "<" not in text
    # The others go on, and nothing goes that has its name there.
    assert result.exit_code == 1
    assert "T101" in lint(project).stdout
    with_name = "SELECT FROM WHERE ( MANY_WORDS"
    (project / "board.sql").write_text(with_name, encoding="utf-8")
    assert "a query of an exposure has its name" in lint(project, "--select", "U").stdout


def test_a_query_that_is_no_text(tmp_path: Path) -> None:
    project = shop(tmp_path, settings="exposures:\n  board: {queries: [board.sql]}\n")
    (project / "board.sql").write_bytes(b"SELECT '\xff'")
    text = str(lint(project).exception)
    assert text.startswith("board.sql:1:1: ALN009 the file cannot be read: 'utf-8' codec")


def test_a_damaged_baseline(tmp_path: Path) -> None:
    project = shop(tmp_path)
    assert "there is no alignc-baseline.json" in str(lint(project, "--baseline", "check").exception)
    (project / "alignc-baseline.json").write_text("[]", encoding="utf-8")
    assert "ALN403" in str(lint(project, "--baseline", "check").exception)


def test_generated_files(tmp_path: Path) -> None:
    project = shop(tmp_path)
    CliRunner().invoke(app, ["build", "-C", str(project)], catch_exceptions=False)
    assert found(project, "--select", "G") == []
    (project / "generated/ir.json").write_text("{}", encoding="utf-8")
    (project / "generated/sql/duckdb/views/orders.sql").unlink()
    shop(tmp_path, edited(SHOP, "lower_bound(0)", "lower_bound(1)"))
    assert found(project, "--select", "G") == [
        "G101 generated/alignc.lock",
        "G102 generated/ir.json",
        "G103 generated/sql/duckdb/views/orders.sql",
    ]


def test_a_part_of_a_project(tmp_path: Path) -> None:
    project = shop(tmp_path)
    other = "from alignc import *\n\n\n@feature_view(name='v', source=FileSource.csv_at('v.csv'))\n"
    other += "class V:\n    k = Int64().as_entity()\n"
    (project / "features/other.py").write_text(other, encoding="utf-8")
    assert found(project / "features/other.py", "--select", "U") == ["U104 v"]
    assert len(found(project / "features", "--select", "U")) == 2
    assert "there is no" in str(lint(project / "nothing.py").exception)


def test_how_it_ends(tmp_path: Path) -> None:
    project = shop(tmp_path)
    assert lint(project).exit_code == 1
    assert lint(project, "--exit-zero").exit_code == 0
    counts = lint(project, "--statistics")
    assert counts.exit_code == 1
    assert counts.stdout == "    1 U102 unused-derived-feature\n    1 T101 label-leakage\n"
    assert "1 error, 1 warning" in counts.stderr


def test_statistics_in_formats(tmp_path: Path) -> None:
    project = shop(tmp_path)
    counts = lint(project, "--statistics", "--format", "json")
    assert (counts.exit_code, counts.stderr) == (1, "")
    assert json.loads(counts.stdout) == [
        {"code": "U102", "name": "unused-derived-feature", "count": 1, "fixable": 1},
        {"code": "T101", "name": "label-leakage", "count": 1, "fixable": 0},
    ]
    none = lint(project, "--statistics", "--format", "json", "--select", "K101")
    assert (none.exit_code, none.stdout) == (0, "[]\n")
    for format in ("github", "gitlab", "sarif", "junit", "markdown"):
        refused = lint(project, "--statistics", "--format", format)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "--statistics is for --format full, concise and json" in in_one_line(refused.stderr)


def test_in_a_process(tmp_path: Path) -> None:
    """Errors on standard error with 2, no colours into a file."""
    project = shop(tmp_path)
    command = [sys.executable, "-m", "alignc.cli", "lint", str(project)]
    plain = subprocess.run(command, capture_output=True, text=True, check=False)
    assert plain.returncode == 1
    assert "\x1b" not in plain.stdout
    assert plain.stderr == "1 error, 1 warning; 1 can be mended with --fix\n"
    unknown = subprocess.run(
        [*command, "--select", "Q"], capture_output=True, text=True, check=False
    )
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "ALN007" in unknown.stderr


def test_colours_are_for_terminals_that_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shop(tmp_path)
    for name, value, is_coloured in (
        ("NO_COLOR", "", True),
        ("NO_COLOR", "1", False),
        ("TERM", "dumb", False),
    ):
        with monkeypatch.context() as patch:
            patch.delenv("NO_COLOR", raising=False)
            patch.setenv("TERM", "xterm")
            patch.setenv(name, value)
            assert has_colours_in_a_terminal(project) is is_coloured, (name, value)


def has_colours_in_a_terminal(project: Path) -> bool:
    """Whether findings have colours where standard output is a terminal."""
    import pty

    main, other = pty.openpty()
    command = [sys.executable, "-m", "alignc.cli", "lint", str(project)]
    subprocess.run(command, stdout=other, stderr=subprocess.DEVNULL, check=False)
    os.close(other)
    said = os.read(main, 100_000)
    os.close(main)
    return b"\x1b[1;" in said


def test_explain_and_rules() -> None:
    one = CliRunner().invoke(app, ["explain", "U101"])
    assert one.exit_code == 0
    assert one.stdout.startswith("U101 unused-feature (warning)\n")
    # Samples are shown as they are.
    words, _, _ = one.stdout.partition("\n\nFound:")
    assert 70 < max(map(len, words.splitlines())) <= 80
    # What is code stays on its line.
    assert "`name = ...`, if anything" in words
    named = CliRunner().invoke(app, ["explain", "unused-feature"])
    assert named.stdout == one.stdout
    data = json.loads(CliRunner().invoke(app, ["rules", "--format", "json"]).stdout)
    assert [rule["code"] for rule in data] == [*BY_CODE, *(rule.code for rule in BREAKING)]
    assert all(rule["finds"] and len(rule["docs"]) == 2 for rule in data)
    small = CliRunner().invoke(app, ["explain", "u101"])
    assert small.stdout == one.stdout


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("U999", "rules of the family U: U101, U102, U103, U104, U105, U106, U107"),
        ("u9", "rules of the family U: U101, U102, U103, U104, U105, U106, U107"),
        ("K10", "rules of the family K: K101, K102, K103, K104, K105"),
        ("U1011", "did you mean `U101`?"),
        ("unused-featur", "did you mean `unused-feature`?"),
        ("no-such-thing-at-all", "`alignc rules` lists them"),
    ],
)
def test_a_rule_that_is_not_there(tmp_path: Path, name: str, hint: str) -> None:
    project = shop(tmp_path)
    result = CliRunner().invoke(app, ["explain", name, "-C", str(project)])
    assert str(result.exception) == f"ALN005 there is no rule `{name}`\n    hint: {hint}"


def test_a_view_that_is_called_like_a_rule(tmp_path: Path) -> None:
    project = shop(tmp_path, edited(SHOP, 'name="orders"', 'name="u101"'))
    result = CliRunner().invoke(app, ["explain", "u101", "-C", str(project)])
    assert result.stdout.startswith("view u101\n")
    other = CliRunner().invoke(app, ["explain", "v1", "-C", str(project)])
    assert "known names: `churn`, `u101`" in str(other.exception)
