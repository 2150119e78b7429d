"""U101, U102, U103: the statement of a feature that nobody uses goes."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from functools import cache

from alignc.ir.lineage import Field
from alignc.ir.module import Raw
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.fixes.edit import NoFix, RemovedStatement
from alignc.lint.fixes.reads import Readings, tree_of
from alignc.lint.fixes.rows import keeps_order, keeps_rows


def without_feature(finding: Finding, facts: Facts, readings: Readings) -> RemovedStatement | NoFix:
    """The removal of the statement of a finding, or why it has to stay."""
    text = facts.texts.get(finding.span.file)
    # A class that is made several times makes several features with one statement.
    made = frozenset(facts.features_at.get(finding.span, ()))
    if text is None or not made:
        return NoFix("no statement of a definition file makes it")
    if not made <= facts.removable.keys():
        return NoFix("its statement makes features of other views, too, of which some are used")
    name = next(iter(made)).name
    is_asked_for = any(str(f) in (read for read, _ in q.reads) for f in made for q in facts.queries)
    if is_asked_for:
        return NoFix("a query of an exposure reads it")
    if any(query.has_name(one) for query in facts.queries for one in _names_of(made, facts)):
        return NoFix("a query of an exposure has its name")
    if any(f.name != name for f in made):
        return NoFix("its statement makes features of other names, too")
    if not keeps_rows(facts.module, made):
        return NoFix("without it the view would have other rows")
    owner, one = _statements(text).get((finding.span.line, finding.span.column), (None, None))
    if owner is None or one is None or not _is_plain(text, owner, one, name):
        return NoFix(f"its statement is more than `{name} = ...` on lines of its own")
    if _is_used_in(owner, one, name):
        return NoFix(f"something else in its class has the name `{name}`")
    if readings.is_read(name, one):
        return NoFix(f"something else in the project's Python files has the name `{name}`")
    if any(readings.is_tested(one) for one in _names_of(made, facts)):
        return NoFix("a test of the project has its name")
    return RemovedStatement(finding.span, name, made, keeps_order(facts.module, made))


def _names_of(made: Iterable[Field], facts: Facts) -> set[str]:
    """The names that tests call features by: their own, and those of their columns in a source."""
    features = [facts.features[field][1] for field in made]
    columns = {f.compute.column for f in features if isinstance(f.compute, Raw)}
    return {feature.name for feature in features} | columns


@cache
def _statements(text: str) -> dict[tuple[int, int], tuple[ast.ClassDef, ast.Assign]]:
    """The statements `name = ...` in the bodies of classes by line and column, each with its class."""
    return {
        (one.lineno, one.col_offset + 1): (node, one)
        for node in ast.walk(tree_of(text))
        if isinstance(node, ast.ClassDef)
        for one in node.body
        if isinstance(one, ast.Assign)
    }


def _is_plain(text: str, owner: ast.ClassDef, one: ast.Assign, name: str) -> bool:
    """Whether a statement makes a name and nothing else, alone on its lines and in its class."""
    match one.targets:
        case [ast.Name(id=target)] if target == name:
            pass
        case _:
            return False
    before = text.split("\n")[one.lineno - 1].encode()[: one.col_offset]
    has_its_lines = not before.strip() and all(
        n.lineno != one.end_lineno for n in owner.body if n is not one
    )
    makes_more = any(isinstance(node, ast.NamedExpr) for node in ast.walk(one.value))
    return has_its_lines and not makes_more and _names_in(owner)[name, "made"] == 1


def _is_used_in(owner: ast.ClassDef, one: ast.Assign, name: str) -> bool:
    """Whether anything in the class but the statement has the name."""
    own = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(one.value))
    return _names_in(owner)[name, "read"] > own


@cache
def _names_in(owner: ast.ClassDef) -> Counter[tuple[str, str]]:
    """How often each name is made and read in a class."""
    found: Counter[tuple[str, str]] = Counter()
    for node in ast.walk(owner):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                found[name, "read"] += 1
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found[name, "made"] += 1
            case ast.ClassDef(name=name) if node is not owner:
                found[name, "made"] += 1
            case ast.alias(name=name, asname=new):
                found[new or name.partition(".")[0], "made"] += 1
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.update((name, "made") for name in names)
    return found
