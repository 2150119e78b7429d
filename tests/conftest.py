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


_TESTS = Path(__file__).parent
# Where programs are the same on two engines, but take ten times as long on PySpark.
_TWICE = tuple(_TESTS / name for name in ("monitoring", "splits", "validation"))


def _given(item: pytest.Item) -> dict[str, object]:
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}


def _is_on_pyspark(item: pytest.Item) -> bool:
    return any(isinstance(value, str) and value == "pyspark" for value in _given(item).values())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is slow: tests on PySpark there, but for the first of each file, and programs without passes on engines."""
    seen: set[Path] = set()
    for item in items:
        folder = item.path.parent
        if folder == _TESTS / "engines" and _given(item).get("optimize") is False:
            item.add_marker(pytest.mark.slow)
        if folder in _TWICE and _is_on_pyspark(item):
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
