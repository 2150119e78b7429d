"""A plan as the body of a PySpark program: each step becomes one statement or a few."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from alignc.backends.pyspark.as_of import lower_as_of
from alignc.backends.pyspark.builder import known_rows, program_builder, renamed
from alignc.backends.pyspark.expressions import lower_expr
from alignc.backends.pyspark.groups import grouped
from alignc.backends.pyspark.ops.arg import column_name, spark_type
from alignc.backends.pyspark.running import running
from alignc.backends.pyspark.windows import lower_windows
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
)
from alignc.ir.types import INTEGER_BOUNDS, UNSIGNED, DType

_HELPERS = (
    "unique_by",
    "percentile",
    "json_value",
    "dot_product",
    "vector_distance",
    "cosine_similarity",
    "Window",
    "Span",
    "tile_of",
    "totals_at",
    "parts_at",
    "sum_over",
    "total_over",
    "mean_over",
    "least_over",
    "greatest_over",
    "variance_over",
)


def lower_program(plan: Plan, given: str | None = None) -> Program:
    """The statements of a plan, ending in `return`; `given` is a dataset among its sources."""
    lowering = _Lowering(plan, program_builder(plan), given)
    statements = lowering.run()
    body = format_statements(statements, indent=1)
    used = {helper for helper in _HELPERS if re.search(rf"(?<![\w.]){helper}[.(]", body)}
    imported = imported_names(statements, body)
    if "Span" in used:
        imported |= {"timedelta"}
    steps = steps_of(statements, lowering.program.steps)
    return Program(body, with_called(used), imported, steps)


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
                items = self._exprs(node)
                self.program.assign(
                    step.name, method(self.program.read(node.input), "select", *items)
                )
            case Filter():
                predicate = lower_expr(node.predicate, self.program.schemas[node.input])
                self.program.assign(
                    step.name, method(self.program.read(node.input), "where", predicate)
                )
            case Slice():
                lower_slice(self.program, step.name, node)
            case Distinct():
                rows = method(
                    self.program.read(node.input), "select", *map(column_name, node.columns)
                )
                rows = known_rows(
                    rows, node.columns, self.program.schemas[node.input], are_all=True
                )
                self.program.assign(step.name, method(rows, "distinct"))
            case Union(inputs=inputs, columns=columns):
                chosen = list(map(column_name, columns))
                first, *others = (method(self.program.read(n), "select", *chosen) for n in inputs)
                for other in others:
                    first = method(first, "unionByName", other)
                self.program.assign(step.name, first)
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
            rows, number = numbered_rows(node.source), call("F.monotonically_increasing_id")
            self.program.set(rows, method(source, "withColumn", constant(node.row_id), number))
            value = call("typed", name(rows), label, columns, keep=texts([node.row_id]))
        self.program.assign(step, value)

    def _exprs(self, node: Project | Write) -> list[ast.expr]:
        return [_select_item(c, self.program.schemas[node.input]) for c in node.columns]

    def _write(self, node: Write) -> None:
        self.program.statements.append(blank())
        if node.others_of is None:
            value = method(self.program.read(node.input), "select", *self._exprs(node))
            self.program.statements.append(returned(value))
            return
        by = constant(node.order_by)
        joined = beside_rows(self.program, self.plan, node, self._exprs(node), renamed, _joined)
        ordered = method(joined, "orderBy", by)
        self.program.statements.append(returned(method(ordered, "drop", by)))


def _joined(left: ast.expr, right: ast.expr, on: ast.expr, how: ast.expr) -> ast.expr:
    return method(left, "join", right, on, how)


def scan_column(given: ScanColumn) -> ast.expr:
    """The `Column(...)` that tells a program to read a column."""
    dtype = constant(spark_type(given.dtype))
    options = reading_options(given)
    if given.dtype in UNSIGNED:
        options["largest"] = constant(str(INTEGER_BOUNDS[given.dtype][1]))
    made = call("Column", constant(given.name), constant(given.column), dtype, **options)
    return documented(made, given.doc)


def _select_item(given: NamedExpr, schema: Mapping[str, DType]) -> ast.expr:
    match given.expr:
        case Column(name=source):
            return renamed(source, given.name)
        case expr:
            made = method(lower_expr(expr, schema), "alias", constant(given.name))
            return documented(made, given.doc)
