"""The examples of every op and aggregate, on all engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from alignc.errors import Span
from alignc.interpreter import Value
from alignc.interpreter.convert import convert
from alignc.interpreter.expressions import polars_dtype
from alignc.ir.expr import Column, Expr, Literal, Scalar, call, literal
from alignc.ir.infer import parameters
from alignc.ir.module import (
    Aggregated,
    Derived,
    Feature,
    FileSource,
    Module,
    Raw,
    SourceInput,
    View,
    Window,
)
from alignc.ir.ops import AGGREGATES, OPS
from alignc.ir.ops.spec import AggregateExample, Example
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING, TIMESTAMP, DType
from alignc.verify.compare import same
from tests.engines.everywhere import Engines

HERE = Span("ops.py", 1)


def feature(
    name: str, dtype: DType, compute: Raw | Derived | Aggregated, **more: object
) -> Feature:
    return Feature.model_validate(
        {"name": name, "dtype": dtype, "compute": compute, "span": HERE, **more}
    )


def module_of(features: list[Feature]) -> Module:
    source = FileSource(name="values", path="values.parquet", format="parquet")
    view = View(
        name="ops",
        symbol="Ops",
        input=SourceInput(source="values"),
        features=tuple(features),
        span=HERE,
    )
    return Module(project="ops", sources=(source,), views=(view,), contracts=())


def types_of(example: Example) -> list[DType]:
    if example.types is not None:
        given = list(example.types)
        return given + [given[-1]] * (len(example.args) - len(given))
    return [literal(a).dtype for a in example.args]


def value_of(value: Scalar, dtype: DType) -> Value:
    """What an example stands for, read as the interpreter reads a literal."""
    return convert(value, dtype)


@pytest.mark.parametrize("with_constants", [False, True])
def test_every_example_of_every_op(engines: Engines, with_constants: bool) -> None:
    columns: dict[str, pl.Series] = {}
    features = [feature("id", INT64, Raw(column="id"), role="entity")]
    wanted: dict[str, Value] = {}
    for name, result, expr, values, dtype in _cases(with_constants):
        wanted[name] = value_of(result, dtype)
        for column, (value, kind) in values.items():
            columns[column] = pl.Series(column, [value_of(value, kind)], polars_dtype(kind))
            features.append(feature(column, kind, Raw(column=column)))
        features.append(feature(name, dtype, Derived(expr=expr)))
    frame = pl.DataFrame([pl.Series("id", [1]), *columns.values()])
    (row,) = engines.check_view(module_of(features), "ops", {"values": frame})
    for name, made in wanted.items():
        assert same(made, row[name]), f"{name}: {row[name]!r}, not {made!r}"


def _cases(
    with_constants: bool,
) -> Iterator[tuple[str, Scalar, Expr, dict[str, tuple[Scalar, DType]], DType]]:
    """Feature name, result, expression, the columns it reads with value and type, its type."""
    for spec in OPS.values():
        for number, example in enumerate(spec.examples):
            name = f"{spec.name}_{number}"
            types = types_of(example)
            args: list[Expr] = []
            values: dict[str, tuple[Scalar, DType]] = {}
            takes = parameters(spec, len(example.args))
            for i, (value, dtype, param) in enumerate(zip(example.args, types, takes, strict=True)):
                is_last = with_constants and i > 0 and i == len(takes) - 1 and value is not None
                if param.constant or is_last:
                    args.append(Literal(dtype=dtype, value=value))
                else:
                    values[f"{name}_{i}"] = (value, dtype)
                    args.append(Column(name=f"{name}_{i}"))
            result = spec.returns(types)
            assert isinstance(result, DType), (name, result)
            yield name, example.result, call(spec.name, *args), values, result


def test_every_example_of_every_aggregate(engines: Engines) -> None:
    base = datetime(2026, 1, 1, tzinfo=UTC)
    rows: list[dict[str, object]] = []
    times = [base + timedelta(seconds=i) for i in range(10)]
    features = [
        feature("id", STRING, Raw(column="id"), role="entity"),
        feature("t", TIMESTAMP, Raw(column="t"), role="event_timestamp"),
    ]
    wanted: dict[tuple[str, str], Scalar] = {}
    kinds = {INT64: "whole", FLOAT64: "real", STRING: "text", BOOL: "flag"}
    for dtype, column in kinds.items():
        features.append(feature(column, dtype, Raw(column=column)))
    for spec in AGGREGATES.values():
        parameters_seen = list(dict.fromkeys(e.parameter for e in spec.examples))
        for i, parameter in enumerate(parameters_seen):
            for dtype, column in kinds.items():
                if dtype in spec.accepts:
                    made = spec.returns([dtype])
                    assert isinstance(made, DType)
                    compute = Aggregated(
                        aggregate=spec.name,
                        parameter=parameter,
                        value=Column(name=column),
                        window=Window(),
                    )
                    features.append(feature(f"{spec.name}_{column}_{i}", made, compute))
        for number, example in enumerate(spec.examples):
            key = f"{spec.name}_{number}"
            column = _column_for(example, [c for d, c in kinds.items() if d in spec.accepts])
            name = f"{spec.name}_{column}_{parameters_seen.index(example.parameter)}"
            wanted[key, name] = example.result
            values = example.values or (None,)
            rows += [{"id": key, "t": t, column: v} for t, v in zip(times, values, strict=False)]
    rows.reverse()
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "id": pl.String,
        "t": pl.Datetime("us", "UTC"),
        "whole": pl.Int64,
        "real": pl.Float64,
        "text": pl.String,
        "flag": pl.Boolean,
    }
    frame = pl.DataFrame(rows, schema=schema)
    found = engines.check_view(module_of(features), "ops", {"values": frame})
    # The view has a row for each event: the last one of a key has seen all of them.
    by_key = {row["id"]: row for row in sorted(found, key=lambda row: str(row["t"]))}
    for (key, name), result in wanted.items():
        value = by_key[key][name]
        expected = float(result) if isinstance(value, float) and result is not None else result
        assert same(expected, value), f"{key} {name}: {value!r}, not {result!r}"


def _column_for(example: AggregateExample, possible: list[str]) -> str:
    """The column that holds the values of an example."""
    present = [v for v in example.values if v is not None]
    if any(isinstance(v, float) for v in present):
        return "real"
    kinds = {int: "whole", str: "text", bool: "flag"}
    return kinds[type(present[0])] if present else possible[0]


def test_the_examples_are_not_trivial() -> None:
    assert all(len(spec.examples) >= 2 for spec in OPS.values())
    assert all(len(spec.examples) >= 2 for spec in AGGREGATES.values())
