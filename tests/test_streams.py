"""A view may say where its new rows are sent, and models that answer at once are told what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from alignc.ir.module import Module
from alignc.lint.facts import Facts
from alignc.lint.rules.input_without_stream import InputWithoutStream
from tests.engines.everywhere import module_of

SHOP = """
visits = FileSource.parquet_at("visits.parquet")
people = {people}

@feature_view(name="visits", source=visits{stream})
class Visits:
    person = Int64().as_entity()
    at = EventTimestamp({at})
    pages = Int64()
    many = pages > 10

class People(FeatureView):
    metadata = FeatureView.metadata_with("people", batch_source=people, tags={tags})
    person = Int64().as_entity()
    at = EventTimestamp()
    city = String()

Long = Visits.filter("long", where=lambda v: v.pages > 3)

@model_contract(name="churn", input_features=[Long().many, Long().pages, People().city]{url})
class Churn:
    pass
"""
STREAM = ', stream_source=RedisConfig().stream("visits")'
URL = ', exposed_at_url="https://churn.example.com"'
FILE = 'FileSource.parquet_at("people.parquet")'


def module(
    folder: Path,
    *,
    stream: str = "",
    url: str = "",
    at: str = "",
    people: str = FILE,
    tags: str = "[]",
) -> Module:
    text = SHOP.format(stream=stream, url=url, at=at, people=people, tags=tags)
    return module_of(text, folder)


def told(module: Module) -> list[str]:
    return [finding.message for finding in InputWithoutStream().check(Facts(module))]


def test_the_module_has_the_topic_of_the_view_alone(tmp_path: Path) -> None:
    views = module(tmp_path, stream=STREAM).view_by_name
    assert (views["visits"].stream, views["long"].stream, views["people"].stream) == (
        "visits",
        None,
        None,
    )


def test_a_model_of_batches_may_read_files(tmp_path: Path) -> None:
    assert told(module(tmp_path)) == []


def test_a_model_that_answers_at_once_is_told_of_files(tmp_path: Path) -> None:
    visits, people = told(module(tmp_path, url=URL))
    assert visits == (
        "`churn` answers at once, and `visits` has new rows only when its files are loaded: "
        "`many` and `pages`"
    )
    assert people.endswith("`people` has new rows only when its files are loaded: `city`")


def test_who_reads_a_stream_answers_at_once(tmp_path: Path) -> None:
    (people,) = told(module(tmp_path, stream=STREAM))
    assert "`people`" in people


@pytest.mark.parametrize(
    "change",
    [{"people": 'PostgreSQLConfig("SHOP_URL").table("people")'}, {"tags": '["static"]'}],
    ids=str,
)
def test_what_can_be_asked_or_never_changes_is_no_risk(
    change: dict[str, str], tmp_path: Path
) -> None:
    assert told(module(tmp_path, stream=STREAM, **change)) == []


def test_training_that_waits_as_well_sees_the_same(tmp_path: Path) -> None:
    delay = "availability_delay=timedelta(days=1)"
    messages = told(module(tmp_path, url=URL, at=delay))
    assert [m for m in messages if "`visits`" in m] == []


def test_a_stream_is_a_stream(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        module(tmp_path, stream=', stream_source="visits"')
    (mistake,) = caught.value.diagnostics
    assert mistake.code == "ALN226"
    assert mistake.message == "a str is not a stream"
