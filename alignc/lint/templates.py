"""Queries that dbt fills in, as plain SQL: `{{ ref("feat_orders") }}` is the relation of that name.

Nothing of a project's own macros is known: what one makes is `NULL`, and a relation that it is given is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Undefined

_IS_TEMPLATE: Final = re.compile(r"\{\{|\{%|\{#")
# Tags of dbt around a whole query.
_AROUND: Final = re.compile(r"\{%-?\s*(?:end)?(?:snapshot|test)\b.*?%\}", re.DOTALL)
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
    """SQL, the line of the template for each of its own, and relations that macros are given.

    `others` are queries that the template runs while it is filled in.
    """

    sql: str
    lines: tuple[int, ...]
    is_template: bool = False
    read_whole: tuple[tuple[str, int], ...] = ()
    others: tuple[str, ...] = ()

    def line(self, line: int) -> int:
        """Where a line of the SQL is in the template."""
        return self.lines[min(line, len(self.lines)) - 1]


def fillings(text: str) -> Iterator[Filled]:
    """The SQL of a text: of a template with both answers to what is not known, and with nothing in its place, too.

    TemplateError if it cannot be filled in.
    """
    if not _IS_TEMPLATE.search(text):
        yield Filled(text, tuple(range(1, text.count("\n") + 2)))
        return
    whole = _AROUND.sub(lambda found: "\n" * found[0].count("\n"), text)
    for word in ("NULL", ""):
        for answer in (True, False):
            yield _filled(whole, word, answer=answer)


def _filled(text: str, word: str, *, answer: bool) -> Filled:
    from jinja2 import TemplateSyntaxError
    from jinja2.exceptions import TemplateError as JinjaError
    from jinja2.sandbox import SandboxedEnvironment

    given: list[str] = []
    others: list[str] = []
    environment = SandboxedEnvironment(
        undefined=_unknown(given, word, answer=answer),
        extensions=["jinja2.ext.do"],
        keep_trailing_newline=True,
    )
    environment.filters |= {f"as_{kind}": _itself for kind in ("bool", "native", "number", "text")}
    try:
        template = environment.from_string("".join(_marked(environment.lex(text))))
        unknown = environment.undefined(name=word)
        marked = template.render(_known(unknown, others, answer=answer))
    except TemplateSyntaxError as error:
        raise TemplateError(str(error.message), error.lineno) from None
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(str(error) or type(error).__name__, 1) from None
    sql, lines = _unmarked(marked)
    read_whole = tuple((name, _line_of(name, text)) for name in given)
    return Filled(sql, lines, True, read_whole, tuple(_unmarked(one)[0] for one in others))


class _Relation(str):
    """What `ref` and `source` give: text in SQL, and known as a relation by what is called with it."""

    __slots__ = ()


def _known(unknown: object, others: list[str], *, answer: bool) -> dict[str, object]:
    """What dbt knows, as far as it decides what a query reads; `others` gets the queries that are run."""

    def ref(*names: object, **version: object) -> _Relation:
        number = next(iter(version.values()), None)
        return _Relation(f"{names[-1]}_v{number}" if number is not None else names[-1])

    def setting(name: object, default: object = unknown) -> object:
        return default

    def run_query(query: object) -> object:
        others.append(str(query))
        return unknown

    def statement(*names: object, caller: Callable[[], str], **options: object) -> str:
        others.append(caller())
        return ""

    return {
        "ref": ref,
        "source": lambda *names: _Relation(f"{SOURCES}.{names[-1]}"),
        "this": _Relation("__this"),
        "var": setting,
        "env_var": setting,
        "config": lambda *values, **more: "",
        "log": lambda *values, **more: "",
        "run_query": run_query,
        "statement": statement,
        "is_incremental": lambda: answer,
    }


def _itself(value: object) -> object:
    return value


def _unknown(given: list[str], word: str, *, answer: bool) -> type[Undefined]:
    """The class of what is not known. `given` gets the relations that it is called with."""
    from jinja2 import Undefined

    def itself(self: Undefined, *values: object, **named: object) -> Undefined:
        return self

    def member(self: Undefined, name: str) -> Undefined:
        if name.startswith("__") or name in ("unsafe_callable", "alters_data"):
            raise AttributeError(name)
        return self

    def called(self: Undefined, *values: object, **named: object) -> Undefined:
        given.extend(_relations_in([values, named]))
        return self

    def always(value: object) -> Callable[..., object]:
        return lambda *values: value

    names = ["getitem", "neg", "pos", *_BINARY, *(f"r{name}" for name in _BINARY)]
    methods: dict[str, object] = dict.fromkeys((f"__{name}__" for name in names), itself)
    answers = ("lt", "le", "gt", "ge", "eq", "ne", "bool")
    methods |= dict.fromkeys((f"__{name}__" for name in answers), always(answer))
    methods |= {"__int__": always(1), "__index__": always(1), "__float__": always(1.0)}
    methods |= {"__str__": always(word), "__hash__": always(0)}
    methods |= {"__call__": called, "__getattr__": member}
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
