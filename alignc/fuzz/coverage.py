"""What a run has covered: ops, aggregates, types, and the shapes of plans."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from alignc.ir.expr import Call, Expr, walk
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Derived,
    JoinInput,
    Module,
    Rows,
    SourceInput,
    ViewInput,
)
from alignc.ir.ops import AGGREGATES, OPS
from alignc.ir.plan import inputs_of
from alignc.verify.programs import Program


@dataclass
class Coverage:
    """Counts by name; a shape is the kinds of a plan's steps with what each reads."""

    ops: Counter[str] = field(default_factory=Counter)
    aggregates: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    inputs: Counter[str] = field(default_factory=Counter)

    def add_module(self, module: Module) -> None:
        for view in module.views:
            self._add_rows(view.input)
            for feature in view.features:
                self.types[str(feature.dtype)] += 1
                match feature.compute:
                    case Derived(expr=expr):
                        self._add(expr)
                    case Aggregated(aggregate=aggregate, value=value):
                        self.aggregates[aggregate] += 1
                        self._add(value)
                    case _:
                        pass

    def _add_rows(self, given: SourceInput | Rows) -> None:
        how = f" {given.how}" if isinstance(given, JoinInput) else ""
        self.inputs[given.kind + how] += 1
        match given:
            case ViewInput(where=where) if where is not None:
                self._add(where)
            case JoinInput(left=left) | AsOfInput(left=left):
                self._add_rows(left)
            case _:
                pass

    def add_program(self, program: Program) -> None:
        numbers = {step.name: i for i, step in enumerate(program.plan.steps)}
        self.shapes[
            " ".join(
                f"{step.node.kind}({','.join(str(numbers[n]) for n in inputs_of(step.node))})"
                for step in program.plan.steps
            )
        ] += 1

    def _add(self, expr: Expr) -> None:
        self.ops.update(part.op for part in walk(expr) if isinstance(part, Call))

    def summary(self) -> str:
        never = sorted(
            (OPS.keys() - self.ops.keys()) | (AGGREGATES.keys() - self.aggregates.keys())
        )
        missing = f", never drawn: {', '.join(never)}" if never else ""
        return (
            f"{len(self.ops)} of {len(OPS)} ops, "
            f"{len(self.aggregates)} of {len(AGGREGATES)} aggregates, "
            f"{len(self.types)} types, {len(self.shapes)} shapes of plans, inputs: "
            f"{', '.join(f'{name} {n}' for name, n in sorted(self.inputs.items()))}{missing}"
        )
