"""The reference of ops and aggregates: a page to read, and the same as data to test others with.

docs/operations.md and docs/operations.jsonl are made here, from the declarations that everything
else uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import isinf, isnan

from alignc.conformance.examples import aggregate_text, example_text, scalar_text, type_of, types_of
from alignc.ir.expr import Held
from alignc.ir.infer import parameters
from alignc.ir.ops import AGGREGATES, FAMILIES
from alignc.ir.ops.spec import AggregateExample, AggregateSpec, Example, OpSpec, Param

_HEAD = """# Operations

What every operation gives, with examples; made from their declarations. `alignc test --conformance` holds each
target to these examples, and [operations.jsonl](operations.jsonl) has them for other programs.
`null` is a missing value, times are ISO 8601 text, durations microseconds. What all have in common is in
[semantics.md](semantics.md), which target has which operation in [support.md](support.md).
"""


def operations_page() -> str:
    """docs/operations.md."""
    lines = [_HEAD]
    for family, specs in FAMILIES.items():
        lines += [f"## {family.capitalize()}", ""]
        for spec in specs:
            lines += _op(spec)
    lines += ["## Aggregates", "", "Nulls are skipped.", ""]
    for aggregate in AGGREGATES.values():
        lines += _aggregate(aggregate)
    return "\n".join(lines).rstrip("\n") + "\n"


def _op(spec: OpSpec) -> Iterator[str]:
    names = ", ".join(f"{p.name}..." if p.variadic else p.name for p in spec.params)
    written = f", written `{spec.symbol}`" if spec.symbol is not None else ""
    yield f"### `{spec.name}({names})`"
    yield ""
    yield f"{_line(spec.doc)}"
    yield f"Takes {_taken(spec.params)}{written}; {spec.nulls.value}."
    yield ""
    for example in spec.examples:
        yield f"- `{_one_line(example_text(spec, example))}` is `{_one_line(scalar_text(example.result))}`"
    yield ""


def _aggregate(spec: AggregateSpec) -> Iterator[str]:
    parameter = f"({spec.parameter.name})" if spec.parameter is not None else ""
    yield f"### `{spec.name}{parameter}`"
    yield ""
    yield f"{_line(spec.doc)}"
    yield f"Takes {spec.accepts.word}; of nothing it is {scalar_text(spec.empty)}."
    yield ""
    for example in spec.examples:
        yield f"- `{_one_line(aggregate_text(spec, example))}` is `{_one_line(scalar_text(example.result))}`"
    yield ""


def _taken(params: Sequence[Param]) -> str:
    words = [
        f"{p.accepts.word}{' that is constant' if p.constant else ''}"
        f"{' (any number of them)' if p.variadic else ''}"
        for p in params
    ]
    return ", ".join(words) if words else "nothing"


def _line(text: str) -> str:
    return " ".join(text.split())


def _one_line(text: str) -> str:
    return text.replace("`", "\\x60")


def examples_lines() -> str:
    """docs/operations.jsonll: an example a line, with the types that its values have."""
    lines = [
        _op_line(family, spec, example)
        for family, specs in FAMILIES.items()
        for spec in specs
        for example in spec.examples
    ]
    lines += [
        _aggregate_line(spec, example) for spec in AGGREGATES.values() for example in spec.examples
    ]
    return "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)


def _op_line(family: str, spec: OpSpec, example: Example) -> dict[str, object]:
    types = types_of(example)
    return {
        "op": spec.name,
        "family": family,
        "args": [_plain(a) for a in example.args],
        "types": [str(t) for t in types],
        "constant": [p.constant for p in parameters(spec, len(types))],
        "result": _plain(example.result),
        "result_type": str(spec.returns(types)),
    }


def _aggregate_line(spec: AggregateSpec, example: AggregateExample) -> dict[str, object]:
    dtype = type_of(spec, example)
    return {
        "aggregate": spec.name,
        "parameter": _plain(example.parameter),
        "values": [_plain(v) for v in example.values],
        "type": str(dtype),
        "result": _plain(example.result),
        "result_type": str(spec.returns([dtype])),
    }


def _plain(value: Held) -> object:
    """A value as JSON has it; floats that JSON has not are text."""
    if isinstance(value, tuple):
        return [_plain(element) for element in value]
    if isinstance(value, float) and (isnan(value) or isinf(value)):
        return str(value)
    return value
