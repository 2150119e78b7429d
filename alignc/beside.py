"""The models of a project in a dbt project of the user's.

    models/alignc/…, macros/alignc/…, snapshots/alignc/…

Nothing outside of these folders is read or written but the place of `dbt_project.yml`. What was written is
recorded in `models/alignc/alignc.lock`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

from alignc.driver import Compiled, Output, dbt_files
from alignc.errors import Diagnostics
from alignc.settings import Project, line_of_setting

LOCK = "models/alignc/alignc.lock"


def folder_beside(project: Project, given: Path | None) -> Path | None:
    """The folder of the user's dbt project, if there is one; `given` is before the settings."""
    into = project.settings.dbt.into
    if given is not None:
        return given.resolve()
    return (project.root / into).resolve() if into is not None else None


def compile_beside(
    project: Project, compiled: Compiled, folder: Path, *, optimize: bool = True
) -> Compiled:
    """The files for the user's dbt project; DefinitionError if there is none, or no adapter is chosen."""
    found = Diagnostics()
    if not (folder / "dbt_project.yml").is_file():
        message = f"there is no dbt project in {folder.name}: it has no dbt_project.yml"
        found.add("ALN010", message, None, "name the folder with `--dbt-into` or `dbt.into`")
    adapters = project.settings.adapters
    if len(adapters) != 1:
        has = "none" if not adapters else " and ".join(f"dbt-{a}" for a in adapters)
        found.add(
            "ALN011",
            f"a dbt project has one adapter, `targets` has {has}",
            line_of_setting(("targets",), project.settings_file),
            "such as `targets: [dbt-duckdb, polars]`",
        )
    found.raise_if_any()
    depth = _depth(project.root, folder)
    files = dbt_files(
        compiled.module,
        project,
        adapters[0],
        depth,
        compiled.fixtures,
        is_beside=True,
        optimize=optimize,
    )
    outputs = tuple(Output(_placed(file.path), file.text, file.symbols) for file in files)
    return replace(compiled, outputs=outputs, lock=LOCK)


def _placed(path: str) -> str:
    """
    >>> _placed("models/features/feat_orders.sql")
    'models/alignc/features/feat_orders.sql'
    >>> _placed("tests/generic/alignc_holds.sql")
    'macros/alignc/alignc_holds.sql'
    """
    first, *rest = PurePosixPath(path).parts
    if first == "tests":
        # dbt reads generic tests among macros, too.
        first, rest = "macros", rest[1:]
    return "/".join((first, "alignc", *rest))


def _depth(root: Path, folder: Path) -> int:
    """How many folders up from the dbt project the definitions are, if they are above it."""
    way = Path(os.path.relpath(root, folder))
    return len(way.parts)
