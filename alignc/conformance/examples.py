"""The examples of ops and aggregates as programs: each family of ops is one view.

The view of a family has one row; a feature is the result of an example, the columns beside it hold
the arguments. The view of the aggregates has a key for each example, with a row for each value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from alignc.errors import Span
from alignc.interpreter import Value
from alignc.interpreter.convert import convert
from alignc.interpreter.expressions import polars_dtype
from alignc.ir.expr import Column, Expr, Held, Literal, call, literal
from alignc.ir.infer import parameters
from alignc.ir.module import (
    Aggregated,
    Derived,
    Feature,
    FeatureRole,
    FileSource,
    Module,
    Raw,
    SourceInput,
    View,
    Window,
)
from alignc.ir.ops import AGGREGATES, FAMILIES
from alignc.ir.ops.spec import AggregateExample, AggregateSpec, Example, OpSpec
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING, TIMESTAMP, DType

_HERE = Span("examples.py", 1)
_KEY = "id"
_TIME = "t"
VIEW = "examples"
SOURCE = "values"


@dataclass(frozen=True)
class Wanted:
    """What a feature must be in the row of a key, and the example that says so."""

    op: str
    example: str
    key: str
    feature: str
    value: Value


@dataclass(frozen=True)
class Examples:
    """A view, the rows of its source, and what the view must give."""

    family: str
    module: Module
    source: pl.DataFrame
    wanted: tuple[Wanted, ...]

    def found(self, rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[Wanted, object]]:
        """What the rows of the view have for each example."""
        # A key's last row has seen all of its values.
        by_key = {row[_KEY]: row for row in sorted(rows, key=lambda row: str(row.get(_TIME)))}
        for one in self.wanted:
            yield one, by_key[one.key][one.feature]


def op_examples(*, with_constants: bool, without: Collection[str] = ()) -> Iterator[Examples]:
    """The examples of all ops but those named, by family.

    Arguments are in columns, or `with_constants` the last one is written in the expression.
    """
    for family, specs in FAMILIES.items():
        examples = [
            (spec, number, example)
            for spec in specs
            if spec.name not in without
            for number, example in enumerate(spec.examples)
        ]
        if examples:
            yield _of_family(family, examples, with_constants)


def _of_family(
    family: str, examples: Sequence[tuple[OpSpec, int, Example]], with_constants: bool
) -> Examples:
    columns = [pl.Series(_KEY, [family])]
    features = [raw(_KEY, STRING, "entity")]
    wanted: list[Wanted] = []
    for spec, number, example in examples:
        name = f"{spec.name}_{number}"
        types = types_of(example)
        args: list[Expr] = []
        takes = parameters(spec, len(example.args))
        for i, (value, dtype, param) in enumerate(zip(example.args, types, takes, strict=True)):
            is_last = with_constants and i > 0 and i == len(takes) - 1 and value is not None
            if param.constant or is_last:
                args.append(Literal(dtype=dtype, value=value))
            else:
                column = f"{name}_{i}"
                columns.append(pl.Series(column, [convert(value, dtype)], polars_dtype(dtype)))
                features.append(raw(column, dtype))
                args.append(Column(name=column))
        result = spec.returns(types)
        assert isinstance(result, DType), (name, result)
        features.append(feature(name, result, Derived(expr=call(spec.name, *args))))
        expected = convert(example.result, result)
        wanted.append(Wanted(spec.name, example_text(spec, example), family, name, expected))
    return Examples(family, module_of(features), pl.DataFrame(columns), tuple(wanted))


def aggregate_examples(*, without: Collection[str] = ()) -> Examples:
    """The examples of all aggregates but those named."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    specs = [spec for spec in AGGREGATES.values() if spec.name not in without]
    features = [raw(_KEY, STRING, "entity"), raw(_TIME, TIMESTAMP, "event_timestamp")]
    features += [raw(column, dtype) for column, dtype in _VALUES.items()]
    rows: list[dict[str, object]] = []
    wanted: list[Wanted] = []
    made: set[str] = set()
    for spec in specs:
        seen = list(dict.fromkeys(e.parameter for e in spec.examples))
        for number, example in enumerate(spec.examples):
            key = f"{spec.name}_{number}"
            column = _column_for(spec, example)
            result = spec.returns([_VALUES[column]])
            assert isinstance(result, DType), (spec.name, result)
            name = f"{spec.name}_{column}_{seen.index(example.parameter)}"
            if name not in made:
                made.add(name)
                compute = Aggregated(
                    aggregate=spec.name,
                    parameter=example.parameter,
                    value=Column(name=column),
                    window=Window(),
                )
                features.append(feature(name, result, compute))
            expected = convert(example.result, result)
            wanted.append(Wanted(spec.name, aggregate_text(spec, example), key, name, expected))
            for second, stored in enumerate(example.values or (None,)):
                time = start + timedelta(seconds=second)
                rows.append({_KEY: key, _TIME: time, column: stored})
    schema = {
        _KEY: pl.String(),
        _TIME: pl.Datetime("us", "UTC"),
        **{column: polars_dtype(dtype) for column, dtype in _VALUES.items()},
    }
    # The order of storage must not matter.
    frame = pl.DataFrame(rows[::-1], schema=schema)
    return Examples("aggregate", module_of(features), frame, tuple(wanted))


_VALUES = {"whole": INT64, "real": FLOAT64, "text": STRING, "flag": BOOL}


def _column_for(spec: AggregateSpec, example: AggregateExample) -> str:
    """The column that holds the values of an example."""
    present = [v for v in example.values if v is not None]
    if not present:
        return next(column for column, dtype in _VALUES.items() if dtype in spec.accepts)
    if any(isinstance(v, float) for v in present):
        return "real"
    return {int: "whole", str: "text", bool: "flag"}[type(present[0])]


def type_of(spec: AggregateSpec, example: AggregateExample) -> DType:
    """The type of the values of an example of an aggregate."""
    return _VALUES[_column_for(spec, example)]


def types_of(example: Example) -> list[DType]:
    """The types of the arguments, of which the last one stands for all that follow."""
    if example.types is None:
        assert not any(isinstance(a, tuple) for a in example.args), "lists show no type"
        return [literal(a).dtype for a in example.args if not isinstance(a, tuple)]
    given = list(example.types)
    return given + [given[-1]] * (len(example.args) - len(given))


def example_text(spec: OpSpec, example: Example) -> str:
    """An example of an op in one line: `floor_div(-7, 2)`."""
    return f"{spec.name}({', '.join(map(scalar_text, example.args))})"


def aggregate_text(spec: AggregateSpec, example: AggregateExample) -> str:
    """An example of an aggregate in one line: `sum of (1, 2, null)`."""
    parameter = "" if example.parameter is None else f"({scalar_text(example.parameter)})"
    return f"{spec.name}{parameter} of ({', '.join(map(scalar_text, example.values))})"


def scalar_text(value: Held) -> str:
    """A value as examples show it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(scalar_text, value))}]"
    return "null" if value is None else repr(value)


def raw(name: str, dtype: DType, role: FeatureRole = "feature") -> Feature:
    """A feature that is the column of its name."""
    return Feature(name=name, dtype=dtype, compute=Raw(column=name), role=role, span=_HERE)


def feature(name: str, dtype: DType, compute: Derived | Aggregated) -> Feature:
    """A feature that is computed."""
    return Feature(name=name, dtype=dtype, compute=compute, span=_HERE)


def module_of(features: Sequence[Feature]) -> Module:
    """The view `VIEW` of features over the source `SOURCE`."""
    source = FileSource(name=SOURCE, path="values.parquet", format="parquet")
    view = View(
        name=VIEW,
        symbol="Examples",
        input=SourceInput(source=SOURCE),
        features=tuple(features),
        span=_HERE,
    )
    return Module(project="examples", sources=(source,), views=(view,), contracts=())
