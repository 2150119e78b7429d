"""The page of what targets support is what the tables of the backends say."""

from __future__ import annotations

from pathlib import Path

from alignc.backends.support import UNSUPPORTED
from alignc.conformance.support import NATIVE, TARGETS, support_matrix, support_page
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
    ops = {name for name, spec in OPS.items() if spec.expand is not None}
    for target, gaps in UNSUPPORTED.items():
        assert not gaps.keys() & (NATIVE[target] | ops)


def test_a_gap_names_an_op_that_exists_and_its_reason() -> None:
    for target, gaps in UNSUPPORTED.items():
        assert target in TARGETS
        assert gaps.keys() <= OPS.keys() | AGGREGATES.keys()
        assert all(reason.strip() for reason in gaps.values())
