"""Lists of items in odd company: names of the compiler's own, labels beside them, rows that are known later."""

from __future__ import annotations

import math
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sklearn import metrics

from alignc.driver import compile_project
from alignc.settings import find_project
from tests.engines import run as engines
from tests.monitoring import selected
from tests.monitoring.recommendation_models import DEFINITIONS, frames
from tests.monitoring.test_recommendations import MODELS, TARGETS, check, close, label_of, run
from tests.validation.project import write_project

pytestmark = pytest.mark.usefixtures("spark")

# Everything is called like steps and columns of plans.
NAMES = """
@feature_view(name="lists", source=FileSource.parquet_at("data/selected.parquet"))
class Lists:
    hits = Int64().as_entity()
    places = String().as_entity()
    day = EventTimestamp()
    ndcg = Bool()

@feature_view(name="items", source=FileSource.parquet_at("data/items.parquet"))
class Items:
    hits = Int64().as_entity()
    rows = String()

@model_contract(
    name="values",
    input_features=[Items().rows],
    output_source=FileSource.parquet_at("data/stored.parquet"),
    subgroups=[Items().rows],
)
class Values:
    hits = Int64().as_entity()
    places = String().as_entity()
    known = EventTimestamp()
    unranked = String().as_model_version()
    is_known = Lists().ndcg.as_classification_label()
    model_version = is_known.probability_of(True)
    recall = Float().is_recommendation_score(Lists(), item_id=places, top_k=4)
"""


def named(seed: int) -> dict[str, pl.DataFrame]:
    """The rows of the shop under other names, and a label of each pair of a user and a thing."""
    rows = frames(seed)
    bought = rows["bought"].drop_nulls("at").unique(["user", "thing", "at"], maintain_order=True)
    bought = bought.rename({"user": "hits", "thing": "places", "at": "day", "was_kept": "ndcg"})
    shop = rows["clean"].rename(
        {
            "user": "hits",
            "thing": "places",
            "shown_at": "known",
            "version": "unranked",
            "best": "recall",
        }
    )
    chance = pl.Series("model_version", [n % 17 / 16 for n in range(shop.height)])
    users = rows["users"].select(hits="user", rows="country")
    stored = shop.with_columns(chance, is_known=chance > 0.5)
    return {"selected": bought, "items": users, "stored": stored}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("odd"), NAMES, named(5))


@pytest.mark.parametrize("target", TARGETS)
def test_names_and_labels_do_not_disturb_lists(odd: Path, target: str) -> None:
    data = named(5)
    bought = data["selected"].drop_nulls(["hits", "places", "day"]).to_dicts()
    lists, _ = selected.lists_of(
        [{**row, "version": row["unranked"]} for row in data["stored"].to_dicts()],
        ("hits", "known"),
        "places",
        lambda row: -row["recall"],
        lambda row: {
            b["places"] for b in bought if b["hits"] == row["hits"] and b["day"] > row["known"]
        },
    )
    _, _, report = run(odd, target, "values")
    assert [label["name"] for label in report["labels"]] == ["is_known", "recall"]
    countries = dict(data["items"].iter_rows())
    label = label_of(report, "recall")
    assert len(label["versions"]) == 2
    assert len(label["subgroups"]) == 6
    for part in (*label["versions"], *label["subgroups"]):
        own = [x for x in lists if x.version == part["model_version"]]
        if "subgroup" in part:
            own = [x for x in own if countries.get(x.key[0]) == part["value"]]
        check(part, own, 4)


@pytest.mark.parametrize("target", TARGETS)
def test_lists_do_not_disturb_labels(odd: Path, target: str) -> None:
    data = named(5)
    bought = data["selected"].drop_nulls(["hits", "places"]).to_dicts()
    # No two rows of a key have one time, so that the times alone tell which one is the latest.
    bought.sort(key=lambda row: row["day"])
    latest = {(row["hits"], row["places"]): row["ndcg"] for row in bought}
    stored = data["stored"].to_dicts()
    truths = [latest.get((row["hits"], row["places"])) for row in stored]
    _, _, report = run(odd, target, "values")
    for version in label_of(report, "is_known")["versions"]:
        own = [
            (truth, row)
            for truth, row in zip(truths, stored, strict=True)
            if truth is not None and row["unranked"] == version["model_version"]
        ]
        y = [truth for truth, _ in own]
        assert version["matched"] == len(own) > 50
        close(version["accuracy"], metrics.accuracy_score(y, [row["is_known"] for _, row in own]))
        close(
            version["roc_auc"], metrics.roc_auc_score(y, [row["model_version"] for _, row in own])
        )
    assert "ndcg_at_k" not in label_of(report, "is_known")["versions"][0]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_queries_of_such_names(odd: Path, tmp_path: Path, postgres_url: str, dialect: str) -> None:
    same(odd, dialect, named(5), tmp_path, postgres_url, expected=6)


def same(
    project: Path,
    dialect: str,
    data: dict[str, pl.DataFrame],
    folder: Path,
    postgres_url: str,
    expected: int,
) -> None:
    """All queries of a project have what its programs have."""
    paths = sorted((project / "generated/monitoring" / dialect).glob("*__*__*.sql"))
    assert len(paths) == expected
    for path in paths:
        model, label, kind = path.stem.split("__")
        query = path.read_text(encoding="utf-8")
        if dialect == "duckdb":
            rows = engines.on_duckdb(query, data, None, folder)
        else:
            rows = engines.on_postgres(query, data, None, postgres_url)
        names = runpy.run_path(str(project / f"generated/monitoring/polars/{model}.py"))
        (there,) = (one for one in names["LABELS"] if one.name == label)
        given = {name: frame.lazy() for name, frame in data.items()}
        wanted = getattr(there, kind)(given).collect()
        engines.assert_same(wanted, rows, f"{path.name} on {dialect}", ordered=False)
        assert rows.height > 0


KNOWN_LATER = """
@feature_view(name="users", source=FileSource.parquet_at("data/users.parquet"))
class Users:
    user = Int64().as_entity()
    age = Int64()

@feature_view(name="bought", source=FileSource.parquet_at("data/bought.parquet"))
class Bought:
    user = Int64().as_entity()
    thing = String().as_entity()
    at = EventTimestamp(availability_delay=timedelta(hours=1))
    loaded_at = Timestamp().as_created_at()

@model_contract(
    name="shop",
    input_features=[Users().age],
    output_source=FileSource.parquet_at("data/shop.parquet"),
)
class Shop:
    user = Int64().as_entity()
    thing = String().as_entity()
    shown_at = EventTimestamp()
    score = Float().is_recommendation_score(Bought(), item_id=thing, top_k=1)
"""


@pytest.fixture(scope="module")
def late() -> dict[str, pl.DataFrame]:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    # At noon `b` is known to have been bought; what is before it here was bought as well, and nobody
    # knew: half an hour ago, or written down later. Then one user buys `b`, and that is known in the end.
    rows = [
        *((n, "a", -0.5, -0.4) for n in range(2)),
        (2, "b", -2.0, -1.9),
        *((n, "c", -3.0, 1.0) for n in range(3)),
        (9, "b", 2.0, 100.0),
    ]
    hour = timedelta(hours=1)
    bought = [
        {"user": u, "thing": t, "at": noon + at * hour, "loaded_at": noon + written * hour}
        for u, t, at, written in rows
    ]
    shop = [
        {"user": 9, "thing": t, "shown_at": noon, "score": s}
        for t, s in zip("abcd", (1.0, 4.0, 3.0, 2.0), strict=True)
    ]
    users = pl.DataFrame({"user": [9], "age": [30]})
    return {"users": users, "bought": pl.DataFrame(bought), "shop": pl.DataFrame(shop)}


@pytest.fixture(scope="module")
def late_project(late: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("late"), KNOWN_LATER, late)


@pytest.mark.parametrize("target", TARGETS)
def test_popular_is_what_was_known_to_be(late_project: Path, target: str) -> None:
    _, _, report = run(late_project, target, "shop")
    (version,) = label_of(report, "score")["versions"]
    assert version["matched"] == 1
    # A selection is a truth whenever it became known, and popularity is not.
    assert version["popularity_ndcg_at_k"] == 1.0
    assert version["ndcg_at_k"] == 1.0


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_popular_is_the_same_in_queries(
    late_project: Path,
    late: dict[str, pl.DataFrame],
    tmp_path: Path,
    postgres_url: str,
    dialect: str,
) -> None:
    same(late_project, dialect, late, tmp_path, postgres_url, expected=3)


def test_programs_without_passes_say_the_same(tmp_path: Path) -> None:
    data = frames(21)
    project = write_project(tmp_path, DEFINITIONS, data)
    plain = tmp_path / "plain"
    plain.mkdir()
    for output in compile_project(find_project(project), optimize=False).outputs:
        if output.path.startswith("monitoring/polars/"):
            (plain / Path(output.path).name).write_text(output.text, encoding="utf-8")
    given = {name: frame.lazy() for name, frame in data.items()}
    compared = 0
    for model in MODELS:
        good = runpy.run_path(str(project / f"generated/monitoring/polars/{model}.py"))
        twin = runpy.run_path(str(plain / f"{model}.py"))
        for one, other in zip(good["LABELS"], twin["LABELS"], strict=True):
            for kind in ("outcomes", "popularity", "orphans"):
                if getattr(one, kind) is not None:
                    made, wanted = (getattr(x, kind)(given).collect() for x in (one, other))
                    engines.assert_same(wanted, made, f"{model} {one.name} {kind}", ordered=False)
                    compared += 1
    assert compared == 11


def test_a_place_far_behind_is_judged_up_to_the_last_one(tmp_path: Path) -> None:
    """The largest k there may be, in lists that are longer, and the selected item at the k-th place."""
    shown = datetime(2024, 5, 2, 12, tzinfo=UTC)
    things = [f"{n:03}" for n in range(130)]
    rows = [
        {"user": u, "version": "v", "shown_at": shown, "thing": t, "best": -float(n)}
        for u in (1, 2)
        for n, t in enumerate(things)
    ]
    bought = [
        {"user": 1, "thing": "099", "at": shown + timedelta(1), "was_kept": True},
        {"user": 2, "thing": "100", "at": shown + timedelta(1), "was_kept": True},
    ]
    data = {**frames(1), "clean": pl.DataFrame(rows), "bought": pl.DataFrame(bought)}
    definitions = DEFINITIONS.replace("item_id=thing)", "item_id=thing, top_k=100)")
    _, _, report = run(write_project(tmp_path, definitions, data), "polars", "clean")
    (version,) = label_of(report, "best")["versions"]
    assert (version["matched"], version["hits"]) == (2, 1)
    close(version["ndcg_at_k"], 1 / math.log2(101) / 2)
    assert version["mean_reciprocal_rank"] == 1 / 100 / 2
