"""Reading on after a mistake: a definition file without the statements that cannot be evaluated.

A statement that fails is left out, and with it those that need what it would have made; the rest of the file is
evaluated again, so that its mistakes are told in the same run. What a statement in the body of a class would have
made is there as a mistake that is not reported again (`features.base.mistake`).
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import CodeType, TracebackType
from typing import Final

from alignc.errors import Diagnostic
from alignc.frontend.features.base import Mistake, mistake

# Under this name the text of a class finds what makes a mistake.
_MISTAKE: Final = "__alignc_mistake__"
# What the class itself is made from: without it there is no class.
_METADATA: Final = "metadata"
# Of the code of a function, which that of a class is not.
_OPTIMIZED: Final = inspect.CO_OPTIMIZED

# A line, and a column from 0.
Position = tuple[int, int]


class Recovery:
    """One definition file, and what of it has been left out so far.

    `missing` are the names of the file that nothing has made; `shaken` classes lack something in their body.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.missing: set[str] = set()
        self.shaken: set[str] = set()
        self._tree = ast.parse(text, name)
        self._code: CodeType | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing has been left out."""
        return not self.missing and not self.shaken

    def compiled(self) -> CodeType:
        """What is left of the file."""
        self._code = compile(self._tree, self.name, "exec", dont_inherit=True)
        return self._code

    @staticmethod
    def names() -> dict[str, object]:
        """What the compiled text needs beside builtins."""
        return {_MISTAKE: lambda: mistake(Mistake)}

    def leave_out(self, trace: TracebackType | None, known: Mapping[str, Recovery]) -> bool | None:
        """Leave out the statement that has failed; None if none is found.

        True if its mistake is to be told: it does not come from another one. `known` are all files by module.
        """
        place = self._place(trace)
        way = _way_to(self._tree.body, place) if place is not None else ()
        if not way or isinstance(way[-1][1], ast.Pass):
            return None
        body, statement = way[-1]
        if isinstance(statement, ast.ImportFrom) and len(statement.names) > 1:
            # Each name is tried on its own.
            _replace(body, statement, _split(statement))
            return False
        owner = next((s for _, s in reversed(way[:-1]) if isinstance(s, ast.ClassDef)), None)
        is_told = not self._follows(statement, known)
        if owner is None:
            self._remove(body, statement)
        else:
            self._replace_in_class(owner, body, statement)
        return is_told

    def _place(self, trace: TracebackType | None) -> Position | None:
        """Where a statement of the file, or of the body of a class in it, was evaluated."""
        found = None
        while trace is not None:
            code = trace.tb_frame.f_code
            is_own = code is self._code or (
                found is not None
                and code.co_filename == self.name
                and not code.co_flags & _OPTIMIZED
            )
            if is_own:
                line, _, column, _ = list(code.co_positions())[trace.tb_lasti // 2]
                found = (line or trace.tb_lineno, column or 0)
            elif found is not None:
                break
            trace = trace.tb_next
        return found

    def _follows(self, statement: ast.stmt, known: Mapping[str, Recovery]) -> bool:
        """Whether a failure is one of something that has been left out."""
        if isinstance(statement, ast.ClassDef) and statement.name in self.shaken:
            return True
        away = set(self.missing)
        for node in ast.walk(statement):
            if isinstance(node, ast.ImportFrom) and (module := known.get(node.module or "")):
                away |= module.missing
        imported = {name for one in known.values() for name in one.missing}
        return any(
            (isinstance(node, ast.Name) and node.id in away)
            or (isinstance(node, ast.alias) and node.name in away)
            or (isinstance(node, ast.Attribute) and node.attr in imported)
            for node in ast.walk(statement)
        )

    def _remove(self, body: list[ast.stmt], statement: ast.stmt) -> None:
        self.missing |= _made_by(statement)
        if isinstance(statement, ast.ClassDef) and not _is_bare(statement):
            # It is no view and no model any more; its body may have mistakes of its own.
            statement.decorator_list, statement.bases, statement.keywords = [], [], []
        else:
            _replace(body, statement, [ast.copy_location(ast.Pass(), statement)])
        self._remove_dependents()

    def _remove_dependents(self) -> None:
        """What needs a missing name goes, too, until nothing does."""
        while True:
            for body, statement, owner in list(_statements(self._tree.body)):
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Pass):
                    # A function fails when it is called.
                    continue
                parts = _head(statement) if _has_body(statement) else [statement]
                if not any(_reads(part, self.missing) for part in parts):
                    continue
                if owner is None:
                    self._remove(body, statement)
                else:
                    self._replace_in_class(owner, body, statement)
                break
            else:
                return

    def _replace_in_class(
        self, owner: ast.ClassDef, body: list[ast.stmt], statement: ast.stmt
    ) -> None:
        self.shaken.add(owner.name)
        is_function = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        names = () if is_function else sorted(_made_by(statement))
        made: list[ast.stmt] = [
            ast.Assign(
                targets=[ast.Name(name, ast.Store())],
                value=ast.Call(ast.Name(_MISTAKE, ast.Load()), [], []),
            )
            for name in names
        ]
        for one in made or [ast.Pass()]:
            ast.copy_location(one, statement)
            ast.fix_missing_locations(one)
        _replace(body, statement, made or [ast.copy_location(ast.Pass(), statement)])
        if _METADATA in names and not _is_bare(owner):
            self._remove(*_place_of(self._tree.body, owner))


def without_consequences(
    diagnostics: Iterable[Diagnostic], files: Mapping[str, str], read: Collection[Recovery]
) -> list[Diagnostic]:
    """The diagnostics that are about definitions which lack nothing, themselves or in what they read."""
    away = {name for one in read for name in (*one.missing, *one.shaken)}
    statements = {
        file: [(s, _made_by(s)) for s in ast.parse(files[file]).body]
        for file in (one.name for one in read)
    }
    lines: dict[str, set[int]] = {file: set() for file in statements}
    while True:
        before = len(away)
        for file, found in statements.items():
            for statement, made in found:
                if made & away or _reads(statement, away):
                    lines[file].update(range(_start(statement)[0], _end(statement)[0] + 1))
                    away |= made
        if len(away) == before:
            break
    return [
        d for d in diagnostics if d.span is None or d.span.line not in lines.get(d.span.file, ())
    ]


# -- statements


def _way_to(body: list[ast.stmt], place: Position) -> tuple[tuple[list[ast.stmt], ast.stmt], ...]:
    """The statements that a place is in, outermost first, each with the list that it is in."""
    for statement in body:
        if _start(statement) <= place <= _end(statement):
            for inner in _bodies(statement):
                way = _way_to(inner, place)
                if way:
                    return ((body, statement), *way)
            return ((body, statement),)
    return ()


def _place_of(body: list[ast.stmt], wanted: ast.stmt) -> tuple[list[ast.stmt], ast.stmt]:
    return next((b, s) for b, s, _ in _statements(body) if s is wanted)


def _statements(
    body: list[ast.stmt], owner: ast.ClassDef | None = None
) -> Iterator[tuple[list[ast.stmt], ast.stmt, ast.ClassDef | None]]:
    """All statements that are evaluated when a file is read, each with its list and its class."""
    for statement in body:
        yield body, statement, owner
        inside = statement if isinstance(statement, ast.ClassDef) else owner
        for inner in _bodies(statement):
            yield from _statements(inner, inside)


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
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


def _has_body(statement: ast.stmt) -> bool:
    return any(True for _ in _bodies(statement))


def _head(statement: ast.stmt) -> list[ast.AST]:
    """What a statement with a body evaluates itself."""
    inner = {id(one) for body in _bodies(statement) for one in body}
    return [
        child
        for child in ast.iter_child_nodes(statement)
        if id(child) not in inner and not isinstance(child, ast.ExceptHandler | ast.match_case)
    ]


def _start(statement: ast.stmt) -> Position:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    places = [(one.lineno, one.col_offset) for one in decorators]
    return min([(statement.lineno, statement.col_offset), *places])


def _end(statement: ast.stmt) -> Position:
    return statement.end_lineno or statement.lineno, statement.end_col_offset or 0


def _is_bare(statement: ast.ClassDef) -> bool:
    return not (statement.decorator_list or statement.bases or statement.keywords)


def _replace(body: list[ast.stmt], old: ast.stmt, new: list[ast.stmt]) -> None:
    place = next(n for n, one in enumerate(body) if one is old)
    body[place : place + 1] = new


def _split(statement: ast.ImportFrom) -> list[ast.stmt]:
    return [
        ast.copy_location(ast.ImportFrom(statement.module, [one], statement.level), one)
        for one in statement.names
    ]


def _made_by(statement: ast.AST) -> set[str]:
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
            return {name for child in ast.iter_child_nodes(statement) for name in _made_by(child)}


def _reads(node: ast.AST, names: Collection[str]) -> bool:
    return any(
        isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id in names
        for one in ast.walk(node)
    )
