"""Rankings of contracts in the Module, and everywhere that definitions are looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from alignc.changes.compare import parts_of
from alignc.explain import explain
from alignc.ir.lineage import Effect, Field, lineage_of, predicted
from alignc.ir.module import Module, Ranking, module_from_json, module_to_json
from alignc.ir.print import show_module
from alignc.lineage.openlineage import openlineage_events
from alignc.lineage.selection import select
from alignc.lint.project import facts_of
from alignc.lint.rules import RULES
from alignc.lint.run import run_rules
from alignc.settings import find_project
from alignc.trace.ir_json import definitions_by_line
from tests.changes.states import compared
from tests.engines.everywhere import module_of
from tests.validation import project as validation

FEED = """
@feature_view(name="users", source=FileSource.parquet_at("data/users.parquet"))
class Users:
    user = Int64().as_entity()
    age = Int32()
    country = String()
    city = String()
    saved = List(String())
    unread = List(String())

@feature_view(name="opened", source=FileSource.parquet_at("data/opened.parquet"))
class Opened:
    user = Int64().as_entity()
    article = String().as_entity()
    at = EventTimestamp()
    was_read = Bool()
    seconds = Int64()

@model_contract(
    name="feed",
    input_features=[Users().age],
    output_source=FileSource.parquet_at("data/feed.parquet", mapping_keys={"a": "article"}),
    subgroups=[Users().country],
)
class Feed:
    user = Int64().as_entity()
    article = String().as_entity()
    shown_at = EventTimestamp()
    score = Float().is_recommendation_score(Opened().was_read, item_id=article, top_k=5)
    place = Int32().is_recommendation_rank(selected_items=Users().saved, item_id=article)
"""


@pytest.fixture
def module(tmp_path: Path) -> Module:
    return module_of(FEED, tmp_path)


def test_the_module_has_them(module: Module) -> None:
    (feed,) = module.contracts
    score, place = feed.rankings
    assert (score.output, score.by, score.view, score.feature) == (
        "score",
        "score",
        "opened",
        "was_read",
    )
    assert (place.output, place.by, place.view, place.feature) == (
        "place",
        "rank",
        "users",
        "saved",
    )
    assert [(r.item.name, [k.name for k in r.list_key], r.top_k) for r in feed.rankings] == [
        ("article", ["user"], 5),
        ("article", ["user"], 10),
    ]
    # No view of the dataset has the item, and the predictions have.
    assert [e.name for e in feed.entities] == ["user"]
    assert [e.name for e in feed.key_of_predictions] == ["user", "article"]
    assert feed.prediction_columns == (("article", "a"),)
    assert module_from_json(module_to_json(module)) == module
    text = show_module(module)
    assert (
        "  ranking score is the score of article for user, the first 5 beside opened.was_read\n"
        in text
    )
    assert (
        "  ranking place is the rank of article for user, the first 10 beside users.saved\n" in text
    )


def test_lineage_knows_what_they_are_judged_by(module: Module) -> None:
    (feed,) = module.contracts
    graph = lineage_of(module)

    def learned_from(name: str) -> set[str]:
        edges = graph.into(predicted(feed, name))
        return {str(edge.given) for edge in edges if edge.effect is Effect.TRAINING}

    opened = {f"opened.{name}" for name in ("user", "article", "at", "was_read")}
    assert learned_from("score") == opened
    assert learned_from("place") == {"users.user", "users.saved"}
    below = {edge.made for edge in graph.below([Field("view", "opened", "was_read")])}
    assert Field("contract", "feed", "score") in below


def test_it_is_explained(module: Module, tmp_path: Path) -> None:
    explanation = explain(module, "feed")
    assert "ranking score is the score of article for user" in explanation.text
    # Nothing of it is in the dataset, and still the contract reads it.
    assert not [line for line in explanation.pruned if line.startswith("view opened")]
    without = module_of(FEED.replace("_score(Opened().was_read", "_score(Users().saved"), tmp_path)
    assert [x for x in explain(without, "feed").pruned if x.startswith("view opened")]


def test_what_was_selected_is_not_unused(tmp_path: Path) -> None:
    head = "from alignc import *\n"
    (tmp_path / "definitions.py").write_text(head + FEED, encoding="utf-8")
    settings = "definitions: [definitions.py]\nlint: {select: [U, K103, K104]}\n"
    (tmp_path / "alignc.yml").write_text(settings, encoding="utf-8")
    project = find_project(tmp_path)
    report = run_rules(facts_of(project, project.settings.lint), RULES)
    found = {finding.symbol for finding in report.findings}
    assert found == {"users.city", "users.unread", "opened.seconds"}


def test_a_contract_without_a_prediction_source_is_told(tmp_path: Path) -> None:
    text = FEED.replace(
        '    output_source=FileSource.parquet_at("data/feed.parquet", mapping_keys={"a": "article"}),\n',
        "",
    )
    (tmp_path / "definitions.py").write_text("from alignc import *\n" + text, encoding="utf-8")
    settings = "definitions: [definitions.py]\nlint: {select: [U105, K103, K104]}\n"
    (tmp_path / "alignc.yml").write_text(settings, encoding="utf-8")
    project = find_project(tmp_path)
    report = run_rules(facts_of(project, project.settings.lint), RULES)
    assert [finding.code for finding in report.findings] == ["K104"]


@pytest.mark.parametrize(
    ("change", "was", "becomes"),
    [
        (("top_k=5", "top_k=6"), "the first 5", "the first 6"),
        (("Opened().was_read", "Opened()"), "beside opened.was_read", "beside opened"),
        (("Opened().was_read", "Users().saved"), "beside opened.was_read", "beside users.saved"),
        (
            ("Float().is_recommendation_score", "Int32().is_recommendation_rank"),
            "the score",
            "the rank",
        ),
    ],
)
def test_another_ranking_is_another_meaning(
    change: tuple[str, str], was: str, becomes: str, tmp_path: Path
) -> None:
    comparison = compared(FEED, FEED.replace(*change), tmp_path)
    (changed,) = (c for c in comparison.changes if c.symbol == "feed.score")
    (ranking,) = (d for d in changed.differences if d.name == "ranking")
    assert ranking.kind.value == "meaning"
    assert was in (ranking.old.shown or "")
    assert becomes in (ranking.new.shown or "")


def test_a_definition_that_moves_changes_nothing(tmp_path: Path) -> None:
    assert compared(FEED, "\n\n" + FEED, tmp_path).changes == ()


def test_lines_of_the_module_lead_to_the_output(module: Module) -> None:
    text = module_to_json(module)
    lines = text.split("\n")
    definitions = definitions_by_line(module, text)
    number = next(n for n, line in enumerate(lines) if line.strip() == '"top_k": 5,')
    nearest = definitions[number][0]
    assert (nearest.kind, nearest.name) == ("output", "feed.score")
    assert nearest.span == module.contracts[0].rankings[0].span


def test_openlineage_has_the_item_among_the_predictions(module: Module) -> None:
    selection = select(lineage_of(module), "feed", up=True, down=True)
    time = datetime(2026, 1, 2, tzinfo=UTC)
    events = list(openlineage_events(module, selection, time))
    texts = [json.dumps(event) for event in events]
    (text,) = (text for text in texts if '"predictions.feed"' in text)
    facets = json.loads(text)["outputs"][0]["facets"]
    columns = {c["name"]: c["type"] for c in facets["schema"]["fields"]}
    assert columns["a"] == "String"
    # An estimate is made of inputs; what was selected says how good it is.
    assert "opened" not in json.dumps(facets["columnLineage"])


def test_rows_without_an_item_and_scores_that_are_none_are_violations(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "user": [1, 1, 1],
            "a": ["x", None, "y"],
            "shown_at": [None, None, None],
            "score": [0.5, 0.25, float("nan")],
            "place": [1, 2, 3],
        },
        schema_overrides={"shown_at": pl.Datetime("us", "UTC")},
    )
    frames = {
        "feed": rows,
        "users": pl.DataFrame({"user": [1]}),
        "opened": pl.DataFrame({"user": [1]}),
    }
    project = validation.write_project(tmp_path, FEED, frames)
    failed = validation.run(project, "polars", "feed", kind="predictions").failed()
    assert failed["article.required"] == 1
    assert failed["score.a_number"] == 1


def test_a_ranking_keeps_its_place(module: Module) -> None:
    (feed,) = module.contracts
    assert all(isinstance(r, Ranking) and r.span is not None for r in feed.rankings)
    (part,) = (p for p in parts_of(module) if p.symbol == "feed.score")
    assert any(aspect.name == "ranking" for aspect in part.aspects)
