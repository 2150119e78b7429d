"""The printed text is Python of the same meaning, and `ruff format` has nothing to change in it."""

import ast
import copy
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignc.backends.python import explode, printer
from alignc.backends.python.flat import Commented
from alignc.backends.python.printer import (
    Blank,
    Comment,
    blank,
    comment,
    commented,
    format_expression,
    format_statements,
)
from tests.backends.python.random_python import RandomPython

STRINGS = (
    "",
    "plain",
    "it's",
    'say "hi"',
    'it\'s "both"',
    "back\\slash",
    "line\nfeed\rreturn\ttab",
    "\x00\x1f\x7f\xa0\u2028",
    "\N{ROCKET}",
    "\ud800 lone",
    "\N{GREEK SMALL LETTER ALPHA}",
)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_ruff_has_nothing_to_change_in_random_statements(seed: int) -> None:
    statements = RandomPython(seed).statements(150, depth=3)
    text = format_statements(statements) + "\n"
    assert formatted_by_ruff(text) == text


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**32), indent=st.integers(0, 3))
def test_the_plain_ways_to_break_a_line_give_what_the_layout_engine_gives(
    seed: int, indent: int
) -> None:
    statements = RandomPython(seed).statements(120, depth=4)
    text = format_statements(statements, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (printer, "exploded_value"),
            (printer, "exploded_element"),
            (explode, "exploded_element"),
        ):
            patch.setattr(module, name, lambda *_, **__: None)
        assert format_statements(statements, indent=indent) == text


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_random_statements_read_back_as_the_same_tree(seed: int) -> None:
    statements = RandomPython(seed).statements(60, depth=4)
    assert read_back(format_statements(statements)) == canonical(statements)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(min_value=0, max_value=2**32), indent=st.integers(0, 4))
def test_random_expressions_read_back_as_the_same_tree(seed: int, indent: int) -> None:
    node = RandomPython(seed).expression(4)
    text = f"(\n{format_expression(node, indent=indent)}\n)"
    assert read_back(text) == canonical([ast.Expr(node)])


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_ruff_has_nothing_to_change_in_expressions_put_into_a_bracket(seed: int) -> None:
    source = RandomPython(seed)
    elements = [format_expression(source.expression(3), indent=1) for _ in range(80)]
    text = "rows = [\n" + "".join(f"    {element},\n" for element in elements) + "]\n"
    assert formatted_by_ruff(text) == text


GOLDEN = (
    (
        """
departures = sources.read("departures").select(pl.col("trip_id").cast(pl.String),
 pl.when(pl.col("passenger_count")
 != 0).then(pl.col("total") / pl.col("passenger_count")).otherwise(None).alias("each"))
rows = rows.join_asof(x, left_on="event_timestamp", right_on="pickup", by=["a", "b"],
 strategy="backward")
window = Window.partitionBy("vendor_id").orderBy("at").rangeBetween(-3599999999, 0)
frame = frame.withColumns({"some name": F.col("a") + F.col("b")})
""",
        """\
departures = sources.read("departures").select(
    pl.col("trip_id").cast(pl.String),
    pl.when(pl.col("passenger_count") != 0)
    .then(pl.col("total") / pl.col("passenger_count"))
    .otherwise(None)
    .alias("each"),
)
rows = rows.join_asof(
    x,
    left_on="event_timestamp",
    right_on="pickup",
    by=["a", "b"],
    strategy="backward",
)
window = Window.partitionBy("vendor_id").orderBy("at").rangeBetween(-3599999999, 0)
frame = frame.withColumns({"some name": F.col("a") + F.col("b")})""",
    ),
    (
        """
frame = frame.withColumns({"distance": F.sqrt(
 (F.col("pickup_longitude") - F.col("dropoff_longitude")) ** 2
 + (F.col("pickup_latitude") - F.col("dropoff_latitude")) ** 2), "each": total / count})
def features(departures: DataFrame, vendors: DataFrame, window_in_days: int = 7) -> DataFrame:
    '''The features of a trip.'''
    total = departures.price_of_the_trip + departures.tip_for_the_driver + departures.tolls
    return departures.filter(F.col("vendor").isNotNull()).join(vendors, on="vendor").select("a")
""",
        '''\
frame = frame.withColumns(
    {
        "distance": F.sqrt(
            (F.col("pickup_longitude") - F.col("dropoff_longitude")) ** 2
            + (F.col("pickup_latitude") - F.col("dropoff_latitude")) ** 2,
        ),
        "each": total / count,
    },
)


def features(
    departures: DataFrame,
    vendors: DataFrame,
    window_in_days: int = 7,
) -> DataFrame:
    """The features of a trip."""
    total = (
        departures.price_of_the_trip + departures.tip_for_the_driver + departures.tolls
    )
    return (
        departures.filter(F.col("vendor").isNotNull())
        .join(vendors, on="vendor")
        .select("a")
    )''',
    ),
    (
        """\
sums_of_the_first, sums_of_the_second, smallest_of_all, largest_of_all, means_of_all_others = at_once(
    lambda: sums(first), lambda: sums(second), lambda: all_others_together(first, second))""",
        """\
(
    sums_of_the_first,
    sums_of_the_second,
    smallest_of_all,
    largest_of_all,
    means_of_all_others,
) = at_once(
    lambda: sums(first),
    lambda: sums(second),
    lambda: all_others_together(first, second),
)""",
    ),
)


@pytest.mark.parametrize(("source", "expected"), GOLDEN)
def test_typical_code(source: str, expected: str) -> None:
    assert format_statements(ast.parse(source).body) == expected
    assert formatted_by_ruff(expected + "\n") == expected + "\n"


def test_comments_stand_above_the_element_they_belong_to() -> None:
    call = ast.Call(
        ast.Name("f"),
        [commented(ast.Name("a"), ["First.", "Second."])],
        [ast.keyword("b", commented(ast.List([ast.Constant(1)]), ["Third."]))],
    )
    item = ast.Dict([ast.Constant("k")], [commented(call, ["A value."])])
    expected = """\
{
    # A value.
    "k": f(
        # First.
        # Second.
        a,
        # Third.
        b=[1],
    ),
}"""
    assert format_expression(item) == expected


def test_a_commented_element_prints_its_comment_first() -> None:
    node = commented(ast.Name("a"), ["Why."])
    assert format_expression(node, indent=1) == "# Why.\n    a"


def test_statement_comments_and_blank_lines() -> None:
    assign = ast.Assign([ast.Name("a")], ast.Constant(1))
    statements = [comment(["Why.", ""]), assign, blank(), assign]
    assert format_statements(statements, indent=1) == "    # Why.\n    #\n    a = 1\n\n    a = 1"


def test_docstrings_are_indented_with_their_function() -> None:
    source = """
def f():
    '''What "this" is.

    More about it:
        indented
    '''
"""
    expected = source.strip().replace("'''", '"""')
    assert format_statements(ast.parse(source).body) == expected
    assert formatted_by_ruff(expected + "\n") == expected + "\n"


def test_a_comment_without_a_line_of_its_own_is_refused() -> None:
    node = ast.BinOp(commented(ast.Name("a"), ["Lost."]), ast.Add(), ast.Name("b"))
    with pytest.raises(ValueError, match="line of its own"):
        format_expression(node)


@pytest.mark.parametrize("value", STRINGS)
def test_string_literals_are_printable_and_keep_their_value(value: str) -> None:
    text = format_expression(ast.Constant(value))
    assert text.isprintable()
    assert ast.literal_eval(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it's", '"it\'s"'),
        ('say "hi"', "'say \"hi\"'"),
        ("it's \"both", '"it\'s \\"both"'),
        ("a\nb\\c", '"a\\nb\\\\c"'),
        ("\x1b\ud800", '"\\x1b\\ud800"'),
        (b"\x00\xffa'", 'b"\\x00\\xffa\'"'),
        (1e20, "1e20"),
        (1e-7, "1e-07"),
        (..., "..."),
        (None, "None"),
    ],
)
def test_literals(value: str | bytes | float | None, text: str) -> None:
    assert format_expression(ast.Constant(value)) == text


def test_ruff_keeps_the_string_literals() -> None:
    printable = [
        value for value in STRINGS if not any("\ud800" <= mark <= "\udfff" for mark in value)
    ]
    text = "".join(f"a = {format_expression(ast.Constant(value))}\n" for value in printable)
    assert formatted_by_ruff(text) == text


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_numbers_without_a_literal_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no Python literal"):
        format_expression(ast.Constant(value))


def test_unknown_nodes_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match="ListComp"):
        format_expression(ast.parse("[a for a in b]", mode="eval").body)
    with pytest.raises(TypeError, match="ClassDef"):
        format_statements(ast.parse("class A: pass").body)


def test_a_short_expression_prints_in_microseconds() -> None:
    node = ast.parse(
        'pl.col("total") / pl.col("passenger_count").cast(pl.Float64)', mode="eval"
    ).body
    start = time.perf_counter()
    for _ in range(1000):
        format_expression(node, indent=2)
    # Roughly 15 microseconds each; the bound leaves room for a busy machine.
    assert time.perf_counter() - start < 0.2


def formatted_by_ruff(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_back(text: str) -> list[str]:
    return [ast.dump(node) for node in ast.parse(text).body]


def canonical(statements: list[ast.stmt]) -> list[str]:
    """The dumps of the trees without comments, as the parser would have built them."""
    module = _WithoutComments().visit(ast.Module(copy.deepcopy(statements), []))
    return read_back(ast.unparse(ast.fix_missing_locations(module)))


class _WithoutComments(ast.NodeTransformer):
    def visit_Commented(self, node: Commented) -> ast.AST:
        value: ast.AST = self.visit(node.value)
        return value

    def visit_Comment(self, node: Comment) -> None:
        return None

    def visit_Blank(self, node: Blank) -> None:
        return None
