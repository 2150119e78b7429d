"""What is said of contracts to compare a model with, and where it is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.changes.report import Written, report_of
from alignc.driver import load, monitor_files_of
from alignc.errors import DefinitionError
from alignc.explain import explain
from alignc.ir.module import Module, module_from_json, module_to_json
from alignc.ir.print import show_module
from alignc.lint.project import facts_of
from alignc.lint.rules import BY_CODE
from alignc.lint.run import run_rules
from alignc.settings import find_project
from alignc.trace.file import traced_file
from tests.changes.states import compared
from tests.engines.everywhere import module_of
from tests.monitoring.baseline_models import DEFINITIONS, frames
from tests.validation.project import write_project

ORDERS = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
    weight = Float()
    was_returned = Bool()
    spent = amount.aggregate().over_next(days=3).sum()

@feature_view(name="shops", source=FileSource.parquet_at("shops.parquet"))
class Shops:
    shop = String().as_entity()
    size = Float()

@feature_view(name="other", source=FileSource.parquet_at("other.parquet"))
class Other:
    shop = Int64().as_entity()
    rank = Float()

order = Orders()
"""
OLD = """
@model_contract(name="old", input_features=[{inputs}],{stored}{more})
class Old:
    {body}
"""
NEW = """
@model_contract(name="new", input_features=[order.amount], baselines={baselines})
class New:
    predicted_at = EventTimestamp()
    label = order.was_returned.as_classification_label()
"""
STORED = 'output_source=FileSource.parquet_at("old.parquet")'
LABEL = "said = order.was_returned.as_classification_label()"


def project_of(
    new: str = NEW,
    *,
    baselines: str = "[Old]",
    inputs: str = "order.weight",
    stored: str = STORED,
    more: str = "",
    body: str = LABEL,
) -> str:
    old = OLD.format(inputs=inputs, stored=stored, more=more, body=body)
    return ORDERS + old + new.replace("{baselines}", baselines)


SPELLINGS = {
    "class": ("[Old]", NEW),
    "name": ("['old']", NEW),
    "twice": ("[Old, 'old']", NEW),
    "alone": ("Old", NEW),
    "thesis": (
        "[Old]",
        """
class New(Model):
    metadata = Model.metadata_with("new", features=[order.amount], baselines={baselines})
    label = order.was_returned.as_classification_label()
""",
    ),
}


@pytest.mark.parametrize("spelling", list(SPELLINGS))
def test_a_contract_names_those_that_it_is_compared_with(spelling: str, tmp_path: Path) -> None:
    baselines, new = SPELLINGS[spelling]
    module = module_of(project_of(new, baselines=baselines), tmp_path)
    assert module.contract_by_name["new"].baselines == ("old",)
    assert module.contract_by_name["old"].baselines == ()
    assert module_from_json(module_to_json(module)) == module
    assert "  compared with old\n" in show_module(module)
    assert explain(module, "new").text == "entity customer: Int64\ncompared with old\n"


def test_a_baseline_may_be_a_class_of_the_first_spelling(tmp_path: Path) -> None:
    old = f"""
class Old(Model):
    metadata = Model.metadata_with("old", features=[order.weight], predictions_{STORED.removeprefix("output_")})
    {LABEL}
"""
    module = module_of(ORDERS + old + NEW.replace("{baselines}", "[Old]"), tmp_path)
    assert module.contract_by_name["new"].baselines == ("old",)


def test_two_contracts_may_be_compared_with_each_other(tmp_path: Path) -> None:
    text = project_of(more=', baselines=["new"]').replace(
        "baselines=[Old])", f"baselines=[Old], {STORED.replace('old.', 'new.')})"
    )
    module = module_of(text, tmp_path)
    assert [c.baselines for c in module.contracts] == [("old",), ("new",)]


WINDOW = """
@model_contract(name="new", input_features=[order.amount], baselines=[Old])
class New:
    predicted_at = EventTimestamp()
    label = order.spent.as_regression_label()
"""
WRONG = {
    "unknown": (
        project_of(baselines="['odl']"),
        "ALN235 contract `new` is to be compared with `odl`, which is no contract",
        "did you mean `old`?",
    ),
    "a view": (
        project_of(baselines="[Orders]"),
        "ALN235 view `orders` is not a contract to compare with",
        "use the class of a contract, or its name: `baselines=[RuleOfThumb]`",
    ),
    "predictions": (
        project_of(baselines="[Old()]"),
        "ALN235 an instance of `Old` is not a contract to compare with",
        "use the class of a contract, or its name: `baselines=[RuleOfThumb]`",
    ),
    "itself": (
        project_of(baselines="['new']"),
        "ALN236 contract `new` cannot be compared with `new`: it is that contract",
        "name another one that predicts the same",
    ),
    "not stored": (
        project_of(stored=""),
        "ALN236 contract `new` cannot be compared with `old`: its predictions are not stored",
        "say where they are: `output_source=...` of `Old`",
    ),
    "another truth": (
        project_of(body="said = order.amount.as_regression_label()"),
        "ALN236 contract `new` cannot be compared with `old`: they have no truth in common",
        "a baseline predicts `orders.was_returned` as a classification",
    ),
    "no truth": (
        project_of(body="pass"),
        "ALN236 contract `new` cannot be compared with `old`: they have no truth in common",
        "a baseline predicts `orders.was_returned` as a classification",
    ),
    "another key": (
        project_of(inputs="Shops().size"),
        "ALN236 contract `new` cannot be compared with `old`: it tells predictions apart by `shop`, "
        "which this one does not have",
        None,
    ),
    "a key of another type": (
        project_of(
            NEW.replace("[order.amount]", "[order.amount, Other().rank]"), inputs="Shops().size"
        ),
        "ALN236 contract `new` cannot be compared with `old`: its `shop` is String, and that of this "
        "one Int64",
        None,
    ),
    "no time": (
        project_of(WINDOW, body="said = order.spent.as_regression_label()"),
        "ALN236 contract `new` cannot be compared with `old`: `orders.spent` as a regression is about "
        "what follows a prediction, and not both say when that was",
        "declare `predicted_at = EventTimestamp()` in both",
    ),
}


@pytest.mark.parametrize("mistake", list(WRONG))
def test_mistakes(mistake: str, tmp_path: Path) -> None:
    text, message, hint = WRONG[mistake]
    with pytest.raises(DefinitionError) as caught:
        module_of(text, tmp_path)
    (found,) = caught.value.diagnostics
    assert (f"{found.code} {found.message}", found.hint) == (message, hint)
    assert found.span is not None
    lines = (tmp_path / "definitions.py").read_text(encoding="utf-8").splitlines()
    assert 'name="new"' in lines[found.span.line - 1]


def test_a_baseline_with_mistakes_is_not_unknown(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        module_of(project_of(body="said = order.weigth.as_regression_label()"), tmp_path)
    assert [found.code for found in caught.value.diagnostics] == ["ALN103"]


def test_a_feature_for_a_deprecated_baseline_is_used(tmp_path: Path) -> None:
    def codes(text: str) -> list[str]:
        (tmp_path / "definitions.py").write_text("from alignc import *\n" + text, encoding="utf-8")
        (tmp_path / "alignc.yml").write_text("definitions: definitions.py\n", encoding="utf-8")
        project = find_project(tmp_path)
        report = run_rules(facts_of(project, project.settings.lint), [BY_CODE["U106"]])
        return [f"{f.code} {f.symbol}" for f in report.findings]

    deprecated = ', tags=["deprecated"]'
    assert codes(project_of(more=deprecated, baselines="[]")) == ["U106 orders.weight"]
    assert codes(project_of(more=deprecated)) == []


def test_another_baseline_is_a_change_of_words(tmp_path: Path) -> None:
    comparison = compared(project_of(baselines="[]"), project_of(), tmp_path)
    (change,) = comparison.changes
    (difference,) = change.differences
    assert (change.symbol, difference.name, difference.kind.value) == ("new", "baselines", "words")
    assert (difference.old.shown, difference.new.shown) == (None, "old")


def test_a_change_of_a_baseline_reaches_the_programs_that_compare_with_it(tmp_path: Path) -> None:
    before, after = project_of(), project_of(stored=STORED.replace("old.", "older."))
    report = report_of(compared(before, after, tmp_path), Written(("polars", "duckdb")))
    (told,) = (one for one in report.changes if one.change.symbol == "old")
    assert "monitoring/polars/new.py" in told.files
    assert "monitoring/duckdb/new__label__beside_old.sql" in told.files
    assert "new" not in told.models
    assert "polars/datasets/new.py" not in told.files


def test_files_are_listed_and_traced(tmp_path: Path) -> None:
    project = find_project(write_project(tmp_path, DEFINITIONS, frames(1, 40)))
    module: Module = load(project).module
    contract = module.contract_by_name["returns"]
    listed = list(monitor_files_of(contract, module, project.settings.programs))
    beside = [path for path in listed if "__beside_" in path]
    assert len(beside) == 2 * 2
    for path in [*beside, "monitoring/polars/returns.py"]:
        text = (tmp_path / "generated" / path).read_text(encoding="utf-8")
        found = traced_file(project, module, path, text)
        assert found is not None
        assert found.text == text
    lines = traced_file(project, module, "monitoring/polars/returns.py", "")
    assert lines is not None
    about = [line for line in lines.lines if 'Baseline("vendor-2024"' in line.text]
    assert [[d.name for d in line.definitions] for line in about] == [["vendor-2024", "returns"]]
