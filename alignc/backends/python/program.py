"""A program in the making: its statements so far, and the names that are taken."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from alignc.backends.python.build import assign, name, variable
from alignc.backends.python.printer import commented
from alignc.ir.plan import Schema

ENTITY_ROWS = "entity_rows"


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

    def variable(self, text: str) -> str:
        return variable(text, self.taken)

    def assign(self, step: str, value: ast.expr) -> None:
        self.variables[step] = self.variable(step)
        self.set(self.variables[step], value)

    def set(self, target: str, value: ast.expr) -> None:
        self.statements.append(assign(target, value))

    def read(self, step: str) -> ast.expr:
        return name(self.variables[step])


def documented(node: ast.expr, doc: str | None) -> ast.expr:
    """An element of a bracket with its description above it."""
    return commented(node, [" ".join(s.split()) for s in doc.splitlines()]) if doc else node
