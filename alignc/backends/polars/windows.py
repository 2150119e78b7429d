"""Aggregates over windows: events in the order of key and time, and the places where each window begins and ends.

What a question sees is a run of neighbouring events, so nothing has to be looked at twice: whole
numbers and decimals are running totals, taken at both ends; sums and variances of floats are merged
from parts of 1, 2, 4, ... events, and the smallest or largest value is that of two such parts.
Percentiles and the like look at each event of each window, and so do all aggregates where an event
may become known after it has happened.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alignc.backends.polars.builder import CREATED, TIME, asked_for, renamed, sort_key
from alignc.backends.polars.expressions import lower_arg, lower_expr
from alignc.backends.polars.ops import AGGREGATES
from alignc.backends.polars.ops.arg import Rows, cast
from alignc.backends.polars.window_kinds import Way, kind_of, way_of
from alignc.backends.python.build import (
    binary,
    call,
    constant,
    elapsed,
    lambda_,
    method,
    name,
    sequence,
    subscript,
    texts,
)
from alignc.backends.python.printer import commented
from alignc.backends.python.program import ProgramBuilder, documented
from alignc.ir.expr import Column, Expr
from alignc.ir.module import Window
from alignc.ir.ops import AGGREGATES as SPECS
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.print import show_window, window_name, window_names
from alignc.ir.types import INT64, DType


def counts_rows(node: WindowAggregate) -> bool:
    """Whether windows have a number of rows that is known from places."""
    return node.created_at is None and any(a.window.rows is not None for a in node.aggregates)


def lower_windows(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    """The statements of a window aggregate."""
    _Lowering(program, step, node).run()


@dataclass
class _Lowering:
    program: ProgramBuilder
    step: str
    node: WindowAggregate
    # The column of each value and its type, the names of windows, the variables of columns.
    values: dict[Expr, str] = field(default_factory=dict)
    types: dict[str, DType] = field(default_factory=dict)
    labels: Mapping[Window, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        for made in self.node.aggregates:
            self._name_value(made.value)
        self.events = self._set("events", self._events())
        self.asks = self._set("asks", self._asks())
        windows = list(dict.fromkeys(made.window for made in self.node.aggregates))
        self._look_up(windows)
        for made in self.node.aggregates:
            if kind_of(made, self._type(made), self.node) is not None:
                self._name_column(self.values[made.value])
        results = self._results()
        left = [constant(n) for n in self.node.left_columns]
        columns = [documented(results[m.name], m.doc) for m in self.node.aggregates]
        rows = method(name(self.asks), "select", *left, *columns)
        self.program.assign(self.step, method(rows, "lazy"))

    def _name_value(self, value: Expr) -> None:
        if value not in self.values:
            plain = value.name if isinstance(value, Column) else f"__value_{len(self.values) + 1}"
            self.values[value] = plain
            self.types[plain] = lower_arg(value, self.program.schemas[self.node.right]).dtype

    def _name_column(self, value: str) -> None:
        if value not in self.columns:
            seen = call("present", subscript(self.events, value), name(self.seen))
            variable = self.program.variable(value.removeprefix("__"))
            self.program.set(variable, seen)
            self.columns[value] = variable

    def _set(self, what: str, value: ast.expr) -> str:
        variable = self.program.variable(f"{self.step}_{what}")
        self.program.set(variable, value)
        return variable

    def _events(self) -> ast.expr:
        node, right = self.node, self.program.schemas[self.node.right]
        keys = [f"__key_{i}" for i, _ in enumerate(node.on, start=1)]
        times = {node.right_time: TIME} | ({node.created_at: CREATED} if node.created_at else {})
        order = {n: f"__order_{i}" for i, n in enumerate(node.order, start=1)}
        values = [
            constant(n)
            if isinstance(v, Column)
            else method(lower_expr(v, right), "alias", constant(n))
            for v, n in self.values.items()
        ]
        rows = method(
            asked_for(self.program, node, in_order=True),
            "select",
            *(renamed(b, k) for k, (_, b) in zip(keys, node.on, strict=True)),
            *(renamed(n, o) for n, o in (times | order).items()),
            *values,
        )
        rows = method(rows, "drop_nulls", texts([*keys, *times.values()]))
        by_order = [sort_key(o, right[n]) for n, o in order.items()]
        by = [*map(constant, (*keys, *times.values())), *by_order]
        # Of events at one time the order decides the last digit of a sum, which is to be the same again.
        rows = method(rows, "sort", *by, maintain_order=constant(True))
        if order:
            rows = method(rows, "drop", *map(constant, order.values()))
        return method(rows, "collect")

    def _asks(self) -> ast.expr:
        node = self.node
        rows = method(
            self.program.read(node.left),
            "select",
            *map(constant, node.left_columns),
            *(renamed(a, f"__key_{i}") for i, (a, _) in enumerate(node.on, start=1)),
            renamed(node.left_time, TIME),
        )
        return method(rows, "collect")

    def _look_up(self, windows: Sequence[Window]) -> None:
        """The statement that finds the places of all windows."""
        self.labels = window_names(windows)
        spans = [
            commented(self._span(window), [f"Events in {show_window(window)}."])
            for window in self.labels
        ]
        given = ast.Dict([*map(constant, self.labels.values())], spans)
        self.seen = self._set("seen", call("windows", name(self.events), name(self.asks), given))

    def _span(self, window: Window) -> ast.expr:
        options: dict[str, ast.expr] = {}
        if window.length is not None:
            options["length"] = elapsed(window.length)
        if window.offset:
            options["offset"] = elapsed(window.offset)
        if window.closed != "right":
            options["closed"] = constant(window.closed)
        if window.rows is not None and self.node.created_at is None:
            options["rows"] = constant(window.rows)
        return call("Span", **options)

    def _results(self) -> dict[str, ast.expr]:
        """The value of each aggregate for each question."""
        found: dict[str, ast.expr] = {}
        by_each: dict[Window, list[WindowColumn]] = {}
        together: dict[tuple[str, str], list[WindowColumn]] = {}
        for made in self.node.aggregates:
            kind = kind_of(made, self._type(made), self.node)
            if kind is None:
                by_each.setdefault(made.window, []).append(made)
                continue
            value = self.values[made.value]
            together.setdefault((kind, value), []).append(made)
            if made.aggregate == "mean":
                together.setdefault(("counts_in", value), []).append(made)
        helped = self._helped(together)
        for made in self.node.aggregates:
            kind = kind_of(made, self._type(made), self.node)
            if kind is not None:
                found[made.name] = self._result(kind, made, helped)
        for window, several in by_each.items():
            found.update(self._by_each(window, several))
        return {
            made.name: method(found[made.name], "alias", constant(made.name))
            for made in self.node.aggregates
        }

    def _type(self, made: WindowColumn) -> DType:
        return self.types[self.values[made.value]]

    def _helped(
        self, together: Mapping[tuple[str, str], list[WindowColumn]]
    ) -> Mapping[tuple[str, str], str]:
        """The variables of what helpers give for values, over the windows of some aggregates.

        Those with much to do, which keeps one core busy, are called at once.
        """
        variables = {
            (helper, value): self.program.variable(
                f"{self.columns[value]}_{helper.removesuffix('_in')}"
            )
            for helper, value in together
        }
        calls = {key: self._call(*key, several) for key, several in together.items()}
        long = [key for key in calls if way_of(key[0]) is Way.MERGED]
        at_once = long if len(long) > 1 else []
        for key, made in calls.items():
            if key not in at_once:
                self.program.set(variables[key], made)
        if at_once:
            made = call("at_once", *(lambda_(None, calls[key]) for key in at_once))
            self.program.set([variables[key] for key in at_once], made)
        return variables

    def _call(self, helper: str, value: str, several: list[WindowColumn]) -> ast.expr:
        labels = [self.labels[w] for w in dict.fromkeys(made.window for made in several)]
        seen: ast.expr = name(self.columns[value])
        if len(labels) < len(self.labels):
            seen = method(seen, "of", *map(constant, labels))
        return call(helper, seen)

    def _result(
        self, helper: str, made: WindowColumn, helped: Mapping[tuple[str, str], str]
    ) -> ast.expr:
        value, label = self.values[made.value], self.labels[made.window]
        result = subscript(helped[helper, value], label)
        match made.aggregate:
            case "mean":
                if helper == "totals_in":
                    result = method(result, "cast", name("pl.Float64"))
                return binary(result, ast.Div(), subscript(helped["counts_in", value], label))
            case "sum" if made.dtype == INT64:
                return cast(result, INT64, strict=False)
            case "std":
                return method(result, "sqrt")
            case _:
                return result

    def _by_each(
        self, window: Window, several: list[WindowColumn]
    ) -> Iterator[tuple[str, ast.expr]]:
        options: dict[str, ast.expr] = {}
        if window.rows is not None and self.node.created_at is not None:
            options["latest"] = constant(window.rows)
        rows = call(
            "each_in",
            name(self.events),
            name(self.asks),
            subscript(self.seen, self.labels[window]),
            sequence([self._aggregate(made) for made in several]),
            **options,
        )
        what = "each" if len(self.labels) == 1 else f"{window_name(window)}_each"
        variable = self._set(what, rows)
        for made in several:
            result = subscript(variable, made.name)
            empty = SPECS[made.aggregate].empty
            if empty is not None:
                result = method(result, "fill_null", constant(empty))
            yield made.name, result

    def _aggregate(self, made: WindowColumn) -> ast.expr:
        types: Mapping[str, DType] = self.types
        arg = lower_arg(Column(name=self.values[made.value]), types)
        computed = AGGREGATES[made.aggregate](Rows(arg, made.parameter, made.dtype))
        return method(computed, "alias", constant(made.name))
