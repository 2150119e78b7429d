"""Keys that are texts on Redshift, to which spaces at their ends are nothing: in every plan they are kept apart.

DuckDB plays that rule (`tests/engines/redshift_spaces.py`). So that a test can fail, each text is also run
without the signs behind the texts, and must then give another answer, or none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from alignc.ir.expr import Column, call, literal
from alignc.ir.module import Module
from alignc.ir.plan import (
    Distinct,
    Filter,
    Group,
    GroupColumn,
    NamedExpr,
    Plan,
    Running,
    RunningColumn,
    Scan,
    ScanColumn,
    Step,
    StepNode,
    Write,
    schemas,
)
from alignc.ir.types import INT64, STRING
from alignc.verify.programs import Program, programs_of
from alignc.verify.trial import Rows, Trial
from tests.engines.everywhere import module_of
from tests.engines.redshift_text import RedshiftText, opened
from tests.engines.run import assert_same

# A tab is below a space.
KEYS = ("a", "a ", "a  ", "a\t", "", " ", "b")
T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIGN = " || CHR(1)"

PLANS = {
    "state": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp(ttl=timedelta(hours=30))
    x = Int64()

@model_contract(name="m", input_features=[Facts().x])
class M:
    pass
""",
    "state known later": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    created = Timestamp().as_created_at()
    word = String()
    x = Int64()

@model_contract(name="m", input_features=[Facts().x, Facts().word])
class M:
    pass
""",
    "state that ends": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = ValidFrom()
    end = ValidTo()
    x = Int64()

@model_contract(name="m", input_features=[Facts().x])
class M:
    pass
""",
    "the latest row": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    x = Int64()
    size = Float()

@model_contract(name="m", input_features=[Facts().size])
class M:
    estimate = Facts().x.as_regression_label()
""",
    "no time": """
@feature_view(name="names", source=FileSource.parquet_at("names.parquet"))
class Names:
    k = String().as_entity()
    n = Int64()

@model_contract(name="m", input_features=[Names().n])
class M:
    pass
""",
    "totals": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    x = Int64()
    total = x.aggregate().over(hours=3).sum()
    before = x.aggregate().over(hours=9).sum()
    ever = x.aggregate().count()

@model_contract(name="m", input_features=[Facts().total, Facts().before, Facts().ever])
class M:
    pass
""",
    "tiles": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    x = Int64()
    size = Float()
    total = size.aggregate().over(hours=3).sum()
    most = x.aggregate().over(hours=20).max()
    whole = x.aggregate().over(hours=3).sum()

@model_contract(name="m", input_features=[Facts().total, Facts().most, Facts().whole])
class M:
    pass
""",
    "pairs": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    word = String()
    x = Int64()
    words = word.aggregate().over(hours=3).count_distinct()
    all_words = word.aggregate().over(hours=30).count_distinct()

@model_contract(name="m", input_features=[Facts().words, Facts().all_words])
class M:
    pass
""",
    "extremes": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    word = String()
    least = word.aggregate().over(hours=3).min()
    most = word.aggregate().over(hours=3).max()
    ever = word.aggregate().max()

@model_contract(name="m", input_features=[Facts().least, Facts().most, Facts().ever])
class M:
    pass
""",
    "the last rows": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    word = String()
    x = Int64()
    total = x.aggregate().over(rows=2).sum()

@model_contract(name="m", input_features=[Facts().total])
class M:
    pass
""",
    "events known later": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    created = Timestamp().as_created_at()
    x = Int64()
    total = x.aggregate().over(hours=20).sum()

@model_contract(name="m", input_features=[Facts().total])
class M:
    pass
""",
    "moments": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    trips = t.aggregate().over(hours=3).count()
""",
    "joins": """
@feature_view(name="facts", source=FileSource.parquet_at("facts.parquet"))
class Facts:
    k = String().as_entity()
    t = EventTimestamp()
    word = String()
    x = Int64()
    total = x.aggregate().over(hours=3).sum()

@feature_view(name="names", source=FileSource.parquet_at("names.parquet"))
class Names:
    k = String().as_entity()
    n = Int64()

@feature_view(name="inner", source=Facts.join(Names, on_left="word", on_right="k"))
class Inner:
    k = String().as_entity()
    t = EventTimestamp()
    word = String()
    n = Int64()

@feature_view(name="outer", source=Facts.join(Names, on="k", how="left"))
class Outer:
    k = String().as_entity()
    t = EventTimestamp()
    n = Int64()
    number = n.aggregate().over(hours=3).sum()

@feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
class Visits:
    k = String().as_entity()
    t = EventTimestamp()

@feature_view(name="asked", source=Visits.join_asof(Facts, on="k"))
class Asked:
    k = String().as_entity()
    t = EventTimestamp()
    x = Int64()
    total = Int64()

@feature_view(name="both", source=Facts.vstack(Visits, source_column="origin"))
class Both:
    k = String().as_entity()
    t = EventTimestamp()
    rows = t.aggregate().over(hours=3).count()
""",
}


def at(hours: float) -> datetime:
    return T0 + hours * HOUR


def facts() -> pl.DataFrame:
    """Rows of all keys in turn, at one time in every other hour.

    In one hour each has two more, which differ in spaces before another column says the opposite; in the
    end some have one more than others.
    """
    rows = [
        row(place, hour, KEYS[(place + hour) % len(KEYS)], 100 * place + hour)
        for hour in range(8)
        for place in range(len(KEYS))
    ]
    ties = [row(place, 2, word, x) for place in range(len(KEYS)) for word, x in TIES]
    last = [row(place, 8, "b", 0) for place in (0, 4)]
    return pl.DataFrame(rows + ties + last)


TIES = (("bb", 2000), ("bb ", 1000))


def row(place: int, hour: int, word: str, x: int) -> dict[str, object]:
    t = at(hour + hour % 2 * place / 10)
    return {
        "k": KEYS[place],
        "t": t,
        "created": t + (3 if hour == 4 else 0) * HOUR,
        "end": t + (9 if hour % 3 else 0.5) * HOUR,
        "word": word,
        "x": x,
        "size": place + hour / 4,
    }


def asked() -> pl.DataFrame:
    """Questions of keys that are there and of some that only have more spaces than another."""
    keys = (*KEYS, "a   ", "b ", None)
    rows = [(key, at(hour)) for hour in (-1, 0.65, 2.3, 3.8, 4.55, 5.9, 20) for key in keys]
    return pl.DataFrame(rows, schema={"k": pl.String, "t": pl.Datetime("us", "UTC")}, orient="row")


SOURCES = {
    "facts": facts(),
    "names": pl.DataFrame({"k": (*KEYS, "bb", "bb "), "n": range(len(KEYS) + 2)}),
    "visits": asked(),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedshiftText]:
    with opened(tmp_path_factory.mktemp("redshift")) as found:
        yield found


def trial_of(program: Program) -> Trial:
    entities = asked().rename({"t": "event_timestamp"}) if program.kind == "dataset" else None
    return Trial(program, {name: SOURCES[name] for name in program.sources}, entities)


def answer(engine: RedshiftText, trial: Trial, text: str) -> pl.DataFrame:
    trial.load(engine)
    return engine.run(trial.program, text, trial.entities)


def check(engine: RedshiftText, trial: Trial, expected: Rows) -> None:
    """The program says what is expected, and could not without the signs."""
    program = trial.program
    assert program.reasons_against("redshift") == []

    def compare(text: str) -> None:
        found, is_ordered = answer(engine, trial, text), program.kind == "dataset"
        assert_same(expected, found, program.name, ordered=is_ordered)

    text = program.text_for("redshift")
    compare(text)
    if SIGN in text:
        with pytest.raises((AssertionError, duckdb.Error)):
            compare(text.replace(SIGN, ""))


@pytest.mark.parametrize("rows_per_key", [None, 7], ids=["any number", "few"])
@pytest.mark.parametrize("plan", PLANS)
def test_keys_are_told_apart(
    engine: RedshiftText, tmp_path: Path, plan: str, rows_per_key: int | None
) -> None:
    module = hinted(module_of(PLANS[plan], tmp_path), rows_per_key)
    programs = list(programs_of(module, twins=True))
    assert any(SIGN in program.text_for("redshift") for program in programs)
    for program in programs:
        trial = trial_of(program)
        check(engine, trial, trial.interpreted())


def hinted(module: Module, rows_per_key: int | None) -> Module:
    views = (view.model_copy(update={"rows_per_key": rows_per_key}) for view in module.views)
    return module.model_copy(update={"views": tuple(views)})


def test_a_key_that_is_there_twice_is_told_as_it_is(engine: RedshiftText, tmp_path: Path) -> None:
    (*_, program) = programs_of(module_of(PLANS["no time"], tmp_path), twins=False)
    names = pl.DataFrame({"k": ["a", "b ", "b "], "n": [1, 2, 3]})
    trial = Trial(program, {"names": names}, pl.DataFrame({"k": ["a"]}))
    with pytest.raises(duckdb.Error, match="several rows have the key b '"):
        answer(engine, trial, program.text_for("redshift"))


NAMES = PLANS["no time"].partition("@model_contract")[0]
FOLLOWING = RunningColumn(name="following", function="next", column="n", dtype=INT64)
TOTAL = RunningColumn(name="total", function="sum", column="n", dtype=INT64)
ORDER = sorted(KEYS)

# Steps over the keys twice, the n-th of them with the number n.
STEPS: list[tuple[StepNode, list[dict[str, object]]]] = [
    (Distinct(input="s0", columns=("k",)), [{"k": key} for key in KEYS]),
    (
        Group(input="s0", by=("k",), columns=(GroupColumn(name="rows"),)),
        [{"k": key, "rows": 2} for key in KEYS],
    ),
    (
        Running(input="s0", by=("k",), order=("n",), columns=(TOTAL, FOLLOWING)),
        [
            row
            for n, key in enumerate(KEYS)
            for row in (
                {"k": key, "n": n, "total": n, "following": n + len(KEYS)},
                {"k": key, "n": n + len(KEYS), "total": 2 * n + len(KEYS), "following": None},
            )
        ],
    ),
    (
        Running(input="once", by=(), order=("k",), columns=(FOLLOWING,)),
        [
            {
                "k": key,
                "n": KEYS.index(key),
                "following": None if then is None else KEYS.index(then),
            }
            for key, then in zip(ORDER, [*ORDER[1:], None], strict=True)
        ],
    ),
]


@pytest.mark.parametrize("case", STEPS, ids=["distinct", "group", "running", "order"])
def test_rows_of_keys_in_other_steps(
    engine: RedshiftText, tmp_path: Path, case: tuple[StepNode, list[dict[str, object]]]
) -> None:
    node, expected = case
    module = module_of(NAMES, tmp_path)
    program = Program(module, module.views[0], plan_of(node), optimized=False)
    twice = pl.DataFrame({"k": KEYS * 2, "n": range(2 * len(KEYS))})
    assert SIGN in program.text_for("redshift")
    check(engine, Trial(program, {"names": twice}), expected)


def plan_of(node: StepNode) -> Plan:
    columns = tuple(ScanColumn(name=n, column=n, dtype=d) for n, d in (("k", STRING), ("n", INT64)))
    is_first = call("lt", Column(name="n"), literal(len(KEYS)))
    steps = (
        Step(name="s0", node=Scan(source="names", columns=columns)),
        Step(name="once", node=Filter(input="s0", predicate=is_first)),
        Step(name="s1", node=node),
    )
    made = schemas(Plan(name="p", steps=steps))["s1"]
    shown = tuple(NamedExpr(name=n, expr=Column(name=n), dtype=d) for n, d in made.items())
    return Plan(name="p", steps=(*steps, Step(name="out", node=Write(input="s1", columns=shown))))
