"""Imports at the top of a file that a fix has left without use; those that had none before stay."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

import libcst as cst

from alignc.lint.fixes.lines import without_statements

_WORD = re.compile(r"\w+")


def without_needless_imports(before: str, after: str, file: str, others: Iterable[str]) -> str:
    """The text `after` a fix without the imports that only what is gone has used.

    A name stays that one of the `others`, the texts of other files, imports from this one.
    """
    tree = ast.parse(after)
    used = _used(tree)
    needless = (_imported(tree) & _used(ast.parse(before))) - used
    if needless:
        needless -= _asked(needless, PurePosixPath(file), others)
    if not needless:
        return after
    module = cst.parse_module(after)
    body = [_shorter(statement, needless) for statement in module.body]
    gone = [statement is None for statement in body]
    kept = [new or old for new, old in zip(body, module.body, strict=True)]
    return without_statements(module, kept, gone).code


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    }


def _used(tree: ast.Module) -> set[str]:
    """All names, and all words of texts: an annotation, or `__all__`, may be one."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                found.add(name)
            case ast.Constant(value=str(text)):
                found.update(_WORD.findall(text))
    return found


def _asked(names: Collection[str], file: PurePosixPath, others: Iterable[str]) -> set[str]:
    """Those of the names that another file imports from a module that may be this one."""
    own = file.parent.name if file.stem == "__init__" else file.stem
    found: set[str] = set()
    for text in others:
        if own not in text and "from ." not in text:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                module = (node.module or own).rpartition(".")[2]
                asked = {alias.name for alias in node.names} if module == own else set()
                found |= set(names) if "*" in asked else asked & set(names)
    return found


def _shorter(
    statement: cst.BaseStatement | cst.BaseSmallStatement, names: Collection[str]
) -> cst.BaseStatement | cst.BaseSmallStatement | None:
    """A statement without these imports; None if nothing is left of it."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom() as line]):
            if isinstance(line.names, cst.ImportStar):
                return statement
            kept = [alias for alias in line.names if _bound(alias) not in names]
            if len(kept) == len(line.names):
                return statement
            if not kept:
                return None
            kept[-1] = _as_last(kept[-1], line.names[-1])
            return statement.with_changes(body=[line.with_changes(names=kept)])
    return statement


def _as_last(alias: cst.ImportAlias, last: cst.ImportAlias) -> cst.ImportAlias:
    """A name where the last one was: with what ends the list, and with its own comment."""
    match alias.comma, last.comma:
        case (
            cst.Comma(whitespace_after=cst.ParenthesizedWhitespace(first_line=own)),
            cst.Comma(whitespace_after=cst.ParenthesizedWhitespace() as end) as comma,
        ):
            end = end.with_changes(first_line=own)
            return alias.with_changes(comma=comma.with_changes(whitespace_after=end))
    return alias.with_changes(comma=last.comma)


def _bound(alias: cst.ImportAlias) -> str:
    """The name that an import makes."""
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
