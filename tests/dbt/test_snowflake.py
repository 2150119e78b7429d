"""Projects for dbt-snowflake: their YAML by dbt's schemas, their SQL by sqlfluff's rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alignc.backends.sql.dialect import SNOWFLAKE
from alignc.dbt.project import Options, project_files
from alignc.driver import load, optimized
from alignc.settings import find_project
from tests.dbt.emitted import ROOT, write
from tests.dbt.test_schemas import mistakes
from tests.dbt.test_sqlfluff import linted

# The third example has a function that its author has written for other targets.
EXAMPLES = ("taxi", "credit_scoring")


def files_of(example: str) -> dict[str, str]:
    module = load(find_project(ROOT / "examples" / example)).module
    made = project_files(module, SNOWFLAKE, Options({}, {}), "../../..", optimized)
    return {file.path: file.text for file in made}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_yaml_has_no_mistake(example: str) -> None:
    files = files_of(example)
    assert "dbt_project.yml" in files
    found = list(mistakes(files))
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_project_is_clean_under_its_own_settings(example: str, tmp_path: Path) -> None:
    files = files_of(example)
    write(tmp_path, {**files, "models/bad.sql": "SELECT  a from b\n"})
    found = linted(tmp_path)
    assert found.keys() == {path for path in files if path.endswith(".sql")} | {"models/bad.sql"}
    assert {line.partition(" ")[0] for line in found.pop("models/bad.sql")} >= {"CP01", "LT01"}
    assert not any(found.values()), json.dumps(found, indent=2)
