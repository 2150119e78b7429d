"""Claims that cannot be are told where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from tests.engines.everywhere import module_of

VIEW = """
@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    person = Int64().as_entity()
    at = EventTimestamp()
    name = String()
    age = Int64()
    bought = age.aggregate().over(days=1).sum()
"""


def said(body: str, tmp_path: Path) -> list[str]:
    """What is said of more lines in the body of a view, or of lines behind it."""
    with pytest.raises(DefinitionError) as error:
        module_of(VIEW + body, tmp_path)
    return [f"{d.code} {d.message}" for d in error.value.diagnostics]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("r = rule('no condition')", "ALN227 rule 'no condition' has no condition"),
        (
            "r = rule('a, b', then=age > 1)",
            "ALN227 'a, b' is no name of a rule: one line without commas",
        ),
        ("r = rule('', then=age > 1)", "ALN227 '' is no name of a rule: one line without commas"),
        ("r = rule('x', then=age)", "ALN227 a condition of rule 'x' is Int64, not Bool"),
        (
            "r = rule('x', when=name, then=age > 1)",
            "ALN227 a condition of rule 'x' is String, not Bool",
        ),
        (
            "r = rule('x', then=bought > 1)",
            "ALN227 rule 'x' is about rows of the source, and `bought` is an aggregate",
        ),
        (
            "r = [rule('x', then=age > 1), rule('x', then=age > 2)]",
            "ALN227 a second rule is called 'x'",
        ),
        (
            "r = rule('x', then=age > 1, severity='bad')",
            "ALN227 `severity='bad'` is neither 'error' nor 'warn'",
        ),
        ("r = rule('x', then=age > 1, allow=1)", "ALN227 `allow=1` is no share of rows"),
        ("size = Int64().lower_bound(0, allow=-0.1)", "ALN227 `allow=-0.1` is no share of rows"),
        (
            "size = Int64().lower_bound(0, severity='info')",
            "ALN227 `severity='info'` is neither 'error' nor 'warn'",
        ),
        ("r = age.expect_mean()", "ALN227 a mean of any size is no claim"),
        (
            "r = age.expect_mean(at_least=2, at_most=1)",
            "ALN227 no mean is from 2 to 1",
        ),
        (
            "r = name.expect_distinct_ratio(at_least=0.5)\n    s = bought.expect_mean(at_least=1)",
            "ALN227 there is no mean of `bought`, which is an aggregate and no column of the rows",
        ),
        (
            "r = (age + 1).expect_mean(at_least=1)",
            "ALN227 there is no mean of a feature without a name",
        ),
        ("r = age.expect_quantile(1.5, at_least=1)", "ALN227 1.5 is no share of values"),
        ("r = age.expect_quantile('x', at_least=1)", "ALN227 'x' is no share of values"),
        ("r = age.expect_mean(at_least='x')", "ALN227 `at_least='x'` is no number"),
        ("r = age.expect_mean(at_most=float('nan'))", "ALN227 `at_most=nan` is no number"),
        ("r = rule(3, then=age > 1)", "ALN227 3 is no name of a rule: one line without commas"),
        (
            "other = Int64().referencing(age)",
            "ALN227 a reference is to a feature of another view",
        ),
    ],
)
def test_a_claim_that_cannot_be(line: str, message: str, tmp_path: Path) -> None:
    assert said(f"    {line}\n", tmp_path) == [message]


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ("Float().lower_bound('x')", "`lower_bound`: 'x' is no number"),
        ("Int64().upper_bound(None)", "`upper_bound`: None is no number"),
        ("Float().lower_bound(True)", "`lower_bound`: True is no number"),
        ("Float().lower_bound(float('nan'))", "`lower_bound`: nan is no number"),
        ("Float().bounded_between(0, float('inf'))", "`upper_bound`: inf is no number"),
        (
            "Float().lower_bound(timedelta(1))",
            "`lower_bound`: datetime.timedelta(days=1) is no number",
        ),
        ("Int64().lower_bound(age)", "`lower_bound`: a feature is no number"),
        ("Decimal(4, 2).lower_bound('x')", "`lower_bound`: 'x' is no number"),
        ("String().min_length('x')", "`min_length`: 'x' is no length"),
        ("String().max_length(-1)", "`max_length`: -1 is no length"),
        ("Email().max_length(1.5)", "`max_length`: 1.5 is no length"),
        ("List(Int64()).min_length('x')", "`min_length`: 'x' is no length"),
        ("String().accepted_values(['a', 1])", "`accepted_values`: 1 is no value of String"),
        ("Int64().accepted_values([1, 'a'])", "`accepted_values`: 'a' is no value of Int64"),
        ("Int8().accepted_values([300])", "`accepted_values`: 300 is no value of Int8"),
        ("String().accepted_values('abc')", "`accepted_values`: 'abc' is no list of values"),
        ("Int64().accepted_values(3)", "`accepted_values`: 3 is no list of values"),
        ("String().validate_startswith(3)", "`starts_with`: 3 is no text"),
        ("String().validate_endswith(None)", "`ends_with`: None is no text"),
        ("String().validate_regex(3)", "`matches`: 3 is no text"),
    ],
)
def test_a_constraint_that_cannot_be(feature: str, message: str, tmp_path: Path) -> None:
    assert said(f"    x = {feature}\n", tmp_path) == [f"ALN227 {message}"]


@pytest.mark.parametrize(
    "feature",
    [
        "Int64().lower_bound(0.5)",
        "UInt8().lower_bound(-5)",
        "Decimal(4, 2).lower_bound('0.5').upper_bound(3)",
        "String().accepted_values(['a', None])",
        "(age * 2).lower_bound(0)",
    ],
)
def test_a_constraint_that_can_be(feature: str, tmp_path: Path) -> None:
    assert module_of(f"{VIEW}    x = {feature}\n", tmp_path).view_by_name["people"].by_name["x"]


@pytest.mark.parametrize("argument", ["ttl=5", "ttl='1d'", "availability_delay=3"])
def test_a_length_of_time_that_is_none(argument: str, tmp_path: Path) -> None:
    view = VIEW.replace("EventTimestamp()", f"EventTimestamp({argument})")
    with pytest.raises(DefinitionError) as error:
        module_of(view, tmp_path)
    (found,) = error.value.diagnostics
    assert found.message == f"`{argument}` is no length of time"
    assert found.hint == "such as `timedelta(days=1)`"


OTHER = """
@feature_view(name="others", source=FileSource.parquet_at("others.parquet"))
class Others:
    other = Int64().as_entity()
"""


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        (
            "String().referencing(People().age)",
            "ALN227 `person` is String, and `people.age` is Int64",
        ),
        (
            "Int64().referencing(People().bought)",
            "ALN227 `person` cannot be a reference to `people.bought`",
        ),
        ("Int64().referencing(People().size)", "ALN103 view `people` has no feature `size`"),
    ],
)
def test_a_reference_that_cannot_be(feature: str, message: str, tmp_path: Path) -> None:
    assert said(f"{OTHER}    person = {feature}\n", tmp_path) == [message]


def test_a_claim_that_no_view_has_is_told(tmp_path: Path) -> None:
    lost = "    rule('lost', then=age > 1)\n    age.expect_mean(at_least=1)\n"
    assert said(lost, tmp_path) == [
        "ALN228 rule 'lost' is no attribute of a view, and nobody would check it",
        "ALN228 an expectation is no attribute of a view, and nobody would check it",
    ]


def test_a_mistake_has_its_place_and_a_hint(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as error:
        module_of(VIEW + "    x = rule('x', then=age > 1, allow=2)\n", tmp_path)
    (found,) = error.value.diagnostics
    assert found.span is not None
    assert (found.span.line, found.hint) == (11, "such as `allow=0.01`")
