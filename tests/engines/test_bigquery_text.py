"""Queries for BigQuery as DuckDB runs them: the answers of all cases and examples that can be asked so.

It is no proof, since another engine answers. It finds words that mean something else than was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pytest
import sqlglot

from alignc.backends.support import UNSUPPORTED
from alignc.conformance.case import Family, read_families
from alignc.conformance.examples import (
    SOURCE,
    Examples,
    aggregate_examples,
    op_examples,
)
from alignc.conformance.run import Verdict, run_case
from alignc.driver import load
from alignc.ir.module import Module
from alignc.settings import find_project
from alignc.verify.compare import same
from alignc.verify.programs import programs_of
from tests.engines.bigquery_text import TranslatedBigQuery
from tests.engines.everywhere import module_of
from tests.engines.own_code import OWN_CODE
from tests.engines.supported import with_support

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ("examples/taxi", "examples/credit_scoring", "tests/examples/vocabulary")
# DuckDB has 38 digits in all where BigQuery has 38 on either side of the point.
_DIGITS = "DuckDB has no room for all the digits"
NOT_FAITHFUL = {
    "floor('-9223372036854775807.99')": _DIGITS,
    "floor('-0.99999999999999999999999999999999999999')": _DIGITS,
    "ceil('9223372036854775807.00')": _DIGITS,
    "ceil('0.99999999999999999999999999999999999999')": _DIGITS,
    "round('99999999999999999999999999999999999.50', 0)": _DIGITS,
    "neg('9999999999999999999999999999999999999')": _DIGITS,
    "neg('-9999999999999999999999999999999999999')": _DIGITS,
    "abs('-9999999999999999999999999999999999999')": _DIGITS,
    "mul('0.999999999999999999', '0.9999999999999999999')": _DIGITS,
    "mul(9223372036854775807, '99999999999999.9999')": _DIGITS,
    "mul('99999999999.99', 2147483647)": _DIGITS,
    "add('99999999999999999999999999999999999.99', '99999999999999999999999999999999999.99')": _DIGITS,
    "sign('0.00000000000000000000000000000000000001')": _DIGITS,
    "hash(18446744073709551615)": "DuckDB writes the zeros at the end of a decimal",
}
# Rules whose cases are about texts that stand in a column of another type in a table.
_TYPED_TABLES = {
    "times as units since 1970": "DuckDB reads `1.5` as the integer 2",
    "text becomes the declared type, or null": "a table has no text where a time is declared",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TranslatedBigQuery]:
    connection = duckdb.connect()
    yield TranslatedBigQuery(connection, tmp_path_factory.mktemp("bigquery"))
    connection.close()


def families() -> list[Examples]:
    given = op_examples(with_constants=True, without=UNSUPPORTED["bigquery"].keys())
    made = (with_support(examples, "bigquery", NOT_FAITHFUL) for examples in given)
    return [examples for examples in made if examples.wanted]


@pytest.mark.parametrize("examples", families(), ids=lambda e: e.family)
def test_the_examples_of_a_family(engine: TranslatedBigQuery, examples: Examples) -> None:
    check_examples(engine, examples)


def test_the_examples_of_aggregates(engine: TranslatedBigQuery) -> None:
    check_examples(engine, aggregate_examples(without=UNSUPPORTED["bigquery"].keys()))


def check_examples(engine: TranslatedBigQuery, examples: Examples) -> None:
    (program,) = programs_of(examples.module, twins=False)
    assert not program.reasons_against("bigquery")
    engine.load({SOURCE: examples.source})
    rows = engine.run(program, program.text_for("bigquery"), None).to_dicts()
    assert rows
    for wanted, value in examples.found(rows):
        assert same(wanted.value, value), f"{wanted.example}: {value!r}, not {wanted.value!r}"


@pytest.mark.parametrize("family", read_families(), ids=lambda family: family.family)
def test_the_cases_of_a_family(engine: TranslatedBigQuery, family: Family) -> None:
    cases = [case for case in family.cases if case.name not in _TYPED_TABLES]
    verdicts = [v for case in cases for v in run_case(case, [engine]) if v.engine == "bigquery"]
    failed = [f"{v.rule}, {v.case}: {v.message}" for v in verdicts if v.outcome == "failed"]
    assert not failed, "\n".join(failed)
    unexplained = [v for v in verdicts if v.outcome == "not run" and not is_explained(v)]
    assert not unexplained
    if family.family != "lists":
        assert any(v.outcome == "passed" for v in verdicts)


def is_explained(verdict: Verdict) -> bool:
    """Whether a case is refused by alignc, or about files."""
    told = ("target bigquery", "reads tables", "BigQuery has no", "a float as a key")
    return any(words in verdict.message for words in told)


def test_what_is_not_asked_is_there() -> None:
    """The lists of exceptions have no line too many."""
    known = {w.example for e in op_examples(with_constants=True) for w in e.wanted}
    assert NOT_FAITHFUL.keys() <= known
    assert _TYPED_TABLES.keys() <= {c.name for f in read_families() for c in f.cases}


@pytest.mark.parametrize("path", PROJECTS)
def test_queries_of_the_examples_are_read_as_they_are_printed(path: str) -> None:
    texts = list(texts_of(load(find_project(ROOT / path)).module))
    assert texts
    for text in texts:
        check_parsing(text)


def test_user_code_of_an_example_has_no_text_for_it() -> None:
    module = load(find_project(ROOT / "examples/titanic")).module
    assert not list(texts_of(module))
    reasons = [r for p in programs_of(module, twins=False) for r in p.reasons_against("bigquery")]
    assert reasons
    assert all("has no text for target bigquery" in reason for reason in reasons)


def test_the_text_of_a_user(engine: TranslatedBigQuery, tmp_path: Path) -> None:
    (program,) = programs_of(module_of(OWN_CODE, tmp_path), twins=False)
    assert program.reasons_against("duckdb")
    engine.load({"orders": pl.DataFrame({"id": [1, 2], "order": ["a", "b"], "amount": [1, 2]})})
    found = engine.run(program, program.text_for("bigquery"), None)
    assert dict(found.select("id", "wanted").iter_rows()) == {1: None, 2: "b's"}


def texts_of(module: Module) -> Iterator[str]:
    for program in programs_of(module, twins=True):
        if not program.reasons_against("bigquery"):
            yield program.text_for("bigquery")


def check_parsing(text: str) -> None:
    once = sqlglot.parse_one(text, dialect="bigquery").sql("bigquery")
    assert sqlglot.parse_one(once, dialect="bigquery").sql("bigquery") == once


def test_queries_of_all_ops_are_read_as_they_are_printed() -> None:
    given: Sequence[Examples] = [
        *families(),
        aggregate_examples(without=UNSUPPORTED["bigquery"].keys()),
    ]
    for examples in given:
        for text in texts_of(examples.module):
            check_parsing(text)
