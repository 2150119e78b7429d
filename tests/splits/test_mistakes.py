"""What is wrong in the arguments is said before anything is computed or written."""

from __future__ import annotations

import pytest

from tests.splits.project import HOSTILE, Project, asked

SHARES = "--split=train=0.7,test=0.3"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--split=train=0.7,test=0.2"], "the shares add up to 0.9, not to 1"),
        (["--split=train=1.5,test=-0.5"], 'the share of test is "-0.5"'),
        (["--split=train=1,test=0"], "the share of test is 0"),
        (["--split=train=1/0,test=1"], 'the share of train is "1/0"'),
        (["--split=train,test"], 'the share of train is ""'),
        (["--split=a/b=0.5,c=0.5"], '"a/b" cannot be the name of a part'),
        (["--split==1"], '"" cannot be the name of a part'),
        (["--split=integration=1"], '"integration" cannot be the name of a part'),
        (["--split=a=0.5,A=0.5"], "two parts have one name"),
        (["--split-by=n"], "without --split or --cut there are no parts"),
        (["--embargo=1d"], "without --split or --cut there are no parts"),
        (["--cut=2024-05-02", "--split-by=n"], "are about time, --split-by is not"),
        ([SHARES, "--split-by=n", "--embargo=1d"], "are about time, --split-by is not"),
        (["--cut=2024-05-02", "--split=a,b,c"], "1 times cut 2 parts, not 3"),
        (["--cut=2024-05-02,2024-05-02"], "a time of --cut is there twice"),
        (["--cut=2024-05-02,2024-05-03,2024-05-04"], "--split has to name the parts"),
        (
            [SHARES, f"--split-by={HOSTILE}"],
            f'there is no column "{HOSTILE}"; there are: n, customer',
        ),
        ([SHARES, "--split-by=event_timestamp"], "which has no exact text"),
    ],
)
def test_wrong_splits(project: Project, arguments: list[str], message: str) -> None:
    path = project.put("entities.parquet", asked([1.0, 2.0]))
    assert project.call("spending", f"--entities={path}", *arguments) == 2
    assert project.said.startswith("error: ALN510 the dataset cannot be cut: ")
    assert message in project.said
    assert project.said.count("\n") == 1
    assert not list(project.folder.glob("out*"))
    assert not project.has_leftovers()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cut=noon"], "invalid times value"),
        (["--embargo=7"], "invalid duration value"),
        (["--embargo=P"], "invalid duration value"),
        (["--embargo=99999999999d"], "invalid duration value"),
        (["--integration-set=0"], "invalid count value"),
        (["--regression-share=0"], "invalid share value"),
        (["--regression-share=1.1"], "invalid share value"),
        (["--regression-set=p.parquet"], "not allowed with argument --entities"),
        (["--regression-label=other"], "invalid choice"),
    ],
)
def test_values_that_are_none(project: Project, arguments: list[str], message: str) -> None:
    assert project.call("spending", "--entities=e.parquet", *arguments) == 2
    assert message in project.said


def test_a_model_without_a_time_is_cut_by_groups_only(project: Project) -> None:
    path = project.put("entities.parquet", asked([1.0]).drop("event_timestamp"))
    assert project.call("leaving", f"--entities={path}", SHARES) == 2
    assert "ALN510 the dataset cannot be cut: the rows have no time" in project.said
    for missing in ("--cut=2024-05-02", "--embargo=1d", "--integration-set=1"):
        assert project.call("leaving", f"--entities={path}", missing) == 2
        assert "unrecognized arguments" in project.said


def test_predictions_that_are_not_there(project: Project) -> None:
    assert project.call("kinds", f"--regression-set={project.folder}/none.parquet") == 2
    assert "ALN501 the predictions: there is no file" in project.said
    wrong = project.put("p.parquet", asked([1.0]))
    assert project.call("kinds", f"--regression-set={wrong}") == 2
    assert 'ALN504 source `predictions`: there is no column "predicted_at"' in project.said


def test_a_folder_that_is_not_there(project: Project) -> None:
    path = project.put("entities.parquet", asked([1.0]))
    code = project.call("plain", f"--entities={path}", SHARES, output="none/out.parquet")
    assert code == 2
    assert "none/out.parquet cannot be written: there is no such folder" in project.said
