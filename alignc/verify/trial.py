"""A program with rows of its sources: what comes out, by the interpreter and by an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from alignc.interpreter import interpret_dataset, interpret_view
from alignc.ir.module import View
from alignc.verify.engines import Engine
from alignc.verify.programs import Program
from alignc.verify.rows import Frames

INTERPRETER: Final = "interpreter"
Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Trial:
    """Rows in, rows out; a dataset has `entities`."""

    program: Program
    sources: Frames
    entities: pl.DataFrame | None = None

    def interpreted(self) -> Rows:
        """What the interpreter says; ValueError if the rows make no sense."""
        rows = {name: frame.to_dicts() for name, frame in self.sources.items()}
        module, name = self.program.module, self.program.name
        if isinstance(self.program.definition, View):
            return interpret_view(module, name, rows)
        assert self.entities is not None, "a dataset has entity rows"
        return interpret_dataset(module, name, rows, self.entities.to_dicts())

    def load(self, engine: Engine) -> None:
        """Give the engine the rows as tables."""
        engine.load(self.sources)

    def run(self, engine: Engine) -> Rows:
        """What the program gives on an engine that has the rows; any exception of the engine."""
        text = self.program.text_for(engine.name)
        return engine.run(self.program, text, self.entities).to_dicts()
