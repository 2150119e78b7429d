"""Layout documents, and the rule that decides which of their groups stay on one line.

    Group("f(", Indent(SOFT, "a,", SPACE, "b"), SOFT, ")")      f(a, b)    or    f(
                                                                                     a,
                                                                                     b
                                                                                 )

A group stays flat when it and what follows it, up to the next place a line may end, fit the width.
That is Wadler's rule; the kinds after `Group` are the exceptions Black's style makes to it.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias, assert_never


class Line(Enum):
    """A place where a line may end: in a flat group SOFT is nothing and SPACE a space."""

    SOFT = 0
    SPACE = 1
    HARD = 2


@dataclass(slots=True, eq=False)
class Indent:
    content: "Doc"
    # Indents only when this group is broken.
    when: "Group | None" = None


@dataclass(slots=True, eq=False)
class Group:
    content: "Doc" = ()
    broken: bool = False
    # A conditional group takes part only when this other group is broken.
    when: "Group | None" = None
    # Ends in a trailing comma when broken, which Ruff takes as a wish to keep it broken.
    stays_broken: bool = False
    printed_broken: bool = field(default=False, init=False)
    exploded: bool = field(default=False, init=False)


@dataclass(slots=True, eq=False)
class IfBroken:
    """`broken` or `flat`, by the state of the group `of`, else of the enclosing one."""

    broken: "Doc"
    flat: "Doc" = ()
    of: Group | None = None


@dataclass(slots=True, eq=False)
class MayBreakInside:
    """Brackets that may explode while the group around them counts as flat.

    In `x = a + f(...)` the arguments break without parentheses around `a + f(...)` being needed.
    What is before and after the content has to fit; its own lines may be too long.
    """

    content: "Doc"
    # The exception holds only while this group is flat.
    unless: Group | None = None
    forced: bool = field(default=False, init=False)


@dataclass(slots=True, eq=False)
class ParenthesizeIfItFits:
    """Content that gets parentheses only if they make it fit.

    `parentheses` stands for them where the content depends on whether they are there.
    """

    content: "Doc"
    parentheses: Group


@dataclass(slots=True, eq=False)
class FirstThatFits:
    """The first variant that fits: the first one flat, the others expanded, the last one anyway.

    Hard lines force the groups around it to break if they are in the first variant.
    """

    variants: "Sequence[Doc]"


@dataclass(slots=True, eq=False)
class Element:
    """An element of an exploded bracket: its flat text if that and a comma fit, else `build()`."""

    flat: str
    build: "Callable[[], Doc]"
    built: "Doc | None" = field(default=None, init=False)
    forced: bool = field(default=False, init=False)

    def expanded(self) -> "Doc":
        if self.built is None:
            self.built = self.build()
        return self.built


Doc: TypeAlias = (
    "str | Line | Indent | Group | IfBroken | MayBreakInside | ParenthesizeIfItFits | FirstThatFits"
    " | Element | tuple[Doc, ...] | list[Doc]"
)
# Indentation, whether the surroundings are flat, and the document.
_Entry: TypeAlias = "tuple[int, bool, Doc]"


def text_width(text: str) -> int:
    """Terminal columns of `text`: East Asian wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def print_doc(doc: Doc, *, width: int, indent: int = 0, column: int | None = None) -> str:
    """The text of `doc`, its first line starting at `column`, later ones indented by `indent`."""
    start = indent if column is None else column
    _force_breaks(doc)
    printer = _Printer(width, start)
    text = printer.print((indent, False, doc))
    if printer.has_chosen:
        # Ruff keeps exploded brackets, so to it a variant may fit that did not at first.
        _force_breaks(doc)
        text = _Printer(width, start).print((indent, False, doc))
    return text


def _force_breaks(doc: Doc) -> bool:
    """Break every group around a hard line; tell whether `doc` contains one."""
    match doc:
        case str():
            return False
        case Element():
            doc.forced = doc.built is not None and _force_breaks(doc.built)
            return doc.forced
        case ParenthesizeIfItFits():
            return _force_breaks(doc.content)
        case Line():
            return doc is Line.HARD
        case Indent():
            return _force_breaks(doc.content)
        case Group():
            forced = _force_breaks(doc.content)
            doc.broken = doc.broken or forced or (doc.stays_broken and doc.exploded)
            return doc.broken
        case IfBroken():
            return _force_breaks([doc.broken, doc.flat])
        case MayBreakInside():
            doc.forced = _force_breaks(doc.content)
            return False
        case FirstThatFits():
            first, *others = doc.variants
            _force_breaks(others)
            return _force_breaks(first)
        case tuple() | list():
            # Of all parts, not up to the first one that breaks.
            breaks = [_force_breaks(part) for part in doc]
            return any(breaks)
        case _:
            assert_never(doc)


class _Lines(Enum):
    """How much of a document is measured to find out whether it fits."""

    FIRST = 0
    ALL = 1
    # All lines, but only those before and after the document need to fit.
    MAY_OVERFLOW = 2


class _Printer:
    def __init__(self, width: int, column: int) -> None:
        self.width = width
        self.column = column
        self.pieces: list[str] = []
        # A variant chosen as flat may have groups that must break; those after them are measured.
        self.has_chosen = False
        # Stack of what is still to be printed; the top is the end.
        self.rest: list[_Entry] = []

    def print(self, entry: _Entry) -> str:
        self.rest.append(entry)
        while self.rest:
            self.step(*self.rest.pop())
        return "".join(self.pieces)

    def text(self, text: str) -> None:
        self.pieces.append(text)
        self.column += text_width(text)

    def newline(self, indent: int) -> None:
        self.pieces.append("\n" + " " * indent)
        self.column = indent

    def step(self, indent: int, flat: bool, doc: Doc) -> None:
        rest = self.rest
        match doc:
            case str():
                self.text(doc)
            case tuple() | list():
                rest.extend((indent, flat, part) for part in reversed(doc))
            case Line():
                if not flat or doc is Line.HARD:
                    self.newline(indent)
                elif doc is Line.SPACE:
                    self.text(" ")
            case Indent():
                deeper = doc.when is None or doc.when.printed_broken
                rest.append((indent + 4 * deeper, flat, doc.content))
            case Group():
                if doc.when is not None and not doc.when.printed_broken:
                    rest.append((indent, flat, doc.content))
                    return
                if doc.broken:
                    fits = False
                elif flat and not self.has_chosen:
                    fits = True
                else:
                    doc.printed_broken = False
                    fits = self.fits((indent, True, doc.content))
                doc.printed_broken = doc.exploded = not fits
                rest.append((indent, fits, doc.content))
            case IfBroken():
                broken = not flat if doc.of is None else doc.of.printed_broken
                rest.append((indent, flat, doc.broken if broken else doc.flat))
            case MayBreakInside():
                free = doc.unless is None or not doc.unless.printed_broken
                rest.append((indent, flat and not free, doc.content))
            case ParenthesizeIfItFits():
                doc.parentheses.printed_broken = False
                if self.fits((indent, True, doc.content)):
                    rest.append((indent, True, doc.content))
                    return
                doc.parentheses.printed_broken = True
                exploded: Doc = ("(", Indent((Line.HARD, doc.content)), Line.HARD, ")")
                if self.fits((indent, False, exploded), lines=_Lines.ALL):
                    rest.append((indent, False, exploded))
                    return
                doc.parentheses.printed_broken = False
                rest.append((indent, True, doc.content))
            case FirstThatFits():
                self.has_chosen = True
                rest.append(self.choose(indent, doc.variants))
            case Element():
                if not doc.forced and (flat or self.column + text_width(doc.flat) < self.width):
                    self.text(doc.flat)
                else:
                    rest.append((indent, flat, doc.expanded()))
            case _:
                assert_never(doc)

    def choose(self, indent: int, variants: Sequence[Doc]) -> _Entry:
        if self.fits((indent, True, variants[0])):
            return indent, True, variants[0]
        for variant in variants[1:-1]:
            if self.fits((indent, False, variant)):
                return indent, False, variant
        return indent, False, variants[-1]

    def fits(self, entry: _Entry, *, lines: _Lines = _Lines.FIRST) -> bool:
        """Whether `entry` fits, and what is printed after it up to the next line end."""
        column = self.column
        stack: list[tuple[int, bool, _Lines, Doc]] = [(entry[0], entry[1], lines, entry[2])]
        next_rest = len(self.rest)
        while True:
            if not stack:
                if next_rest == 0:
                    return True
                next_rest -= 1
                indent, flat, doc = self.rest[next_rest]
                lines = _Lines.FIRST
            else:
                indent, flat, lines, doc = stack.pop()
            match doc:
                case str():
                    column += text_width(doc)
                    if column > self.width and lines is not _Lines.MAY_OVERFLOW:
                        return False
                case tuple() | list():
                    stack.extend((indent, flat, lines, part) for part in reversed(doc))
                case Line():
                    if not flat or doc is Line.HARD:
                        if lines is _Lines.FIRST:
                            return True
                        column = indent
                    elif doc is Line.SPACE:
                        column += 1
                        if column > self.width and lines is not _Lines.MAY_OVERFLOW:
                            return False
                case Indent():
                    deeper = doc.when is None or doc.when.printed_broken
                    stack.append((indent + 4 * deeper, flat, lines, doc.content))
                case Group():
                    if doc.when is None or doc.when.printed_broken:
                        flat = flat and not doc.broken
                        doc.printed_broken = not flat
                    stack.append((indent, flat, lines, doc.content))
                case IfBroken():
                    broken = not flat if doc.of is None else doc.of.printed_broken
                    stack.append((indent, flat, lines, doc.broken if broken else doc.flat))
                case MayBreakInside():
                    if flat and (doc.unless is None or not doc.unless.printed_broken):
                        stack.append((indent, False, _Lines.MAY_OVERFLOW, doc.content))
                    elif flat and doc.forced:
                        return False
                    else:
                        stack.append((indent, flat, lines, doc.content))
                case ParenthesizeIfItFits():
                    stack.append((indent, flat, lines, doc.content))
                case FirstThatFits():
                    chosen = doc.variants[0 if flat else -1]
                    stack.append((indent, flat, lines, chosen))
                case Element():
                    # Ruff measures all lines with everything exploded.
                    if not doc.forced and (flat or lines is not _Lines.ALL):
                        stack.append((indent, flat, lines, doc.flat))
                    else:
                        stack.append((indent, flat, lines, doc.expanded()))
                case _:
                    assert_never(doc)
