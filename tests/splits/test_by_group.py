"""Parts by the values of a column: a value is in one part, whatever else there is."""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl
import pytest

from tests.splits.project import HOSTILE, Project, asked

SHARES = "--split=train=0.7,test=0.3"
PARTS = ("train", "test")


def expected_part(text: str | None) -> str:
    """By the first 60 bits of the MD5 of the text with its length."""
    whole = "-" if text is None else f"{len(text)}:{text}"
    number = int(hashlib.md5(whole.encode()).hexdigest()[:15], 16)
    return "train" if number / 2**60 < 0.7 else "test"


def values_of(project: Project, column: str) -> dict[str, set[object]]:
    return {part: set(project.rows(f"out.{part}.parquet")[column]) for part in PARTS}


def test_a_value_is_in_one_part(project: Project) -> None:
    texts = [
        None,
        "",
        "-",
        "0:",
        "a b",
        "it's",
        "\U0001f600e\u0301",
        *(f"g{n % 30}" for n in range(90)),
    ]
    rows = asked([float(n) for n in range(len(texts))], **{HOSTILE: texts})
    project.run("spending", rows, SHARES, f"--split-by={HOSTILE}")
    parts = values_of(project, HOSTILE)
    assert not parts["train"] & parts["test"]
    for part, values in parts.items():
        assert {v for v in texts if expected_part(v) == part} == values
        assert len(values) > 3
    numbers = [n for part in PARTS for n in project.numbers(f"out.{part}.parquet")]
    assert sorted(numbers) == list(range(len(texts)))
    assert "in no part" not in project.said


def test_more_rows_move_no_value(project: Project) -> None:
    project.run("leaving", asked([float(n) for n in range(20)]), SHARES, "--split-by=customer")
    before = values_of(project, "customer")
    more = asked([float(n) for n in range(40)]).reverse()
    project.run("leaving", more, SHARES, "--split-by=customer")
    after = values_of(project, "customer")
    assert before["train"] < after["train"]
    assert before["test"] < after["test"]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pl.Series([0, -5], dtype=pl.Int8), ["0", "-5"]),
        (pl.Series([7, 2**64 - 1], dtype=pl.UInt64), ["7", "18446744073709551615"]),
        (pl.Series([True, False, None]), ["true", "false", None]),
        (pl.Series([date(2024, 5, 1), None]), ["2024-05-01", None]),
        (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
        (pl.Series([None, None]), [None, None]),
    ],
)
def test_values_of_other_types(
    project: Project, values: pl.Series, texts: list[str | None]
) -> None:
    rows = asked([float(n) for n in range(len(values))]).with_columns(values.alias("g"))
    project.run("leaving", rows, SHARES, "--split-by=g")
    for part in PARTS:
        wanted = [n for n, text in enumerate(texts) if expected_part(text) == part]
        assert project.numbers(f"out.{part}.parquet") == wanted


def test_csv_and_parquet_agree(project: Project) -> None:
    rows = asked([float(n) for n in range(30)]).drop("event_timestamp")
    project.run("leaving", rows, SHARES, "--split-by=customer")
    wanted = project.numbers("out.test.parquet")
    path = project.put("entities.csv", rows)
    assert project.call("leaving", f"--entities={path}", SHARES, "--split-by=customer") == 0
    assert project.numbers("out.test.parquet") == wanted != []


def test_thirds(project: Project) -> None:
    rows = asked([float(n) for n in range(40)])
    project.run("leaving", rows, "--split=a=1/3,b=1/3,c=1/3", "--split-by=n")
    parts = [project.numbers(f"out.{part}.parquet") for part in "abc"]
    assert sorted(n for part in parts for n in part) == list(range(40))
    assert min(map(len, parts)) > 5


def test_groups_of_partitions(project: Project) -> None:
    if project.has_no_partitions("spending"):
        return
    rows = asked([float(n) for n in range(60)])
    arguments = (SHARES, "--split-by=customer")
    project.run("spending", rows, *arguments)
    wanted = {part: project.rows(f"out.{part}.parquet") for part in PARTS}
    project.run("spending", rows, *arguments, "--partitions=4")
    for part in PARTS:
        assert project.rows(f"out.{part}.parquet").equals(wanted[part])
    project.run("spending", rows, *arguments, "--partitions=4", output="folder")
    assert len(list((project.folder / "folder").iterdir())) == 4
    assert project.rows("folder").columns == project.rows("out.parquet").columns
    assert set(project.numbers("folder.test")) == set(wanted["test"]["n"])


def test_a_folder_with_a_dot_has_the_columns_of_a_file(project: Project) -> None:
    if project.has_no_partitions("spending"):
        return
    rows = asked([float(n) for n in range(20)])
    project.run("spending", rows)
    project.run("spending", rows, "--partitions=3", output="folder.v2")
    assert project.rows("folder.v2").columns == project.rows("out.parquet").columns
