"""Words of users that mean something to Jinja, YAML or SQL come out of dbt as they were."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from alignc.errors import DefinitionError
from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import build

WORDS = "{{ x }} {% if %} {# y #} 'single' \"double\" back\\slash: - # \U0001f600"
DEFINITIONS = f"""
from alignc import *

WORDS = {WORDS!r}
things = PostgreSQLConfig("SHOP_DATABASE_URL").table("it's {{{{ mine }}}}", name="my things")


@feature_view(name="things", source=things, description=WORDS, tags=["a:{{{{ b }}}}"],
              contacts=[Contact(WORDS)])
class Things:
    id = Int64().as_entity()
    word = String().accepted_values([WORDS, "b"]).description(WORDS)
    code = String().validate_regex(r"^\\{{\\{{a{{2}}$").max_length(5)
    start = String().validate_startswith("{{% raw")
    select = Int64().lower_bound(1)
    price = Float().upper_bound(5)


@model_contract(name="odd", input_features=[Things().word, Things().select], description=WORDS)
class Odd:
    id = Int64().as_entity()
"""


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ["duckdb", "postgres"])
def test_words_are_words(adapter: str, make_project: MakeProject, tmp_path: Path) -> None:
    folder, _ = build(tmp_path / "odd", adapter, DEFINITIONS)
    project = make_project(folder, adapter)
    things = pl.DataFrame(
        {
            "id": [1, 2, 3],
            "word": [WORDS, "b", "c"],
            "code": ["{{aa", "{{a", None],
            "start": ["{% raw %}", "{% endraw", None],
            "select": [1, 2, 0],
            "price": [1.0, 5.0, 6.0],
        }
    )
    project.load({"it's {{ mine }}": things, "odd_entities": pl.DataFrame({"id": [1, 2, 3]})})
    results = project.run("build", may_violate=True)
    failures = {
        r["unique_id"].split(".")[2]: r["failures"] for r in results if r["status"] == "warn"
    }
    assert failures == {
        "feat_things__word__accepted_values": 1,
        "feat_things__code__form": 1,
        "feat_things__start__starts_with": 1,
        "feat_things__select__range": 1,
        "feat_things__price__range": 1,
    }
    assert sorted(project.rows("ctr_odd_v1")["word"].to_list()) == sorted([WORDS, "b", "c"])
    manifest = json.loads((folder / "target/manifest.json").read_text(encoding="utf-8"))
    view = manifest["nodes"]["model.odd.feat_things"]
    assert view["description"] == WORDS
    assert view["columns"]["word"]["description"] == WORDS
    assert view["tags"] == ["a:{{ b }}"]
    (exposure,) = manifest["exposures"].values()
    assert exposure["description"] == WORDS
    (group,) = manifest["groups"].values()
    assert group["owner"]["name"] == WORDS


def test_names_that_dbt_takes_for_one_are_refused(tmp_path: Path) -> None:
    text = """
from alignc import *

@feature_view(name="größe", source=FileSource.csv_at("a.csv"))
class A:
    id = Int64().as_entity()

@feature_view(name="grüße", source=FileSource.csv_at("a b.csv"))
class B:
    id = Int64().as_entity()

@feature_view(name="c", source=FileSource.csv_at("a-b.csv"))
class C:
    id = Int64().as_entity()
"""
    with pytest.raises(DefinitionError) as caught:
        build(tmp_path / "odd", "duckdb", text)
    assert [(d.code, d.span.line if d.span else None) for d in caught.value.diagnostics] == [
        ("ALN304", 9),
        ("ALN304", 12),
    ]
    first, second = map(str, caught.value.diagnostics)
    assert "source `a-b` and source `a b` would both be `stg_files__a_b` in dbt" in first + second
