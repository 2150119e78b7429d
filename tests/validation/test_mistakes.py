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
        (
            "other = Int64().referencing(age)",
            "ALN227 a reference is to a feature of another view",
        ),
    ],
)
def test_a_claim_that_cannot_be(line: str, message: str, tmp_path: Path) -> None:
    assert said(f"    {line}\n", tmp_path) == [message]


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
