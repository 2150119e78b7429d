"""Edits of a definition file, on its concrete syntax tree: everything else stays as it was written."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from alignc.lint.fixes.edit import Edit, RemovedStatement, ShorterComment
from alignc.lint.fixes.lines import without_statements

# The parts of a node that are lines with nothing or a comment.
_LINES = ("leading_lines", "lines_after_decorators", "footer", "header", "empty_lines")


def rewritten(text: str, edits: Sequence[Edit]) -> str:
    """The text after all edits; `libcst.ParserSyntaxError` for one that the parser cannot read."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    changed = wrapper.module.visit(_Rewriter(edits, wrapper.resolve(PositionProvider)))
    return changed.code


class _Rewriter(cst.CSTTransformer):
    def __init__(self, edits: Sequence[Edit], places: Mapping[cst.CSTNode, CodeRange]) -> None:
        super().__init__()
        self._places = places
        self._names = {(e.span.line, e.name) for e in edits if isinstance(e, RemovedStatement)}
        self._comments = {
            (e.span.line, e.span.column): e.text for e in edits if isinstance(e, ShorterComment)
        }

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode:
        node = updated_node
        for part in _LINES:
            lines = getattr(original_node, part, None)
            if isinstance(lines, Sequence) and any(map(self._is_changed, lines)):
                node = node.with_changes(**{part: self._lines(lines)})
        match node:
            case cst.TrailingWhitespace() if self._is_changed(original_node):
                return self._behind(original_node, node)
            case cst.IndentedBlock() if isinstance(original_node, cst.IndentedBlock):
                return self._body(original_node, node)
        return node

    # -- comments

    def _place(self, node: cst.CSTNode) -> tuple[int, int]:
        start = self._places[node].start
        return start.line, start.column + 1

    def _is_changed(self, line: cst.CSTNode) -> bool:
        comment = getattr(line, "comment", None)
        return comment is not None and self._place(comment) in self._comments

    def _behind(
        self, original: cst.CSTNode, updated: cst.TrailingWhitespace
    ) -> cst.TrailingWhitespace:
        assert isinstance(original, cst.TrailingWhitespace)
        assert original.comment is not None
        text = self._comments[self._place(original.comment)]
        if text:
            return updated.with_changes(comment=cst.Comment(text))
        return updated.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))

    def _lines(self, lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
        found: list[cst.EmptyLine] = []
        is_joint = False
        for line in lines:
            text = line.comment.value if line.comment else ""
            if line.comment is not None and self._is_changed(line):
                text = self._comments[self._place(line.comment)]
                if not text:
                    is_joint = True
                    continue
                line = line.with_changes(comment=cst.Comment(text))
            # Blank lines above and below a comment that is gone are not twice as many.
            if not text and is_joint and found and found[-1].comment is None:
                continue
            is_joint = is_joint and not text
            found.append(line)
        return found

    # -- statements

    def _body(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.IndentedBlock:
        gone = [self._is_gone(statement) for statement in original.body]
        if not any(gone) or all(gone):
            return updated
        return without_statements(updated, updated.body, gone)

    def _is_gone(self, statement: cst.BaseStatement) -> bool:
        match statement:
            case cst.SimpleStatementLine(
                body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)])]
            ):
                # Python reads names in this form.
                word = unicodedata.normalize("NFKC", name.value)
                return (self._places[name].start.line, word) in self._names
        return False
