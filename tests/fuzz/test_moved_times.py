"""What moves with all times, what stays, and what nobody can tell."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from alignc.fuzz.changes import Change, Changes
from alignc.fuzz.moved_times import with_moved_times
from alignc.fuzz.variations import contradictions
from alignc.verify.rows import Habits, make_case
from tests.engines.everywhere import module_of

DEFINITIONS = """
from datetime import datetime

@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    k = Int64().as_entity()
    t = EventTimestamp()
    u = Timestamp(time_zone="Europe/Oslo")
    day = Date()
    x = Float()

    total = x.aggregate().over(days=7).sum()
    last = u.aggregate().last()
    lasts = u.aggregate().last_k(2)
    seen = u.aggregate().count()
    age = t - u
    is_old = u < t
    later = u + timedelta(days=30)
    filled = u.fill_na(t)
    hour_there = u.hour()
    monday = t.truncate("week")
    month = t.truncate("month")
    weekday = t.weekday()
    is_new = t > datetime(2026, 1, 1)
    chosen = when(x > 0).then(t).otherwise(None)
    either = when(t > u).then(x).otherwise(1.0)
    when_new = when(is_new).then(x).otherwise(1.0)
    date_there = u.date()

@feature_view(name="old", source=V.filter("old_ones", lambda v: v.is_old))
class Old:
    k = Int64().as_entity()
    t = EventTimestamp()
    n = t.aggregate().count()

@feature_view(name="new", source=V.filter("new_ones", lambda v: v.is_new))
class New:
    k = Int64().as_entity()
    t = EventTimestamp()
"""
MOVED = {"t", "u", "last", "later", "filled", "monday", "chosen"}
UNKNOWN = {"lasts", "hour_there", "month", "is_new", "when_new", "date_there"}


def test_what_becomes_of_features_if_times_move(tmp_path: Path) -> None:
    changes = Changes(module_of(DEFINITIONS, tmp_path), {"s": frozenset({"t", "u"})})
    found = changes.of_view("v")
    assert found is not None
    assert {name for name, change in found.items() if change is Change.MOVED} == MOVED
    assert {name for name, change in found.items() if change is Change.UNKNOWN} == UNKNOWN
    assert changes.of_view("old") == {"k": Change.NONE, "t": Change.MOVED, "n": Change.NONE}
    # Which rows are new depends on the year that everything is moved to.
    assert changes.of_view("new") is None


def test_an_oracle_that_looks_at_the_calendar_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    case = make_case(module, Random(1), Habits(rows=30, entity_rows=0, never_empty=True))
    varied = with_moved_times(case, Random(1))
    assert not list(contradictions(case, varied))
    in_window = "alignc.interpreter.views.in_window"
    monkeypatch.setattr(in_window, lambda event, q, window: event <= q and event.year == 2026)
    assert any("`total`" in fault for fault in contradictions(case, varied))
