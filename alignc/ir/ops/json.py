"""Values of JSON texts (RFC 8259) by their path, as one of JSON's own types.

Nothing is converted: a number in quotation marks is a text. Null is what is not there, what has
another type, JSON's null, and everything in a text that is not JSON.
"""

from __future__ import annotations

from alignc.ir.ops.spec import TEXT, Example, OpSpec, Param, TypeSet, fixed
from alignc.ir.types import BOOL, FLOAT64, INT64, JSON, STRING, DType

_PARAMS = (
    Param("x", TypeSet("JSON", frozenset({JSON}))),
    Param("path", TEXT, constant=True),
)
_EMOJI = "\U0001f600"


def _example(text: str | None, path: str, result: bool | int | float | str | None) -> Example:
    return Example((text, path), result, (JSON, STRING))


def _op(name: str, result: DType, doc: str, *examples: Example) -> OpSpec:
    nothing = (
        _example('{"a": null}', "$.a", None),
        _example('{"a": {}}', "$.a", None),
        _example('{"a": []}', "$.a", None),
        _example("{}", "$.a", None),
        _example("[]", "$.a", None),
        _example("1", "$.a", None),
        _example(None, "$.a", None),
    )
    return OpSpec(
        name=name, params=_PARAMS, returns=fixed(result), doc=doc, examples=(*examples, *nothing)
    )


OPS = (
    _op(
        "json_string",
        STRING,
        "The text at `path`.",
        _example('{"a": "b"}', "$.a", "b"),
        _example('{"a": {"b": ["x", {"c d": "y"}]}}', '$.a.b[1]."c d"', "y"),
        _example('["x", ["y"]]', "$[1][0]", "y"),
        _example('["x"]', "$[1]", None),
        _example(' {"a" : ""} ', "$.a", ""),
        _example('{"a": "\\u00e9\\n\\"\\ud83d\\ude00\\/\\\\"}', "$.a", f'\u00e9\n"{_EMOJI}/\\'),
        _example('{"\\u0061": "b"}', "$.a", "b"),
        _example('{"A": "b"}', "$.a", None),
        _example('{"a.b": "c", "it\'s": "d"}', '$."a.b"', "c"),
        _example('{"a.b": "c", "it\'s": "d"}', '$."it\'s"', "d"),
        _example('{"$": "c", "[0]": "d"}', '$."$"', "c"),
        _example('{"$": "c", "[0]": "d"}', '$."[0]"', "d"),
        _example(f'{{"{_EMOJI}": "c"}}', f'$."{_EMOJI}"', "c"),
        _example('{"0": "x"}', "$[0]", None),
        _example('["x"]', '$."0"', None),
        _example('{"a": "b"}', "$.a.b", None),
        _example('{"a": "b"}', "$.a[0]", None),
        _example('{"a": 1.50}', "$.a", None),
        _example('{"a": true}', "$.a", None),
        _example('{"a": "null"}', "$.a", "null"),
    ),
    _op(
        "json_integer",
        INT64,
        "The number at `path` if it is written as a whole one, without a point or an exponent, and has "
        "64 bits.",
        _example('{"a": 1}', "$.a", 1),
        _example('{"a": -0}', "$.a", 0),
        _example('{"a": 9007199254740993}', "$.a", 2**53 + 1),
        _example('{"a": 9223372036854775807}', "$.a", 2**63 - 1),
        _example('{"a": -9223372036854775808}', "$.a", -(2**63)),
        _example('{"a": 9223372036854775808}', "$.a", None),
        _example(f'{{"a": 1{"0" * 60}}}', "$.a", None),
        _example('{"a": 1.0}', "$.a", None),
        _example('{"a": 1e2}', "$.a", None),
        _example('{"a": "1"}', "$.a", None),
        _example('{"a": true}', "$.a", None),
        _example('{"a": [[1, 2], [3]]}', "$.a[1][0]", 3),
    ),
    _op(
        "json_float",
        FLOAT64,
        "The number at `path`.",
        _example('{"a": 1}', "$.a", 1.0),
        _example('{"a": 1.5}', "$.a", 1.5),
        _example('{"a": -0.10}', "$.a", -0.1),
        _example('{"a": 1E+2}', "$.a", 100.0),
        _example('{"a": 9007199254740993}', "$.a", 2.0**53),
        _example('{"a": 1.7976931348623157e308}', "$.a", 1.7976931348623157e308),
        _example(f'{{"a": 1{"0" * 60}}}', "$.a", 1e60),
        _example('{"a": "1.5"}', "$.a", None),
        _example('{"a": "NaN"}', "$.a", None),
        _example('{"a": true}', "$.a", None),
    ),
    _op(
        "json_boolean",
        BOOL,
        "The boolean at `path`.",
        _example('{"a": true}', "$.a", True),
        _example('{"a": false}', "$.a", False),
        _example('{"a": 1}', "$.a", None),
        _example('{"a": "true"}', "$.a", None),
    ),
)
