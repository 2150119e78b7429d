"""Statements that go, and the lines with nothing or a comment around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

# Comments that speak to other tools about more than the statement below them.
_PRAGMA = re.compile(r"#\s*(?:fmt|yapf|isort|ruff|pylint|region|endregion|%%)\b")
# A heading of several statements: `# --- money ---`.
_HEADING = re.compile(r"#.*(?:--|==|##|\*\*|~~|__)")

Block = TypeVar("Block", cst.Module, cst.IndentedBlock)
Statement = cst.BaseStatement | cst.BaseSmallStatement


def without_statements(block: Block, body: Sequence[Statement], gone: Sequence[bool]) -> Block:
    """The block with a new body, without those of its statements that are gone, at least one stays.

    Comments right above a statement go with it.
    """
    kept: list[Statement] = []
    # The lines above a statement that is gone, and are not about it.
    carried: list[cst.EmptyLine] = []
    for statement, is_gone in zip(body, gone, strict=True):
        lines = _lines_above(statement)
        if is_gone:
            carried = _joined(carried, _not_about_it(lines))
            continue
        if carried or lines:
            above = _joined(carried, lines)
            # A body does not begin with a blank line because its first statement is gone.
            while not kept and gone[0] and above and above[0].comment is None:
                above = above[1:]
            statement = statement.with_changes(leading_lines=above)
        kept.append(statement)
        carried = []
    footer = [*carried, *block.footer] if any(line.comment for line in carried) else None
    return block.with_changes(body=kept, footer=block.footer if footer is None else footer)


def _lines_above(statement: Statement) -> list[cst.EmptyLine]:
    lines = getattr(statement, "leading_lines", ())
    return [line for line in lines if isinstance(line, cst.EmptyLine)]


def _not_about_it(lines: list[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The lines without the comments right above the statement."""
    end = len(lines)
    while end and (comment := lines[end - 1].comment):
        if _PRAGMA.match(comment.value) or _HEADING.match(comment.value):
            break
        end -= 1
    return lines[:end]


def _joined(above: list[cst.EmptyLine], below: list[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Both, with as many blank lines between as the longer row of them has."""
    ends = _blank(above[::-1])
    begins = _blank(below)
    return [*above, *below[min(ends, begins) :]]


def _blank(lines: list[cst.EmptyLine]) -> int:
    return next((n for n, line in enumerate(lines) if line.comment is not None), len(lines))
