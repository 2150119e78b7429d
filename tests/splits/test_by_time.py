"""Parts that follow each other in time: nothing that a label of one sees is in the next."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest

from tests.splits.project import Project, asked, at

SHARES = "--split=train=0.7,validation=0.15,test=0.15"
PARTS = ("train", "validation", "test")
# Three days of the longest label, and two hours until what happens is known.
EMBARGO = timedelta(days=3, hours=2)


def random_hours(seed: int, count: int = 150) -> list[float | None]:
    draw = random.Random(seed)
    hours: list[float | None] = [draw.randrange(0, 1200, 3) / 2 for _ in range(count)]
    return [*hours, None, None]


@pytest.mark.parametrize("more", [(), ("--partitions=3",)])
def test_no_label_of_a_part_sees_the_next(project: Project, more: tuple[str, ...]) -> None:
    if more and project.has_no_partitions("spending"):
        return
    hours = random_hours(1)
    project.run("spending", asked(hours), SHARES, *more)
    parts = [project.rows(f"out.{part}.parquet") for part in PARTS]
    assert min(part.height for part in parts) > 5
    for before, after in pairwise(parts):
        last = before["event_timestamp"].max()
        first = after["event_timestamp"].min()
        assert last + EMBARGO < first  # type: ignore[operator]
    # Each row once, in a part or not: what is not there is near a cut or has no time.
    numbers = [n for part in parts for n in part["n"]]
    assert len(set(numbers)) == len(numbers)
    begins = [part["event_timestamp"].min() for part in parts[1:]]
    dropped = set(range(len(hours))) - set(numbers)
    near = {
        n
        for n, hour in enumerate(hours)
        if hour is not None and any(b - EMBARGO <= at(hour) < b for b in begins)  # type: ignore[operator]
    }
    assert dropped == near | {150, 151}
    assert f"{len(near)} rows are in no part: in the 3 days, 2:00:00 before one" in project.said
    assert "2 rows are in no part: they have no time" in project.said
    # All are in the dataset, in their order, and so they are in parts.
    assert project.numbers("out.parquet") == list(range(len(hours)))
    for part in parts:
        assert part["n"].to_list() == sorted(part["n"])
    assert not project.has_leftovers()


def test_the_shares_are_those_of_the_rows(project: Project) -> None:
    """A cut is at the time of the row that ends a share; those at its time are in the next part."""
    hours: list[float | None] = [5, 0, 1, 2, 3, 4, 6, 6, 6, 9]
    project.run("plain", asked(hours), "--split=a=0.5,b=0.2,c=0.3")
    parts = {part: project.numbers(f"out.{part}.parquet") for part in "abc"}
    # Sorted: 0 1 2 3 4 | 5 6 | 6 6 9, and the second cut is at 6.
    assert parts == {"a": [1, 2, 3, 4, 5], "b": [0], "c": [6, 7, 8, 9]}


def test_a_part_is_a_part_of_the_dataset(project: Project) -> None:
    project.run("spending", asked(random_hours(2, 60)), SHARES)
    whole = project.rows("out.parquet")
    for part in PARTS:
        rows = project.rows(f"out.{part}.parquet")
        assert rows.equals(whole.filter(pl.col("n").is_in(rows["n"].implode())))


def test_times_in_place_of_shares(project: Project) -> None:
    rows = asked([0, 23, 24, 47, 48, 49])
    project.run("spending", rows, "--cut=2024-05-02,2024-05-03", "--embargo=1h")
    parts = [project.numbers(f"out.{part}.parquet") for part in PARTS]
    # An hour before a cut is within the embargo; the time of the cut is in the part that it begins.
    assert parts == [[0], [2], [4, 5]]
    assert "2 rows are in no part: in the 1:00:00 before one" in project.said
    assert "warning: labels look 3 days, 2:00:00 ahead, --embargo is less" in project.said


def test_one_cut_and_names(project: Project) -> None:
    rows = asked([0, 24])
    project.run("plain", rows, "--cut=2024-05-02T02:00:00+02:00")
    assert [project.numbers(f"out.{p}.parquet") for p in ("train", "test")] == [[0], [1]]
    project.run("plain", rows, "--cut=2024-05-02", "--split=old,new-1")
    assert [project.numbers(f"out.{p}.parquet") for p in ("old", "new-1")] == [[0], [1]]


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("2d", 48),
        ("36 hours", 36),
        ("P1DT12H", 36),
        ("90 min", 1.5),
        ("PT90M", 1.5),
        ("1 week", 168),
    ],
)
def test_ways_to_say_an_embargo(project: Project, said: str, hours: float) -> None:
    rows = asked([500 - hours - 0.25, 500 - hours, 500])
    project.run("plain", rows, "--cut=2024-05-21T20:00", f"--embargo={said}")
    assert [project.numbers(f"out.{p}.parquet") for p in ("train", "test")] == [[0], [2]]


def test_an_embargo_before_the_first_year(project: Project) -> None:
    project.run("plain", asked([0, 24]), "--cut=2024-05-02", "--embargo=3000000d")
    assert [project.numbers(f"out.{p}.parquet") for p in ("train", "test")] == [[], [1]]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [([], [[], [], []]), ([7], [[], [], [0]]), ([7, 7, 7], [[], [], [0, 1, 2]])],
)
def test_few_rows(project: Project, hours: list[float | None], expected: list[list[int]]) -> None:
    project.run("plain", asked(hours), SHARES)
    assert [project.numbers(f"out.{part}.parquet") for part in PARTS] == expected
    # Also of no rows there are the columns.
    assert project.rows("out.train.parquet").columns == project.rows("out.parquet").columns


def test_a_period_is_cut(project: Project) -> None:
    rows = asked([0, 10, 20, 30, 40, 50])
    project.run(
        "plain", rows, "--split=a=0.5,b=0.5", "--since=2024-05-01T10:00", "--until=2024-05-03"
    )
    assert project.numbers("out.a.parquet") == [1, 2]
    assert project.numbers("out.b.parquet") == [3, 4]


def test_csv_and_folders(project: Project) -> None:
    rows = asked([0, 10, 20, 30])
    project.run("plain", rows, "--split=a=0.5,b=0.5", output="out.csv")
    assert project.numbers("out.a.csv") == [0, 1]
    project.run("plain", rows, "--split=a=0.5,b=0.5", output="folder.v1")
    assert project.numbers("folder.v1.b") == [2, 3]
    assert project.numbers("folder.v1") == [0, 1, 2, 3]
    # A second time, over what is there.
    project.run("plain", rows, "--split=a=0.25,b=0.75", output="folder.v1")
    assert project.numbers("folder.v1.b") == [1, 2, 3]


def test_times_in_text(project: Project) -> None:
    rows = asked([0, 10, 20, 30]).with_columns(
        pl.col("event_timestamp").dt.convert_time_zone("Asia/Tokyo").dt.to_string("iso:strict")
    )
    project.run("plain", rows, "--cut=2024-05-01T20:00")
    assert project.numbers("out.test.parquet") == [2, 3]
