"""A plan as the body of a Polars program: each step becomes one statement or a few."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from alignc.backends.polars.as_of import lower_as_of
from alignc.backends.polars.builder import WINDOW_HELPERS, program_builder, renamed
from alignc.backends.polars.expressions import lower_expr
from alignc.backends.polars.functions import functions_in
from alignc.backends.polars.groups import grouped
from alignc.backends.polars.ops.arg import polars_type
from alignc.backends.polars.running import running
from alignc.backends.polars.windows import counts_rows, lower_windows
from alignc.backends.python.build import (
    call,
    constant,
    imported_names,
    method,
    name,
    returned,
    sequence,
    texts,
)
from alignc.backends.python.columns import reading_options
from alignc.backends.python.helpers import with_called
from alignc.backends.python.joins import beside_rows, join_beside, lower_key_join
from alignc.backends.python.printer import blank, comment, format_statements
from alignc.backends.python.program import (
    Program,
    ProgramBuilder,
    documented,
    numbered_rows,
    steps_of,
)
from alignc.backends.python.runs import lower_slice
from alignc.ir.expr import Column
from alignc.ir.plan import (
    ENTITIES,
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
    Running,
    Scan,
    ScanColumn,
    Slice,
    Step,
    Union,
    WindowAggregate,
    Write,
    expressions_in,
)

_HELPERS = (
    "unique_by",
    "round_decimal",
    "to_decimal",
    "md5_number",
    "percentile",
    "json_value",
    "dot_product",
    "vector_distance",
    "cosine_similarity",
)


def lower_program(plan: Plan, given: str | None = None) -> Program:
    """The statements of a plan, ending in `return`; `given` is a dataset among its sources."""
    functions = functions_in(expressions_in(plan))
    lowering = _Lowering(plan, program_builder(plan, (f.name for f in functions)), given)
    statements = lowering.run()
    body = format_statements(statements, indent=1)
    embedded = format_statements(functions)
    known = (*_HELPERS, *WINDOW_HELPERS)
    helpers = {h for h in known if re.search(rf"(?<![\w.]){h}\(", body)}
    imported = imported_names(statements, body)
    if "windows" in helpers:
        imported |= {"timedelta"}
    if any(counts_rows(s.node) for s in plan.steps if isinstance(s.node, WindowAggregate)):
        helpers.add("last_rows")
    steps = steps_of(statements, lowering.program.steps)
    return Program(body, with_called(helpers), imported, steps, embedded)


@dataclass
class _Lowering:
    plan: Plan
    program: ProgramBuilder
    given: str | None

    def run(self) -> list[ast.stmt]:
        beside = join_beside(self.plan)
        for step in self.plan.steps:
            if step is not beside:
                self._step(step)
            self.program.end_step(step.name)
        return self.program.statements

    def _step(self, step: Step) -> None:
        node = step.node
        if step.comment and self.program.statements:
            self.program.statements.append(blank())
        if step.comment:
            self.program.statements.append(comment(step.comment.splitlines()))
        match node:
            case Scan():
                self._scan(step.name, node)
            case Project():
                value = method(self.program.read(node.input), "select", *self._exprs(node))
                self.program.assign(step.name, value)
            case Filter():
                predicate = lower_expr(node.predicate, self.program.schemas[node.input])
                self.program.assign(
                    step.name, method(self.program.read(node.input), "filter", predicate)
                )
            case Slice():
                lower_slice(self.program, step.name, node, texts(node.by))
            case Distinct():
                chosen = method(
                    self.program.read(node.input), "select", *map(constant, node.columns)
                )
                self.program.assign(step.name, method(method(chosen, "drop_nulls"), "unique"))
            case Union(inputs=inputs, columns=columns):
                rows = [
                    method(self.program.read(n), "select", *map(constant, columns)) for n in inputs
                ]
                self.program.assign(step.name, call("pl.concat", sequence(rows)))
            case KeyJoin():
                lower_key_join(self.program, step.name, node, renamed, _joined)
            case AsOfJoin():
                lower_as_of(self.program, step.name, node)
            case WindowAggregate():
                lower_windows(self.program, step.name, node)
            case Group():
                self.program.assign(step.name, grouped(self.program, node))
            case Running():
                self.program.assign(step.name, running(self.program, node))
            case Write():
                self._write(node)

    def _scan(self, step: str, node: Scan) -> None:
        columns = sequence([scan_column(c) for c in node.columns])
        source: ast.expr = ast.Subscript(name("sources"), constant(node.source), ast.Load())
        label = constant("the dataset" if node.source == self.given else f"source `{node.source}`")
        if node.source == ENTITIES:
            source, label = name("entities"), constant("the entity rows")
        if node.row_id is None:
            value = call("typed", source, label, columns)
        else:
            rows = numbered_rows(node.source)
            self.program.set(rows, method(source, "with_row_index", constant(node.row_id)))
            value = call("typed", name(rows), label, columns, keep=texts([node.row_id]))
        self.program.assign(step, value)

    def _exprs(self, node: Project | Write) -> list[ast.expr]:
        schema = self.program.schemas[node.input]
        return [_select_item(c, schema) for c in node.columns]

    def _write(self, node: Write) -> None:
        self.program.statements.append(blank())
        if node.others_of is None:
            value = method(self.program.read(node.input), "select", *self._exprs(node))
            self.program.statements.append(returned(value))
            return
        by = constant(node.order_by)
        joined = beside_rows(self.program, self.plan, node, self._exprs(node), renamed, _joined)
        self.program.statements.append(returned(method(joined, "drop", by)))


def _joined(left: ast.expr, right: ast.expr, on: ast.expr, how: ast.expr) -> ast.expr:
    return method(left, "join", right, on=on, how=how, maintain_order=constant("left"))


def scan_column(given: ScanColumn) -> ast.expr:
    """The `Column(...)` that tells a program to read a column."""
    dtype = polars_type(given.dtype)
    dtype = dtype if isinstance(dtype, ast.Call) else call(dtype)
    made = call(
        "Column", constant(given.name), constant(given.column), dtype, **reading_options(given)
    )
    return documented(made, given.doc)


def _select_item(given: NamedExpr, schema: Mapping[str, object]) -> ast.expr:
    match given.expr:
        case Column(name=column):
            return renamed(column, given.name)
        case expr:
            made = method(lower_expr(expr, schema), "alias", constant(given.name))  # type: ignore[arg-type]
            return documented(made, given.doc)
