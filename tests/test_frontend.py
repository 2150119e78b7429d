"""What definitions become: three spellings, places, zones, words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import alignc
from alignc.errors import DefinitionError, InternalError
from alignc.ir.module import Module, Raw, TableSource, module_from_json, module_to_json
from alignc.ir.print import show_compute, show_module
from alignc.ir.verify import verify_module
from tests.engines.everywhere import module_of

ROOT = Path(alignc.__file__).resolve().parents[1]
BODY = """
    k = Int64().as_entity()
    t = EventTimestamp(ttl=timedelta(days=1))
    x = Int32().is_required().lower_bound(0)
    y = x * 2
"""
SOURCE = 'FileSource.parquet_at("s.parquet")'
NOW = f"""
@feature_view(name="v", source={SOURCE}, description="Words.")
class V:{BODY}
v = V()

@model_contract(name="m", input_features=[v.x, v.y])
class M:
    z = v.x.as_regression_label()
"""
IN_2023 = f"""
@feature_view("v", "Words.", {SOURCE})
class V:{BODY}
v = V()

@model_contract(name="m", features=[v.x, v.y])
class M:
    z = v.x.as_regression_target()
"""
THESIS = f"""
class V(FeatureView):
    metadata = FeatureView.metadata_with("v", "Words.", {SOURCE})
{BODY}

class M(Model):
    v = V()
    metadata = Model.metadata_with(name="m", features=[v.x, v.y])
    z = v.x.as_regression_target()
"""


@pytest.mark.parametrize("text", [IN_2023, THESIS])
def test_the_three_spellings_are_one_module(text: str, tmp_path: Path) -> None:
    # The duplicate of the input `x` as a label is renamed away.
    modules = [module_of(t.replace("[v.x, v.y]", "[v.y]"), tmp_path) for t in (NOW, text)]
    assert show_module(modules[0]) == show_module(modules[1])
    assert modules[0].view_by_name["v"].description == modules[1].view_by_name["v"].description


def test_every_feature_and_expression_knows_its_place(tmp_path: Path) -> None:
    module = module_of(NOW.replace("[v.x, v.y]", "[v.y]"), tmp_path)
    lines = (tmp_path / "definitions.py").read_text().splitlines()
    view = module.view_by_name["v"]
    for feature in view.features:
        line = lines[feature.span.line - 1]
        assert line[feature.span.column - 1 :].startswith(f"{feature.name} = ")
    span = view.by_name["y"].compute.expr.span  # type: ignore[union-attr]
    assert lines[span.line - 1][span.column - 1 :] == "x * 2"  # type: ignore[union-attr]
    assert lines[view.span.line - 1] == "class V:"


def test_the_module_comes_back_from_json(tmp_path: Path) -> None:
    text = NOW.replace("[v.x, v.y]", "[v.y]").replace("x * 2", "x.fill_na(1) / 0.1")
    module = module_of(text, tmp_path)
    assert module_from_json(module_to_json(module)) == module
    assert Module.model_validate_json(module_to_json(module)).project == "test"


def test_parts_of_a_time_stay_in_its_zone(tmp_path: Path) -> None:
    module = module_of(
        f"""
@feature_view(name="v", source={SOURCE})
class V:
    k = Int64().as_entity()
    at = EventTimestamp(time_zone="Europe/Oslo")
    seen = Timestamp(time_zone="Europe/Oslo")
    hour = seen.fill_na(at).hour()

late = V.filter("late", where=lambda v: v.at.hour() >= 20)
""",
        tmp_path,
    )
    assert show_module(module).count('"Europe/Oslo"') == 2
    assert '"UTC"' not in show_module(module)


def test_a_label_keeps_its_words(tmp_path: Path) -> None:
    text = NOW.replace("[v.x, v.y]", "[v.y]").replace("_label()", '_label().description("Why.")')
    module = module_of(text, tmp_path)
    assert module.contract_by_name["m"].labels[0].description == "Why."


def test_defaults_required_flips_the_default(tmp_path: Path) -> None:
    (tmp_path / "features").mkdir()
    (tmp_path / "features/v.py").write_text(
        "from datetime import timedelta\nfrom alignc import *\n"
        + NOW.replace("[v.x, v.y]", "[v.y]")
    )
    (tmp_path / "pyproject.toml").write_text(
        "[tool.alignc]\nname = 'p'\ndefaults = {required = true}\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "alignc.cli", "build"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0
    module = module_from_json((tmp_path / "generated/ir.json").read_text())
    assert module.view_by_name["v"].by_name["t"].required


def test_all_columns_of_a_source_by_one_rule(tmp_path: Path) -> None:
    module = module_of(
        """
@feature_view(
    name="v",
    source=RedshiftSQLConfig("URL", "sales")
    .table("Trips", {"ID": "trip_id"})
    .with_renames(Renamer.pascal_to_snake_case()),
)
class V:
    trip_id = Int64().as_entity()
    picked_up_at = Timestamp()
    x = Int64()
""",
        tmp_path,
    )
    columns = [f.compute.column for f in module.views[0].raw if isinstance(f.compute, Raw)]
    assert columns == ["ID", "PickedUpAt", "X"]
    (source,) = module.sources
    assert isinstance(source, TableSource)
    assert (source.name, source.schema_name, source.url_variable) == ("Trips", "sales", "URL")


TWO_VIEWS = """
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    order_id = Int64().as_entity()
    customer = String()
    amount = Float()

class Customers(FeatureView):
    metadata = FeatureView.metadata_with("customers", source=FileSource.csv_at("customers.csv"))
    customer = String().as_entity()
    note = String()
    age = Int32()

customers = Customers()

@feature_view(name="joined", source=Orders.join(Customers, on="customer", how="left"))
class Joined:
    order_id = Int64().as_entity()
    age = Int32()
    words = customers.note
    older = customers.age + 1
    length = customers.note.length()
"""


def test_what_is_taken_of_another_view_can_be_used_by_its_name_there(tmp_path: Path) -> None:
    module = module_of(TWO_VIEWS, tmp_path)
    computed = {f.name: show_compute(f) for f in module.view_by_name["joined"].features}
    assert (computed["older"], computed["length"]) == ("age + 1", "length(words)")


def test_what_is_not_taken_of_another_view_has_no_name(tmp_path: Path) -> None:
    text = TWO_VIEWS.replace("    age = Int32()\n    words", "    words")
    with pytest.raises(DefinitionError) as failure:
        module_of(text, tmp_path)
    (found,) = failure.value.diagnostics
    assert found.code == "ALN122"
    assert found.hint == "assign it to an attribute, in a view that reads `Customers`"


def test_a_module_has_no_resolution_without_a_grid(tmp_path: Path) -> None:
    module = module_of(
        f"""
@feature_view(name="v", source={SOURCE})
class V:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Int64()
    total = x.aggregate().over(days=1).every(minutes=15).sum()
""",
        tmp_path,
    )
    verify_module(module, "the test")
    text = module_to_json(module).replace("900000000", "900000001")
    with pytest.raises(InternalError, match="a resolution of 900000001 microseconds"):
        verify_module(module_from_json(text), "the test")
