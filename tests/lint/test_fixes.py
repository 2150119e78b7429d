"""`alignc lint --fix`: what goes, what stays, and that nothing that is used changes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alignc.artifacts.dataset import dataset_plan
from alignc.cli import app
from alignc.driver import load, optimized
from alignc.interpreter import Row, interpret_dataset
from alignc.lint.fixes import FIXERS
from alignc.lint.rules import RULES
from alignc.settings import find_project
from tests.lint.projects import SHOP, in_one_line, shop

VIEW = """from alignc import *


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
{body}


@model_contract(name="churn", input_features=[Orders().amount])
class Churn:
    pass
"""
# A view without times: no row of a key is later than another one.
KEY = "    customer = Int64().as_entity()\n    amount = Float()\n"
# With times, the columns decide which of two rows of one time is the latest.
TIMED = (
    "    customer = Int64().as_entity()\n    at = EventTimestamp()\n"
    "    {above}amount = Float()\n    {below}"
)


def lint(project: Path, *options: str, select: str = "U,S101") -> Result:
    return CliRunner().invoke(app, ["lint", str(project), "--select", select, *options])


def file_of(project: Path) -> Path:
    return project / "features/orders.py"


def mended(folder: Path, body: str, *options: str) -> str:
    """The body of the class after `--fix`."""
    text = VIEW.replace("{body}", body.rstrip("\n"))
    project = shop(folder, text)
    result = lint(project, "--fix", *options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    head, tail = text.split(body.rstrip("\n"))
    after = file_of(project).read_text(encoding="utf-8")
    assert after.startswith(head)
    assert after.endswith(tail)
    return after[len(head) : len(after) - len(tail)] + "\n"


# -- what goes


def test_what_has_died_goes_until_nothing_is_left(tmp_path: Path) -> None:
    project = shop(tmp_path)
    result = lint(project, "--fix")
    assert result.stderr == "3 findings mended; nothing found\n"
    assert result.exit_code == 0
    start, end = SHOP.index("    note ="), SHOP.index("\n\n@model_contract")
    assert file_of(project).read_text(encoding="utf-8") == SHOP[:start] + SHOP[end:]
    again = lint(project, "--fix")
    assert again.stderr == "nothing found\n"
    assert lint(project, "--diff").exit_code == 0


def without(value: object, name: str) -> object:
    """A plan as data, without places and without what is called so."""
    match value:
        case dict():
            return {key: without(v, name) for key, v in value.items() if key not in ("span", "doc")}
        case list() | tuple():
            kept = (v for v in value if v != name)
            return [
                without(v, name)
                for v in kept
                if not (isinstance(v, dict) and v.get("name") == name)
            ]
        case _:
            return value


def test_nothing_that_is_used_changes(tmp_path: Path) -> None:
    """The plan of the model is the same, but that the column is read and decides as the last one."""
    project = find_project(shop(tmp_path))

    def plan() -> object:
        module = load(project).module
        return optimized(dataset_plan(module, module.contracts[0])).model_dump()

    before, features = plan(), load(project).module.views[0].features
    lint(project.root, "--fix")
    after, left = plan(), load(project).module.views[0].features
    assert without(before, "note") == without(after, "note") == without(after, "")
    assert without(before, "") != without(after, "")
    assert without(before, "amount") != without(after, "note")
    assert [f.name for f in left] == ["customer", "at", "amount"]
    assert [f.model_dump() for f in left] == [f.model_dump() for f in features[:3]]


@pytest.mark.parametrize(
    ("body", "after"),
    [
        # A heading is not about the first statement alone.
        (
            KEY + "\n    # --- words ---\n    # Unused.\n    note = String()\n",
            KEY + "\n    # --- words ---\n",
        ),
        # A comment right above belongs to it, also one behind it; others do not.
        (
            KEY
            + "    # About the note.\n    # More.\n    note = String()  # text\n    # The end.\n",
            KEY + "    # The end.\n",
        ),
        (
            KEY + "\n    # About all.\n\n    # About the note.\n    note = String()\n",
            KEY + "\n    # About all.\n\n",
        ),
        (KEY + "    # fmt: off\n    note = String()\n", KEY + "    # fmt: off\n"),
        # Statements of several lines.
        (
            KEY + '    note = (\n        String()  # a\n        .description("""b\nc""")\n    )\n',
            KEY,
        ),
        # As many blank lines as before.
        (
            '    """Doc."""\n\n    note = String()\n' + KEY,
            '    """Doc."""\n\n' + KEY,
        ),
        ("    note = String()\n\n" + KEY, KEY),
        (
            KEY + "\n    note = String()\n\n    def help(self) -> None:\n        pass\n",
            KEY + "\n    def help(self) -> None:\n        pass\n",
        ),
        (KEY + "\n    note = String()\n", KEY),
    ],
)
def test_comments_and_lines(tmp_path: Path, body: str, after: str) -> None:
    assert mended(tmp_path, body).rstrip("\n") == after.rstrip("\n")


def test_the_result_is_as_ruff_has_it(tmp_path: Path) -> None:
    body = (
        '    """Doc."""\n\n    # Note.\n    note = String()\n\n'
        + KEY
        + "\n    # Two.\n    two = String()\n\n    three = two.length()\n\n"
        "    def help(self) -> None:\n        pass\n\n    four = String()\n"
    )
    text = VIEW.replace("{body}", body.rstrip("\n"))
    project = shop(tmp_path, text)
    check = [sys.executable, "-m", "ruff", "format", "--check", "-q", "--isolated", "-"]

    def is_formatted() -> bool:
        given = file_of(project).read_text(encoding="utf-8")
        return subprocess.run(check, input=given, text=True, check=False).returncode == 0

    assert is_formatted()
    assert "4 findings mended" in lint(project, "--fix").stderr
    assert is_formatted()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_and_tabs_stay(tmp_path: Path, end: str) -> None:
    text = VIEW.replace("{body}", KEY + "    note = String()  # é 🦀").replace("    ", "\t")
    text = text.removesuffix("\n").replace("\n", end)
    project = shop(tmp_path)
    file_of(project).write_bytes(text.encode())
    assert "1 finding mended" in lint(project, "--fix").stderr
    left = text.replace(f"\tnote = String()  # é 🦀{end}", "")
    assert file_of(project).read_bytes() == left.encode()


def test_the_other_spelling(tmp_path: Path) -> None:
    text = (
        "from alignc import *\n\n\nclass Orders(FeatureView):\n    metadata = FeatureView.metadata_with(\n"
        '        name="orders", source=FileSource.parquet_at("orders.parquet")\n    )\n'
        + KEY
        + "    note = String()\n\n\n"
        'class Churn(Model):\n    metadata = Model.metadata_with(name="c", features=[Orders().amount])\n'
    )
    project = shop(tmp_path, text)
    assert lint(project, "--fix", select="U101").exit_code == 0
    after = file_of(project).read_text(encoding="utf-8")
    assert after == text.replace("    note = String()\n", "")


def test_hostile_names(tmp_path: Path) -> None:
    # Python reads the second name as the first one.
    body = (
        KEY
        + '    été_日本 = String().description("{{ note }} \\n \'\\" 🦀")\n    \ufb01sh = Int64()\n'
    )
    assert mended(tmp_path, body) == KEY


def test_aggregates(tmp_path: Path) -> None:
    body = TIMED.format(above="", below="") + (
        "spent_7d = amount.aggregate().over(days=7).sum()\n"
        "    spent_30d = amount.aggregate().over(days=30).sum()\n"
        "    spent_more = spent_30d - 1\n"
    )
    assert "spent" not in mended(tmp_path, body)


# -- what stays


@pytest.mark.parametrize(
    "body",
    [
        KEY + "    note = other = String()\n",
        KEY + "    note, other = String(), String()\n",
        KEY + "    note: String = String()\n",
        KEY + "    note = String(); other = String()\n",
        KEY + "    note = (hidden := String())\n",
        KEY + "    if True:\n        note = String()\n",
        KEY + "    note = String()\n    note = Int64()\n",
        KEY + "    note = String()\n    notes = [note]\n",
        KEY + "    note = String()\n    kept = [vars()['note']]\n",
        KEY + "    note = String()\n\n    def help(self) -> object:\n        return self.note\n",
        KEY + "    locals()['note'] = String()\n",
    ],
)
def test_what_is_more_than_one_plain_assignment_stays(tmp_path: Path, body: str) -> None:
    assert mended(tmp_path, body) == body
    project = tmp_path / "shop"
    content = json.loads(lint(project, "--format", "json").stdout)
    assert content["findings"]
    assert not any(one["fixable"] for one in content["findings"])
    shown = lint(project)
    assert "--fix" not in shown.stderr
    # It is said why, once for each.
    of_rules = [one for one in content["findings"] if one["code"] in FIXERS]
    reasons = [one["not_fixable_because"] for one in of_rules]
    assert all(reasons)
    assert in_one_line(shown.stdout).count("= note: --fix leaves it: ") == len(reasons)
    for reason in reasons:
        assert f"= note: --fix leaves it: {reason}" in in_one_line(shown.stdout)


@pytest.mark.parametrize(
    "other",
    [
        "def f(o: object) -> object:\n    return o.note\n",
        "COLUMNS = ['customer', 'note']\n",
        "SQL = 'SELECT amount, note FROM orders'\n",
        "def f(o: object) -> object:\n    return getattr(o, f'note')\n",
        "RENAMES = dict(note='their_note')\n",
        "def f(o):\n    match o:\n        case Orders(note=x):\n            return x\n",
        "this is no python, but it has note in it",
    ],
)
def test_a_name_that_another_file_reads_stays(tmp_path: Path, other: str) -> None:
    text = VIEW.replace("{body}", KEY + "    note = String()")
    project = shop(tmp_path, text)
    (project / "report.py").write_text(other, encoding="utf-8")
    assert lint(project, "--fix").exit_code == 1
    assert file_of(project).read_text(encoding="utf-8") == text
    because = "something else in the project's Python files has the name `note`"
    assert f" = note: --fix leaves it: {because} " in in_one_line(lint(project).stdout) + " "
    # What only talks about it does not read it, and an environment is not the project's.
    (project / "report.py").write_text('"""The note."""\n# note\n', encoding="utf-8")
    (project / "env").mkdir()
    (project / "env/pyvenv.cfg").write_text("", encoding="utf-8")
    (project / "env/other.py").write_text(other, encoding="utf-8")
    assert lint(project, "--fix").exit_code == 0
    assert "note" not in file_of(project).read_text(encoding="utf-8")


def test_what_a_query_reads_stays(tmp_path: Path) -> None:
    settings = "exposures:\n  board: {reads: [orders.amount], queries: ['*.sql']}\n"
    text = VIEW.replace("{body}", KEY + "    note = String()")
    project = shop(tmp_path, text, settings)
    (project / "board.sql").write_text("SELECT amount, note FROM orders", encoding="utf-8")
    # It is not unused, so there is nothing to mend.
    assert lint(project, "--fix").exit_code == 0
    assert file_of(project).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["order_note", "orderNote"])
def test_what_a_test_names_stays(tmp_path: Path, name: str) -> None:
    """By the name of the feature, or of the column that it is read from."""
    text = VIEW.replace("{body}", KEY + "    order_note = String()")
    text = text.replace(")\nclass", ".with_renames(Renamer.camel_to_snake_case()))\nclass", 1)
    project = shop(tmp_path, text)
    (project / "tests").mkdir()
    (project / "tests/orders.alignc.yml").write_text(f"- {{{name}: a}}\n", encoding="utf-8")
    result = lint(project, "--fix", "--format", "json")
    findings = {f["symbol"]: f for f in json.loads(result.stdout)["findings"]}
    finding = findings["orders.order_note"]
    assert not finding["fixable"]
    assert finding["not_fixable_because"] == "a test of the project has its name"
    assert file_of(project).read_text(encoding="utf-8") == text
    (project / "tests/orders.alignc.yml").write_text("- {note: a}\n", encoding="utf-8")
    assert lint(project, "--fix").stderr.startswith("1 finding mended")


def test_what_a_comment_keeps_stays(tmp_path: Path) -> None:
    text = SHOP.replace("max_length(100)", "max_length(100)  # alignc: ignore[U101] for the board")
    project = shop(tmp_path, text)
    result = lint(project, "--fix")
    assert result.stderr == "2 findings mended; nothing found; 1 ignored by comments\n"
    after = file_of(project).read_text(encoding="utf-8")
    assert "    note = String().max_length(100)  # alignc: ignore[U101] for the board\n" in after
    assert "words" not in after


def test_a_comment_that_will_be_needed_stays(tmp_path: Path) -> None:
    """It is about what dies with a feature: mended in part, it must not be lost."""
    text = SHOP.replace("max_length(100)", "max_length(100)  # alignc: ignore[U101] for the board")
    project = shop(tmp_path, text)
    lint(project, "--baseline", "write")
    lint(project, "--fix", select="S101")
    assert file_of(project).read_text(encoding="utf-8") == text


def test_what_is_in_the_baseline_stays(tmp_path: Path) -> None:
    project = shop(tmp_path)
    assert lint(project, "--baseline", "write").exit_code == 0
    result = lint(project, "--fix", "--baseline", "check")
    assert result.exit_code == 0
    assert file_of(project).read_text(encoding="utf-8") == SHOP


def test_a_class_that_is_made_twice(tmp_path: Path) -> None:
    """What one of the views needs stays for both."""
    text = """from alignc import *


def made(name: str):
    @feature_view(name=name, source=FileSource.parquet_at(f"{name}.parquet"))
    class Made:
        customer = Int64().as_entity()
        amount = Float()
        note = String()
        other = String()

    return Made


A = made("a")
B = made("b")


@model_contract(name="churn", input_features=[A().amount, B().NOTE.with_name("b_note")])
class Churn:
    pass
"""
    project = shop(tmp_path, text.replace("NOTE", "note"))
    said = in_one_line(lint(project, select="U").stdout)
    assert "makes features of other views, too, of which some are used" in said
    lint(project, "--fix", select="U")
    after = file_of(project).read_text(encoding="utf-8")
    assert after == text.replace("NOTE", "note").replace("        other = String()\n", "")


def test_what_a_view_with_another_source_needs_stays(tmp_path: Path) -> None:
    """Only the definitions, read again, can tell."""
    body = KEY + "    note = String()\n    other = String()"
    text = VIEW.replace("{body}", body)
    text = text.replace(
        '@model_contract(name="churn", input_features=[Orders().amount])',
        'NEW = Orders.with_source("new", FileSource.parquet_at("new.parquet"))\n'
        'SPELLED = "".join(["no", "te"])\n\n\n'
        '@model_contract(\n    name="churn",\n    input_features=[Orders().amount, '
        "getattr(NEW(), SPELLED)],\n)",
    )
    project = shop(tmp_path, text)
    lint(project, "--fix")
    assert file_of(project).read_text(encoding="utf-8") == text


def test_the_last_feature_of_the_rows_of_a_view_stays(tmp_path: Path) -> None:
    """Without it the view would have a row for each time, not for each event."""
    body = (
        "    customer = Int64().as_entity()\n    at = EventTimestamp()\n    note = String()\n"
        "    amount = customer.aggregate().over(days=7).count()\n"
    )
    assert mended(tmp_path, body, "--unsafe-fixes") == body
    said = lint(tmp_path / "shop").stdout
    assert "leaves it: without it the view would have other rows\n" in said
    both = body.replace("    amount", "    other = String()\n    amount")
    assert mended(tmp_path, both, "--unsafe-fixes").count("String()") == 1


# -- the order of rows


def test_a_column_that_decides_between_rows_stays(tmp_path: Path) -> None:
    body = TIMED.format(above="note = String()\n    ", below="last = String()\n")
    assert mended(tmp_path, body) == body.replace("    last = String()\n", "")
    text = file_of(tmp_path / "shop").read_text(encoding="utf-8")
    found = lint(tmp_path / "shop", select="U101")
    assert found.stderr == "1 warning; 1 can be mended with --fix --unsafe-fixes\n"
    assert "later; --unsafe-fixes mends it" in in_one_line(found.stdout)
    lint(tmp_path / "shop", "--fix", "--unsafe-fixes")
    assert file_of(tmp_path / "shop").read_text(encoding="utf-8") == text.replace(
        "    note = String()\n", ""
    )


def test_why_a_column_that_decides_stays(tmp_path: Path) -> None:
    """Two rows of one time: with `note` the first is the latest, without it the second is."""
    text = VIEW.replace("{body}", TIMED.format(above="note = String()\n    ", below="").rstrip())
    project = shop(tmp_path, text)
    at = datetime(2024, 1, 1, tzinfo=UTC)
    rows: list[Row] = [
        {"customer": 1, "at": at, "note": "b", "amount": 1.0},
        {"customer": 1, "at": at, "note": "a", "amount": 2.0},
    ]

    def amount() -> object:
        module = load(find_project(project)).module
        asked: list[Row] = [{"customer": 1, "event_timestamp": at}]
        return interpret_dataset(module, "churn", {"orders": rows}, asked)[0]["amount"]

    assert amount() == 1.0
    lint(project, "--fix")
    assert amount() == 1.0
    lint(project, "--fix", "--unsafe-fixes")
    assert amount() == 2.0


def test_a_column_may_go_where_the_order_does_not_matter(tmp_path: Path) -> None:
    """A sum over a window is the same in any order, a first value is not."""
    body = TIMED.format(above="note = String()\n    ", below="").replace("amount =", "paid =")
    total = body + "amount = paid.aggregate().over(days=7).sum()\n"
    assert "note" not in mended(tmp_path, total)
    first = body + "amount = paid.aggregate().over(days=7).first()\n"
    assert mended(tmp_path, first) == first
    rows = body + "amount = paid.aggregate().over(rows=2).sum()\n"
    assert mended(tmp_path, rows) == rows


def test_a_tie_breaker_is_used(tmp_path: Path) -> None:
    body = TIMED.format(above="", below="") + (
        "part = Int64()\n    number = (part + 1).as_tie_breaker()\n"
    )
    assert mended(tmp_path, body, "--unsafe-fixes") == body
    assert lint(tmp_path / "shop", select="U101,U102").stderr == "nothing found\n"


# -- comments that nothing needs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("amount = Float()  # alignc: ignore[U101] soon", "amount = Float()"),
        ("amount = Float()  # noqa  # alignc: ignore[U101] see #12", "amount = Float()  # noqa"),
        ("amount = Float()  # alignc: ignore[U101]  # fmt: skip", "amount = Float()  # fmt: skip"),
        ("# alignc: ignore[U101] soon\n    amount = Float()", "amount = Float()"),
        (
            "amount = (  # alignc: ignore[U101, U102]\n        Float()\n        # alignc: ignore[U103]\n    )",
            "amount = (\n        Float()\n    )",
        ),
    ],
)
def test_comments_that_nothing_needs_go(tmp_path: Path, before: str, after: str) -> None:
    body = KEY.replace("amount = Float()", before)
    assert mended(tmp_path, body) == KEY.replace("amount = Float()", after)


def test_codes_that_nothing_needs_go(tmp_path: Path) -> None:
    body = KEY + "    note = String()  # alignc: ignore[U102, U101,T101] for the board\n"
    after = KEY + "    note = String()  # alignc: ignore[U101, T101] for the board\n"
    assert mended(tmp_path, body) == after
    # A rule that was not asked may need it; now it is asked.
    project = tmp_path / "shop"
    lint(project, "--fix", select="U,T,S101")
    assert "ignore[U101] for the board" in file_of(project).read_text(encoding="utf-8")


# -- the command


def test_a_diff_writes_nothing_and_can_be_applied(tmp_path: Path) -> None:
    text = SHOP.removesuffix("\n") + "  # alignc: ignore[U101]"
    project = shop(tmp_path, text)
    for options in (("--diff",), ("--fix", "--diff")):
        result = lint(project, *options)
        assert result.exit_code == 1
        assert result.stderr == "4 findings can be mended in 1 file\n"
        assert file_of(project).read_text(encoding="utf-8") == text
    assert result.stdout.startswith(
        "--- a/shop/features/orders.py\n+++ b/shop/features/orders.py\n"
    )
    patch = ["git", "apply", "--unsafe-paths", "-"]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(patch, input=result.stdout, text=True, cwd=tmp_path, check=True)
    applied = file_of(project).read_text(encoding="utf-8")
    shop(tmp_path, text)
    lint(project, "--fix")
    assert file_of(project).read_text(encoding="utf-8") == applied != text


def test_only_where_it_was_asked(tmp_path: Path) -> None:
    project = shop(tmp_path)
    (project / "features/empty.py").write_text("", encoding="utf-8")
    assert (
        CliRunner().invoke(app, ["lint", str(project / "features/empty.py"), "--fix"]).exit_code
        == 0
    )
    assert lint(project, "--fix", select="T").exit_code == 1
    assert file_of(project).read_text(encoding="utf-8") == SHOP


def test_a_project_that_does_not_load_is_not_touched(tmp_path: Path) -> None:
    text = SHOP + "\n\nclass Broken(FeatureView):\n    x = unknown\n"
    project = shop(tmp_path, text)
    command = [sys.executable, "-m", "alignc.cli", "lint", str(project), "--fix"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert "ALN100" in result.stderr
    assert file_of(project).read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = shop(tmp_path)

    def refuse(path: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    error = lint(project, "--fix").exception
    assert str(error) == "features/orders.py:1:1: ALN402 cannot be written: Permission denied"
    assert file_of(project).read_text(encoding="utf-8") == SHOP


def test_without_the_package(tmp_path: Path) -> None:
    project = shop(tmp_path)
    code = (
        "import sys, importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'libcst' else real(name, *rest)\n"
        "sys.modules['libcst'] = None\n"
        f"sys.argv = ['alignc', 'lint', {str(project)!r}, *sys.argv[1:]]\n"
        "from alignc.cli import main; main()"
    )

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    result = run("--fix")
    assert result.returncode == 2
    assert result.stderr == "error: this needs the package libcst: pip install 'alignc[fix]'\n"
    # Whether something can be mended is known without it.
    assert "1 can be mended with --fix" in run("--select", "U").stderr


@pytest.mark.parametrize(
    "options", [("--unsafe-fixes",), ("--diff", "--baseline", "write")], ids=" ".join
)
def test_options_that_contradict_each_other(tmp_path: Path, options: tuple[str, ...]) -> None:
    project = shop(tmp_path)
    assert lint(project, *options).exit_code == 2
    assert not (project / "alignc-baseline.json").exists()


def test_findings_say_whether_they_can_be_mended(tmp_path: Path) -> None:
    content = json.loads(lint(shop(tmp_path), "--format", "json", select="U,T101").stdout)
    assert [(f["code"], f["fixable"]) for f in content["findings"]] == [
        ("U102", True),
        ("T101", False),
    ]
    assert [f["not_fixable_because"] for f in content["findings"]] == [None, None]


def test_rules_say_whether_they_have_a_fix() -> None:
    assert {rule.code for rule in RULES if rule.FIX} == FIXERS.keys()
    data = json.loads(CliRunner().invoke(app, ["rules", "--format", "json"]).stdout)
    assert {rule["code"] for rule in data if rule["fix"]} == FIXERS.keys()
    assert "With --fix: " in CliRunner().invoke(app, ["explain", "U101"]).stdout


def test_copies_in_a_filtered_view_go_with_their_original(tmp_path: Path) -> None:
    text = VIEW.replace("{body}", KEY + "    note = String()\n    words = note.length()")
    text += '\n\nLarge = Orders.filter("large", where=lambda orders: orders.amount > 10)\n'
    text += (
        '\n\n@model_contract(name="big", input_features=[Large().amount])\nclass Big:\n    pass\n'
    )
    project = shop(tmp_path, text)
    assert "can be mended" in lint(project).stderr
    lint(project, "--fix")
    after = file_of(project).read_text(encoding="utf-8")
    assert "note" not in after
    assert "can be mended" not in lint(project).stderr
