"""Where the lines of an expression may end, as a layout document.

A text that fits its line stays there. Else the operator that binds least begins the lines, then what is in
brackets stands on lines of its own, one argument each; a CASE has a line for each of its parts.

    coalesce(
        orders.amount,
        0
    )
    + orders.shipping
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from alignc.backends.doc import Doc, Group, IfBroken, Indent, Line
from alignc.backends.sql.style.pieces import pieces_of
from alignc.backends.sql.style.tokens import Kind, Token


@dataclass(frozen=True, slots=True)
class Nest:
    """What is between two brackets, or between CASE and END."""

    opens: Token
    content: tuple[Node, ...]
    closes: Token


Node: TypeAlias = Token | Nest
Nodes: TypeAlias = Sequence[Node]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLOSES = {"(": ")", "[": "]", "{": "}"}
# The operators at which lines may end, those that bind least first. IS and IN stay on their line.
_COMPARISONS = _words(
    """
    != !~ !~* && < <= <> <@ = > >= @> between ilike like ~ ~*
    """
)
_SUMS, _PRODUCTS = _words("+ -"), _words("* / // %")
# How long the lines of a long text are.
PIECE = 40
# What no operand ends with.
_AWAITING = _words(
    """
    all and any as between by case distinct else filter from having ilike in is like not
    on or over return select similar then to when where
    """
)
# Words before a bracket that are no functions.
_BEFORE_BRACKETS = _words(
    """
    any as exists filter from group in not over then values when
    """
)
_CLAUSES = _words(
    """
    from group having limit order partition qualify range rows select union values where
    """
)
_FRAME = _words(
    """
    between current unbounded
    """
)


def spaced(before: Token, token: Token, before_that: Token | None) -> bool:
    """Whether there is a space between two tokens on one line."""
    left, right = before.text, token.text
    if left == "{" == right:
        return True
    if left in ("(", "[", "{", ".") or right in (")", "]", "}", ",", ".", ";"):
        return False
    if right == "(":
        is_alias = before_that is not None and before_that.word == "as" and not before.word
        return token.is_apart or before.word in _BEFORE_BRACKETS or is_alias
    if right == ":":
        return False
    return token.is_apart


def flat(tokens: Sequence[Token]) -> str:
    """The tokens on one line."""
    pieces: list[str] = []
    before: Token | None = None
    before_that: Token | None = None
    for token in tokens:
        if before is not None and spaced(before, token, before_that):
            pieces.append(" ")
        pieces.append(token.text)
        before_that, before = before, token
    return "".join(pieces)


def nested(tokens: Sequence[Token]) -> list[Node]:
    """The tokens with all brackets and cases put into one node each."""
    levels: list[tuple[Token | None, list[Node]]] = [(None, [])]
    for token in tokens:
        opens, content = levels[-1]
        if token.text in _CLOSES or token.word == "case":
            levels.append((token, []))
        elif opens is not None and token.text == _CLOSES.get(opens.text, "end"):
            levels.pop()
            levels[-1][1].append(Nest(opens, tuple(content), token))
        else:
            content.append(token)
    assert len(levels) == 1
    return levels[0][1]


def expression(nodes: Nodes) -> Doc:
    """The layout of an expression, or of what follows a keyword."""
    first = _word(nodes[0])
    if first == "lambda":
        end = next(i for i, n in enumerate(nodes) if _text(n) == ":") + 1
        return (*_run(nodes[:end]), " ", expression(nodes[end:]))
    level, places = _split(nodes)
    if level is None:
        return _run(nodes)
    left = nodes[: places[0]]
    parts: list[Doc] = [expression(left)]
    for start, end in zip(places, [*places[1:], len(nodes)], strict=True):
        width = 2 if _word(nodes[start]) == "not" else 1
        operator, right = nodes[start : start + width], nodes[start + width : end]
        parts += [_before_operator(left, parts[-1]), *_run(operator), " ", expression(right)]
        left = right
    return Group(tuple(parts))


def _before_operator(left: Nodes, printed: Doc) -> Doc:
    """The place before an operator; a window that takes several lines goes on where it ends."""
    is_window = len(left) > 1 and isinstance(left[-1], Nest) and _word(left[-2]) == "over"
    if not is_window:
        return Line.SPACE
    assert isinstance(printed, tuple)
    last = printed[-1]
    assert isinstance(last, Group)
    return IfBroken(" ", Line.SPACE, of=last)


def listed(items: Iterable[Doc]) -> list[Doc]:
    """Documents with commas between them, one a line if they do not fit."""
    result: list[Doc] = []
    for item in items:
        result += [*((",", Line.SPACE) if result else ()), item]
    return result


def split_at_commas(nodes: Nodes) -> list[Nodes]:
    """The items of a list; the parameters of a lambda are not items."""
    items: list[list[Node]] = [[]]
    is_head = False
    for node in nodes:
        if not items[-1]:
            is_head = _word(node) == "lambda"
        is_head = is_head and _text(node) != ":"
        if _text(node) == "," and not is_head:
            items.append([])
        else:
            items[-1].append(node)
    return list(items)


def clauses(nodes: Nodes) -> Doc:
    """The parts of a SELECT or of a window, each on its line if they do not fit."""
    starts = [i for i in range(len(nodes)) if i == 0 or _begins_clause(nodes, i)]
    is_filter = _word(nodes[0]) == "where"
    parts: list[Doc] = []
    for start, end in zip(starts, [*starts[1:], len(nodes)], strict=True):
        parts += [*((Line.SPACE,) if parts else ()), _clause(nodes[start:end], is_filter=is_filter)]
    return tuple(parts)


def clause(keyword: str, items: Sequence[Doc], *, is_broken: bool = False) -> Doc:
    """A keyword and a list, which stands on lines of its own if it does not fit."""
    return Group((keyword, Indent((Line.SPACE, *listed(items)))), broken=is_broken)


def _clause(nodes: Nodes, *, is_filter: bool) -> Doc:
    if not _begins_clause(nodes, 0):
        return Group(tuple(listed(map(expression, split_at_commas(nodes)))))
    words = 2 if _word(nodes[0]) in ("order", "partition", "group", "union") else 1
    rest = nodes[words:]
    keyword = " ".join(_text(n) for n in nodes[:words])
    if _word(nodes[0]) in ("rows", "range", "union") or not rest:
        return _run(nodes)
    if is_filter:
        # The condition is no deeper than its keyword there.
        return Group((keyword, Line.SPACE, expression(rest)))
    if _word(nodes[0]) in ("where", "having", "qualify"):
        return Group((keyword, Indent((Line.SPACE, expression(rest)))))
    if _word(nodes[0]) == "values":
        rows = listed(map(expression, split_at_commas(rest)))
        return Group((keyword, Line.SPACE, *rows))
    items = [expression(item) for item in split_at_commas(rest)]
    return clause(keyword, items, is_broken=keyword == "select" and len(items) > 1)


def _begins_clause(nodes: Nodes, place: int) -> bool:
    word = _word(nodes[place])
    if word not in _CLAUSES:
        return False
    following = nodes[place + 1] if place + 1 < len(nodes) else None
    match word:
        case "group" | "order" | "partition":
            return following is not None and _word(following) == "by"
        case "rows" | "range":
            return following is not None and _word(following) in _FRAME
        case "from":
            return _word(nodes[0]) == "select"
        case "values":
            return place == 0
        case _:
            return True


def _split(nodes: Nodes) -> tuple[int | None, list[int]]:
    """The operators that bind least, at the places where they are."""
    found: dict[int, list[int]] = {}
    pending = 0
    for place in range(1, len(nodes)):
        node = nodes[place]
        if isinstance(node, Nest):
            continue
        word = node.word
        if word == "between":
            pending += 1
        if word == "and" and pending:
            pending -= 1
            continue
        level = _level(nodes, place)
        if level is not None:
            at = place - 1 if word in _COMPARISONS and _word(nodes[place - 1]) == "not" else place
            if at > 0:
                found.setdefault(level, []).append(at)
    if not found:
        return None, []
    least = min(found)
    return least, found[least]


def _level(nodes: Nodes, place: int) -> int | None:
    node, before = nodes[place], nodes[place - 1]
    assert isinstance(node, Token)
    if place + 1 == len(nodes):
        return None
    if node.word == "or":
        return 0
    if node.word == "and":
        return 1
    if node.word in _COMPARISONS:
        return 2
    if node.kind is not Kind.SIGN or not node.is_apart or not _ends_operand(before):
        return None
    if node.text in _COMPARISONS:
        return 2
    if node.text in _SUMS:
        return 4
    if node.text in _PRODUCTS:
        return 5
    return None if node.text in (",", ":", "::", ".") else 3


def _ends_operand(node: Node) -> bool:
    if isinstance(node, Nest):
        return True
    return node.kind is not Kind.SIGN and node.word not in _AWAITING


def _run(nodes: Nodes) -> tuple[Doc, ...]:
    """Nodes side by side; only in brackets lines may end."""
    docs: list[Doc] = []
    before: Token | None = None
    before_that: Token | None = None
    for node in nodes:
        opens = node if isinstance(node, Token) else node.opens
        if before is not None and spaced(before, opens, before_that):
            docs.append(" ")
        docs.append(_token(node) if isinstance(node, Token) else _nest(node))
        before_that, before = before, node if isinstance(node, Token) else node.closes
    return tuple(docs)


def _token(token: Token) -> Doc:
    """A token; a long text goes on in the next line, where the language puts the two together."""
    if token.kind is not Kind.TEXT or len(token.text) <= PIECE or token.text[0] != "'":
        return token.text
    pieces: list[Doc] = []
    for piece in pieces_of(token.text[1:-1], PIECE - 2):
        pieces += [*((Line.SPACE,) if pieces else ()), f"'{piece}'"]
    return Group(IfBroken(tuple(pieces), token.text))


def _nest(node: Nest) -> Doc:
    if node.opens.word == "case":
        return _case(node)
    if not node.content:
        return node.opens.text + node.closes.text
    inner = clauses(node.content)
    return Group((node.opens.text, Indent((Line.SOFT, inner)), Line.SOFT, node.closes.text))


def _case(node: Nest) -> Doc:
    """A case: a line for each of its parts if it does not fit."""
    content = node.content
    starts = [i for i, n in enumerate(content) if _word(n) in ("when", "else")]
    operand = content[: starts[0]]
    branches: list[Doc] = []
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        branches += [Line.SPACE, _branch(content[start:end])]
    head: Doc = (node.opens.text, " ", expression(operand)) if operand else node.opens.text
    return Group((head, Indent(tuple(branches)), Line.SPACE, node.closes.text))


def _branch(nodes: Nodes) -> Doc:
    first, *rest = nodes
    if _word(first) == "else":
        return _value(first, rest)
    then = next(i for i, n in enumerate(nodes) if _word(n) == "then")
    condition = _value(first, nodes[1:then])
    return Group((condition, Indent((Line.SPACE, _value(nodes[then], nodes[then + 1 :])))))


def _value(keyword: Node, nodes: Nodes) -> Doc:
    """A value behind its keyword, or below it; a call begins behind it in any case."""
    last = nodes[-1]
    is_call = isinstance(last, Nest) and last.opens.text == "(" and len(nodes) == 2
    if is_call and _word(keyword) != "when":
        return (_text(keyword), " ", expression(nodes))
    return Group((_text(keyword), Indent((Line.SPACE, expression(nodes)))))


def _word(node: Node) -> str:
    return node.word if isinstance(node, Token) else ""


def _text(node: Node) -> str:
    return node.text if isinstance(node, Token) else ""
