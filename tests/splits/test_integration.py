"""The freshest rows of which all labels are known."""

from __future__ import annotations

import pytest

from tests.splits.project import Project, asked


def test_windows_that_have_not_ended_are_no_truth(project: Project) -> None:
    # The last order is at hour 238.5, and the longest label is about 72 hours.
    rows = asked([166.5, 167, 100, 50, 166, 200, None])
    project.run("spending", rows, "--integration-set=3")
    # In the order of the entity rows. All customers from 0 to 36 have orders; a sum of none is null.
    whole = project.rows("out.parquet")
    known = [n for n in range(7) if whole["next_3d"][n] is not None]
    wanted = sorted([n for n in (0, 4, 2, 3) if n in known][:3])
    assert len(wanted) > 0
    assert project.numbers("out.integration.parquet") == wanted
    assert f"{len(wanted)} rows: " in project.said
    assert project.numbers("out.parquet") == list(range(7))
    assert not project.has_leftovers()


def test_ties_are_decided_by_the_order_of_the_rows(project: Project) -> None:
    rows = asked([100.0, 200, 200, 200, 200, 50])
    project.run("kinds", rows, "--integration-set=3")
    # The kind of the latest order of customers 0 to 5: web, shop or null.
    whole = project.rows("out.parquet")
    known = [n for n in (1, 2, 3, 4, 0, 5) if whole["kind"][n] is not None]
    assert len(known) < 6
    assert project.numbers("out.integration.parquet") == sorted(known[:3])


def test_more_than_there_are(project: Project) -> None:
    project.run("kinds", asked([None, 1.0]), "--integration-set=10", output="out.csv")
    there = [1] if project.rows("out.csv")["kind"][1] is not None else []
    assert project.numbers("out.integration.csv") == there


@pytest.mark.parametrize("more", [(), ("--partitions=3",)])
def test_beside_parts(project: Project, more: tuple[str, ...]) -> None:
    if more and project.has_no_partitions("kinds"):
        return
    rows = asked([float(n) for n in range(30)])
    project.run("kinds", rows, "--split=train=0.5,test=0.5", "--integration-set=5", *more)
    whole = project.rows("out.parquet")
    known = [n for n in range(29, -1, -1) if whole["kind"][n] is not None][:5]
    assert project.numbers("out.integration.parquet") == sorted(known)
    assert project.numbers("out.train.parquet") == list(range(15))
    assert project.numbers("out.test.parquet") == list(range(15, 30))
