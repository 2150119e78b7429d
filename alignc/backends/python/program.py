"""A program in the making: its statements so far, and the names that are taken."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alignc.backends.python.build import assign, name, variable
from alignc.backends.python.printer import Blank, Comment, commented
from alignc.ir.plan import ENTITIES, Schema

ENTITY_ROWS = "entity_rows"
SOURCE_ROWS = "source_rows"


def numbered_rows(source: str) -> str:
    """The variable with the rows of a relation as they came, numbered."""
    return ENTITY_ROWS if source == ENTITIES else SOURCE_ROWS


@dataclass(frozen=True)
class Program:
    """The body of `build`, the helpers that it calls and all names that it reads.

    `functions` are those of users, `steps` the steps of the plan that the body's statements are of.
    """

    body: str
    helpers: frozenset[str]
    names: frozenset[str]
    steps: tuple[str, ...]
    functions: str = ""


@dataclass
class ProgramBuilder:
    """The statements so far.

    `schemas` are the columns of all steps of the plan; `taken` the names that the program has
    already: imports, helpers and parameters of `build`. `has_entities` if entity rows ask for rows.
    """

    schemas: dict[str, Schema]
    taken: set[str]
    # The names to tell if a key of a step is there twice.
    told: Mapping[tuple[str, tuple[str, ...]], str]
    has_entities: bool = False
    statements: list[ast.stmt] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    # Of each statement the step that it is of.
    steps: list[str] = field(default_factory=list)

    def variable(self, text: str) -> str:
        return variable(text, self.taken)

    def assign(self, step: str, value: ast.expr) -> None:
        self.variables[step] = self.variable(step)
        self.set(self.variables[step], value)

    def set(self, target: str | Sequence[str], value: ast.expr) -> None:
        self.statements.append(assign(target, value))

    def end_step(self, step: str) -> None:
        """Note that all statements since the last step are of this one."""
        self.steps += [step] * (len(self.statements) - len(self.steps))

    def read(self, step: str) -> ast.expr:
        return name(self.variables[step])


def steps_of(statements: Sequence[ast.stmt], steps: Sequence[str]) -> tuple[str, ...]:
    """The steps of the statements that are there when the program is read again."""
    both = zip(statements, steps, strict=True)
    return tuple(step for node, step in both if not isinstance(node, Blank | Comment))


def documented(node: ast.expr, doc: str | None) -> ast.expr:
    """An element of a bracket with its description above it."""
    return commented(node, [" ".join(s.split()) for s in doc.splitlines()]) if doc else node
