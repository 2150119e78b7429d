"""Each test runs with the programs of both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.splits.project import Project


@pytest.fixture(params=["polars", "pyspark"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    if request.param == "pyspark":
        request.getfixturevalue("spark")
    return Project(tmp_path, request.param)
