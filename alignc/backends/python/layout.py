"""Layout documents of expressions: where a line may end once an expression does not fit on one.

The choices are those of `ruff format`: brackets explode to one element a line with a trailing
comma, operators start lines, call chains with two or more calls before a dot are split at the dots.

An exploded bracket always has the trailing comma. Ruff itself would first try all elements together
on one indented line; its rule to keep what has a trailing comma exploded makes ours stable too.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from alignc.backends.doc import (
    Doc,
    Element,
    FirstThatFits,
    Group,
    IfBroken,
    Indent,
    Line,
    MayBreakInside,
    ParenthesizeIfItFits,
)
from alignc.backends.python.flat import (
    AND,
    ANY,
    ATOM,
    BINARY_OPERATORS,
    BIT_OR,
    COMPARE,
    COMPARE_OPERATORS,
    NOT,
    OR,
    TERNARY,
    UNARY,
    UNARY_OPERATORS,
    Commented,
    HasComment,
    bare_index_elements,
    binary_operands,
    flat_expression,
    is_decimal_number,
    is_simple_power,
    lambda_head,
    slice_pieces,
    strength_of,
    unary_operand,
)


class Place(Enum):
    """Where an expression stands when no optional parentheses are around it."""

    STATEMENT = 0
    BRACKET = 1


# A group stands for optional parentheses: lines may end at operators only once it is broken.
Context: TypeAlias = Place | Group


class Parentheses(Enum):
    """How an expression takes to parentheses that are there only to let its lines end."""

    NEVER = 0
    IF_THEY_MAKE_IT_FIT = 1
    IF_BROKEN = 2


def last_value(node: ast.expr) -> Doc:
    """`node` as the value of an assignment or `return`: with parentheses if that helps."""
    if not isinstance(node, ast.Lambda):
        return header_value(node)
    group = Group()
    context = group if _can_omit_parentheses(node) else Place.BRACKET
    body = MayBreakInside(_lambda_body(node.body, context))
    return _wrapped_if_broken([lambda_head(node), " ", body], group)


def header_value(node: ast.expr) -> Doc:
    """`node` after `if` or `in`: with parentheses if that helps."""
    match parentheses_for(node):
        case Parentheses.NEVER:
            return expression_doc(node, Place.STATEMENT)
        case Parentheses.IF_THEY_MAKE_IT_FIT:
            group = Group()
            return ParenthesizeIfItFits(expression_doc(node, group), group)
        case Parentheses.IF_BROKEN:
            return parenthesized_if_broken(node)


def optional_parentheses(text: str) -> Doc:
    return ParenthesizeIfItFits(text, Group())


def parenthesized_if_broken(node: ast.expr) -> Doc:
    """`node` in parentheses if it does not fit and exploding its last bracket is not enough."""
    group = Group()
    context = group if _can_omit_parentheses(node) else Place.BRACKET
    return _wrapped_if_broken(expression_doc(node, context), group)


def _wrapped_if_broken(content: Doc, group: Group) -> Group:
    group.content = [
        IfBroken("("),
        Indent([Line.SOFT, content], when=group),
        Line.SOFT,
        IfBroken(")"),
    ]
    return group


def parentheses_for(node: ast.expr) -> Parentheses:
    match node:
        case ast.Name() | ast.Constant() | ast.JoinedStr():
            return Parentheses.IF_THEY_MAKE_IT_FIT
        case ast.BinOp() | ast.BoolOp() | ast.Compare() | ast.IfExp() | ast.Lambda():
            return Parentheses.IF_BROKEN
        case ast.Attribute() | ast.Call() | ast.Subscript() if _is_fluent(node):
            return Parentheses.IF_BROKEN
        case ast.Attribute():
            if _value_has_parentheses(node.value):
                return Parentheses.NEVER
            return parentheses_for(node.value)
        case ast.Call(func=value) | ast.Subscript(value=value):
            if strength_of(value) < ATOM:
                return Parentheses.NEVER
            return parentheses_for(value)
        case ast.UnaryOp():
            operand, needed = unary_operand(node)
            if strength_of(operand) < needed:
                return Parentheses.NEVER
            return parentheses_for(node.operand)
        case ast.Starred():
            return parentheses_for(node.value)
        case _:
            return Parentheses.NEVER


def expression_doc(node: ast.expr, context: Context, needed: int = ANY) -> Doc:
    """The document of `node`, in parentheses where an operator around it binds tighter."""
    if strength_of(node) < needed:
        return bracketed("(", expression_doc(node, Place.BRACKET), ")", context)
    match node:
        case ast.Attribute() | ast.Call() | ast.Subscript():
            return _chain(node, context)
        case ast.BinOp() | ast.BoolOp() | ast.Compare():
            return _operator_group(_operator_chain(node), context)
        case ast.UnaryOp():
            symbol = UNARY_OPERATORS[type(node.op)][0]
            operand, strength = unary_operand(node)
            return [symbol, expression_doc(operand, context, strength)]
        case ast.IfExp():
            return _grouped(_conditional(node, context), context)
        case ast.Lambda():
            return [lambda_head(node), " ", _lambda_body(node.body, context)]
        case ast.List():
            return elements_doc("[", [element_doc(element) for element in node.elts], "]", context)
        case ast.Tuple():
            return elements_doc("(", [element_doc(element) for element in node.elts], ")", context)
        case ast.Set() if node.elts:
            return elements_doc("{", [element_doc(element) for element in node.elts], "}", context)
        case ast.Dict():
            items = [
                element_doc(value, "**", BIT_OR) if key is None else _dict_item(key, value)
                for key, value in zip(node.keys, node.values, strict=True)
            ]
            return elements_doc("{", items, "}", context)
        case ast.Slice():
            return [
                piece if isinstance(piece, str) else expression_doc(piece, context)
                for piece in slice_pieces(node)
            ]
        case ast.Starred():
            return ["*", expression_doc(node.value, context, BIT_OR)]
        case Commented():
            raise ValueError(
                "a comment needs a line of its own: only elements of brackets have one"
            )
        case _:
            return flat_expression(node)


def bracketed(left: str, content: Doc, right: str, context: Context, *, comma: bool = False) -> Doc:
    group = Group([Indent([Line.SOFT, content]), Line.SOFT], stays_broken=comma)
    return [
        left,
        MayBreakInside(group, unless=context) if isinstance(context, Group) else group,
        right,
    ]


def elements_doc(left: str, elements: Sequence[Doc], right: str, context: Context) -> Doc:
    """A bracket that has all elements on one line, or one a line with a comma after the last."""
    if not elements:
        return left + right
    content: list[Doc] = []
    for element in elements:
        content += (element, ",", Line.SPACE)
    one_tuple = "," if left == "(" and right == ")" and len(elements) == 1 else ""
    content[-2:] = [IfBroken(",", one_tuple)]
    return bracketed(left, content, right, context, comma=True)


def element_doc(node: ast.expr, prefix: str = "", needed: int = ANY) -> Doc:
    """One element of an exploded bracket, comments above it."""
    if isinstance(node, Commented):
        lines: list[Doc] = []
        for line in node.lines:
            lines += (comment_text(line), Line.HARD)
        return [lines, element_doc(node.value, prefix, needed)]
    try:
        flat = prefix + flat_expression(node, needed)
    except HasComment:
        return [prefix, expression_doc(node, Place.BRACKET, needed)]
    return Element(flat, lambda: [prefix, expression_doc(node, Place.BRACKET, needed)])


def comment_text(line: str) -> str:
    return f"# {line}".rstrip()


def _dict_item(key: ast.expr, value: ast.expr) -> Doc:
    try:
        return element_doc(value, flat_expression(key) + ": ")
    except HasComment:
        raise ValueError("a comment on a dict item belongs to its value") from None


# Call chains


def _is_fluent(node: ast.expr) -> bool:
    """Whether the chain splits at its dots: two of them follow a call, index or parenthesis."""
    dots = 0
    while True:
        match node:
            case ast.Attribute(value=value):
                if _value_has_parentheses(value):
                    return dots >= 1
                dots += isinstance(value, ast.Call | ast.Subscript)
                if dots >= 2:
                    return True
                node = value
            case ast.Call(func=value) | ast.Subscript(value=value):
                if strength_of(value) < ATOM:
                    return False
                node = value
            case _:
                return False


def _value_has_parentheses(value: ast.expr) -> bool:
    return strength_of(value) < ATOM or is_decimal_number(value)


def _chain(
    node: ast.Attribute | ast.Call | ast.Subscript, context: Context, inherited: bool | None = None
) -> Doc:
    fluent = inherited
    if fluent is None:
        fluent = context is not Place.STATEMENT and _is_fluent(node)
    content: list[Doc]
    match node:
        case ast.Attribute():
            if is_decimal_number(node.value):
                content = [bracketed("(", flat_expression(node.value), ")", context)]
            else:
                content = [_chain_value(node.value, context, fluent)]
            if fluent and (
                _value_has_parentheses(node.value)
                or isinstance(node.value, ast.Call | ast.Subscript)
            ):
                content.append(Line.SOFT)
            content.append("." + node.attr)
        case ast.Call():
            arguments = [element_doc(argument) for argument in node.args]
            for keyword in node.keywords:
                arguments.append(
                    element_doc(keyword.value, f"{keyword.arg}=" if keyword.arg else "**")
                )
            content = [_chain_value(node.func, context, fluent), _arguments(arguments, context)]
        case ast.Subscript():
            content = [_chain_value(node.value, context, fluent), _index(node.slice, context)]
    return Group(content) if fluent and inherited is None else content


def _chain_value(value: ast.expr, context: Context, fluent: bool) -> Doc:
    if isinstance(value, ast.Attribute | ast.Call | ast.Subscript):
        return _chain(value, context, fluent)
    return expression_doc(value, context, ATOM)


def _arguments(arguments: list[Doc], context: Context) -> Doc:
    if not arguments:
        return "()"
    content: list[Doc] = []
    for argument in arguments:
        content += (argument, ",", Line.SPACE)
    content[-2:] = [IfBroken(",")]
    return bracketed("(", content, ")", context, comma=True)


def _index(node: ast.expr, context: Context) -> Doc:
    elements = bare_index_elements(node)
    if elements is not None:
        return elements_doc("[", [element_doc(element) for element in elements], "]", context)
    # No trailing comma here: it would turn the index into a tuple.
    return bracketed("[", expression_doc(node, Place.BRACKET), "]", context)


# Operators


@dataclass(frozen=True, slots=True)
class _Operator:
    symbol: str
    # Looser operators split first.
    looseness: int
    hugs: bool = False


@dataclass(frozen=True, slots=True)
class _Operand:
    node: ast.expr
    needed: int


_Part: TypeAlias = _Operator | _Operand
_BOOLEAN = -OR
_COMPARISON = -COMPARE


def _operator_chain(node: ast.expr) -> list[_Part]:
    """Operands and operators from left to right, nested operations without parentheses included."""
    parts: list[_Part] = []
    match node:
        case ast.BinOp():
            symbol, strength = BINARY_OPERATORS[type(node.op)]
            left, right = binary_operands(node)
            parts += _operand_chain(*left)
            parts.append(_Operator(symbol, -strength, is_simple_power(node)))
            parts += _operand_chain(*right)
        case ast.Compare():
            parts += _operand_chain(node.left, BIT_OR)
            for op, comparator in zip(node.ops, node.comparators, strict=True):
                parts.append(_Operator(COMPARE_OPERATORS[type(op)], _COMPARISON))
                parts += _operand_chain(comparator, BIT_OR)
        case ast.BoolOp():
            word, needed = ("or", AND) if isinstance(node.op, ast.Or) else ("and", NOT)
            for value in node.values:
                parts += _operand_chain(value, needed)
                parts.append(_Operator(word, _BOOLEAN))
            parts.pop()
        case _:
            raise TypeError(f"no operator in {type(node).__name__}")
    return parts


def _operand_chain(node: ast.expr, needed: int) -> list[_Part]:
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare) and strength_of(node) >= needed:
        return _operator_chain(node)
    return [_Operand(node, needed)]


def _operator_group(parts: Sequence[_Part], context: Context) -> Doc:
    match parts:
        case [_Operand() as operand]:
            return expression_doc(operand.node, context, operand.needed)
        case _:
            return _grouped(_split_at_loosest(parts, context), context)


def _split_at_loosest(parts: Sequence[_Part], context: Context) -> list[Doc]:
    loosest = max(part.looseness for part in parts if isinstance(part, _Operator))
    content: list[Doc] = []
    start = 0
    for index, part in enumerate(parts):
        if isinstance(part, _Operator) and part.looseness == loosest:
            content.append(_operator_group(parts[start:index], context))
            content.append(_line_end(Line.SOFT if part.hugs else Line.SPACE, context))
            content.append(part.symbol)
            content.append(_space_if_broken(context) if part.hugs else " ")
            start = index + 1
    content.append(_operator_group(parts[start:], context))
    return content


def _conditional(node: ast.IfExp, context: Context) -> list[Doc]:
    content: list[Doc] = [
        expression_doc(node.body, context, OR),
        _line_end(Line.SPACE, context),
        "if ",
        expression_doc(node.test, context, OR),
        _line_end(Line.SPACE, context),
        "else ",
    ]
    if isinstance(node.orelse, ast.IfExp):
        return content + _conditional(node.orelse, context)
    return [*content, expression_doc(node.orelse, context, ANY)]


def _grouped(content: Doc, context: Context) -> Doc:
    match context:
        case Place.STATEMENT:
            return content
        case Place.BRACKET:
            return Group(content)
        case Group():
            return Group(content, when=context)


def _line_end(line: Line, context: Context) -> Doc:
    flat = " " if line is Line.SPACE else ""
    match context:
        case Place.STATEMENT:
            return flat
        case Place.BRACKET:
            return line
        case Group():
            return IfBroken(line, flat, of=context)


def _space_if_broken(context: Context) -> Doc:
    match context:
        case Place.STATEMENT:
            return ""
        case Place.BRACKET:
            return IfBroken(" ")
        case Group():
            # Ruff 0.17 looks at the wrong group here, so that `x** y` does occur.
            return IfBroken(" ", of=context)


# Lambdas


def _lambda_body(body: ast.expr, context: Context) -> Doc:
    match body:
        case ast.Call() | ast.Subscript():
            if _is_fluent(body):
                return _wrapped_if_broken(expression_doc(body, Place.BRACKET), Group())
            content = expression_doc(body, context)
            parenthesized: Doc = ["(", Indent([Line.HARD, content]), Line.HARD, ")"]
            return FirstThatFits([content, Group(content, broken=True), parenthesized])
        case ast.List() | ast.Dict() | ast.Set() | ast.Tuple():
            return expression_doc(body, context)
        case _:
            return _wrapped_if_broken(expression_doc(body, Place.BRACKET), Group())


# Parentheses that let a line end


_ATTRIBUTE_DOT = -ATOM
_INVERSION = -UNARY


class _Shape:
    """What decides whether exploding a bracket of an expression beats parentheses around it."""

    def __init__(self) -> None:
        self.loosest = -ATOM - 1
        self.count = 0
        self.has_brackets = False
        # Each with whether it has non-empty brackets; None for a leading operator or keyword.
        self.first: bool | None = None
        self.has_first = False
        self.last = False

    def operator(self, looseness: int, count: int = 1) -> None:
        if looseness > self.loosest:
            self.loosest, self.count = looseness, count
        elif looseness == self.loosest:
            self.count += count

    def leading_token(self) -> None:
        self.has_first = True

    def visit(self, node: ast.expr, needed: int) -> None:
        parenthesized = strength_of(node) < needed
        self.last = _ends_in_brackets(node, parenthesized)
        if parenthesized:
            self.has_brackets = True
        else:
            self.visit_inside(node)
        if not self.has_first:
            self.has_first = True
            self.first = _ends_in_brackets(node, parenthesized)

    def visit_inside(self, node: ast.expr) -> None:
        match node:
            case ast.Dict() | ast.List() | ast.Set() | ast.Tuple():
                self.has_brackets = True
            case ast.BoolOp():
                self.operator(_BOOLEAN, len(node.values) - 1)
                for value in node.values:
                    self.visit(value, AND if isinstance(node.op, ast.Or) else NOT)
            case ast.BinOp():
                left, right = binary_operands(node)
                self.operator(-BINARY_OPERATORS[type(node.op)][1])
                self.visit(*left)
                self.visit(*right)
            case ast.Compare():
                self.operator(_COMPARISON, len(node.ops))
                for operand in [node.left, *node.comparators]:
                    self.visit(operand, BIT_OR)
            case ast.IfExp():
                self.operator(-TERNARY, 2)
                self.visit(node.body, OR)
                self.visit(node.test, OR)
                self.visit(node.orelse, ANY)
            case ast.Call(func=value) | ast.Subscript(value=value):
                self.has_brackets = True
                self.visit(value, ATOM)
                self.last = _ends_in_brackets(node, False)
            case ast.Attribute():
                self.visit(node.value, ATOM + 1 if is_decimal_number(node.value) else ATOM)
                if _has_brackets(node.value):
                    self.operator(_ATTRIBUTE_DOT)
                self.last = False
            case ast.UnaryOp():
                if isinstance(node.op, ast.Invert):
                    self.operator(_INVERSION)
                self.leading_token()
                self.visit(*unary_operand(node))
            case ast.Lambda():
                self.leading_token()
                self.visit(node.body, ANY)
            case ast.Starred():
                self.leading_token()
                self.visit(node.value, BIT_OR)
            case _:
                pass


def _can_omit_parentheses(node: ast.expr) -> bool:
    shape = _Shape()
    shape.visit_inside(node)
    if not shape.has_brackets or shape.count > 1:
        return False
    if shape.loosest <= _ATTRIBUTE_DOT:
        return True
    return shape.last or shape.first is True


def _ends_in_brackets(node: ast.expr, parenthesized: bool) -> bool:
    """Whether `node` has brackets to explode; an index is exploded only if nothing else can be."""
    match node:
        case ast.Subscript():
            return False
        case ast.Call():
            return parenthesized or bool(node.args or node.keywords)
        case ast.List() | ast.Tuple() | ast.Set():
            return parenthesized or bool(node.elts)
        case ast.Dict():
            return parenthesized or bool(node.keys)
        case _:
            return parenthesized


def _has_brackets(node: ast.expr) -> bool:
    brackets = ast.Call | ast.Subscript | ast.List | ast.Tuple | ast.Set | ast.Dict
    return isinstance(node, brackets) or _value_has_parentheses(node)
