"""`alignc build` and `alignc check`: what they write, keep, delete and report."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import alignc
from alignc.ir.module import module_from_json, module_to_json

ROOT = Path(alignc.__file__).resolve().parents[1]


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "alignc.cli", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What `alignc init` writes, built."""
    folder = tmp_path / "shop"
    assert run("init", "shop", cwd=tmp_path).returncode == 0
    assert run("build", cwd=folder).returncode == 0
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_new_project_builds_and_checks(project: Path) -> None:
    done = run("check", cwd=project)
    written = len(tree(project / "generated"))
    assert (done.returncode, done.stdout) == (0, f"{written} files are up to date\n")
    again = run("build", cwd=project)
    assert (again.returncode, again.stdout) == (0, "nothing to do\n")
    refused = run("init", ".", cwd=project)
    assert refused.returncode == 2
    assert refused.stderr.count("ALN006") == 5


def test_the_scaffold_runs(project: Path) -> None:
    program = "generated/polars/datasets/late_order.py"
    done = subprocess.run(
        [sys.executable, program, "--entities", "data/entities.csv", "--output", "out.csv"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (project / "out.csv").read_text() == (
        "customer_id,event_timestamp,is_domestic,orders_30d,amount_each_30d,was_late\n"
        "1,2026-01-21T00:00:00.000000+0000,true,2,59.75,true\n"
        "2,2026-02-11T16:45:00.000000+0000,false,0,,false\n"
        "3,2026-02-15T00:00:00.000000+0000,false,1,7.5,false\n"
        "4,2026-02-15T00:00:00.000000+0000,,0,,\n"
    )


def test_the_tests_of_the_scaffold_pass(project: Path) -> None:
    done = run("test", "--engine", "duckdb,polars", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 test passed on interpreter, duckdb, polars\n"


def test_the_scaffold_has_no_findings(project: Path) -> None:
    done = run("lint", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "nothing found\n")


def test_check_names_what_differs_and_build_mends_it(project: Path) -> None:
    definitions = project / "features/orders.py"
    text = definitions.read_text().replace('country == "NO"', 'country == "SE"')
    definitions.write_text(text)
    (project / "generated/polars/views/customer_orders.py").unlink()
    found = run("check", cwd=project)
    assert found.returncode == 1
    assert "generated/polars/views/customer_orders.py: missing" in found.stdout
    assert "generated/sql/duckdb/datasets/late_order.sql: out of date" in found.stdout
    assert '+        "country" = \'SE\' AS "is_domestic"' in found.stdout
    assert "`alignc build` mends them" in found.stdout
    report = json.loads(run("check", "--format", "json", cwd=project).stdout)
    assert {d["state"] for d in report["differences"]} == {"missing", "changed"}
    assert run("build", cwd=project).returncode == 0
    assert run("check", cwd=project).returncode == 0


@pytest.mark.slow
def test_a_stale_file_is_deleted_and_an_edited_one_kept(project: Path) -> None:
    definitions = project / "features/orders.py"
    definitions.write_text(definitions.read_text().replace('"customer_orders"', '"client_orders"'))
    edited = project / "generated/polars/views/customer_orders.py"
    edited.write_text("# mine\n")
    foreign = project / "generated/polars/views/client_orders.py"
    foreign.write_text("# somebody's\n")
    (project / "generated/notes.txt").write_text("a note")
    done = run("build", cwd=project)
    assert done.returncode == 1
    assert "kept, edited by hand: generated/polars/views/customer_orders.py" in done.stdout
    assert "kept, not written by alignc: generated/polars/views/client_orders.py" in done.stdout
    assert "deleted generated/sql/duckdb/views/customer_orders.sql" in done.stdout
    assert edited.read_text() == "# mine\n"
    assert foreign.read_text() == "# somebody's\n"
    assert (project / "generated/notes.txt").read_text() == "a note"
    assert not (project / "generated/sql/duckdb/views/customer_orders.sql").exists()
    # It stays so until somebody decides.
    assert run("build", cwd=project).returncode == 1
    found = run("check", cwd=project)
    assert found.returncode == 1
    assert "edited by hand" in found.stdout
    edited.unlink()
    foreign.unlink()
    assert run("build", cwd=project).returncode == 0
    assert run("check", cwd=project).returncode == 0


def test_a_failed_build_leaves_the_tree(project: Path) -> None:
    before = tree(project / "generated")
    definitions = project / "features/orders.py"
    definitions.write_text(definitions.read_text().replace('country == "NO"', "country + 1"))
    done = run("build", cwd=project)
    assert done.returncode == 2
    assert "ALN104" in done.stderr
    assert tree(project / "generated") == before


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_where_and_how(project: Path, tmp_path: Path) -> None:
    expected = tree(project / "generated")
    for seed in ("0", "1", "4242"):
        for path in (project / "generated").rglob("*"):
            if path.is_file():
                path.unlink()
        done = run(
            "build",
            "-C",
            str(project),
            cwd=tmp_path,
            PYTHONHASHSEED=seed,
            LC_ALL="C",
            TZ="Asia/Tokyo",
        )
        assert done.returncode == 0, done.stderr
        assert tree(project / "generated") == expected


def test_the_lock_records_every_file(project: Path) -> None:
    lock = json.loads((project / "generated/alignc.lock").read_text())
    files = tree(project / "generated")
    files.pop("alignc.lock")
    assert lock["files"].keys() == files.keys()
    for name, content in files.items():
        assert lock["files"][name]["sha256"] == hashlib.sha256(content).hexdigest()
    assert lock["ir"] == hashlib.sha256(files["ir.json"]).hexdigest()
    text = files["ir.json"].decode()
    assert module_to_json(module_from_json(text)) == text


def test_a_broken_lock_is_reported(project: Path) -> None:
    (project / "generated/alignc.lock").write_text("{")
    done = run("build", cwd=project)
    assert done.returncode == 2
    assert "ALN401" in done.stderr


def test_explain_says_where_a_feature_comes_from(project: Path) -> None:
    done = run("explain", "customer_orders.amount_each_30d", cwd=project)
    assert done.returncode == 0
    assert "amount_each_30d = amount_sum_30d / orders_30d" in done.stdout
    assert 'orders."amount" = column of the source' in done.stdout
    done = run("explain", "late_order", cwd=project)
    assert "plan before the passes" in done.stdout
    assert "plan after the passes" in done.stdout
    unknown = run("explain", "late_orders", cwd=project)
    assert unknown.returncode == 2
    assert "did you mean `late_order`?" in unknown.stderr


def test_usage_errors_end_with_2(tmp_path: Path) -> None:
    done = run("biuld", cwd=tmp_path)
    assert done.returncode == 2
    assert "biuld" in done.stderr


def test_programs_without_the_passes_are_another_build(project: Path) -> None:
    assert run("build", "--no-optimize", cwd=project).returncode == 0
    assert run("check", cwd=project).returncode == 1
    assert run("build", cwd=project).returncode == 0
    assert run("check", cwd=project).returncode == 0
