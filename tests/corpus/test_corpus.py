"""Rules find all that is planted in the corpus, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.corpus.measure import MEASURED, Outcome, complaints, outcome_of, outcomes_of, table
from tests.corpus.variant import PROJECTS, Edit, Variant, all_variants

FOLDER = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return outcomes_of(all_variants())


def test_all_that_is_planted_is_found_and_nothing_else(outcomes: list[Outcome]) -> None:
    print("", table(outcomes), sep="\n")
    assert complaints(outcomes) == []


def test_each_rule_is_planted_in_two_shapes_and_nearly_broken() -> None:
    variants = all_variants()
    planted = Counter(c for v in variants for c in {finding.split()[0] for finding in v.finds})
    near = Counter(code for v in variants for code in v.near)
    assert set(planted) | set(near) == set(MEASURED)
    assert [code for code in MEASURED if planted[code] < 2] == []
    assert planted.total() >= 90
    assert near.total() >= 30


def test_a_near_miss_finds_nothing_of_its_code() -> None:
    for variant in all_variants():
        codes = {finding.split()[0] for finding in variant.finds}
        assert not codes & set(variant.near), variant.name


def test_names_tell_variants_apart() -> None:
    names = Counter((variant.project, variant.name) for variant in all_variants())
    assert [name for name, times in names.items() if times > 1] == []


def test_healthy_projects_are_as_large_as_real_ones() -> None:
    for project in PROJECTS:
        files = list((FOLDER / "projects" / project / "features").glob("*.py"))
        texts = [path.read_text(encoding="utf-8") for path in files]
        assert 2 <= len(files) <= 4, project
        for text in texts:
            assert 60 <= len(text.splitlines()) <= 180


def planted(text: str) -> Variant:
    """A variant of the shop from an entry as it is written."""
    return Variant.model_validate({"project": "shop", **yaml.safe_load(text)})


COLUMN = """
name: a column
file: orders
below: shipping = Decimal(6, 2).is_required().lower_bound(0)
new: weight = Float().lower_bound(0)
"""


def test_what_is_not_found_and_what_is_not_planted_is_told() -> None:
    outcome = outcome_of(planted(f"{COLUMN}finds: [U101 orders.nothing]"))
    assert (outcome.found, outcome.missed) == ((), ("U101 orders.nothing",))
    assert outcome.false == ("U101 orders.weight",)
    assert complaints([outcome]) == [
        "shop: a column: missed U101 orders.nothing",
        "shop: a column: false U101 orders.weight",
    ]
    (row,) = (line.split() for line in table([outcome]).splitlines() if line.startswith("U101"))
    assert row == ["U101", "1", "0", "0", "1", "1", "0.00", "0.00"]


def test_a_dispute_is_left_out_until_it_is_settled() -> None:
    disputed = "disputed: {U101 orders.weight: the carrier reads it}"
    assert complaints([outcome_of(planted(COLUMN + disputed))]) == []
    settled = outcome_of(planted(f"{COLUMN}finds: [U101 orders.weight]\n{disputed}"))
    assert complaints([settled]) == ["shop: a column: no longer disputed U101 orders.weight"]


@pytest.mark.parametrize(
    ("edit", "text", "expected"),
    [
        (Edit(file="a", old="b", new="c"), "a b\n", "a c\n"),
        (
            Edit(file="a", below="x = 1", new="y\nz"),
            "    x = 1\nw\n",
            "    x = 1\n    y\n    z\nw\n",
        ),
        (Edit(file="a", new="c\n"), "a\n", "a\n\n\nc\n"),
        (Edit(file="a", new="c"), "", "c\n"),
    ],
)
def test_an_edit(edit: Edit, text: str, expected: str) -> None:
    assert edit.apply(text) == expected


@pytest.mark.parametrize(
    "edit", [Edit(file="a", old="b", new="c"), Edit(file="a", below="b", new="c")]
)
@pytest.mark.parametrize("text", ["", "b\nb\n"])
def test_an_edit_has_one_place(edit: Edit, text: str) -> None:
    with pytest.raises(ValueError, match=f"{text.count('b')} .* in features/a.py are 'b'"):
        edit.apply(text)


def test_an_entry_has_one_way_to_say_its_edits() -> None:
    with pytest.raises(ValueError, match="`edits` or an edit, not both"):
        planted(COLUMN + "edits: []")
