"""Queries as dbt projects have them: the same tokens, the same rows, and nothing for sqlfluff to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb
import psycopg
import pytest
from jinja2 import Environment, StrictUndefined
from sqlglot import Tokenizer, TokenType
from sqlglot.dialects.dialect import Dialect as SqlglotDialect

from alignc.backends.sql.dialect import DIALECTS, DUCKDB, POSTGRES, Dialect
from alignc.backends.sql.query import lower_query
from alignc.backends.sql.select import Cte, Join, Line, Query, Select
from alignc.backends.sql.style import styled
from alignc.backends.sql.style.columns import simple_columns_first
from alignc.backends.sql.style.words import RESERVED
from alignc.driver import load
from alignc.fuzz.campaign import case_of
from alignc.ir.module import Module
from alignc.ir.passes.drop_slices import drop_slices
from alignc.settings import find_project
from alignc.templating import render
from alignc.verify.check import check
from alignc.verify.engines import opened
from alignc.verify.programs import Program, programs_of
from tests.engines.everywhere import Engines

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = Path(__file__).parent / "style"
PROJECTS = (
    "tests/examples/vocabulary",
    "examples/taxi",
    "examples/titanic",
    "examples/credit_scoring",
)
SEEDS = range(1, 101)
RUN_SEEDS = range(1, 31)


@dataclass(frozen=True)
class Styled(Program):
    """A program whose SQL is the styled one, as Jinja renders it."""

    def text_for(self, target: str) -> str:
        return rendered(*text_of(self, DIALECTS[target]))


def query_of(program: Program, dialect: Dialect) -> Query:
    return lower_query(drop_slices(program.plan), dialect)


def text_of(program: Program, dialect: Dialect) -> tuple[str, list[str]]:
    """The styled text, and the relations that `r[0]` and the like in it stand for."""
    names = sorted({scan.source for _, scan in program.plan.scans()})
    relations = {name: f"{{{{ r[{i}] }}}}" for i, name in enumerate(names)}
    return styled(query_of(program, dialect), dialect, relations), names


def rendered(text: str, names: list[str]) -> str:
    """What Jinja makes of a text."""
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    return Environment(undefined=StrictUndefined).from_string(text).render(r=quoted)


@cache
def module_of(project: str) -> Module:
    return load(find_project(ROOT / project)).module


def example_programs() -> Iterator[Program]:
    for project in PROJECTS:
        yield from programs_of(module_of(project), twins=False)


def tokens_of(text: str, dialect: Dialect) -> list[tuple[str, str]]:
    """The tokens as sqlglot reads them; a bare name is one in lower case, `inner` is left out."""
    tokenizer: Tokenizer = SqlglotDialect.get_or_raise(dialect.name).tokenizer()
    found: list[tuple[str, str]] = []
    for token in tokenizer.tokenize(text):
        if token.token_type is TokenType.INNER:
            continue
        if token.token_type is TokenType.STRING:
            if found and found[-1][0] == "text":
                # Two texts one below the other are one.
                found[-1] = ("text", found[-1][1] + token.text)
                continue
            found.append(("text", token.text))
        elif token.token_type is TokenType.IDENTIFIER:
            found.append(("word", token.text))
        else:
            found.append(("word", token.text.lower()))
    return found


def without_same_alias(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without `as x` behind `x`: a relation that columns are qualified by keeps its name."""
    result: list[tuple[str, str]] = []
    place = 0
    while place < len(tokens):
        result.append(tokens[place])
        again = tokens[place + 1 : place + 3]
        place += 3 if again == [("word", "as"), tokens[place]] else 1
    return result


def same_tokens(program: Program, dialect: Dialect) -> None:
    text, names = text_of(program, dialect)
    query = simple_columns_first(query_of(program, dialect), names)
    plain = render("sql/query.sql.j2", query=query, file={"source": "x", "about": ()})
    found = without_same_alias(tokens_of(rendered(text, names), dialect))
    assert found == without_same_alias(tokens_of(plain, dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_jinja_gives_back_the_tokens_of_the_examples(dialect: str) -> None:
    programs = list(example_programs())
    assert len(programs) > 20
    for program in programs:
        same_tokens(program, DIALECTS[dialect])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_jinja_gives_back_the_tokens_of_random_projects(dialect: str) -> None:
    for seed in SEEDS:
        for program in programs_of(case_of(seed).module, twins=False):
            if not program.reasons_against(dialect):
                same_tokens(program, DIALECTS[dialect])


def test_random_projects_have_the_same_rows(engines: Engines, tmp_path: Path) -> None:
    found: list[str] = []
    with opened(("duckdb", "postgres"), tmp_path / "style", engines.postgres_url) as both:
        for seed in RUN_SEEDS:
            case = case_of(seed)
            programs = [
                Styled(p.module, p.definition, p.plan, p.optimized)
                for p in programs_of(case.module, twins=False)
            ]
            outcome = check(case, both.values(), programs=programs)
            found += [f"seed {seed}: {difference}" for difference in outcome.differences]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_line_of_the_examples_is_too_long(dialect: str) -> None:
    for program in example_programs():
        text, _ = text_of(program, DIALECTS[dialect])
        assert max(map(len, text.split("\n"))) <= 80, program.name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_columns_are_the_same_in_another_order(dialect: str) -> None:
    def columns(query: Query) -> list[Counter[Line]]:
        return [Counter(select.columns) for cte in query.ctes for select in cte.selects]

    for program in example_programs():
        query = query_of(program, DIALECTS[dialect])
        ordered = simple_columns_first(query, ())
        assert columns(ordered)[: len(columns(query))] == columns(query)
        assert [c.name for c in ordered.result.columns] == [c.name for c in query.result.columns]
        unions = [cte for cte in query.ctes if len(cte.selects) > 1]
        assert unions == [cte for cte in ordered.ctes if len(cte.selects) > 1]
