"""Statements of a Python text as syntax trees: where they are, what they bind, what they read."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

# A line, and a column from 0.
Position = tuple[int, int]


def way_to(body: list[ast.stmt], place: Position) -> tuple[tuple[list[ast.stmt], ast.stmt], ...]:
    """The statements that a place is in, outermost first, each with the list that it is in."""
    for statement in body:
        if start_of(statement) <= place <= end_of(statement):
            for inner in bodies_of(statement):
                way = way_to(inner, place)
                if way:
                    return ((body, statement), *way)
            return ((body, statement),)
    return ()


def place_of(body: list[ast.stmt], wanted: ast.stmt) -> tuple[list[ast.stmt], ast.stmt]:
    """The list that a statement is in, and the statement."""
    return next((b, s) for b, s, _ in statements_in(body) if s is wanted)


def statements_in(
    body: list[ast.stmt], owner: ast.ClassDef | None = None
) -> Iterator[tuple[list[ast.stmt], ast.stmt, ast.ClassDef | None]]:
    """All statements that are evaluated when a file is read, each with its list and its class."""
    for statement in body:
        yield body, statement, owner
        inside = statement if isinstance(statement, ast.ClassDef) else owner
        for inner in bodies_of(statement):
            yield from statements_in(inner, inside)


def bodies_of(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a statement, those of functions aside."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(statement, name, None)
        if isinstance(inner, list):
            yield inner
    for handler in getattr(statement, "handlers", []):
        yield handler.body
    for case in getattr(statement, "cases", []):
        yield case.body


def has_body(statement: ast.stmt) -> bool:
    """Whether a statement has others in it."""
    return any(True for _ in bodies_of(statement))


def head_of(statement: ast.stmt) -> list[ast.AST]:
    """What a statement with a body evaluates itself."""
    inner = {id(one) for body in bodies_of(statement) for one in body}
    return [
        child
        for child in ast.iter_child_nodes(statement)
        if id(child) not in inner and not isinstance(child, ast.ExceptHandler | ast.match_case)
    ]


def start_of(statement: ast.stmt) -> Position:
    """Where a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    places = [(one.lineno, one.col_offset) for one in decorators]
    return min([(statement.lineno, statement.col_offset), *places])


def end_of(statement: ast.stmt) -> Position:
    """Where a statement ends."""
    return statement.end_lineno or statement.lineno, statement.end_col_offset or 0


def is_bare(statement: ast.ClassDef) -> bool:
    """Whether a class has nothing but a name and a body."""
    return not (statement.decorator_list or statement.bases or statement.keywords)


def replace_in(body: list[ast.stmt], old: ast.stmt, new: list[ast.stmt]) -> None:
    """Put other statements in the place of one."""
    place = next(n for n, one in enumerate(body) if one is old)
    body[place : place + 1] = new


def one_by_one(statement: ast.ImportFrom) -> list[ast.stmt]:
    """An import of several names as one of each."""
    return [
        ast.copy_location(ast.ImportFrom(statement.module, [one], statement.level), one)
        for one in statement.names
    ]


def made_by(statement: ast.AST) -> set[str]:
    """The names that a statement binds where it stands."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.alias(name=name, asname=new):
            return {new or name.partition(".")[0]}
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return set()
        case ast.Name(id=name, ctx=ast.Store()):
            return {name}
        case _:
            return {name for child in ast.iter_child_nodes(statement) for name in made_by(child)}


def reads(node: ast.AST, names: Collection[str]) -> bool:
    """Whether any of the names is read."""
    return any(
        isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id in names
        for one in ast.walk(node)
    )
