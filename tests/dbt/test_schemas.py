"""The YAML of projects against the JSON schemas of dbt, which dbt itself only uses for some adapters."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, ValidationError

from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import ADAPTERS, EXAMPLES, Adapter, committed, vocabulary
from tests.dbt.process import dbt_python


@cache
def validators() -> tuple[Draft7Validator, Draft7Validator]:
    """What the settings of a project have to be, and what all other files."""
    command = "from dbt.jsonschemas import JSONSCHEMAS_PATH; print(JSONSCHEMAS_PATH)"
    done = subprocess.run([dbt_python(), "-c", command], capture_output=True, text=True, check=True)
    folder = Path(done.stdout.strip())
    latest = max((folder / "project").iterdir(), key=lambda p: [int(n) for n in p.stem.split(".")])
    settings, others = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (latest, folder / "resources/latest.json")
    )
    # These schemas have capitals here; dbt takes any case, and its documentation has this one.
    severity = others["definitions"]["DataTestConfig"]["properties"]["severity"]["anyOf"][0]
    name = severity["$ref"].rpartition("/")[2]
    others["definitions"][name] = {"enum": ["error", "warn"]}
    return Draft7Validator(settings), Draft7Validator(others)


def mistakes(files: dict[str, str]) -> Iterator[str]:
    """What is wrong in the YAML of a project."""
    settings, others = validators()
    for path, text in files.items():
        if path.endswith(".yml"):
            validator = settings if path == "dbt_project.yml" else others
            for error in validator.iter_errors(yaml.safe_load(text)):
                yield f"{path}: {'.'.join(map(str, error.path))}: {cause(error)}"


def cause(error: ValidationError) -> str:
    return " / ".join(e.message for e in (error, *(error.context or ())))


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_have_no_mistake(example: str, adapter: Adapter) -> None:
    files = committed(example, adapter)
    assert {"dbt_project.yml", "models/staging/entities/_entities__sources.yml"} <= files.keys()
    found = list(mistakes(files))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("adapter", [*ADAPTERS, "spark", "databricks"])
def test_every_word_of_definitions_can_be_said(adapter: str) -> None:
    files = vocabulary(adapter)
    text = "\n".join(files.values())
    for kind in ("snapshots:", "groups:", "exposures:", "sources:", "models:"):
        assert f"\n{kind}" in text
    found = list(mistakes(files))
    assert not found, "\n".join(found)


def test_mistakes_are_found() -> None:
    model = "models: [{name: a, meta: {b: 1}, columns: [{name: c, tests: [{d: {e: 1}}]}]}]"
    settings = "name: a\nprofile: a\nmodels: {a: {+materialised: table}}"
    found = list(mistakes({"models/a.yml": model, "dbt_project.yml": settings}))
    assert any(one.startswith("models/a.yml: models.0: ") and "'meta'" in one for one in found)
    assert any(one.startswith("dbt_project.yml: models") for one in found)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_dbt_tells_of_deprecated_words(
    adapter: Adapter, make_project: MakeProject, tmp_path: Path
) -> None:
    """dbt's own check, which is off for these adapters, is on in our tests."""
    folder = tmp_path / "deprecated"
    (folder / "models").mkdir(parents=True)
    settings = "name: shop\nversion: 1.0.0\nprofile: shop\n"
    (folder / "dbt_project.yml").write_text(settings, encoding="utf-8")
    (folder / "models/a.sql").write_text("select 1 as b\n", encoding="utf-8")
    (folder / "models/a.yml").write_text("models: [{name: a, nonsense: 1}]\n", encoding="utf-8")
    project = make_project(folder, adapter)
    assert project.try_to_run("parse", "--no-partial-parse") != 0
    assert "nonsense" in project.log
