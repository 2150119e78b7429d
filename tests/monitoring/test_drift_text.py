"""The text of drift programs: formatted, typed, parsed, traced, and a page that needs nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sqlglot

from alignc.driver import load
from alignc.settings import find_project
from alignc.trace.file import traced_file
from tests.monitoring.drift_project import compare, generated, names_in, write_project
from tests.monitoring.drift_rows import odd_rows
from tests.monitoring.tools import tool

ROOT = Path(__file__).resolve().parents[2]
NUMBERS_ALONE = """
from alignc import *

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    size = Float()

@model_contract(name="model", input_features=[Things().size])
class Model:
    id = Int64().as_entity()
"""
TEXTS_ALONE = NUMBERS_ALONE.replace("Float()", "String()")
PREDICTION_ALONE = """
from alignc import *

@feature_view(name="things", source=FileSource.parquet_at("things.parquet"))
class Things:
    id = Int64().as_entity()
    seen = Timestamp()
    size = Float()

@model_contract(name="model", input_features=[Things().seen], description='Three \\"\\"\\" and \\\\\\\\ in it.')
class Model:
    id = Int64().as_entity()
    guess = Things().size.as_regression_label()
"""


@pytest.mark.slow
def test_emitted_python_is_formatted_and_typed(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    for number, definitions in enumerate((None, NUMBERS_ALONE, TEXTS_ALONE, PREDICTION_ALONE)):
        folder = tmp_path / f"project_{number}"
        folder.mkdir()
        write_project(folder, *([definitions] if definitions else []))
        for target in ("polars", "pyspark"):
            shutil.copy(generated(folder, target), copies / f"{target}_{number}.py")
    tool("ruff", "format", "--isolated", "--check", ".", cwd=copies)
    tool("ruff", "check", "--isolated", ".", cwd=copies)
    tool("mypy", "--strict", "--config-file=", ".", cwd=copies)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_emitted_sql_is_one_select_of_its_dialect(tmp_path: Path, dialect: str) -> None:
    text = generated(write_project(tmp_path), dialect).read_text(encoding="utf-8")
    (tree,) = sqlglot.parse(text, dialect=dialect)
    assert isinstance(tree, sqlglot.exp.Select)
    assert "-- Not compared: seen." in text
    assert re.search(r"^-- source: definitions\.py:\d+ \(Model\)$", text, re.M)


def test_a_contract_without_anything_to_compare_has_no_program(tmp_path: Path) -> None:
    write_project(tmp_path, PREDICTION_ALONE.replace("    guess = ", "    # "))
    assert not (tmp_path / "generated/monitoring").exists()


def test_the_page_needs_nothing_beside_it(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    page = tmp_path / "page.html"
    compare(names_in(project), tmp_path, odd_rows(1, 80), odd_rows(2, 90), "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert not re.search(r"https?:|<script|<link|<img|@import|url\(", text)
    assert text.count("<svg") == 12
    for open_tag in ("section", "svg", "dl", "text"):
        assert text.count(f"<{open_tag}") == text.count(f"</{open_tag}>")
    assert "say &quot;no&quot;" in text
    assert 'say "no"' not in text


def test_a_line_is_traced_to_the_columns_that_it_names(tmp_path: Path) -> None:
    project = find_project(write_project(tmp_path))
    module = load(project).module
    for target in ("polars", "pyspark", "duckdb", "postgres"):
        path = generated(tmp_path, target)
        name = path.relative_to(tmp_path / "generated").as_posix()
        text = path.read_text(encoding="utf-8")
        found = traced_file(project, module, name, text)
        assert found is not None
        assert found.text == text
        symbols = [[d.name for d in line.definitions] for line in found.lines]
        about_price = [s for s in symbols if "things.price" in s]
        assert about_price
        assert all("model" in s[-1] for s in about_price)
        if target in ("polars", "pyspark"):
            assert found.lines[-2].is_boilerplate


def test_the_examples_have_a_program_for_each_model() -> None:
    for project in ("taxi", "titanic", "credit_scoring"):
        folder = ROOT / "examples" / project / "generated"
        models = {path.stem for path in (folder / "polars/datasets").glob("*.py")}
        for target in ("polars", "pyspark", "duckdb", "postgres"):
            found = {p.stem for p in (folder / "monitoring" / target).iterdir()}
            assert {f"{model}__drift" for model in models} <= found
