"""Every op and aggregate does what its examples say."""

from __future__ import annotations

import math

import pytest

from alignc.errors import Diagnostics
from alignc.interpreter import evaluate
from alignc.interpreter.aggregates import AGGREGATES
from alignc.interpreter.convert import convert
from alignc.interpreter.ops import OPS
from alignc.interpreter.values import Row, Value
from alignc.ir import ops
from alignc.ir.expr import Call, Column, Expr, Literal, call, literal
from alignc.ir.infer import infer_dtype, parameters
from alignc.ir.ops.spec import AggregateExample, AggregateSpec, Example
from alignc.ir.types import FLOAT64, INT64, STRING, TIMESTAMP, UINT64, DType

from .building import same

NAN = math.nan
EXAMPLES = [(name, e) for name, spec in ops.OPS.items() for e in spec.examples]
AGGREGATE_EXAMPLES = [
    (spec, example) for spec in ops.AGGREGATES.values() for example in spec.examples
]


def test_every_op_and_aggregate_is_interpreted() -> None:
    assert OPS.keys() == ops.OPS.keys()
    assert AGGREGATES.keys() == ops.AGGREGATES.keys()


def _types(example: Example) -> list[DType]:
    if example.types is not None:
        # The types of the parameters; those of further variadic values repeat the last.
        return [*example.types, *[example.types[-1]] * (len(example.args) - len(example.types))]
    assert not any(isinstance(arg, tuple) for arg in example.args), "the types of lists are given"
    return [literal(arg).dtype for arg in example.args if not isinstance(arg, tuple)]


def _typed_literals(example: Example) -> list[Expr]:
    pairs = zip(example.args, _types(example), strict=True)
    return [Literal(value=arg, dtype=dtype) for arg, dtype in pairs]


@pytest.mark.parametrize(("op", "example"), EXAMPLES)
def test_an_op_gives_its_example_for_literals(op: str, example: Example) -> None:
    expr = Call(op=op, args=tuple(_typed_literals(example)))
    found = Diagnostics()
    dtype = infer_dtype(expr, {}, found)
    assert not found.items
    assert dtype is not None
    assert same(evaluate(expr, {}), convert(example.result, dtype))


@pytest.mark.parametrize(("op", "example"), EXAMPLES)
def test_an_op_gives_its_example_for_columns(op: str, example: Example) -> None:
    literals = _typed_literals(example)
    dtypes = {f"c{i}": dtype for i, dtype in enumerate(_types(example))}
    row = {f"c{i}": evaluate(value, {}) for i, value in enumerate(literals)}
    takes = parameters(ops.OPS[op], len(literals))
    args = [
        value if param.constant else Column(name=f"c{i}")
        for i, (value, param) in enumerate(zip(literals, takes, strict=True))
    ]
    expr = call(op, *args)
    result = infer_dtype(expr, dtypes, Diagnostics())
    assert result is not None
    assert same(evaluate(expr, row, dtypes), convert(example.result, result))


@pytest.mark.parametrize(("spec", "example"), AGGREGATE_EXAMPLES)
def test_an_aggregate_gives_its_example(spec: AggregateSpec, example: AggregateExample) -> None:
    given = [] if spec.parameter is None else [example.parameter]
    result = AGGREGATES[spec.name](example.values, *given)
    if isinstance(example.result, tuple):
        assert isinstance(result, list)
        assert len(result) == len(example.result)
        assert all(map(same, result, example.result))
    else:
        assert same(result, example.result)


@pytest.mark.parametrize("spec", ops.AGGREGATES.values(), ids=ops.AGGREGATES.keys())
def test_an_aggregate_of_nothing_is_its_empty_value(spec: AggregateSpec) -> None:
    given = [] if spec.parameter is None else [spec.examples[0].parameter]
    assert same(AGGREGATES[spec.name]((), *given), spec.empty)
    assert same(AGGREGATES[spec.name]((None, None), *given), spec.empty)


@pytest.mark.parametrize(
    ("name", "values", "result"),
    [
        ("sum", (1e16, 1.0, 1.0), 1e16 + 2),
        ("sum", (2**63 - 1, 1, -1), 2**63 - 1),
        ("sum", (math.inf, 1.0), math.inf),
        ("sum", (math.inf, -math.inf), NAN),
        ("sum", (NAN, 1.0), NAN),
        ("sum", (1e308, 1e308), math.inf),
        ("mean", (2**62, 2**62, 2**62), float(2**62)),
        ("mean", (math.inf, 1.0), math.inf),
        ("variance", (math.inf, 1.0), NAN),
        ("variance", (NAN,), None),
        ("std", (2, 4, 4, 4, 5, 5, 7, 9), (32 / 7) ** 0.5),
        ("min", (NAN,), NAN),
        ("min", (True, False), False),
        ("count", (NAN, ""), 2),
    ],
)
def test_an_aggregate_of_special_values(
    name: str, values: tuple[Value, ...], result: Value
) -> None:
    assert same(AGGREGATES[name](values), result)


@pytest.mark.parametrize(
    ("op", "args", "result"),
    [
        ("eq", (0.0, -0.0), True),
        ("eq", (2**53 + 1, float(2**53)), True),
        ("eq", (True, False), False),
        ("lt", (NAN, math.inf), False),
        ("ge", (NAN, NAN), True),
        ("is_in", (NAN, 1.0, NAN), True),
        ("is_in", (1, 2.0, 1.0), True),
        ("div", (math.inf, 2), math.inf),
        ("div", (NAN, 0), None),
        ("sqrt", (NAN,), NAN),
        ("square", (1e200,), math.inf),
        ("round", (-0.5, 0), -1.0),
        ("round", (NAN, 0), NAN),
        ("round", (2**53 + 1, 0), float(2**53)),
        ("euclidean_distance", (2**63 - 1, 0, -1, 0), None),
        ("or", (None, None), None),
        ("matches", ("x\ny", "^y"), False),
        ("contains", ("abc", ""), True),
    ],
)
def test_an_op_on_special_values(
    op: str, args: tuple[bool | int | float | str | None, ...], result: Value
) -> None:
    assert same(evaluate(call(op, *(literal(arg) for arg in args)), {}), result)


def _fill(name: str) -> Call:
    return call("fill_na", Column(name=name), literal(2**53 + 1))


def test_a_choice_takes_the_type_that_holds_both() -> None:
    chosen = call("if_else", literal(True), literal(1), literal(2.5))
    assert same(evaluate(chosen, {}), 1.0)


def test_the_type_of_a_null_comes_from_the_given_types() -> None:
    row: Row = {"x": None}
    assert same(evaluate(_fill("x"), row, {"x": FLOAT64}), float(2**53))
    assert same(evaluate(_fill("x"), row, {"x": INT64}), 2**53 + 1)
    assert same(evaluate(_fill("x"), row), 2**53 + 1)


def test_an_unsigned_value_outside_int64_is_null_in_arithmetic() -> None:
    dtypes = {"x": UINT64}
    assert evaluate(call("abs", Column(name="x")), {"x": 2**63}, dtypes) is None
    assert evaluate(call("floor", Column(name="x")), {"x": 2**63}, dtypes) is None


def test_a_timestamp_literal_is_iso_text() -> None:
    later = Literal(dtype=TIMESTAMP, value="2024-01-01T01:00:00+01:00")
    sooner = Literal(dtype=TIMESTAMP, value="2024-01-01")
    assert evaluate(call("eq", later, sooner), {}) is True


def test_ordinal_of_a_null_text_is_null() -> None:
    expr = call("ordinal", Column(name="x"), literal("a"))
    assert evaluate(expr, {"x": None}, {"x": STRING}) is None
