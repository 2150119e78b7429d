"""Each rule: its samples, and that everything about it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from alignc.changes.rules import BREAKING
from alignc.lint.docs import rules_page, sample_of
from alignc.lint.project import facts_of
from alignc.lint.rule import Rule
from alignc.lint.rules import BY_CODE, FAMILIES, RULES
from alignc.lint.run import run_rules
from alignc.settings import find_project

ROOT = Path(__file__).resolve().parents[2]
# Rules about files are tried on projects that are built, in test_command.py.
WITH_SAMPLES = [rule for rule in RULES if not rule.code.startswith("G")]
IMPORTS = "from datetime import timedelta\n\nfrom alignc import *\n\n\n"


def codes_in(sample: str, rule: Rule, folder: Path) -> list[str]:
    """The codes of all findings of a sample, from the rule and from those its settings select."""
    text = sample_of(sample)
    for name, query in re.findall(r"^# (\S+\.sql):\n((?:#   .*\n?)+)", text, re.MULTILINE):
        (folder / name).write_text(query.replace("#   ", ""), encoding="utf-8")
    (folder / "definitions.py").write_text(IMPORTS + text, encoding="utf-8")
    settings = {"definitions": ["definitions.py"], **(yaml.safe_load(rule.SETTINGS) or {})}
    (folder / "alignc.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    project = find_project(folder)
    rules = RULES if project.settings.lint.select else [rule]
    report = run_rules(facts_of(project, project.settings.lint), rules)
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize("rule", WITH_SAMPLES, ids=lambda rule: rule.code)
def test_the_bad_sample_is_found(rule: Rule, tmp_path: Path) -> None:
    assert codes_in(rule.BAD, rule, tmp_path) == [rule.code]


@pytest.mark.parametrize("rule", WITH_SAMPLES, ids=lambda rule: rule.code)
def test_the_good_sample_is_not(rule: Rule, tmp_path: Path) -> None:
    assert codes_in(rule.GOOD, rule, tmp_path) == []


def test_every_rule_has_a_file_a_code_and_documentation() -> None:
    files = {path.stem for path in (ROOT / "alignc/lint/rules").glob("*.py")} - {"__init__"}
    assert files == {rule.name().replace("-", "_") for rule in RULES}
    about_changes = {path.stem for path in (ROOT / "alignc/changes/rules").glob("*.py")}
    assert about_changes - {"__init__"} == {rule.name().replace("-", "_") for rule in BREAKING}
    assert len(BY_CODE) == len(RULES)
    for rule in (*RULES, *BREAKING):
        assert re.fullmatch("[A-Z][0-9]{3}", rule.code)
        assert rule.code[0] in FAMILIES
        what, why, todo = rule.paragraphs()
        assert what.endswith(".")
        assert why.startswith("Why it matters: ")
        assert todo.startswith("What to do: ")


def test_codes_of_a_family_have_no_gaps() -> None:
    for letter in FAMILIES:
        codes = [rule.code for rule in (*RULES, *BREAKING) if rule.code.startswith(letter)]
        assert codes == [f"{letter}{100 + n}" for n in range(1, len(codes) + 1)]


def test_the_page_is_made_of_the_rules(update_golden: bool) -> None:
    page = ROOT / "docs/rules.md"
    if update_golden:
        page.write_text(rules_page((*RULES, *BREAKING)), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == rules_page((*RULES, *BREAKING))


FRESH = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    loaded = Timestamp()

@feature_view(name="paid", source=Orders)
class Paid:
    customer = Int64().as_entity()
    amount = Float()
    loaded_at = Orders().loaded.as_freshness()

@model_contract(name="churn", input_features=[Paid().amount])
class Churn:
    pass
"""


def test_what_says_how_fresh_a_view_is_that_is_read_is_not_unused(tmp_path: Path) -> None:
    rule = BY_CODE["U101"]
    assert codes_in(FRESH, rule, tmp_path) == []
    assert codes_in(FRESH.replace(".as_freshness()", ""), rule, tmp_path) == ["U101"]


COMPARED = """
@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    customer = Int64().as_entity()
    number = Int64()
    name = String()


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order = Int64().as_entity()
    buyer = Int64().referencing(Customers().number)
    amount = Float()
    voucher = String()
    is_gift = voucher.is_not_null()
    length = Float()
    width = Float()
    rules = [
        rule("gifts cost nothing", when=is_gift, then=amount == 0),
        rule("none is wider than long", then=width <= length),
    ]


@model_contract(name="churn", input_features=[Orders().amount, Orders().buyer])
class Churn:
    pass
"""


def test_what_read_features_are_tested_against_is_not_unused(tmp_path: Path) -> None:
    text = IMPORTS.replace("import *", "import *\nfrom alignc import rule") + COMPARED
    (tmp_path / "definitions.py").write_text(text, encoding="utf-8")
    settings = "definitions: [definitions.py]\nlint: {select: [U101, U102, U104]}\n"
    (tmp_path / "alignc.yml").write_text(settings, encoding="utf-8")
    project = find_project(tmp_path)
    report = run_rules(facts_of(project, project.settings.lint), RULES)
    unused = {finding.symbol for finding in report.findings}
    assert unused == {"customers.name", "orders.length", "orders.width"}
