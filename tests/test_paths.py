"""What files are called: for people from where they are, for programs from the repository."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from alignc.errors import Span
from alignc.paths import Paths, from_here, from_repository
from tests.lint.projects import SHOP, shop


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("/repo", "shop/features/a b.py:3:5"),
        ("/repo/shop", "features/a b.py:3:5"),
        ("/repo/shop/features", "a b.py:3:5"),
        ("/repo/shop/generated", "../features/a b.py:3:5"),
        ("/", "repo/shop/features/a b.py:3:5"),
        ("/repo/other", "/repo/shop/features/a b.py:3:5"),
        ("/rep", "/repo/shop/features/a b.py:3:5"),
    ],
)
def test_a_place_from_a_folder(base: str, expected: str) -> None:
    paths = Paths(Path("/repo/shop"), Path(base))
    assert str(paths.at(Span("features/a b.py", 3, 5))) == expected


def test_where_names_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = shop(tmp_path)
    monkeypatch.chdir(project / "features")
    assert from_here(project).of("alignc.yml") == "../alignc.yml"
    assert from_repository(project).of("alignc.yml") == "shop/alignc.yml"
    (tmp_path / ".git").rmdir()
    assert from_repository(project).of("alignc.yml") == "alignc.yml"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "alignc.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_all_commands_call_a_file_the_same(tmp_path: Path) -> None:
    """The reports for people, from three folders."""
    project = shop(tmp_path, SHOP.replace("words = note.length()", "words = note.length() + 1"))
    run(project, "build")
    against = str(tmp_path / "old")
    shop(tmp_path / "old")
    file = "generated/sql/duckdb/views/orders.sql"
    for folder, prefix, back in (
        (tmp_path, "shop/", ""),
        (project, "", ""),
        (project / "features", "../", "../"),
    ):
        there = ["-C", str(project)] if folder == tmp_path else []
        definitions = "orders.py" if back else f"{prefix}features/orders.py"
        linted = run(folder, "lint", *([str(project)] if there else []))
        assert f" --> {definitions}:20:5\n" in linted.stdout
        old = f"{against}/shop"
        assert f"[{definitions}:19:5]" in run(folder, "diff", "--against", old, *there).stdout
        broken = run(folder, "breaking", "--against", old, "--format", "concise", *there)
        assert broken.stdout.startswith(f"{definitions}:19:5: error B112 ")
        traced = run(folder, "trace", f"{project}/{file}:1", *there)
        assert traced.stdout.startswith(f"{prefix}{file}:1\n")
        assert f"\n  {definitions}:14:1\n" in traced.stdout
        explained = run(folder, "explain", "orders.words", *there)
        assert explained.stdout.startswith(f"feature orders.words: Int64\n  {definitions}:19:5\n")
    (project / file).unlink()
    assert f"../{file}: missing\n" in run(project / "features", "check").stdout
    assert run(project / "features", "build").stdout == f"wrote ../{file}\n"


def test_programs_are_told_the_paths_of_the_repository(tmp_path: Path) -> None:
    project = shop(tmp_path)
    run(project, "build")
    folder = project / "features"
    linted = json.loads(run(folder, "lint", "--format", "json").stdout)
    assert {f["path"] for f in linted["findings"]} == {"shop/features/orders.py"}
    traced = json.loads(run(folder, "trace", "../generated/ir.json:1", "--format", "json").stdout)
    assert traced["file"] == "shop/generated/ir.json"
    explained = json.loads(run(folder, "explain", "orders.words", "--format", "json").stdout)
    assert explained["place"] == "shop/features/orders.py:19:5"
    assert explained["lineage"][0]["place"] == "shop/features/orders.py:19:5"


def test_errors_show_their_lines_from_anywhere(tmp_path: Path) -> None:
    project = shop(tmp_path, SHOP.replace("note.length()", "notes.length()"))
    for folder, arguments, path in (
        (tmp_path, ["lint", "shop"], "shop/features/orders.py"),
        (tmp_path, ["lint", "shop/features/orders.py"], "shop/features/orders.py"),
        (tmp_path, ["build", "-C", "shop"], "shop/features/orders.py"),
        (tmp_path, ["build", "--project=shop"], "shop/features/orders.py"),
        (project / "features", ["diff"], "orders.py"),
        (Path("/"), ["explain", "orders", "-C", str(project)], f"{project}/features/orders.py"[1:]),
    ):
        done = run(folder, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        if arguments[0] != "diff":
            assert done.stderr.startswith(f"{path}:19:")
            assert "\n    19 |     words = notes.length()" in done.stderr


def test_settings_that_are_wrong_are_shown(tmp_path: Path) -> None:
    project = shop(tmp_path, settings="lint: {select: 3}\n")
    done = run(tmp_path, "lint", "shop/features")
    assert done.stderr.startswith("shop/alignc.yml:2:1: ALN003 ")
    assert "\n    2 | lint: {select: 3}\n" in done.stderr
    (project / "alignc.yml").write_text("a: [", encoding="utf-8")
    assert run(tmp_path, "lint", "shop").stderr.startswith("shop/alignc.yml:1:5: ALN002 ")
