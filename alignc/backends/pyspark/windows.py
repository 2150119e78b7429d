"""Aggregates over windows: what a question sees at the ends of its windows, put together by question.

Events and the ends of windows are on one time line, cut into tiles, on which each aggregate runs.
What can be taken back exactly is a difference of running totals; else a window is put together from
the two tiles that it touches. Work grows with the number of rows, not with what a window has of
them, and a busy key has many tiles.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from alignc.backends.pyspark.builder import known_rows, micros, renamed
from alignc.backends.pyspark.expressions import lower_arg, lower_expr
from alignc.backends.pyspark.matched import lower_matched
from alignc.backends.pyspark.ops.arg import column_name
from alignc.backends.pyspark.parts import PARTS, SPREAD, finished, lower_part, name_of
from alignc.backends.python.build import call, constant, elapsed, method, name
from alignc.backends.python.program import ProgramBuilder, documented
from alignc.ir.expr import Expr
from alignc.ir.module import Window
from alignc.ir.plan import WindowAggregate, WindowColumn
from alignc.ir.print import window_name
from alignc.ir.types import DType
from alignc.ir.window_plans import Method, by_method


def lower_windows(program: ProgramBuilder, step: str, node: WindowAggregate) -> None:
    """The statements of a window aggregate."""
    right = program.schemas[node.right]
    types = {made.name: lower_arg(made.value, right).dtype for made in node.aggregates}
    methods = by_method(node, types)
    if Method.PAIRS in methods:
        lower_matched(program, step, node)
    else:
        _Lowering(program, step, node, types, methods).run()


@dataclass
class _Lowering:
    program: ProgramBuilder
    step: str
    node: WindowAggregate
    # The type of each aggregate's values, and the aggregates of each method.
    types: Mapping[str, DType]
    methods: Mapping[Method, tuple[WindowColumn, ...]]
    # The numbers of values, the names of windows.
    values: dict[Expr, int] = field(default_factory=dict)
    windows: dict[Window, str] = field(default_factory=dict)

    def run(self) -> None:
        taken: set[str] = set()
        for made in self.node.aggregates:
            self.values.setdefault(made.value, len(self.values) + 1)
            if made.window not in self.windows:
                self.windows[made.window] = _name(made.window, taken)
        events = self._set("events", self._events())
        asks = self._set("asks", self._asks())
        ends = self._set("ends", self._ends(events, asks))
        groups = method(name(ends), "groupBy", *map(column_name, self.node.left_columns))
        results = (
            documented(method(self._result(made), "alias", constant(made.name)), made.doc)
            for made in self.node.aggregates
        )
        self.program.assign(self.step, method(groups, "agg", *results))

    def _set(self, what: str, value: ast.expr) -> str:
        variable = self.program.variable(f"{self.step}_{what}")
        self.program.set(variable, value)
        return variable

    def _events(self) -> ast.expr:
        node, right = self.node, self.program.schemas[self.node.right]
        required = [*(b for _, b in node.on), node.right_time]
        return method(
            known_rows(self.program.read(node.right), required, right),
            "select",
            *(renamed(b, f"__key_{i}") for i, (_, b) in enumerate(node.on, start=1)),
            micros(call("F.col", column_name(node.right_time))),
            *(
                method(lower_expr(value, right), "alias", constant(name_of("value", number)))
                for value, number in self.values.items()
            ),
        )

    def _asks(self) -> ast.expr:
        node = self.node
        return method(
            self.program.read(node.left),
            "select",
            *map(column_name, node.left_columns),
            *(renamed(a, f"__key_{i}") for i, (a, _) in enumerate(node.on, start=1)),
            micros(call("F.col", column_name(node.left_time))),
        )

    def _ends(self, events: str, asks: str) -> ast.expr:
        """What each question sees at the ends of its windows, a row for each end.

        An exact total over a window that has parts anyway is made of them as well.
        """
        in_parts = [*self._of(Method.TILES), *self._of(Method.RUNNING)]
        windows = {made.window for made in in_parts}
        by_helper: dict[str, list[WindowColumn]] = {}
        for made in self.node.aggregates:
            helper = "parts_at" if made.window in windows else "totals_at"
            by_helper.setdefault(helper, []).append(made)
        first, *others = (
            self._at(helper, events, asks, made) for helper, made in sorted(by_helper.items())
        )
        for other in others:
            first = method(first, "unionByName", other, allowMissingColumns=constant(True))
        return first

    def _of(self, method: Method) -> tuple[WindowColumn, ...]:
        return self.methods.get(method, ())

    def _at(self, helper: str, events: str, asks: str, several: list[WindowColumn]) -> ast.expr:
        spans = {self.windows[made.window]: _span(made.window) for made in several}
        parts: dict[str, ast.expr] = {}
        spreads: dict[str, ast.expr] = {}
        for made in several:
            number = self.values[made.value]
            for part in PARTS[made.aggregate](self.types[made.name]):
                found = spreads if part == SPREAD else parts
                found[name_of(part, number)] = lower_part(part, number, self.types[made.name])
        arguments = [name(events), name(asks), _dict(spans), _dict(parts)]
        return call(helper, *arguments, *([_dict(spreads)] if spreads else []))

    def _result(self, made: WindowColumn) -> ast.expr:
        window = constant(self.windows[made.window])
        return finished(made, window, self.values[made.value], self.types[made.name])


def _name(window: Window, taken: set[str]) -> str:
    """What a window is called in the program: `last_1h`, `next_7d`, `lifetime`."""
    is_last = window.length is not None and not window.is_ahead
    base = f"last_{window_name(window)}" if is_last else window_name(window)
    unique, count = base, 2
    while unique in taken:
        unique, count = f"{base}_{count}", count + 1
    taken.add(unique)
    return unique


def _span(window: Window) -> ast.expr:
    options: dict[str, ast.expr] = {}
    if window.offset:
        options["offset"] = elapsed(window.offset)
    if window.closed != "right":
        options["closed"] = constant(window.closed)
    length = [] if window.length is None else [elapsed(window.length)]
    return call("Span", *length, **options)


def _dict(items: Mapping[str, ast.expr]) -> ast.expr:
    return ast.Dict([constant(key) for key in items], list(items.values()))
