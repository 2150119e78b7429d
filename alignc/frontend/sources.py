"""Where raw data is. A source is a description; nothing is opened or connected to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from alignc.errors import Span
from alignc.frontend.capture import here


@dataclass(frozen=True)
class CsvConfig:
    """How a csv file is written."""

    separator: str = ","


@dataclass(frozen=True)
class DataSource:
    """What a view can read. `mapping_keys` says which column becomes which feature."""

    name: str
    mapping_keys: Mapping[str, str]
    span: Span

    def with_renames(self, renames: Mapping[str, str]) -> DataSource:
        """The same source with columns (keys) read as features (values)."""
        return replace(self, mapping_keys={**self.mapping_keys, **renames})

    def column_of(self, feature: str) -> str:
        """The column that holds a feature."""
        for column, name in self.mapping_keys.items():
            if name == feature:
                return column
        return feature


@dataclass(frozen=True)
class _File(DataSource):
    path: str
    format: Literal["csv", "parquet"]
    separator: str = ","


class FileSource:
    """Files beside the project; paths are relative to the project's folder."""

    @staticmethod
    def csv_at(
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        csv_config: CsvConfig | None = None,
        *,
        name: str | None = None,
    ) -> DataSource:
        """A csv file with a header; an empty field is null.

        `mapping_keys` maps a column of the file to the feature that it holds. Programs know the
        source as `name`, by default the file's stem.
        """
        config = csv_config or CsvConfig()
        return _File(_stem(path, name), mapping_keys or {}, here(), path, "csv", config.separator)

    @staticmethod
    def parquet_at(
        path: str, mapping_keys: Mapping[str, str] | None = None, *, name: str | None = None
    ) -> DataSource:
        """A parquet file; see `csv_at` for the arguments."""
        return _File(_stem(path, name), mapping_keys or {}, here(), path, "parquet")


def _stem(path: str, name: str | None) -> str:
    # `trips.csv.gz` is `trips`.
    return name or PurePosixPath(path).name.split(".")[0]


@dataclass(frozen=True)
class _Table(DataSource):
    table: str
    schema: str | None
    env_var: str


@dataclass(frozen=True)
class PostgreSQLConfig:
    """A PostgreSQL database; its address is read from the environment variable `env_var`."""

    env_var: str
    schema: str | None = None

    def table(
        self, table: str, mapping_keys: Mapping[str, str] | None = None, *, name: str | None = None
    ) -> DataSource:
        """A table; programs know it as `name`, by default the table's name."""
        return _Table(name or table, mapping_keys or {}, here(), table, self.schema, self.env_var)


@dataclass(frozen=True)
class Stream:
    """A topic that events are sent to."""

    topic: str


@dataclass(frozen=True)
class RedisConfig:
    """A Redis server; its address is read from the environment variable `env_var`."""

    env_var: str = "REDIS_URL"

    @staticmethod
    def localhost() -> RedisConfig:
        return RedisConfig()

    def stream(self, topic: str) -> Stream:
        return Stream(topic)
