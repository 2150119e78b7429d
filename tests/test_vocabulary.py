"""Row-wise methods of features: what they become, and which mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError, Diagnostics
from alignc.interpreter import evaluate
from alignc.ir.expr import literal
from alignc.ir.infer import infer_dtype
from alignc.ir.module import Contract, Probability
from alignc.ir.print import show_compute, show_expr
from alignc.ir.types import FLOAT64, INT32
from tests.engines.everywhere import module_of

HEAD = """
def twice(x):
    "A comment."
    return x * 2

@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    k = Int64().as_entity()
    i = Int64()
    n = Int32()
    x = Float64()
    b = Bool()
    s = String()
    t = Timestamp()
    made = """


def shown(expression: str, folder: Path) -> str:
    """`type = computation` of a feature."""
    (view,) = module_of(HEAD + expression, folder).views
    made = view.by_name["made"]
    return f"{made.dtype} = {show_compute(made)}"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("i // 2", "Int64 = i // 2"),
        ("7 // x", "Float64 = 7 // x"),
        ("10 % n", "Int64 = 10 % n"),
        ("i ** 2", "Float64 = i ** 2"),
        ("2.5 ** i", "Float64 = 2.5 ** i"),
        ("x.sign()", "Float64 = sign(x)"),
        ("n.sign() + 1", "Int64 = sign(n) + 1"),
        ("n.clip(0, 5)", "Int64 = clip(n, 0, 5)"),
        ("n.clip(0.5, 5)", "Float64 = clip(n, 0.5, 5)"),
        ("x.clip(lower=0)", "Float64 = greatest(x, 0)"),
        ("x.clip(upper=0)", "Float64 = least(x, 0)"),
        ("min_of(i, x, 3)", "Float64 = least(least(i, x), 3)"),
        ("max_of(s, 'a')", 'String = greatest(s, "a")'),
        ("x.log()", "Float64 = log(x)"),
        ("x.log(2)", "Float64 = log_base(x, 2)"),
        ("x.log(10)", "Float64 = log10(x)"),
        ("x.arctanh().is_nan()", "Bool = is_nan(arctanh(x))"),
        ("x.is_between(0, i)", "Bool = is_between(x, 0, i)"),
        ("b ^ True", "Bool = b ^ true"),
        ("False | b", "Bool = false | b"),
        ("i.is_in([])", "Bool = is_in(i)"),
        ("i.is_in([1, 1, 2])", "Bool = is_in(i, 1, 1, 2)"),
        ("when(b).then(i)", "Int64 = if_else(b, i)"),
        ("when(b).then(i) + 1", "Int64 = if_else(b, i) + 1"),
        ("when(b).then(i).otherwise(0.5)", "Float64 = if_else(b, i, 0.5)"),
        (
            "when(b).then('a').when(x > 1).then(None).otherwise(s).length()",
            'Int64 = length(if_else(b, "a", x > 1, null_like("a"), s))',
        ),
        (
            "when(b).then(None).otherwise(t).day()",
            'Int64 = date_component(if_else(b, null_like(t), t), "day", "UTC")',
        ),
        ("s.append('-', s)", 'String = concat(s, "-", s)'),
        ("s.prepend(i, ': ')", 'String = concat(cast(i, String), ": ", s)'),
        ("format_string([s, i], '{{{}}}: {}')", 'String = concat("{", s, "}: ", cast(i, String))'),
        ("s.strip()", r'String = strip(s, " \t\n\r\u000b\f")'),
        ("s.lstrip('0').rstrip('.')", 'String = strip_end(strip_start(s, "0"), ".")'),
        ("s.slice(-3)", "String = slice(s, -3)"),
        ("s.slice(1, 2)", "String = slice(s, 1, 2)"),
        ("s.replace('a.b', 'c', literal=True)", 'String = replace(s, "a.b", "c")'),
        (r"s.replace('a\\.b', 'c')", 'String = replace(s, "a.b", "c")'),
        (
            "s.replace({'a+': '', 'b': 'c'})",
            'String = replace(replace_matches(s, "a+", ""), "b", "c")',
        ),
        ("s.replace('colou?r', '')", 'String = replace_matches(s, "colou?r", "")'),
        ("s.replace('Miss|Mr', '')", 'String = replace_matches(s, "Miss|Mr", "")'),
        ("s.replace('(un|)done', '')", 'String = replace_matches(s, "(un|)done", "")'),
        ("s.as_float()", "Float64 = cast(s, Float64)"),
        ("s.as_int()", "Int64 = cast(s, Int64)"),
        ("s.hash_value()", "Int64 = hash(s)"),
        ("hash_from([s, i, t])", "Int64 = hash(s, i, t)"),
        (
            "x.transform_polars(twice, Float64())",
            "Float64 = udf[x](polars=twice)",
        ),
        (
            "x.transform_polars(lambda a, b: a + b, Float64(), using_features=[x, i])",
            """Float64 = udf[i, x](polars="pl.col('x') + pl.col('i')")""",
        ),
        (
            "sql_expression({'duckdb': 'x + 1'}, Float64, inputs=[x])",
            'Float64 = udf[x](duckdb="x + 1")',
        ),
    ],
)
def test_what_a_method_becomes(expression: str, wanted: str, tmp_path: Path) -> None:
    assert shown(expression, tmp_path) == wanted


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("s // 2", "ALN104", "`String // Int64`: `x` must be an integer or a float, it is String"),
        ("x ^ b", "ALN104", "`Float64 ^ Bool`: `x` must be a boolean, it is Float64"),
        ("x.log(1)", "ALN150", "1 is not the base of a logarithm"),
        ("x.log(-2)", "ALN150", "-2 is not the base of a logarithm"),
        ("x.clip(2, 1)", "ALN151", "nothing is between 2 and 1"),
        ("s.slice(0, -1)", "ALN151", "there is no text of length -1"),
        ("i.is_in([1, None])", "ALN116", "nothing equals a null"),
        (
            "s.is_in(['a', 1])",
            "ALN104",
            "`is_in(String, String, Int64)`: String and Int64 cannot be compared",
        ),
        (
            "when(x).then(1)",
            "ALN104",
            "`if_else(Float64, Int64)`: `condition` must be a boolean, it is Float64",
        ),
        ("when(b).then(1).when(i).then(2)", "ALN104", "a condition must be a boolean, it is Int64"),
        ("when(b).then(1).otherwise('a')", "ALN104", "Int64 and String have no common type"),
        ("s.find('')", "ALN153", "an empty text is everywhere"),
        ("s.replace('', 'a')", "ALN153", "an empty text is everywhere"),
        ("s.replace('a*', 'b')", "ALN112", "it matches the empty text"),
        ("s.replace('Mr|Mrs', 'b')", "ALN112", "of alternatives the longer one must come first"),
        ("s.replace('(ab)+', 'b')", "ALN112", "a repeated group is not supported here"),
        (
            "s.replace('a+?b', 'b')",
            "ALN112",
            "`*?` and the like are not supported here",
        ),
        (
            "s.replace('a+|b', 'b')",
            "ALN112",
            "beside `|` or an optional group there is a `*` or `+`",
        ),
        ("s.replace('(a|b|c)(a|b|c)(a|b|c)(a|b|c)', '')", "ALN112", "it has too many alternatives"),
        ("s.replace('(?=a)', '')", "ALN112", "only plain groups"),
        ("format_string([s], '{} {}')", "ALN154", "it has 2 places for 1 features"),
        ("format_string([s], '{name}')", "ALN154", "`{name}` is not `{}`"),
        ("format_string([s], '{')", "ALN154", "format '{'"),
        ("format_string([], '')", "ALN154", "it has no places"),
        ("hash_from([])", "ALN155", "a hash of nothing"),
        (
            "x.hash_value()",
            "ALN104",
            "`x` must be text, a boolean, an integer or a timestamp, it is Float64",
        ),
        (
            "x.transform_polars(twice, Float64(), using_features=[x, i])",
            "ALN123",
            "the function takes 1 features, not 2",
        ),
        ("x.transform_pandas(lambda a: a, Float64())", "ALN186", "`transform_pandas`"),
        ("x.transform_polars(abs, Float64())", "ALN123", "the expression uses `abs`"),
        (
            "x.transform_polars(lambda a, b: a, Float64())",
            "ALN123",
            "the function takes 2 features, not 1",
        ),
        ("x.transform_polars(lambda a: a + q, Float64())", "ALN123", "the expression uses `q`"),
        ("(x + 1).transform_polars(lambda a: a, Float64())", "ALN105", "a feature without a name"),
        ("sql_expression({}, Float64)", "ALN156", "there is no text"),
        ("sql_expression({'oracle': 'x'}, Float64)", "ALN156", "`oracle` is not a target"),
        ("sql_expression({'duckdb': 'x +'}, Float64)", "ALN156", "the duckdb text cannot be used"),
        (
            "sql_expression({'duckdb': 'SUM(x)'}, Float64)",
            "ALN156",
            "an aggregate is not an expression",
        ),
        (
            "sql_expression({'duckdb': 'ROW_NUMBER() OVER ()'}, Int64)",
            "ALN156",
            "a window function",
        ),
        ("sql_expression({'duckdb': '(SELECT 1)'}, Int64)", "ALN156", "a query cannot be inside"),
        (
            "sql_expression({'duckdb': 'x; DROP TABLE t'}, Int64)",
            "ALN156",
            "it must be one expression",
        ),
        ("sql_expression({'duckdb': 'DROP TABLE t'}, Int64)", "ALN156", "it is not an expression"),
        ("sql_expression({'postgres': 'x + y'}, Float64)", "ALN103", "reads unknown feature `y`"),
        (
            "sql_expression({'pyspark': 'x + i'}, Float64, inputs=[x])",
            "ALN103",
            "a feature that is not among its inputs: `i`",
        ),
        (
            "sql_expression({'polars': 'pl.col(\"x\") + z'}, Float64)",
            "ALN123",
            "the expression uses `z`",
        ),
    ],
)
def test_a_mistake_is_told(expression: str, code: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        module_of(HEAD + expression, tmp_path)
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert message in found.message


def test_claims_about_text(tmp_path: Path) -> None:
    claims = "String().validate_regex('^a').validate_startswith('b').validate_endswith('c')"
    (view,) = module_of(HEAD + claims, tmp_path).views
    given = [(c.name, c.values) for c in view.by_name["made"].constraints]
    assert given == [("matches", ("^a",)), ("starts_with", ("b",)), ("ends_with", ("c",))]


CONTRACT = """
@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    k = Int64().as_entity()
    x = Float64()
    y = Float64()
    kind = String()
    size = Int32()
v = V()

@model_contract(name="other", input_features=[v.x])
class Other:
    kind = v.kind.as_classification_label()

@model_contract(name="m", input_features=[v.x])
class M:
    predicted = v.kind.as_classification_label()
    number = v.size.as_classification_label()
    much = v.y.as_regression_label()
"""


def contract_of(lines: str, folder: Path) -> Contract:
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    return module_of(CONTRACT + body, folder).contract_by_name["m"]


def test_the_most_likely_value_is_the_prediction(tmp_path: Path) -> None:
    contract = contract_of(
        "cat = predicted.probability_of('cat').description('How much of a cat.')\n"
        "dog = predicted.probability_of('dog')\n"
        "one = number.probability_of(1)\n"
        "two = number.probability_of(2)\n",
        tmp_path,
    )
    kind, number = contract.labels[:2]
    assert kind.expr is not None
    assert show_expr(kind.expr) == 'arg_max(cat, "cat", dog, "dog")'
    assert evaluate(kind.expr, {"cat": 0.2, "dog": 0.8}) == "dog"
    assert evaluate(kind.expr, {"cat": 0.5, "dog": 0.5}) == "cat"
    assert number.expr is not None
    # The label is an Int32, so are its values.
    assert infer_dtype(number.expr, {"one": FLOAT64, "two": FLOAT64}, Diagnostics()) == INT32
    cat = contract.outputs[0]
    assert cat.probability == Probability(prediction="predicted", value=literal("cat"))
    assert (cat.name, cat.dtype, cat.role) == ("cat", FLOAT64, "probability")
    assert cat.description == "How much of a cat."


def test_a_single_probability_decides_nothing(tmp_path: Path) -> None:
    contract = contract_of("cat = predicted.probability_of('cat')", tmp_path)
    assert [label.expr for label in contract.labels] == [None, None, None]
    assert len(contract.outputs) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("p = much.probability_of(1.0)", "`p`: a regression label has no probabilities"),
        ("p = predicted.probability_of(1)", "`p`: the label is String, 1 is none"),
        ("p = number.probability_of(None)", "`p`: the label is Int32, None is none"),
        ("p = v.kind.as_classification_label().probability_of('a')", "a label of another contract"),
        (
            "p, q = predicted.probability_of('a'), predicted.probability_of('a')",
            "`q` and `p` are the probability of the same value",
        ),
    ],
)
def test_an_impossible_probability(line: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        contract_of(line, tmp_path)
    (found,) = raised.value.diagnostics
    assert found.code == "ALN157"
    assert message in found.message
