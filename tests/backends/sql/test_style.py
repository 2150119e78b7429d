"""Queries as dbt projects have them: the same tokens, the same rows, and nothing for sqlfluff to say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

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
from alignc.backends.sql.style.words import RESERVED, needs_quotes
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
RUN_SEEDS = range(1, 21)


@dataclass(frozen=True)
class Styled(Program):
    """A program whose SQL is the styled one, as Jinja renders it."""

    def text_for(self, target: str) -> str:
        dialect = DIALECTS[target]
        return rendered(*text_of(self, dialect), dialect)


def query_of(program: Program, dialect: Dialect) -> Query:
    return lower_query(drop_slices(program.plan), dialect)


def text_of(program: Program, dialect: Dialect) -> tuple[str, list[str]]:
    """The styled text, and the relations that `r[0]` and the like in it stand for."""
    names = sorted({scan.source for _, scan in program.plan.scans()})
    relations = {name: f"{{{{ r[{i}] }}}}" for i, name in enumerate(names)}
    return styled(query_of(program, dialect), dialect, relations), names


def rendered(text: str, names: list[str], dialect: Dialect) -> str:
    """What Jinja makes of a text."""
    mark = "`" if dialect.name in ("spark", "bigquery") else '"'
    quoted = [mark + name.replace(mark, 2 * mark) + mark for name in names]
    return Environment(undefined=StrictUndefined).from_string(text).render(r=quoted)


@cache
def module_of(project: str) -> Module:
    return load(find_project(ROOT / project)).module


# Dialects that cannot have all programs of the projects.
WITH_GAPS = ("snowflake", "bigquery", "redshift")


def example_programs(dialect: str) -> Iterator[Program]:
    """The programs of the projects that a dialect can have; all of them but for some warehouses."""
    for project in PROJECTS:
        for program in programs_of(module_of(project), twins=False):
            if dialect not in WITH_GAPS or not program.reasons_against(dialect):
                yield program


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
            is_next = [kind for kind, _ in found[-2:]] == ["text", "word"] and found[-1][1] == "||"
            if not dialect.joins_texts and is_next:
                # There a sign puts them together.
                *found, (_, start), _ = found
                found.append(("text", start + token.text))
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
    query = simple_columns_first(query_of(program, dialect), names, dialect)
    plain = render("sql/query.sql.j2", query=query, file={"source": "x", "about": ()})
    found = without_same_alias(tokens_of(rendered(text, names, dialect), dialect))
    assert found == without_same_alias(tokens_of(plain, dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_jinja_gives_back_the_tokens_of_the_examples(dialect: str) -> None:
    programs = list(example_programs(dialect))
    assert len(programs) > (12 if dialect in WITH_GAPS else 20)
    for program in programs:
        same_tokens(program, DIALECTS[dialect])


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_jinja_gives_back_the_tokens_of_random_projects(dialect: str) -> None:
    for seed in SEEDS:
        for program in programs_of(case_of(seed).module, twins=False):
            if not program.reasons_against(dialect):
                same_tokens(program, DIALECTS[dialect])


@pytest.mark.slow
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
    for program in example_programs(dialect):
        text, _ = text_of(program, DIALECTS[dialect])
        assert max(map(len, text.split("\n"))) <= 80, program.name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_columns_are_the_same_in_another_order(dialect: str) -> None:
    def columns(query: Query) -> list[Counter[Line]]:
        return [Counter(select.columns) for cte in query.ctes for select in cte.selects]

    for program in example_programs(dialect):
        query = query_of(program, DIALECTS[dialect])
        ordered = simple_columns_first(query, (), DIALECTS[dialect])
        assert columns(ordered)[: len(columns(query))] == columns(query)
        assert [c.name for c in ordered.result.columns] == [c.name for c in query.result.columns]
        unions = [cte for cte in query.ctes if len(cte.selects) > 1]
        assert unions == [cte for cte in ordered.ctes if len(cte.selects) > 1]


PLAIN_NAMES = ("tests/examples/vocabulary", "examples/taxi", "examples/credit_scoring")


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_sqlfluff_has_nothing_to_say_of_views(dialect: str, tmp_path: Path) -> None:
    for project in PLAIN_NAMES:
        for program in programs_of(module_of(project), twins=False):
            is_refused = dialect in WITH_GAPS and bool(program.reasons_against(dialect))
            if program.kind == "view" and not is_refused:
                text, names = text_of(program, DIALECTS[dialect])
                for i, name in enumerate(names):
                    text = text.replace(f"{{{{ r[{i}] }}}}", f"{{{{ ref('{name}') }}}}")
                file = tmp_path / f"{Path(project).name}_{program.name}.sql"
                file.write_text(text + "\n", encoding="utf-8")
    found = [v for v in linted(tmp_path, dialect) if not is_about_a_word(*v)]
    assert not found, "\n".join(map(str, found))


def is_about_a_word(code: str, file: str, line: int, words: str) -> bool:
    """RF04 and RF06 want opposite things of a name that is a word of some statement.

    Engines take `size` bare and DuckDB does not take `at`: RF04 is told of one, RF06 of the other.
    """
    return code == "RF04" or (code == "RF06" and words == 'Unnecessary quoted identifier "at".')


def linted(folder: Path, dialect: str) -> list[tuple[str, str, int, str]]:
    """What sqlfluff finds by its own defaults: code, file, line, words."""
    known_as = "sparksql" if dialect == "spark" else dialect
    command = ["sqlfluff", "lint", "--ignore-local-config", "--templater", "jinja"]
    done = subprocess.run(
        [sys.executable, "-m", *command, "--dialect", known_as, "--format", "json", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    files = json.loads(done.stdout)
    assert len(files) == len(list(folder.iterdir())), done.stderr
    return [
        (v["code"], Path(f["filepath"]).name, v["start_line_no"], v["description"])
        for f in files
        for v in f["violations"]
    ]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_bare_name_is_the_column_or_the_relation(
    dialect: Literal["duckdb", "postgres"], postgres_url: str
) -> None:
    """Of the words that an engine knows, all that lose their quotes mean the same without them."""
    wrong: list[str] = []
    with psycopg.connect(postgres_url, autocommit=True) as server:
        run = duckdb.connect().execute if dialect == "duckdb" else server.execute
        words = [
            ["user", "system_user", "current_date", "current_user", "localtime"],
            (w for (w,) in run("SELECT * FROM (" + KEYWORDS[dialect] + ") AS words").fetchall()),
        ]
        known = sorted({word for some in words for word in some if not needs_quotes(word, dialect)})
        assert len(known) > 300
        for word in known:
            for query in (template.replace("$", word) for template in PLACES):
                try:
                    found = run(query).fetchall()
                except (duckdb.Error, psycopg.Error) as error:
                    wrong.append(f"{query}: {error}")
                    continue
                if found != [(7,)]:
                    wrong.append(f"{query}: {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_what_an_engine_reserves_stays_quoted(
    dialect: Literal["duckdb", "postgres"], postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as server:
        run = duckdb.connect().execute if dialect == "duckdb" else server.execute
        reserved = {word for (word,) in run(RESERVED_WORDS[dialect]).fetchall()}
    assert len(reserved) > 70
    assert reserved <= RESERVED[dialect]


KEYWORDS = {
    "duckdb": "SELECT keyword_name FROM duckdb_keywords()",
    "postgres": "SELECT word FROM pg_get_keywords()",
}
RESERVED_WORDS = {
    "duckdb": f"{KEYWORDS['duckdb']} WHERE keyword_category = 'reserved'",
    "postgres": f"{KEYWORDS['postgres']} WHERE catcode IN ('R', 'T')",
}
# A name where names stand, each time with the answer 7.
PLACES = (
    'select $ from (select 7 as "$") as t where $ is not null and $ = 7 group by $ order by $',
    'select ($ + 1) - 1 from (select 7 as "$") as t',
    'select x."$" from (select 7 as $) as x',
    'select cast(coalesce(t.$, $) as int) from (select 7 as "$") as t',
    'select case $ when $ then $ end from (select 7 as "$") as t',
    'select max($) over (partition by $ order by $) from (select 7 as "$") as t',
    "with $ as (select 7 as x) select $.x from $ inner join $ as a on $.x = a.x",
    "with a as (select 7 as x) select $.x from a as $",
)


def one_select(line: Line, *, comment: tuple[str, ...] = (), dialect: Dialect = DUCKDB) -> str:
    cte = Cte('"a"', "a", (Select((line,), '"orders"'),), comment)
    result = Select((Line('"x"', name="x"),), '"a"')
    return styled(Query((cte,), result, "b"), dialect, {"orders": "{{ r[0] }}"})


def test_texts_of_all_kinds_stay_as_they_are() -> None:
    given = r"E'a\'B' || X'0F' || 'C''D' || N'Q' AS " + '"x"'
    assert r"select E'a\'B' || X'0F' || 'C''D' || N'Q' as x" in one_select(Line(given))


HOSTILE = (
    "{{ x }}",
    "{% raw %}",
    "{# gone #}",
    "{{{",
    "{",
    "}} %} #}",
    "{{ '{' }}",
    "it's {{",
    "😀 {%- if x -%}",
    "{{" * 60,
    "a {# b " * 30,
)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_looks_like_jinja_comes_out_as_it_was(words: str) -> None:
    name = '"' + words.replace('"', '""') + '"'
    literal = "'" + words.replace("'", "''") + "'"
    text = one_select(Line(f"{literal} || {name} AS {name}", (words,)), comment=(words,))
    result = rendered(text, ["orders"], DUCKDB)
    kept = tokens_of(result, DUCKDB)
    assert ("text", words) in kept
    assert kept.count(("word", words)) == 2
    comments = " ".join(
        line.strip().removeprefix("-- ") for line in result.split("\n") if "--" in line
    )
    assert comments.split() == f"{words} {words}".split()


@pytest.mark.parametrize(
    ("name", "duckdb", "postgres"),
    [
        ("amount", "amount", "amount"),
        ("date", "date", "date"),
        ("Amount", '"Amount"', '"Amount"'),
        ("order", '"order"', '"order"'),
        ("qualify", '"qualify"', '"qualify"'),
        ("pivot", '"pivot"', "pivot"),
        ("a b", '"a b"', '"a b"'),
        ("1st", '"1st"', '"1st"'),
        ('say "x"', '"say ""x"""', '"say ""x"""'),
        ("größe", '"größe"', '"größe"'),
        ("", '""', '""'),
    ],
)
def test_a_name_has_quotes_where_it_needs_them(name: str, duckdb: str, postgres: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    for dialect, wanted in ((DUCKDB, duckdb), (POSTGRES, postgres)):
        assert f"        1 + {wanted} as x\n" in one_select(
            Line(f'1 + {quoted} AS "x"'), dialect=dialect
        ).replace("select 1", "select\n        1")


def test_a_function_with_a_quoted_name_keeps_its_quotes() -> None:
    assert 'select "count"(a) as x' in one_select(Line('"count"("a") AS "x"'))


def test_what_the_last_select_computes_moves_before_it() -> None:
    columns = (Line('"a" + 1 AS "b"', ("A sum.",), "b"), Line('"c"', name="c"))
    text = styled(Query((), Select(columns, '"t"'), "t"), DUCKDB, {"t": "{{ ref('t') }}"})
    assert text == (
        "with\n\nfinal as (\n    select\n        c,\n        -- A sum.\n        a + 1 as b\n"
        "    from {{ ref('t') }}\n)\n\nselect\n    b,\n    c\nfrom final"
    )


def test_a_relation_that_columns_are_qualified_by_keeps_its_name() -> None:
    join = Join("JOIN", '"Other"', ('"t"."a" = "Other"."a"',))
    select = Select((Line('"Other"."b"', name="b"),), '"t"', (join,))
    relations = {"t": "{{ ref('x') }}", "Other": "{{ source('s', 'Other') }}"}
    assert styled(Query((), select, "t"), POSTGRES, relations) == (
        "select \"Other\".b\nfrom {{ ref('x') }} as t\n"
        "inner join {{ source('s', 'Other') }} as \"Other\"\n    on t.a = \"Other\".a"
    )


@pytest.mark.parametrize(
    ("conditions", "lines"),
    [
        (("a\n>= {{ b }}",), ["        where a >= {{ b }}"]),
        (("a\n>= {{ b }}", "a is null"), ["where", "a >= {{ b }}", "or a is null"]),
        (
            (f"{'a' * 50}\n>= {{{{ {'b' * 30} }}}}",),
            ["where", "a" * 50, f">= {{{{ {'b' * 30} }}}}"],
        ),
    ],
)
def test_what_a_run_adds_is_on_lines_that_fit(
    conditions: tuple[str, ...], lines: list[str]
) -> None:
    select = Select((Line('"a"', name="a"),), '"t"', when_incremental=conditions)
    text = styled(Query((), select, "x"), DUCKDB, {"t": "{{ ref('t') }}"})
    start, end = "{% if is_incremental() %}\n", "\n{% endif %}"
    inner = text.partition(start)[2].partition(end)[0].split("\n")
    assert [line.strip() for line in inner] == [line.strip() for line in lines]


GOLDENS = {
    "articles.duckdb.sql": ("tests/examples/vocabulary", "articles", DUCKDB),
    "vendor_traffic.postgres.sql": ("examples/taxi", "vendor_traffic", POSTGRES),
    "people.duckdb.sql": ("tests/examples/vocabulary", "people", DUCKDB),
}


@pytest.mark.parametrize("file", GOLDENS)
def test_text_of(file: str, update_golden: bool) -> None:
    project, name, dialect = GOLDENS[file]
    program = next(p for p in programs_of(module_of(project), twins=False) if p.name == name)
    relations = {s.source: f"{{{{ ref('{s.source}') }}}}" for _, s in program.plan.scans()}
    text = styled(query_of(program, dialect), dialect, relations) + "\n"
    if update_golden:
        (EXPECTED / file).write_text(text, encoding="utf-8")
    assert text == (EXPECTED / file).read_text(encoding="utf-8")
