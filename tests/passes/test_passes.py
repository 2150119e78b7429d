"""Each pass: pairs of text in `<pass>.txt`, a plan before and after it.

A case is `== title`, the plan, `--`, the plan after. `=` in place of the second plan: unchanged.
Plans are written as the printer prints them, in the small language that `read_plan` reads.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.view import view_plan
from alignc.ir.passes import PIPELINE, Pass
from alignc.ir.plan import Plan
from alignc.ir.print import show_plan
from alignc.ir.verify import verify_plan
from tests.engines.everywhere import module_of

HERE = Path(__file__).resolve().parent
BY_NAME: dict[str, Pass] = {rewrite.__name__: rewrite for rewrite in PIPELINE}


def cases() -> list[tuple[str, str, str, str]]:
    """Pass, title, definitions and the expected text of each case."""
    found = []
    for path in sorted(HERE.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n== ")[1:]:
            title, _, rest = block.partition("\n")
            definitions, _, expected = rest.partition("\n--\n")
            found.append((path.stem, title, definitions, expected.strip("\n") + "\n"))
    return found


def plan_of(definitions: str, folder: Path) -> Plan:
    module = module_of(definitions, folder)
    if module.contracts:
        return dataset_plan(module, module.contracts[0])
    return view_plan(module, module.views[-1])


def before(plan: Plan, name: str) -> Plan:
    """The plan as the pass finds it in the pipeline, the first time."""
    for rewrite in PIPELINE:
        if rewrite.__name__ == name:
            return plan
        plan = rewrite(plan)
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("name", "title", "definitions", "expected"), cases(), ids=lambda x: x[:40]
)
def test_the_text_after_a_pass(
    name: str, title: str, definitions: str, expected: str, tmp_path: Path, update_golden: bool
) -> None:
    plan = before(plan_of(definitions, tmp_path), name)
    after = BY_NAME[name](plan)
    verify_plan(after, title)
    text = f"{show_plan(plan)}->\n{show_plan(after)}"
    if after is plan:
        text = f"{show_plan(plan)}-> unchanged\n"
    if update_golden:
        path = HERE / f"{name}.txt"
        old = path.read_text(encoding="utf-8")
        head = f"\n== {title}\n{definitions}\n--\n"
        start = old.index(head) + len(head)
        end = old.find("\n== ", start)
        tail = old[end:] if end >= 0 else ""
        path.write_text(old[:start] + text + tail, encoding="utf-8")
        return
    assert text == expected


def test_every_pass_has_cases() -> None:
    assert {name for name, *_ in cases()} == BY_NAME.keys()


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_a_pass_leaves_alone_what_it_has_made(name: str, tmp_path: Path) -> None:
    for case_name, _, definitions, _ in cases():
        if case_name == name:
            once = BY_NAME[name](before(plan_of(definitions, tmp_path), name))
            assert BY_NAME[name](once) is once
