"""What sqlfluff says of whole projects: nothing, by its own defaults where names are plain."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dbt.emitted import ADAPTERS, EXAMPLES, ROOT, Adapter, rebuilt

# The rules about names, which the definitions and the data decide.
ABOUT_NAMES = "exclude_rules = RF04,RF05,RF06\n"


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_project_is_clean_under_its_own_settings(
    example: str, adapter: Adapter, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "examples" / example / "generated/dbt" / adapter, folder)
    settings = (folder / ".sqlfluff").read_text(encoding="utf-8")
    assert ABOUT_NAMES in settings
    if example != "titanic":
        (folder / ".sqlfluff").write_text(settings.replace(ABOUT_NAMES, ""), encoding="utf-8")
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.sql")}
    assert len(written) > 7
    # What dbt compiles is no file of the project, and a bad file is found.
    for name in ("target/compiled.sql", "models/bad.sql"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("SELECT  a from b\n", encoding="utf-8")
    found = linted(folder)
    assert found.keys() == written | {"models/bad.sql"}
    assert {line.partition(" ")[0] for line in found.pop("models/bad.sql")} >= {"CP01", "LT01"}
    assert not any(found.values()), json.dumps(found, indent=2)


def test_a_project_for_databricks_is_clean_in_its_dialect(tmp_path: Path) -> None:
    folder = rebuilt("taxi", "databricks", tmp_path / "taxi")
    assert "dialect = databricks\n" in (folder / ".sqlfluff").read_text(encoding="utf-8")
    found = linted(folder)
    assert {"macros/alignc_since.sql", "models/features/feat_vendor_traffic.sql"} <= found.keys()
    assert not any(found.values()), json.dumps(found, indent=2)


def linted(folder: Path) -> dict[str, list[str]]:
    """What sqlfluff finds in each file of a project, as a user would run it there."""
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--format", "json", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        Path(file["filepath"]).as_posix(): [
            f"{v['code']} line {v['start_line_no']}: {v['description']}" for v in file["violations"]
        ]
        for file in json.loads(done.stdout)
    }
