"""The page of what targets support is what the tables of the backends say."""

from __future__ import annotations

from pathlib import Path

from alignc.backends.support import UNSUPPORTED
from alignc.conformance.support import NATIVE, TARGETS, support_matrix, support_page
from alignc.ir.expr import Call, Column, walk
from alignc.ir.ops import AGGREGATES, OPS

PAGE = Path(__file__).resolve().parents[2] / "docs/support.md"


def test_the_page_is_made_from_the_tables(update_golden: bool) -> None:
    if update_golden:
        PAGE.write_text(support_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == support_page()


def test_every_op_and_aggregate_has_a_state_on_every_target() -> None:
    rows = list(support_matrix())
    assert [name for name, _, _ in rows] == [*OPS, *AGGREGATES]
    assert all([s.target for s in states] == list(TARGETS) for _, _, states in rows)


def test_what_a_target_has_is_no_gap() -> None:
    """A gap that has been closed is an error until its entry is gone."""
    for target, gaps in UNSUPPORTED.items():
        # Some targets have no word for a part of what an op is made of, or not with its pattern.
        ops = {name for name, parts in _expanded().items() if not parts & {*gaps, "matches"}}
        assert not gaps.keys() & (NATIVE[target] | ops)


def _expanded() -> dict[str, set[str]]:
    """The ops that are made of others, and which those are."""
    return {
        name: {
            part.op
            for part in walk(spec.expand(*(Column(name=p.name) for p in spec.params)))
            if isinstance(part, Call)
        }
        for name, spec in OPS.items()
        if spec.expand is not None
    }


def test_a_gap_names_an_op_that_exists_and_its_reason() -> None:
    for target, gaps in UNSUPPORTED.items():
        assert target in TARGETS
        assert gaps.keys() <= OPS.keys() | AGGREGATES.keys()
        assert all(reason.strip() for reason in gaps.values())
