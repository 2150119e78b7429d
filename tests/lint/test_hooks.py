"""The hooks of pre-commit and the action of GitHub: files that others read, and the shell in them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.main import get_command

from alignc.cli import app
from tests.lint.projects import shop
from tests.lint.schemas import schema_at

ROOT = Path(__file__).resolve().parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, LINT = ACTION["runs"]["steps"]
# Texts that a shell must not look into.
HOSTILE = "$(touch broken) `touch broken`; touch broken #\n'\" *"


def test_the_hooks_are_valid() -> None:
    """The schema is that of a configuration, which may have hooks in it as they stand in this file."""
    schema = schema_at("https://json.schemastore.org/pre-commit-config.json")
    jsonschema.validate({"repos": [{"repo": "local", "hooks": HOOKS}]}, schema)
    broken = [{**HOOKS[0], "types_or": ["no such type"]}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"repos": [{"repo": "local", "hooks": broken}]}, schema)
    assert [hook["id"] for hook in HOOKS] == ["alignc-lint", "alignc-check"]
    assert all(hook["language"] == "python" and not hook["pass_filenames"] for hook in HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_a_hook_runs(hook: dict[str, str], tmp_path: Path) -> None:
    project = shop(tmp_path)
    name, *options = hook["entry"].split()
    assert name == "alignc"
    command = [sys.executable, "-m", "alignc.cli", *options]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stdout
    assert "error:" not in result.stderr


def test_the_action_is_valid() -> None:
    schema = schema_at("https://json.schemastore.org/github-action.json")
    jsonschema.validate(ACTION, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**ACTION, "runs": {"using": "composite"}}, schema)


def test_no_input_becomes_a_part_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    given = [v for step in ACTION["runs"]["steps"] for v in step["env"].values()]
    asked = {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}
    assert asked <= set(given)


def run(
    step: dict[str, str], folder: Path, inputs: dict[str, str], **programs: str
) -> subprocess.CompletedProcess[str]:
    """The script of a step as a runner runs it; `programs` are found before others of their name."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for name, text in programs.items():
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    script = folder / "script.sh"
    script.write_text(step["run"], encoding="utf-8")
    environment = {
        **os.environ,
        **inputs,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_OUTPUT": str(folder / "output"),
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


ALIGNC = f'#!/bin/sh\nexec "{sys.executable}" -m alignc.cli "$@"\n'


def lint(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    given = {"ALIGNC_PATH": "shop", "ALIGNC_SELECT": "", "ALIGNC_SARIF": "", **inputs}
    assert given.keys() == LINT["env"].keys()
    return run(LINT, folder, given, alignc=ALIGNC)


def test_findings_stand_at_their_lines_and_in_a_file(tmp_path: Path) -> None:
    shop(tmp_path)
    result = lint(tmp_path, ALIGNC_SELECT="U", ALIGNC_SARIF="out $x.sarif")
    assert result.returncode == 1
    (line,) = result.stdout.splitlines()
    assert line.startswith("::warning file=shop/features/orders.py,line=20,col=5,title=U102")
    assert (tmp_path / "output").read_text(encoding="utf-8") == "findings=true\n"
    content = yaml.safe_load((tmp_path / "out $x.sarif").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema_at("https://json.schemastore.org/sarif-2.1.0.json"))
    assert [r["ruleId"] for r in content["runs"][0]["results"]] == ["U102"]


def test_a_clean_project(tmp_path: Path) -> None:
    shop(tmp_path)
    result = lint(tmp_path, ALIGNC_SELECT="G")
    assert (result.returncode, result.stdout) == (0, "")
    assert (tmp_path / "output").read_text(encoding="utf-8") == "findings=false\n"
    assert not list(tmp_path.glob("*.sarif"))


@pytest.mark.parametrize("name", ["ALIGNC_PATH", "ALIGNC_SELECT"])
def test_a_hostile_input_is_only_a_wrong_one(tmp_path: Path, name: str) -> None:
    shop(tmp_path)
    for value in (HOSTILE, "--exit-zero"):
        result = lint(tmp_path, **{name: value})
        assert result.returncode == 2
        assert "ALN00" in result.stderr
        assert not list(tmp_path.rglob("broken"))
        assert not (tmp_path / "output").exists()


PIP = '#!/bin/sh\nprintf "%s\\n" "$@" > installed\n'


@pytest.mark.parametrize(
    ("version", "what"), [("", "/the action's folder"), ("0.1.0rc1", "alignc==0.1.0rc1")]
)
def test_what_is_installed(tmp_path: Path, version: str, what: str) -> None:
    inputs = {"ALIGNC_VERSION": version, "ALIGNC_ACTION": "/the action's folder"}
    assert inputs.keys() == INSTALL["env"].keys()
    assert run(INSTALL, tmp_path, inputs, python3=PIP).returncode == 0
    assert (tmp_path / "installed").read_text(encoding="utf-8").splitlines()[-1] == what


@pytest.mark.parametrize("version", [HOSTILE, "0.1 --index-url x", "1\n2", "1 @ file:///x"])
def test_what_is_no_version_is_not_installed(tmp_path: Path, version: str) -> None:
    inputs = {"ALIGNC_VERSION": version, "ALIGNC_ACTION": "."}
    assert run(INSTALL, tmp_path, inputs, python3=PIP).returncode == 2
    assert not (tmp_path / "installed").exists()
    assert not list(tmp_path.rglob("broken"))


def test_the_options_of_the_action_are_there() -> None:
    known = {o for p in get_command(app).commands["lint"].params for o in p.opts}  # type: ignore[attr-defined]
    used = {
        w.split("=")[0].strip('("') for w in LINT["run"].split() if w.strip('("').startswith("--")
    }
    assert used - {"--"} <= known
