"""Reading on after a mistake: a definition file without the statements that cannot be evaluated.

A statement that fails is left out, and with it those that need what it would have made; the rest of the file is
evaluated again, so that its mistakes are told in the same run. What a statement in the body of a class would have
made is there as a mistake that is not reported again (`features.base.mistake`).
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection, Iterable, Mapping
from types import CodeType, TracebackType
from typing import Final

from alignc.errors import Diagnostic
from alignc.frontend.features.base import Mistake, mistake
from alignc.frontend.statements import (
    Position,
    end_of,
    has_body,
    head_of,
    is_bare,
    made_by,
    one_by_one,
    place_of,
    reads,
    replace_in,
    start_of,
    statements_in,
    way_to,
)

# Under this name the text of a class finds what makes a mistake.
_MISTAKE: Final = "__alignc_mistake__"
# What the class itself is made from: without it there is no class.
_METADATA: Final = "metadata"
# Of the code of a function, which that of a class is not.
_OPTIMIZED: Final = inspect.CO_OPTIMIZED


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
        way = way_to(self._tree.body, place) if place is not None else ()
        if not way or isinstance(way[-1][1], ast.Pass):
            return None
        body, statement = way[-1]
        if isinstance(statement, ast.ImportFrom) and len(statement.names) > 1:
            # Each name is tried on its own.
            replace_in(body, statement, one_by_one(statement))
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
            if isinstance(node, ast.ImportFrom):
                away |= _missing_in(node, known)
        imported = {name for one in known.values() for name in one.missing}
        return any(
            (isinstance(node, ast.Name) and node.id in away)
            or (isinstance(node, ast.alias) and node.name in away)
            or (isinstance(node, ast.Attribute) and node.attr in imported)
            for node in ast.walk(statement)
        )

    def _remove(self, body: list[ast.stmt], statement: ast.stmt) -> None:
        self.missing |= made_by(statement)
        if isinstance(statement, ast.ClassDef) and not is_bare(statement):
            # It is no view and no model any more; its body may have mistakes of its own.
            statement.decorator_list, statement.bases, statement.keywords = [], [], []
        else:
            replace_in(body, statement, [ast.copy_location(ast.Pass(), statement)])
        self._remove_dependents()

    def _remove_dependents(self) -> None:
        """What needs a missing name goes, too, until nothing does."""
        while True:
            for body, statement, owner in list(statements_in(self._tree.body)):
                if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.Pass):
                    # A function fails when it is called.
                    continue
                parts = head_of(statement) if has_body(statement) else [statement]
                if not any(reads(part, self.missing) for part in parts):
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
        names = () if is_function else sorted(made_by(statement))
        made: list[ast.stmt] = [
            ast.Assign(
                targets=[ast.Name(name, ast.Store())],
                value=ast.Call(ast.Name(_MISTAKE, ast.Load()), [], []),
            )
            for name in names
        ]
        made = made or [ast.Pass()]
        for one in made:
            ast.fix_missing_locations(ast.copy_location(one, statement))
        replace_in(body, statement, made)
        if _METADATA in names and not is_bare(owner):
            self._remove(*place_of(self._tree.body, owner))


def _missing_in(node: ast.ImportFrom, known: Mapping[str, Recovery]) -> set[str]:
    """What is missing in the module that names are imported from; a relative one is known by its end."""
    module = node.module or ""
    found = [
        one
        for name, one in known.items()
        if name == module or (node.level and (not module or name.endswith(f".{module}")))
    ]
    return {name for one in found for name in one.missing}


def without_consequences(
    diagnostics: Iterable[Diagnostic], files: Mapping[str, str], read: Collection[Recovery]
) -> list[Diagnostic]:
    """The diagnostics that are about definitions which lack nothing, themselves or in what they read."""
    away = {name for one in read for name in (*one.missing, *one.shaken)}
    statements = {
        file: [(s, made_by(s)) for s in ast.parse(files[file]).body]
        for file in (one.name for one in read)
    }
    lines: dict[str, set[int]] = {file: set() for file in statements}
    while True:
        before = len(away)
        for file, found in statements.items():
            for statement, made in found:
                if made & away or reads(statement, away):
                    lines[file].update(range(start_of(statement)[0], end_of(statement)[0] + 1))
                    away |= made
        if len(away) == before:
            break
    return [
        d for d in diagnostics if d.span is None or d.span.line not in lines.get(d.span.file, ())
    ]
