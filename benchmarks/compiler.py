"""What the compiler costs on a large project: 1,000 views of 10 features, 100 contracts.

    python -m benchmarks.compiler [VIEWS]

CPU seconds (user and system, children included) and peak memory of whole processes, median of three.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import alignc

ROOT = Path(alignc.__file__).resolve().parents[1]
IMPORTS = "from alignc import *\n\n"

VIEW = """
@feature_view(name="view_{n}", source=FileSource.parquet_at("data/table_{n}.parquet"))
class View{n}:
    key = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().lower_bound(0).description("Euros.")
    count = Int32().is_required()
    country = String().accepted_values(["NO", "SE"])
    each = (amount / count).description("Euros each.")
    is_domestic = country == "NO"
    rounded = round(each, 2)
    day = at.date_component("day")
    change = amount - each
    amount_1d = amount.aggregate().over(days=1).sum()
    count_1d = amount.aggregate().over(days=1).count()
"""

CONTRACT = """
@model_contract(name="model_{n}", input_features=[{inputs}])
class Model{n}:
    label = {label}.is_domestic.as_classification_label()
"""


def write_project(folder: Path, views: int, a_file: int = 10) -> None:
    """A project of `views` views, `a_file` to a file, with a contract for each file."""
    (folder / "features").mkdir(parents=True)
    (folder / "alignc.yml").write_text("name: large\n")
    for number, first in enumerate(range(0, views, a_file)):
        names = range(first, min(first + a_file, views))
        text = IMPORTS + "\n".join(VIEW.format(n=n) for n in names)
        text += "".join(f"\nv{n} = View{n}()" for n in names)
        wanted = ("each", "rounded", "amount_1d", "count_1d")
        inputs = [f'v{n}.{f}.with_name("{f}_{n}")' for n in list(names)[:5] for f in wanted]
        text += "\n" + CONTRACT.format(n=number, inputs=", ".join(inputs), label=f"v{first}")
        (folder / f"features/part_{number}.py").write_text(text)


def measure(*arguments: str, cwd: Path) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one run of the command line."""
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "alignc.cli", *arguments],
        {**os.environ, "PYTHONPATH": str(ROOT)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"{arguments} failed in {cwd}"
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    views = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rows: list[tuple[str, list[tuple[float, float]]]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, views)
        cold = []
        for _ in range(3):
            subprocess.run(
                ["rm", "-rf", folder / "generated", folder / ".alignc_cache"], check=True
            )
            cold.append(measure("build", "-C", name, cwd=folder))
        files = [p for p in (folder / "generated").rglob("*") if p.is_file()]
        rows.append((f"cold build, {len(files)} files", cold))
        rows.append(
            ("nothing-changed build", [measure("build", "-C", name, cwd=folder) for _ in range(3)])
        )
        rows.append(("check", [measure("check", "-C", name, cwd=folder) for _ in range(3)]))
        linted = [measure("lint", name, "--exit-zero", cwd=folder) for _ in range(3)]
        rows.append(("lint, reading included", linted))
        rows.append(("--help", [measure("--help", cwd=folder) for _ in range(3)]))
    print(f"{views} views, {len(range(0, views, 10))} contracts")
    print(f"{'':32}{'CPU s':>8}{'MB':>8}")
    for label, runs in rows:
        seconds, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{label:32}{seconds:8.2f}{peak:8.0f}")


if __name__ == "__main__":
    main()
