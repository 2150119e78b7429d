"""How old the latest row may be, and which column says how old it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError, InternalError
from alignc.ir.module import Module, module_from_json, module_to_json
from alignc.ir.verify import verify_module
from tests.engines.everywhere import module_of

SOURCE = 'FileSource.parquet_at("s.parquet")'
DECORATED = f"""
@feature_view(name="v", source={SOURCE}{{ages}})
class V:
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Float()
    loaded = Timestamp().as_freshness()

@model_contract(name="m", input_features=[V()]{{ages}}, output_source=FileSource.csv_at("m.csv"))
class M:
    t = EventTimestamp()
    y = Float()
"""
THESIS = f"""
class V(FeatureView):
    metadata = FeatureView.metadata_with("v", batch_source={SOURCE}{{ages}})
    k = Int64().as_entity()
    t = EventTimestamp()
    x = Float()
    loaded = Timestamp().as_freshness()

class M(Model):
    metadata = Model.metadata_with(
        "m", features=[V()]{{ages}}, predictions_source=FileSource.csv_at("m.csv"))
    t = EventTimestamp()
    y = Float()
"""
BOTH = ", acceptable_freshness=timedelta(hours=6), unacceptable_freshness=timedelta(days=1)"
SPELLINGS = pytest.mark.parametrize("text", [DECORATED, THESIS], ids=["decorated", "thesis"])
HOUR = 3_600_000_000


def module(ages: str, folder: Path, text: str = DECORATED) -> Module:
    return module_of(text.replace("{ages}", ages), folder)


def ages_of(made: Module, view: str) -> tuple[int | None, int | None]:
    about = made.view_by_name[view]
    return about.acceptable_freshness, about.unacceptable_freshness


def diagnostics(text: str, folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        module_of(text, folder)
    assert all(d.span is not None for d in caught.value.diagnostics)
    return [f"{d.code} {d.message}" for d in caught.value.diagnostics]


@SPELLINGS
@pytest.mark.parametrize(
    ("ages", "acceptable", "unacceptable"),
    [
        ("", None, None),
        (BOTH, 6 * HOUR, 24 * HOUR),
        (", acceptable_freshness=timedelta(microseconds=1)", 1, None),
        (", unacceptable_freshness=timedelta(days=9999)", None, 9999 * 24 * HOUR),
        (BOTH.replace("days=1", "hours=6"), 6 * HOUR, 6 * HOUR),
    ],
)
def test_ages(
    ages: str, acceptable: int | None, unacceptable: int | None, text: str, tmp_path: Path
) -> None:
    made = module(ages, tmp_path, text)
    contract = made.contract_by_name["m"]
    assert ages_of(made, "v") == (acceptable, unacceptable)
    assert contract.acceptable_freshness == acceptable
    assert contract.unacceptable_freshness == unacceptable
    assert made.view_by_name["v"].freshness == "loaded"
    assert module_from_json(module_to_json(made)) == made


@SPELLINGS
@pytest.mark.parametrize(
    ("ages", "message"),
    [
        (
            ", acceptable_freshness=timedelta(0)",
            "`acceptable_freshness=datetime.timedelta(0)` is not an age",
        ),
        (
            ", unacceptable_freshness=-timedelta(days=1)",
            "`unacceptable_freshness=datetime.timedelta(days=-1)` is not an age",
        ),
        (", acceptable_freshness=6", "`acceptable_freshness=6` is not an age"),
        (
            BOTH.replace("hours=6", "days=2"),
            "an age above 1 day, 0:00:00 is unacceptable, one of 2 days, 0:00:00 is not",
        ),
    ],
)
def test_ages_that_cannot_be(ages: str, message: str, text: str, tmp_path: Path) -> None:
    found = diagnostics(text.replace("{ages}", ages), tmp_path)
    assert found == [f"ALN221 {message}"] * 2


def test_a_model_that_takes_the_whole_view_does_not_take_the_time_of_loading(
    tmp_path: Path,
) -> None:
    made = module("", tmp_path)
    assert [one.name for one in made.contract_by_name["m"].inputs] == ["x"]
    assert made.view_by_name["v"].by_name["loaded"].role == "feature"
    asked = module(
        "", tmp_path, DECORATED.replace("features=[V()]", "features=[V().x, V().loaded]")
    )
    assert [one.name for one in asked.contract_by_name["m"].inputs] == ["x", "loaded"]


MADE = """
Some = V.filter("some", lambda v: v.x > 0)
Other = V.with_source("other", FileSource.csv_at("other.csv"))
Renamed = V.with_entity_renaming("renamed", "key")

@feature_view(name="predicted", source=M)
class Predicted:
    k = Int64().as_entity()
    y = Float()

@feature_view(name="over", source=Some)
class Over:
    k = Int64().as_entity()
    at = Some().loaded.as_freshness()
"""


def test_what_is_made_of_a_view(tmp_path: Path) -> None:
    made = module(BOTH, tmp_path, DECORATED + MADE)
    promise = (6 * HOUR, 24 * HOUR)
    assert ages_of(made, "other") == promise
    assert ages_of(made, "renamed") == promise
    assert ages_of(made, "m_predictions") == promise
    assert ages_of(made, "some") == (None, None)
    assert ages_of(made, "over") == (None, None)
    columns = {view.name: view.freshness for view in made.views}
    assert columns == {
        "v": "loaded",
        "some": "loaded",
        "other": "loaded",
        "renamed": "loaded",
        "over": "at",
        "m_predictions": None,
        "predicted": None,
    }


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("t = EventTimestamp().as_freshness()", "t"),
        ("t = EventTimestamp()\n    w = Timestamp().as_created_at().as_freshness()", "w"),
        ("w = Timestamp('Europe/Oslo').as_freshness()\n    same = w", "w"),
        ("w = Timestamp()", None),
    ],
)
def test_the_column(written: str, column: str | None, tmp_path: Path) -> None:
    (view,) = module_of(VIEW + written, tmp_path).views
    assert view.freshness == column


VIEW = f"""
class Inner:
    a = Timestamp()

@feature_view(name="v", source={SOURCE})
class V:
    k = Int64().as_entity()
    """


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "a = Timestamp().as_freshness()\n    b = Timestamp().as_freshness()",
            "ALN126 view `v` has a second freshness: `b`",
        ),
        (
            "a = Timestamp()\n    b = (a + timedelta(days=1)).as_freshness()",
            "ALN221 `b` says when a row was loaded, and is no column of the source",
        ),
        (
            "t = EventTimestamp()\n    a = Timestamp()\n    b = a.aggregate().last().as_freshness()",
            "ALN221 `b` says when a row was loaded, and is no column of the source",
        ),
        (
            "s = Struct(Inner)\n    b = s.fields.a.as_freshness()",
            "ALN221 `b` says when a row was loaded, and is no column of the source",
        ),
    ],
)
def test_columns_that_cannot_be(written: str, message: str, tmp_path: Path) -> None:
    assert diagnostics(VIEW + written, tmp_path) == [message]


def test_another_type_has_no_freshness(tmp_path: Path) -> None:
    (found,) = diagnostics(VIEW + "d = Date().as_freshness()", tmp_path)
    assert "as_freshness" in found


def test_a_module_names_a_time_that_is_there(tmp_path: Path) -> None:
    made = module("", tmp_path)
    for name in ("x", "nowhere"):
        broken = module_from_json(
            module_to_json(made).replace('"freshness": "loaded"', f'"freshness": "{name}"')
        )
        with pytest.raises(InternalError, match=f"no time `{name}` of its freshness"):
            verify_module(broken, "a test")
