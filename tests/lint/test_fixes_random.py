"""Random projects, mended: what stays says the same to the interpreter, row for row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from alignc.frontend.loader import load_project
from alignc.fuzz.definitions import definitions_of
from alignc.fuzz.modules import draw_module
from alignc.ir.module import Contract, Module, View
from alignc.lint.fixes.mending import mend
from alignc.settings import Lint, find_project
from alignc.verify.rounding import expected
from alignc.verify.rows import Case, Habits, make_case
from alignc.verify.values import Taste


def answer(case: Case, definition: View | Contract, kept: set[str] | None = None) -> str:
    """The rows of a definition, with these columns; or why there are none."""
    try:
        rows = expected(case, definition)
    except ValueError as error:
        return str(error)
    return repr([{n: v for n, v in row.items() if kept is None or n in kept} for row in rows])


def loaded(folder: Path, text: str) -> Module:
    (folder / "definitions.py").write_text(text, encoding="utf-8")
    return load_project(folder, [folder / "definitions.py"], "fuzz").module


def test_what_stays_is_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "alignc.yml").write_text("definitions: [definitions.py]\n", encoding="utf-8")
    project = find_project(tmp_path)
    mended_projects = gone = 0
    for seed in range(24):
        text = definitions_of(draw_module(Random(seed), written=True))
        before = loaded(tmp_path, text)
        mended = mend(project, Lint(select=("U",)), lambda _: True)
        if not mended.number:
            continue
        after = loaded(tmp_path, mended.after["definitions.py"])
        taste = Taste(hostile=0.05, extreme=False)
        case = make_case(before, Random(seed), Habits(rows=40, entity_rows=16, taste=taste))
        changed = replace(case, module=after)
        for contract in before.contracts:
            there = answer(case, contract)
            assert there == answer(changed, after.contract_by_name[contract.name]), seed
        for view in before.views:
            left = after.view_by_name[view.name]
            gone += len(view.features) - len(left.features)
            there = answer(case, view, {f.name for f in left.features})
            assert there == answer(changed, left), (seed, view.name)
        mended_projects += 1
    assert mended_projects >= 5
    assert gone >= mended_projects
