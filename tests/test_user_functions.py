"""Functions of users: what of them stands in programs, and which are refused."""

from __future__ import annotations

import ast
from pathlib import Path

import polars as pl
import pytest

from alignc.artifacts.view import view_plan
from alignc.backends.polars.files import emit
from alignc.driver import job_of, optimized
from alignc.errors import DefinitionError
from alignc.frontend.loader import load_project
from alignc.interpreter import interpret_view
from alignc.ir.module import Module
from tests.engines import run

HEAD = """import polars as pl
from alignc import *

RATE = 2

{functions}

@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    k = Int64().as_entity()
    s = String()
    x = Float()
    y = Float()
{features}
"""


def loaded(functions: str, features: str, folder: Path) -> Module:
    text = HEAD.format(functions=functions, features=features)
    path = folder / "features.py"
    path.write_text(text, encoding="utf-8")
    return load_project(folder, [path], "test").module


FUNCTIONS = """
def first_words(text, count=2, separator=" "):
    '''The first words.

    And no more.'''
    # Words are what is between separators.
    words: pl.Expr = text.str.split(separator)
    some = words.list.head(count)
    return some.list.join(separator)

def outer():
    def nested(a, b):
        return a - b
    return nested

def build(x):
    return x.sqrt()

halved, doubled = lambda x: x / 2, lambda x: x * 2
"""

FEATURES = """
    words = s.transform_polars(first_words, String())
    again = s.transformed_using_features_polars([s], first_words)
    less = x.transform_polars(outer(), Float(), using_features=[x, y])
    root = x.transform_polars(build, Float())
    half = x.transform_polars(halved, Float())
    double = x.transform_polars(doubled, Float())
    up, down = x.transform_polars(lambda a: a + 1, Float()), x.transform_polars(lambda a: a - 1, Float())
    plain = x.transform_polars(pl.col("x") * pl.col("y"), Float())

    @transform_polars(using_features=[y, x], return_type=Float())
    def quotient(self, above: pl.Expr, below: pl.Expr) -> pl.Expr:
        safe = pl.when(below != 0).then(below)
        return above / safe

    more = quotient + 1
"""


def test_functions_stand_in_polars_programs(tmp_path: Path) -> None:
    module = loaded(FUNCTIONS, FEATURES, tmp_path)
    view = module.view_by_name["v"]
    program = emit(job_of(module, optimized(view_plan(module, view), enabled=True), view, 1))
    functions = [n.name for n in ast.parse(program).body if isinstance(n, ast.FunctionDef)]
    assert functions[:6] == ["build_", "first_words", "nested", "quotient", "build", "open_source"]
    assert (
        'def first_words(text: pl.Expr, count: int = 2, separator: str = " ") -> pl.Expr:'
        in program
    )
    assert '"""The first words. And no more."""' in program
    frame = pl.DataFrame(
        {
            "k": [1, 2],
            "s": ["a b c", None],
            "x": [4.0, 0.0],
            "y": [1.0, -2.5],
        }
    )
    wanted = interpret_view(module, "v", {"s": frame.to_dicts()})
    assert {n: wanted[0][n] for n in ("words", "less", "half", "double", "up", "down")} == {
        "words": "a b",
        "less": 3.0,
        "half": 2.0,
        "double": 8.0,
        "up": 5.0,
        "down": 3.0,
    }
    assert (wanted[0]["quotient"], wanted[1]["quotient"], wanted[0]["more"]) == (0.25, None, 1.25)
    path = tmp_path / "generated" / "polars" / "views" / "v.py"
    path.parent.mkdir(parents=True)
    path.write_text(program, encoding="utf-8")
    run.assert_same(wanted, run.on_polars(path, {"s": frame}, None, tmp_path), "v", ordered=False)


@pytest.mark.parametrize(
    ("function", "code", "message", "line"),
    [
        ("def f(x):\n    if True:\n        x = x + 1\n    return x", "ALN185", "line 7 is not", 7),
        ("def f(x):\n    a, b = x, x\n    return a", "ALN185", "line 7 is not", 7),
        ("def f(x):\n    x += 1\n    return x", "ALN185", "line 7 is not", 7),
        ("def f(x):\n    y = x + 1", "ALN185", "its last statement is not a `return`", 7),
        ("def f(x):\n    return", "ALN185", "its last statement is not a `return`", 7),
        ("def f(x):\n    return (y := x)", "ALN185", "`(y := x)` is more than", 7),
        ("def f(x):\n    pl = x\n    return pl", "ALN185", "line 7 is not", 7),
        ("def f(*x):\n    return x[0]", "ALN185", "positional and counted", 6),
        ("def f(x, *, y=1):\n    return x", "ALN185", "positional and counted", 6),
        ("def f(x, y=[]):\n    return x", "ALN185", "a default must be", 6),
        ("async def f(x):\n    return x", "ALN185", "it is asynchronous", 6),
        ("def f(x):\n    y = x * RATE\n    return y", "ALN123", "it uses `RATE`", 7),
        ("def f(x):\n    y = z\n    z = x\n    return y", "ALN123", "it uses `z`", 7),
        ('def f(x):\n    return x + pl.col("y")', "ALN103", "not among its inputs: `y`", 15),
        ("def f(x, y):\n    return x", "ALN123", "takes 2 features, not 1", 15),
        ("def f(df, alias):\n    return df", "ALN123", "takes 2 features, not 1", 15),
        (
            "def f(x):\n    return x\ng = f\ndef f(x):\n    return x * 2",
            "ALN187",
            "another function",
            19,
        ),
    ],
)
def test_what_is_refused(function: str, code: str, message: str, line: int, tmp_path: Path) -> None:
    features = "    made = x.transform_polars(f, Float())"
    if code == "ALN187":
        features = "    other = x.transform_polars(g, Float())\n" + features
    with pytest.raises(DefinitionError) as failure:
        loaded(function, features, tmp_path)
    (found,) = failure.value.diagnostics
    assert (found.code, message in found.message) == (code, True), found
    assert found.span is not None
    assert found.span.line == line, found


@pytest.mark.parametrize("name", ["transform_pandas", "transform_row"])
def test_code_in_pandas_or_for_each_row_is_refused(name: str, tmp_path: Path) -> None:
    method = f"""
    @{name}(using_features=[x], return_type=Float())
    def made(self, row):
        return row
"""
    with pytest.raises(DefinitionError) as failure:
        loaded("", method, tmp_path)
    (found,) = failure.value.diagnostics
    assert (found.code, "`transform_polars`" in str(found.hint)) == ("ALN186", True)
