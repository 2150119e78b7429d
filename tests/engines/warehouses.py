"""Those who run the text for a warehouse: DuckDB, as sqlglot reads it; and Spark that of Spark SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl
import pytest

from alignc.verify.programs import Program
from alignc.verify.rows import Frames
from tests.engines.bigquery_text import TranslatedBigQuery
from tests.engines.redshift_text import opened as opened_for_redshift
from tests.engines.snowflake_text import opened as opened_for_snowflake
from tests.engines.spark_sql import opened as opened_for_spark


class Warehouse(Protocol):
    """What runs the text for a warehouse."""

    name: str

    def load(self, sources: Frames) -> None: ...
    def run(self, program: Program, text: str, entities: pl.DataFrame | None) -> pl.DataFrame: ...


@contextmanager
def _opened_for_bigquery(folder: Path) -> Iterator[TranslatedBigQuery]:
    connection = duckdb.connect()
    try:
        yield TranslatedBigQuery(connection, folder)
    finally:
        connection.close()


def opened(request: pytest.FixtureRequest, folder: Path) -> AbstractContextManager[Warehouse]:
    """The engine that a fixture's parameter names; for `spark` Spark itself runs the text."""
    if request.param in WAREHOUSES:
        return WAREHOUSES[request.param](folder)
    return opened_for_spark(request.getfixturevalue("spark"), folder)


WAREHOUSES: Mapping[str, Callable[[Path], AbstractContextManager[Warehouse]]] = {
    "snowflake": opened_for_snowflake,
    "bigquery": _opened_for_bigquery,
    "redshift": opened_for_redshift,
}
