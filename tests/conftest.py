"""The engines that tests share: one PostgreSQL server and one Spark session for the whole run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alignc.verify.engines.scripts import SMALL_SESSION
from tests.engines import postgres
from tests.engines.everywhere import Engines

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite expected texts")


# Where programs are the same on two engines, but take ten times as long on PySpark.
_TWICE = tuple(Path(__file__).parent / name for name in ("monitoring", "splits", "validation"))


def _is_on_pyspark(item: pytest.Item) -> bool:
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return any(isinstance(value, str) and value == "pyspark" for value in given)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the tests there that run on PySpark, all but the first of each file are slow."""
    seen: set[Path] = set()
    for item in items:
        if item.path.parent not in _TWICE or not _is_on_pyspark(item):
            continue
        if item.path in seen:
            item.add_marker(pytest.mark.slow)
        seen.add(item.path)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    # PostgreSQL's socket path has to be short.
    with tempfile.TemporaryDirectory(prefix="aln") as folder:
        server = postgres.start(Path(folder))
        try:
            yield server.url
        finally:
            server.stop()


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A small local session; the programs find it as the active one."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory(prefix="aln") as folder:
        builder = SparkSession.builder.master("local[2]").appName("alignc tests")
        settings = {
            **SMALL_SESSION,
            "spark.sql.shuffle.partitions": "2",
            "spark.driver.memory": "3g",
            "spark.sql.warehouse.dir": folder,
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.fixture
def engines(postgres_url: str, spark: SparkSession, tmp_path: Path) -> Engines:
    """All engines at once; Spark is there because its session is."""
    assert spark is not None
    return Engines(postgres_url, tmp_path)
