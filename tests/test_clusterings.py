"""Clusterings of contracts in the Module, and everywhere that definitions are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.explain import explain
from alignc.ir.module import Module, module_from_json, module_to_json
from alignc.ir.print import show_module
from alignc.lint.project import facts_of
from alignc.lint.rules import RULES
from alignc.lint.run import run_rules
from alignc.settings import find_project
from alignc.trace.ir_json import definitions_by_line
from tests.changes.states import compared
from tests.engines.everywhere import module_of

SEGMENTS = """
@feature_view(name="users", source=FileSource.parquet_at("users.parquet"))
class Users:
    user = Int64().as_entity()
    age = Int32()
    height = Float()
    weight = Decimal(6, 2)
    is_new = Bool()
    city = String()

users = Users()

@model_contract(
    name="segments",
    input_features=[users.age, users.is_new, users.weight.with_name("mass"), users.city],
    output_source=FileSource.parquet_at("segments.parquet"),
)
class Segments:
    user = Int64().as_entity()
    group = Int64().is_cluster()
    part = String().is_cluster(features=[users.weight])
"""


@pytest.fixture
def module(tmp_path: Path) -> Module:
    return module_of(SEGMENTS, tmp_path)


def test_the_module_has_them(module: Module) -> None:
    (contract,) = module.contracts
    found = [(c.output, [f.feature for f in c.features]) for c in contract.clusterings]
    # A truth value and a text are no numbers.
    assert found == [("group", ["age", "weight"]), ("part", ["weight"])]
    assert module_from_json(module_to_json(module)) == module
    text = show_module(module)
    assert "  clustering group is a cluster of age, mass\n" in text
    assert "  clustering part is a cluster of mass\n" in text
    assert "clustering part is a cluster of mass\n" in explain(module, "segments").text


def test_other_inputs_are_another_meaning(tmp_path: Path) -> None:
    other = SEGMENTS.replace("[users.weight]", "[users.age]")
    (changed,) = compared(SEGMENTS, other, tmp_path).changes
    (difference,) = changed.differences
    assert (changed.symbol, difference.name, difference.kind.value) == (
        "segments.part",
        "clustering",
        "meaning",
    )
    assert difference.old.shown == "part is a cluster of mass"
    assert difference.new.shown == "part is a cluster of age"


def test_a_definition_that_moves_changes_nothing(tmp_path: Path) -> None:
    assert compared(SEGMENTS, "\n\n" + SEGMENTS, tmp_path).changes == ()


@pytest.mark.parametrize("is_cluster", [True, False])
def test_a_model_of_clusters_needs_no_truth(tmp_path: Path, is_cluster: bool) -> None:
    text = SEGMENTS if is_cluster else SEGMENTS.replace(".is_cluster()", "")
    text = text.replace(".is_cluster(features=[users.weight])", "")
    (tmp_path / "definitions.py").write_text("from alignc import *\n" + text, encoding="utf-8")
    settings = "definitions: [definitions.py]\nlint: {select: [K103, K104]}\n"
    (tmp_path / "alignc.yml").write_text(settings, encoding="utf-8")
    project = find_project(tmp_path)
    report = run_rules(facts_of(project, project.settings.lint), RULES)
    assert [finding.code for finding in report.findings] == ([] if is_cluster else ["K103"])


def test_lines_of_the_module_lead_to_the_output(module: Module) -> None:
    text = module_to_json(module)
    lines = definitions_by_line(module, text)
    number = text.split("\n").index('          "output": "part",')
    nearest = lines[number][0]
    assert (nearest.kind, nearest.name) == ("output", "segments.part")
    assert nearest.span == module.contracts[0].clusterings[1].span
