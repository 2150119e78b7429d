"""Functions of users: what of them can stand in a generated program, as text.

    def title(name, separator=", "):             def title(name: pl.Expr, separator: str = ", ") -> pl.Expr:
        rest = name.str.split(separator)             rest = name.str.split(separator)
        return rest.list.last()                      return rest.list.last()

A function assigns to names and returns a Polars expression; it knows its parameters, what it has
assigned, and `pl`. A lambda is put in the place of its call, a function is kept under its name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from alignc.errors import Span
from alignc.frontend.capture import function_node, here, report

_HINT = "assign Polars expressions to names and return one, or write one expression"


def function_source(function: object) -> str | None:
    """The text of a function as programs have it; None with a report where it cannot be had."""
    found = function_node(function)
    if found is None:
        report("ALN111", "the text of the function cannot be found", here(), "define it in a file")
        return None
    node, file = found
    if isinstance(node, ast.Lambda):
        return ast.unparse(node)
    for fault, where in _faults(node):
        code = "ALN123" if fault.startswith("it uses") else "ALN185"
        place = Span(file, where.lineno, where.col_offset + 1)
        hint = "only `pl`, the parameters and literals can be used" if code == "ALN123" else _HINT
        report(code, f"function `{node.name}` cannot be embedded: {fault}", place, hint)
        return None
    return ast.unparse(_embedded(node))


# A node with a place.
_Placed = ast.stmt | ast.expr | ast.arg


def _faults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, _Placed]]:
    """Why the function cannot stand in a program by itself."""
    if isinstance(node, ast.AsyncFunctionDef):
        yield "it is asynchronous", node
        return
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        yield "its parameters must be positional and counted", node
    for default in arguments.defaults:
        if not isinstance(default, ast.Constant) or not isinstance(default.value, _PLAIN):
            yield "a default must be a number, a text or a boolean", default
    known = {"pl"}
    for parameter in _parameters(node):
        if parameter.arg == "pl":
            yield "`pl` is Polars", parameter
        known.add(parameter.arg)
    *assignments, last = _statements(node) or [node]
    for statement in assignments:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=target)], value=value)
                | ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value)
            ) if target != "pl":
                yield from _expression_faults(value, known)
                known.add(target)
            case _:
                yield f"line {statement.lineno} is not an assignment to a name", statement
    match last:
        case ast.Return(value=ast.expr() as value):
            yield from _expression_faults(value, known)
        case _:
            yield "its last statement is not a `return` of an expression", last


_PLAIN = (int, float, str)


def _expression_faults(value: ast.expr, known: set[str]) -> Iterator[tuple[str, _Placed]]:
    for node in ast.walk(value):
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            yield f"`{ast.unparse(node)}` is more than an expression", node
    if free := free_names(value) - known:
        yield f"it uses `{min(free)}`, which generated code does not know", value


def free_names(tree: ast.expr) -> set[str]:
    """The names that an expression reads and does not bind itself."""
    read: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.arg(arg=name):
                bound.add(name)
            case _:
                pass
    return read - bound


def _parameters(node: ast.FunctionDef) -> list[ast.arg]:
    """The parameters, of a method without the view itself."""
    every = [*node.args.posonlyargs, *node.args.args]
    return every[1:] if every and every[0].arg == "self" else every


def _statements(node: ast.FunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node) is not None else node.body


def _embedded(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.FunctionDef:
    """The function with the types that it has in a program."""
    assert isinstance(node, ast.FunctionDef)
    parameters, defaults = _parameters(node), node.args.defaults
    without = len(parameters) - len(defaults)
    expression = ast.Attribute(ast.Name("pl", ast.Load()), "Expr", ast.Load())
    typed = [
        ast.arg(p.arg, expression if i < without else _type_of(defaults[i - without]))
        for i, p in enumerate(parameters)
    ]
    body: list[ast.stmt] = [
        ast.Assign([s.target], s.value)
        if isinstance(s, ast.AnnAssign) and s.value is not None
        else s
        for s in _statements(node)
    ]
    docstring = ast.get_docstring(node)
    if docstring is not None and "\\" not in docstring:
        body.insert(0, ast.Expr(ast.Constant(" ".join(docstring.split()))))
    arguments = ast.arguments([], typed, None, [], [], None, defaults)
    made = ast.FunctionDef(node.name, arguments, body, [], returns=expression)
    return ast.fix_missing_locations(made)


def _type_of(default: ast.expr) -> ast.expr:
    assert isinstance(default, ast.Constant)
    return ast.Name(type(default.value).__name__, ast.Load())
