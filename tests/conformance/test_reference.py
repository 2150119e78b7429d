"""The reference of operations is what their declarations say."""

from __future__ import annotations

import json
from pathlib import Path

from alignc.conformance.reference import examples_lines, operations_page
from alignc.ir.ops import AGGREGATES, OPS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_made_from_the_declarations(update_golden: bool) -> None:
    if update_golden:
        (DOCS / "operations.md").write_text(operations_page(), encoding="utf-8")
    assert (DOCS / "operations.md").read_text(encoding="utf-8") == operations_page()


def test_the_data_is_made_from_the_declarations(update_golden: bool) -> None:
    if update_golden:
        (DOCS / "operations.jsonl").write_text(examples_lines(), encoding="utf-8")
    assert (DOCS / "operations.jsonl").read_text(encoding="utf-8") == examples_lines()
    wanted = sum(len(op.examples) for op in OPS.values())
    wanted += sum(len(aggregate.examples) for aggregate in AGGREGATES.values())
    read = [json.loads(line) for line in examples_lines().splitlines()]
    assert len(read) == wanted
