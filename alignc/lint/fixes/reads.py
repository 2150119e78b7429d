"""Which names a Python text reads in a way that may mean a feature of a view elsewhere.

`orders.note`, `getattr(orders, "note")`, `renames={"note": ...}`, `dict(note=...)`. What a text
merely says about something, in a docstring or a description, is no reading.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

_WORD = re.compile(r"\w+")


@cache
def tree_of(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def names_read(text: str) -> Counter[str]:
    """The names with how often they are read; of a text that is not Python all words."""
    try:
        return Counter(_names(tree_of(text)))
    except (SyntaxError, ValueError, RecursionError):
        return Counter(_WORD.findall(text))


@dataclass(frozen=True)
class Readings:
    """The names that a project's Python files read: those with definitions, and the others.

    The others, and the files of tests, are only looked at if somebody asks.
    """

    definitions: Sequence[str]
    others: Iterable[str]
    tests: Iterable[str] = ()

    def is_read(self, name: str, but: ast.AST) -> bool:
        """Whether a name is read, other than in a part of the definitions."""
        if self._in_definitions[name] > names_read_in(but)[name]:
            return True
        return any(name in text and names_read(text)[name] for text in self.others)

    def is_tested(self, name: str) -> bool:
        """Whether a file of tests has a name."""
        return any(name in text and name in _WORD.findall(text) for text in self.tests)

    @cached_property
    def _in_definitions(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for text in self.definitions:
            found.update(names_read(text))
        return found


def names_read_in(node: ast.AST) -> Counter[str]:
    """The same of a part of a text."""
    return Counter(_names(node))


def _names(root: ast.AST) -> Iterator[str]:
    ahead = [root]
    while ahead:
        node = ahead.pop()
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.Call(func=ast.Attribute(attr="description", value=described)):
                ahead.append(described)
                continue
            case ast.keyword(arg="description"):
                continue
            case ast.keyword(arg=str(name)) | ast.Attribute(attr=name):
                yield name
            case ast.MatchClass(kwd_attrs=attributes):
                yield from attributes
            case ast.ImportFrom(names=names):
                yield from (alias.name for alias in names)
            case ast.Constant(value=str(text)):
                yield from _WORD.findall(text)
        ahead += ast.iter_child_nodes(node)
