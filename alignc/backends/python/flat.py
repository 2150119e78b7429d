"""Expressions on one line: precedence, operators, literals and spacing.

    Call(Name("f"), [Constant("a"), BinOp(x, Pow, y)])  ->  f("a", x**y)

Parentheses appear only where precedence needs them, tuples excepted.
"""

import ast
import math
from collections.abc import Iterator, Sequence

# Binding strength, loosest first. An expression gets parentheses where a stronger one is needed.
ANY, TERNARY, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, ADD, MULTIPLY = range(12)
UNARY, POWER, ATOM = range(12, 15)

BINARY_OPERATORS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", ADD),
    ast.Sub: ("-", ADD),
    ast.Mult: ("*", MULTIPLY),
    ast.Div: ("/", MULTIPLY),
    ast.FloorDiv: ("//", MULTIPLY),
    ast.Mod: ("%", MULTIPLY),
    ast.MatMult: ("@", MULTIPLY),
    ast.Pow: ("**", POWER),
    ast.LShift: ("<<", SHIFT),
    ast.RShift: (">>", SHIFT),
    ast.BitAnd: ("&", BIT_AND),
    ast.BitXor: ("^", BIT_XOR),
    ast.BitOr: ("|", BIT_OR),
}
UNARY_OPERATORS: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.Not: ("not ", NOT),
    ast.USub: ("-", UNARY),
    ast.UAdd: ("+", UNARY),
    ast.Invert: ("~", UNARY),
}
COMPARE_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


class Commented(ast.expr):
    """An element of a bracket with comment lines above it."""

    _fields = ("value",)
    value: ast.expr
    lines: tuple[str, ...]


class HasComment(Exception):
    """A comment keeps the expression from being written on one line."""


def flat_expression(node: ast.expr, needed: int = ANY) -> str:
    """`node` on one line, in parentheses where `needed` binds tighter; raises `HasComment`."""
    # An expression that does not fit is asked for at every level of its surroundings, so each
    # node remembers its text. Nodes are not changed once they are being printed.
    text: str | None = node.__dict__.get(_TEXT, "")
    if text == "":
        try:
            text = _flat_text(node)
        except HasComment:
            text = None
        node.__dict__[_TEXT] = text
    if text is None:
        raise HasComment
    return text if needed == ANY or strength_of(node) >= needed else f"({text})"


_TEXT = "__flat_text"


def _flat_text(node: ast.expr) -> str:
    match node:
        case ast.Constant():
            return constant_text(node.value)
        case ast.Name():
            return node.id
        case ast.Attribute():
            value = flat_expression(node.value, ATOM)
            if is_decimal_number(node.value):
                value = f"({value})"
            return f"{value}.{node.attr}"
        case ast.Call():
            arguments = [flat_expression(argument) for argument in node.args]
            for keyword in node.keywords:
                prefix = f"{keyword.arg}=" if keyword.arg else "**"
                arguments.append(prefix + flat_expression(keyword.value))
            return f"{flat_expression(node.func, ATOM)}({', '.join(arguments)})"
        case ast.BinOp():
            symbol, _ = BINARY_OPERATORS[type(node.op)]
            left, right = binary_operands(node)
            space = "" if is_simple_power(node) else " "
            return f"{flat_expression(*left)}{space}{symbol}{space}{flat_expression(*right)}"
        case ast.Compare():
            text = flat_expression(node.left, BIT_OR)
            for op, right_side in zip(node.ops, node.comparators, strict=True):
                text += f" {COMPARE_OPERATORS[type(op)]} {flat_expression(right_side, BIT_OR)}"
            return text
        case ast.BoolOp():
            word, stronger = (" or ", AND) if isinstance(node.op, ast.Or) else (" and ", NOT)
            return word.join([flat_expression(value, stronger) for value in node.values])
        case ast.UnaryOp():
            return UNARY_OPERATORS[type(node.op)][0] + flat_expression(*unary_operand(node))
        case ast.IfExp():
            return (
                f"{flat_expression(node.body, OR)} if {flat_expression(node.test, OR)}"
                f" else {flat_expression(node.orelse)}"
            )
        case ast.Lambda():
            return f"{lambda_head(node)} {flat_expression(node.body)}"
        case ast.List():
            return f"[{flat_elements(node.elts)}]"
        case ast.Tuple():
            comma = "," if len(node.elts) == 1 else ""
            return f"({flat_elements(node.elts)}{comma})"
        case ast.Set():
            return f"{{{flat_elements(node.elts)}}}" if node.elts else "{*()}"
        case ast.Dict():
            items = [
                flat_expression(key) + ": " + flat_expression(value)
                if key is not None
                else "**" + flat_expression(value, BIT_OR)
                for key, value in zip(node.keys, node.values, strict=True)
            ]
            return f"{{{', '.join(items)}}}"
        case ast.Subscript():
            return f"{flat_expression(node.value, ATOM)}[{_flat_index(node.slice)}]"
        case ast.Slice():
            return "".join(
                [
                    piece if isinstance(piece, str) else flat_expression(piece)
                    for piece in slice_pieces(node)
                ]
            )
        case ast.Starred():
            return "*" + flat_expression(node.value, BIT_OR)
        case ast.JoinedStr():
            return _joined_string_text(node)
        case Commented():
            raise HasComment
        case _:
            raise TypeError(f"no layout for {type(node).__name__}")


def flat_elements(nodes: Sequence[ast.expr]) -> str:
    return ", ".join([flat_expression(node) for node in nodes])


def _flat_index(node: ast.expr) -> str:
    elements = bare_index_elements(node)
    if elements is None:
        return flat_expression(node)
    return flat_elements(elements) + ("," if len(elements) == 1 else "")


def bare_index_elements(node: ast.expr) -> list[ast.expr] | None:
    """The elements of a tuple that stands in `x[...]` without parentheses of its own."""
    if not isinstance(node, ast.Tuple) or not node.elts:
        return None
    if len(node.elts) == 1 and not isinstance(node.elts[0], ast.Slice | ast.Starred):
        return None
    return node.elts


def strength_of(node: ast.expr) -> int:
    """How tightly the outermost operator of `node` binds."""
    match node:
        case ast.BinOp():
            return BINARY_OPERATORS[type(node.op)][1]
        case ast.Compare():
            return COMPARE
        case ast.BoolOp():
            return OR if isinstance(node.op, ast.Or) else AND
        case ast.UnaryOp():
            return UNARY_OPERATORS[type(node.op)][1]
        case ast.IfExp():
            return TERNARY
        case ast.Lambda():
            return ANY
        case ast.Constant(value=int() | float() as number) if _is_negative(number):
            return UNARY
        case _:
            return ATOM


def binary_operands(node: ast.BinOp) -> tuple[tuple[ast.expr, int], tuple[ast.expr, int]]:
    """The operands of `node`, each with the strength it needs to stand without parentheses."""
    if isinstance(node.op, ast.Pow):
        return (node.left, ATOM), (node.right, UNARY)
    strength = BINARY_OPERATORS[type(node.op)][1]
    return (node.left, strength), (node.right, strength + 1)


def unary_operand(node: ast.UnaryOp) -> tuple[ast.expr, int]:
    """The operand and the strength it needs; the style is `-(x**2)` in spite of precedence."""
    if isinstance(node.operand, ast.BinOp) and isinstance(node.operand.op, ast.Pow):
        return node.operand, ATOM
    return node.operand, UNARY_OPERATORS[type(node.op)][1]


def is_simple_power(node: ast.BinOp) -> bool:
    """Whether `**` hugs its operands, as in `x**2` and `a.b**-1`."""
    if not isinstance(node.op, ast.Pow) or not _is_power_base(node.left):
        return False
    if isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Pow):
        return _is_power_base(node.right.left)
    return _is_power_operand(node.right)


def _is_power_base(node: ast.expr) -> bool:
    return strength_of(node) == ATOM and _is_power_operand(node)


def _is_power_operand(node: ast.expr) -> bool:
    match node:
        case ast.Name():
            return True
        case ast.Constant():
            return node.value is None or isinstance(node.value, int | float | complex)
        case ast.UnaryOp():
            return not isinstance(node.op, ast.Not) and _is_power_operand(node.operand)
        case ast.Attribute():
            return _is_power_operand(node.value)
        case _:
            return False


def is_decimal_number(node: ast.expr) -> bool:
    """Whether `node.attribute` needs parentheses to keep the dot from being a decimal point."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and not _is_negative(node.value)
    )


def slice_pieces(node: ast.Slice) -> Iterator[ast.expr | str]:
    """Bounds and colons of a slice; colons get spaces unless every bound is a name or a literal."""
    bounds = (node.lower, node.upper, node.step)
    space = "" if all(bound is None or _is_simple_bound(bound) for bound in bounds) else " "
    if node.lower is not None:
        yield node.lower
        yield space
    yield ":"
    if node.upper is not None:
        yield space
        yield node.upper
    if node.step is not None:
        yield f"{space if node.upper is not None else ''}:{space}"
        yield node.step


def _is_simple_bound(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return not isinstance(node.op, ast.Not) and _is_simple_bound(node.operand)
    return isinstance(node, ast.Name | ast.Constant | ast.JoinedStr)


def lambda_head(node: ast.Lambda) -> str:
    parameters = ", ".join(flat_parameter(*parameter) for parameter in parameters_of(node.args))
    return f"lambda {parameters}:" if parameters else "lambda:"


def parameters_of(
    arguments: ast.arguments,
) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Each parameter with its stars, its annotation and its default, and the bare `/` and `*`."""
    positional = arguments.posonlyargs + arguments.args
    missing: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults = missing + list(arguments.defaults)
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True), 1):
        yield argument.arg, argument.annotation, default
        if index == len(arguments.posonlyargs):
            yield "/", None, None
    if arguments.vararg is not None:
        yield "*" + arguments.vararg.arg, arguments.vararg.annotation, None
    elif arguments.kwonlyargs:
        yield "*", None, None
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield argument.arg, argument.annotation, default
    if arguments.kwarg is not None:
        yield "**" + arguments.kwarg.arg, arguments.kwarg.annotation, None


def flat_parameter(name: str, annotation: ast.expr | None, default: ast.expr | None) -> str:
    if annotation is not None:
        name = f"{name}: {flat_expression(annotation)}"
    if default is None:
        return name
    equals = "=" if annotation is None else " = "
    return f"{name}{equals}{flat_expression(default)}"


def constant_text(value: object) -> str:
    """A literal as `ruff format` would spell it; `ValueError` for what has no literal."""
    match value:
        case str():
            return string_text(value)
        case bool() | None:
            return repr(value)
        case int():
            return repr(value)
        case float() if math.isfinite(value):
            return repr(value).replace("e+", "e")
        case complex() if value.real == 0 and math.isfinite(value.imag):
            return repr(value).replace("e+", "e")
        case bytes():
            return "b" + _quoted(value.decode("latin-1"), ascii_only=True)
        case _ if value is Ellipsis:
            return "..."
        case _:
            raise ValueError(f"{value!r} has no Python literal")


def string_text(value: str) -> str:
    """A string literal in double quotes, or in single ones where that saves escapes."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return _quoted(value)


_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(value: str, *, ascii_only: bool = False) -> str:
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join([_escaped(character, quote, ascii_only) for character in value]) + quote


def _escaped(character: str, quote: str, ascii_only: bool) -> str:
    if character == quote:
        return "\\" + character
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable() and (character.isascii() or not ascii_only):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _joined_string_text(node: ast.JoinedStr) -> str:
    text = ast.unparse(node)
    if (
        text.startswith("f'")
        and text.endswith("'")
        and not any(mark in text for mark in ('"', "\\"))
    ):
        inner = text[2:-1]
        if "'" not in inner:
            return f'f"{inner}"'
    return text


def _is_negative(value: float) -> bool:
    return math.copysign(1, value) < 0
