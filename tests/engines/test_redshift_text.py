"""Queries for Redshift: sqlglot reads them, and in DuckDB's words they give what they should.

There is no Redshift here. This finds mistakes in what is said, and is no proof that Redshift hears it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import sqlglot

from alignc.backends.support import UNSUPPORTED
from alignc.conformance.case import Family, read_families
from alignc.conformance.examples import SOURCE, Examples, aggregate_examples, op_examples
from alignc.conformance.run import Verdict, run_case
from alignc.driver import load
from alignc.interpreter import interpret_view
from alignc.settings import find_project
from alignc.verify.compare import same
from alignc.verify.programs import programs_of
from tests.engines.everywhere import module_of
from tests.engines.own_code import OWN_CODE
from tests.engines.redshift_text import RedshiftText, opened
from tests.engines.run import assert_same
from tests.engines.supported import with_support

ROOT = Path(__file__).resolve().parents[2]
GAPS = UNSUPPORTED["redshift"]
# What DuckDB does not compute: it multiplies decimals of up to 18 digits in 64 bits.
_NOT_COMPUTED = {"mul('99999999999.99', 2147483647)"}
# Why some cases are not run: they are about files, or the dialect refuses them for a reason.
_REASONS = ("the dialect reads tables only", "redshift", "Redshift has names in small letters")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedshiftText]:
    with opened(tmp_path_factory.mktemp("redshift")) as found:
        yield found


def all_examples(*, with_constants: bool) -> Iterator[Examples]:
    # Their rows have other orders, so one query cannot have both.
    other = "concat" if with_constants else "percentile"
    given = [
        *op_examples(with_constants=with_constants, without=GAPS),
        aggregate_examples(without={*GAPS, other}),
    ]
    for examples in given:
        found = with_support(examples, "redshift", _NOT_COMPUTED)
        if found.wanted:
            yield found


EXAMPLES = [
    pytest.param(examples, id=f"{examples.family}-{kind}")
    for kind, with_constants in (("constants", True), ("columns", False))
    for examples in all_examples(with_constants=with_constants)
]


def test_the_examples_of_all_aggregates_are_among_them() -> None:
    features = {
        wanted.feature
        for with_constants in (True, False)
        for examples in all_examples(with_constants=with_constants)
        for wanted in examples.wanted
    }
    for aggregate in ("percentile", "concat", "count_distinct"):
        assert any(feature.startswith(aggregate) for feature in features)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_the_examples_are_read_and_printed_as_they_are(examples: Examples) -> None:
    (program,) = programs_of(examples.module, twins=False)
    assert_stable(program.text_for("redshift"))


@pytest.mark.parametrize("examples", EXAMPLES)
def test_the_examples_of_a_family(engine: RedshiftText, examples: Examples) -> None:
    (program,) = programs_of(examples.module, twins=False)
    engine.load({SOURCE: examples.source})
    rows = engine.run(program, program.text_for("redshift"), None).to_dicts()
    for one, value in examples.found(rows):
        assert same(one.value, value), f"{one.example}: {value!r}, not {one.value!r}"


@pytest.mark.parametrize("family", read_families(), ids=lambda family: family.family)
def test_the_cases_of_a_family(engine: RedshiftText, family: Family) -> None:
    verdicts = [v for case in family.cases for v in run_case(case, [engine])]
    found = [v for v in verdicts if v.engine == "redshift"]
    failed = [f"{v.rule}, {v.case}: {v.message}" for v in found if v.outcome == "failed"]
    assert not failed, "\n".join(failed)
    assert all(has_reason(v) for v in found if v.outcome == "not run")
    assert any(v.outcome == "passed" for v in found) or family.family == "lists"


def has_reason(verdict: Verdict) -> bool:
    return any(reason in verdict.message for reason in _REASONS)


@pytest.mark.parametrize(
    "project",
    ["examples/taxi", "examples/titanic", "examples/credit_scoring", "tests/examples/vocabulary"],
)
def test_the_queries_of_projects_are_read_and_printed_as_they_are(project: str) -> None:
    module = load(find_project(ROOT / project)).module
    programs = list(programs_of(module, twins=True))
    texts = [p.text_for("redshift") for p in programs if not p.reasons_against("redshift")]
    # All of titanic needs a function that its author has written for other targets.
    assert texts or project == "examples/titanic"
    for text in texts:
        assert_stable(text)


def assert_stable(text: str) -> None:
    """What sqlglot reads in a text it reads in what it has printed of it, too."""
    printed = sqlglot.parse_one(text, dialect="redshift").sql(dialect="redshift")
    again = sqlglot.parse_one(printed, dialect="redshift").sql(dialect="redshift")
    assert printed == again


HOSTILE = """
@feature_view(name="hostile", source=FileSource.parquet_at("hostile.parquet").with_renames(NAMES))
class Hostile:
    id = Int64().as_entity()
    word = String()
    at = EventTimestamp()

    quoted = word.append("it's")
    slashed = word.append("a\\\\b\\\\'")
    tag = word.append("$1 {{ x }} ; -- \U0001f600")
    lines = word.append("a\\nb\\tc")
    has_dollar = word.contains("$", literal=True)
    spaced = word == "it's "
"""
WORDS = ("", "$", "it's", "\\", "`\"'{{", "\U0001f600\n")


def test_hostile_texts_and_names_come_out_as_they_are(engine: RedshiftText, tmp_path: Path) -> None:
    names = {'a `b` "c" \'d\' over "so_far" \\ \U0001f600': "word", "select": "id"}
    module = module_of(HOSTILE.replace("NAMES", repr(names)), tmp_path)
    at = datetime(2024, 3, 10, 7, tzinfo=UTC)
    rows = [dict(zip([*names, "at"], [word, i, at], strict=True)) for i, word in enumerate(WORDS)]
    (program,) = programs_of(module, twins=False)
    engine.load({"hostile": pl.DataFrame(rows)})
    found = engine.run(program, program.text_for("redshift"), None)
    by_id = {row["id"]: row for row in found.to_dicts()}
    assert len(by_id) == len(WORDS)
    for i, word in enumerate(WORDS):
        assert by_id[i] == {
            "id": i,
            "word": word,
            "at": at,
            "quoted": word + "it's",
            "slashed": word + "a\\b\\'",
            "tag": word + "$1 {{ x }} ; -- \U0001f600",
            "lines": word + "a\nb\tc",
            "has_dollar": "$" in word,
            "spaced": False,
        }


def test_the_text_of_a_user(engine: RedshiftText, tmp_path: Path) -> None:
    (program,) = programs_of(module_of(OWN_CODE, tmp_path), twins=False)
    assert program.reasons_against("duckdb")
    engine.load({"orders": pl.DataFrame({"id": [1, 2], "order": ["a", "b"], "amount": [1, 2]})})
    found = engine.run(program, program.text_for("redshift"), None)
    assert dict(found.select("id", "wanted").iter_rows()) == {1: None, 2: "b's"}


MOVED = """
@feature_view(name="moved", source=FileSource.parquet_at("moved.parquet"FORM))
class Moved:
    id = Int64().as_entity()
    at = EventTimestamp(ZONE)
    amount = Int64()
    size = Float()

    later = at + timedelta(days=1)
    total = amount.aggregate().over(hours=24).sum()
    spread = size.aggregate().over(hours=5).variance()
    least = size.aggregate().over(hours=5).min()
    largest = size.aggregate().over(hours=30).max()
    day = at.date()
    hour = at.hour()
    week = at.truncate("week")
    hours = at.truncate("hour")
"""
IN_NEW_YORK = MOVED.replace("ZONE", 'time_zone="America/New_York"').replace(
    "FORM", ', date_formatter=DateFormatter.unix_timestamp("us")'
)


@pytest.mark.parametrize("kind", ["of UTC", "of another zone"])
def test_clocks_that_are_turned(engine: RedshiftText, tmp_path: Path, kind: str) -> None:
    """Of a zone whose clock goes forward in one night, and back in another one."""
    moments = [
        datetime(2024, month, day, hour, 30, tzinfo=UTC)
        for month, day in ((3, 9), (3, 10), (3, 11), (11, 2), (11, 3), (11, 4))
        for hour in (4, 5, 6, 7)
    ]
    sizes = [(n * 37 % 11) / 4 for n in range(len(moments))]
    columns = {"id": 1, "amount": range(len(moments)), "size": sizes}
    if kind == "of UTC":
        module = module_of(MOVED.replace("ZONE", "").replace("FORM", ""), tmp_path)
        frame = pl.DataFrame({"at": moments, **columns})
    else:
        module = module_of(IN_NEW_YORK, tmp_path)
        frame = pl.DataFrame({"at": [int(m.timestamp()) * 10**6 for m in moments], **columns})
    (program,) = programs_of(module, twins=False)
    assert program.reasons_against("redshift") == []
    engine.load({"moved": frame})
    found = engine.run(program, program.text_for("redshift"), None)
    expected = interpret_view(module, "moved", {"moved": frame.to_dicts()})
    assert_same(expected, found, "moved", ordered=False)
