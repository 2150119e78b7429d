"""Queries that dbt fills in, as plain SQL: `{{ ref("feat_orders") }}` is the relation of that name.

Nothing of a project's own macros is known: what one makes is `NULL`, and a relation that it is given is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Undefined

_IS_TEMPLATE: Final = re.compile(r"\{\{|\{%|\{#")
# The line that a text comes from stands before it; neither sign is in a text of SQL.
_MARK: Final = re.compile("\x01([0-9]+)\x02")
_BINARY: Final = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
# The schema of tables that a project reads and does not make.
SOURCES: Final = "__sources"


class TemplateError(ValueError):
    """Why a template cannot be filled in, and its line."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Filled:
    """SQL, the line of the template for each of its own, and relations that macros are given."""

    sql: str
    lines: tuple[int, ...]
    read_whole: tuple[tuple[str, int], ...] = ()

    def line(self, line: int) -> int:
        """Where a line of the SQL is in the template."""
        return self.lines[min(line, len(self.lines)) - 1]


def filled(text: str) -> Filled:
    """The SQL of a text, which need be no template; TemplateError if it is one and cannot be filled in."""
    if not _IS_TEMPLATE.search(text):
        return Filled(text, tuple(range(1, text.count("\n") + 2)))
    from jinja2 import TemplateSyntaxError
    from jinja2.exceptions import TemplateError as JinjaError
    from jinja2.sandbox import SandboxedEnvironment

    given: list[str] = []
    environment = SandboxedEnvironment(
        undefined=_unknown(given), extensions=["jinja2.ext.do"], keep_trailing_newline=True
    )
    try:
        template = environment.from_string("".join(_marked(environment.lex(text))))
        marked = template.render(_known(environment.undefined(name="NULL")))
    except TemplateSyntaxError as error:
        raise TemplateError(str(error.message), error.lineno) from None
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(str(error) or type(error).__name__, 1) from None
    sql, lines = _unmarked(marked)
    return Filled(sql, lines, tuple((name, _line_of(name, text)) for name in given))


class _Relation(str):
    """What `ref` and `source` give: text in SQL, and known as a relation by what is called with it."""

    __slots__ = ()


def _known(unknown: object) -> dict[str, object]:
    """What dbt knows, as far as it decides what a query reads."""

    def ref(*names: object, **version: object) -> _Relation:
        number = next(iter(version.values()), None)
        return _Relation(f"{names[-1]}_v{number}" if number is not None else names[-1])

    def setting(name: object, default: object = unknown) -> object:
        return default

    return {
        "ref": ref,
        "source": lambda *names: _Relation(f"{SOURCES}.{names[-1]}"),
        "this": _Relation("__this"),
        "var": setting,
        "env_var": setting,
        "config": lambda *values, **more: "",
        "log": lambda *values, **more: "",
        # What is looked at the second time is more.
        "is_incremental": lambda: True,
    }


def _unknown(given: list[str]) -> type[Undefined]:
    """The class of what is not known. `given` gets the relations that it is called with."""
    from jinja2 import Undefined

    def itself(self: Undefined, *values: object, **named: object) -> Undefined:
        return self

    def member(self: Undefined, name: str) -> Undefined:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def called(self: Undefined, *values: object, **named: object) -> Undefined:
        given.extend(_relations_in([values, named]))
        return self

    names = ["getitem", "neg", "pos", *_BINARY, *(f"r{name}" for name in _BINARY)]
    methods: dict[str, object] = dict.fromkeys((f"__{name}__" for name in names), itself)
    methods |= dict.fromkeys(("__lt__", "__le__", "__gt__", "__ge__"), lambda self, other: False)
    methods |= {"__call__": called, "__getattr__": member, "__str__": lambda self: "NULL"}
    return type("Unknown", (Undefined,), methods)


def _relations_in(value: object) -> Iterator[str]:
    match value:
        case _Relation():
            yield str(value)
        case dict():
            yield from _relations_in(list(value.values()))
        case list() | tuple():
            for part in value:
                yield from _relations_in(part)
        case _:
            pass


def _line_of(name: str, text: str) -> int:
    return text.count("\n", 0, max(text.find(name), 0)) + 1


def _marked(tokens: Iterator[tuple[int, str, str]]) -> Iterator[str]:
    for line, kind, value in tokens:
        if kind == "data":
            parts = value.split("\n")
            yield "\n".join(f"\x01{n}\x02{part}" for n, part in enumerate(parts, line))
        else:
            yield value


def _unmarked(marked: str) -> tuple[str, tuple[int, ...]]:
    """The text without marks, and the line that each line comes from: that of its first word."""
    lines: list[str] = []
    places: list[int] = []
    now = 1
    for line in marked.split("\n"):
        is_found = False
        for mark in _MARK.finditer(line):
            is_found |= bool(_MARK.sub("", line[: mark.start()]).strip())
            now = now if is_found else int(mark[1])
        places.append(now)
        lines.append(_MARK.sub("", line))
    return "\n".join(lines), tuple(places)
