"""The installed wheel, not the checkout: it carries its templates and needs nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import alignc

ROOT = Path(alignc.__file__).resolve().parents[1]


def test_a_wheel_is_all_that_a_user_needs(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True)
    (wheel,) = tmp_path.glob("alignc-*.whl")
    site = tmp_path / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import alignc, alignc.cli; "
        f"assert alignc.__file__.startswith({str(site)!r}); sys.argv[0] = 'alignc'; alignc.cli.main()"
    )

    def run(*arguments: str, cwd: Path) -> None:
        command = [sys.executable, "-I", "-c", code, *arguments]
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL)

    run("init", "shop", cwd=tmp_path)
    run("build", cwd=tmp_path / "shop")
    run("check", cwd=tmp_path / "shop")
    assert (tmp_path / "shop/generated/pyspark/datasets/late_order.py").is_file()
