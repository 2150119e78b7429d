"""Where raw data is. A source is a description; nothing is opened or connected to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal, Self
from urllib.parse import quote

from alignc.errors import Span
from alignc.frontend.capture import here, report
from alignc.ir.module import DbtModel, Reading, Snapshot, TextTime, UnixTime
from alignc.ir.time_text import mistake_in


@dataclass(frozen=True)
class CsvConfig:
    """How a csv file is written. An empty field is always null; `null_values` are null too."""

    separator: str = ","
    null_values: Sequence[str] = ()


@dataclass(frozen=True)
class DateFormatter:
    """How times are written in a source whose column is not a timestamp."""

    times: UnixTime | TextTime | None

    @staticmethod
    def iso_8601() -> DateFormatter:
        """`2026-01-31 10:00:00`, with `T`, a fraction or an offset if need be (the default)."""
        return DateFormatter(None)

    @staticmethod
    def noop() -> DateFormatter:
        """As they come: the same as `iso_8601`."""
        return DateFormatter(None)

    @staticmethod
    def unix_timestamp(time_unit: Literal["s", "ms", "us"] = "us") -> DateFormatter:
        """Whole seconds, milliseconds or microseconds since 1970-01-01 in UTC."""
        if time_unit not in ("s", "ms", "us"):
            report("ALN160", f"`{time_unit}` is not a unit of a unix timestamp: s, ms, us", here())
            return DateFormatter(None)
        return DateFormatter(UnixTime(unit=time_unit))

    @staticmethod
    def string_format(format: str) -> DateFormatter:
        """Text in a strptime format, such as `%d.%m.%Y %H:%M`."""
        if (mistake := mistake_in(format)) is not None:
            report("ALN160", f"the time format {format!r} cannot be used: {mistake}", here())
            return DateFormatter(None)
        return DateFormatter(TextTime(format=format))


@dataclass(frozen=True)
class Renamer:
    """How all columns of a source are spelled, where features are in snake_case."""

    style: Literal["camel", "pascal"]

    @staticmethod
    def camel_to_snake_case() -> Renamer:
        """The column `tripId` is the feature `trip_id`."""
        return Renamer("camel")

    @staticmethod
    def pascal_to_snake_case() -> Renamer:
        """The column `TripId` is the feature `trip_id`."""
        return Renamer("pascal")

    def column_of(self, feature: str) -> str:
        """
        >>> Renamer.camel_to_snake_case().column_of("trip_id_2")
        'tripId2'
        """
        first, *rest = feature.split("_")
        head = first.capitalize() if self.style == "pascal" else first
        return head + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True)
class DataSource:
    """What a view can read. `mapping_keys` says which column becomes which feature."""

    name: str
    mapping_keys: Mapping[str, str]
    span: Span
    renamer: Renamer | None = field(default=None, kw_only=True)

    def with_renames(self, renames: Mapping[str, str] | Renamer) -> Self:
        """The same source with columns (keys) read as features (values), or all by one rule."""
        if isinstance(renames, Renamer):
            return replace(self, renamer=renames)
        return replace(self, mapping_keys={**self.mapping_keys, **renames})

    def column_of(self, feature: str) -> str:
        """The column that holds a feature."""
        for column, name in self.mapping_keys.items():
            if name == feature:
                return column
        return self.renamer.column_of(feature) if self.renamer else feature


@dataclass(frozen=True)
class _File(DataSource):
    path: str
    format: Literal["csv", "parquet", "json_lines", "delta"]
    csv: CsvConfig = CsvConfig()
    reading: Reading = field(default_factory=Reading)
    partition_keys: tuple[str, ...] = ()


def _reading(date_formatter: DateFormatter | None, nan_as_null: bool) -> Reading:
    times = date_formatter.times if date_formatter else None
    return Reading(times=times, nan_as_null=nan_as_null)


class FileSource:
    """Files; paths are relative to the project's folder, or addresses such as `s3://bucket/x.csv`."""

    @staticmethod
    def csv_at(
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        csv_config: CsvConfig | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """A csv file with a header, packed if its name ends in `.gz`; an empty field is null.

        `mapping_keys` maps a column of the file to the feature that it holds. `date_formatter` is
        how its times are written. With `nan_as_null` a NaN is a missing value. Programs know the
        source as `name`, by default the file's stem.
        """
        reading = _reading(date_formatter, nan_as_null)
        csv = csv_config or CsvConfig()
        return _File(_stem(path, name), mapping_keys or {}, here(), path, "csv", csv, reading)

    @staticmethod
    def parquet_at(
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """A parquet file; see `csv_at` for the arguments."""
        reading = _reading(date_formatter, nan_as_null)
        stem = _stem(path, name)
        return _File(stem, mapping_keys or {}, here(), path, "parquet", reading=reading)

    @staticmethod
    def json_lines_at(
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        name: str | None = None,
    ) -> DataSource:
        """A file with a JSON object a line, packed if its name ends in `.gz`.

        The members of an object are columns; one that is missing is null. See `csv_at` for the
        arguments.
        """
        reading = _reading(date_formatter, nan_as_null=False)
        stem = _stem(path, name)
        return _File(stem, mapping_keys or {}, here(), path, "json_lines", reading=reading)

    @staticmethod
    def partitioned_parquet_at(
        directory: str,
        partition_keys: Sequence[str],
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """The parquet files below folders such as `shop=7/day=2026-01-31`.

        The keys are columns, of the types that features give them.
        """
        return _File(
            _stem(directory, name),
            mapping_keys or {},
            here(),
            directory.removesuffix("/"),
            "parquet",
            reading=_reading(date_formatter, nan_as_null),
            partition_keys=tuple(partition_keys),
        )

    @staticmethod
    def delta_at(
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """The latest version of the Delta Lake table in a folder; see `csv_at` for the arguments."""
        stem = _stem(path, name)
        reading = _reading(date_formatter, nan_as_null)
        folder = path.removesuffix("/")
        return _File(stem, mapping_keys or {}, here(), folder, "delta", reading=reading)

    @staticmethod
    def directory(path: str) -> Directory:
        """A folder, with the same ways to name the files in it."""
        return Directory(path.removesuffix("/"))


@dataclass(frozen=True)
class Directory:
    """A folder of files."""

    path: str

    def csv_at(
        self,
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        csv_config: CsvConfig | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """See `FileSource.csv_at`."""
        return FileSource.csv_at(
            f"{self.path}/{path}",
            mapping_keys,
            csv_config,
            date_formatter,
            nan_as_null=nan_as_null,
            name=name,
        )

    def parquet_at(
        self,
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """See `FileSource.parquet_at`."""
        return FileSource.parquet_at(
            f"{self.path}/{path}", mapping_keys, date_formatter, nan_as_null=nan_as_null, name=name
        )

    def json_lines_at(
        self,
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        name: str | None = None,
    ) -> DataSource:
        """See `FileSource.json_lines_at`."""
        return FileSource.json_lines_at(
            f"{self.path}/{path}", mapping_keys, date_formatter, name=name
        )

    def partitioned_parquet_at(
        self,
        directory: str,
        partition_keys: Sequence[str],
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """See `FileSource.partitioned_parquet_at`."""
        return FileSource.partitioned_parquet_at(
            f"{self.path}/{directory}",
            partition_keys,
            mapping_keys,
            date_formatter,
            nan_as_null=nan_as_null,
            name=name,
        )

    def delta_at(
        self,
        path: str,
        mapping_keys: Mapping[str, str] | None = None,
        date_formatter: DateFormatter | None = None,
        *,
        nan_as_null: bool = False,
        name: str | None = None,
    ) -> DataSource:
        """See `FileSource.delta_at`."""
        return FileSource.delta_at(
            f"{self.path}/{path}", mapping_keys, date_formatter, nan_as_null=nan_as_null, name=name
        )

    def directory(self, path: str) -> Directory:
        """A folder in this one."""
        return Directory(f"{self.path}/{path}".removesuffix("/"))


def _stem(path: str, name: str | None) -> str:
    # `trips.csv.gz` is `trips`.
    return name or PurePosixPath(path.removesuffix("/")).name.split(".")[0]


@dataclass(frozen=True)
class _Table(DataSource):
    table: str
    schema: str | None
    env_var: str
    default_url: str | None = None
    dbt_model: DbtModel | None = None
    kept: Snapshot | None = None

    def snapshot(
        self,
        unique_key: str | Sequence[str],
        *,
        updated_at: str | None = None,
        check_columns: str | Sequence[str] | None = None,
        name: str | None = None,
    ) -> DataSource:
        """The history of this table, which is updated in place, as a dbt snapshot keeps it.

        A row is told by the columns of `unique_key`. It is a new state of it when `updated_at` is
        later, or when one of `check_columns` has changed. The history is a table called `name`, by
        default `<table>_snapshot`, of the table's columns, `valid_from` and `valid_to`, which is
        null for the state that holds.
        """
        relation = name or f"{self.table}_snapshot"
        keys, checked = _columns(unique_key), _columns(check_columns or ())
        if (problem := self._why_not_kept(relation, keys, updated_at, checked)) is not None:
            hint = 'such as `.snapshot(unique_key="id", updated_at="updated_at")`'
            report("ALN225", f"a snapshot of `{self.table}`: {problem}", here(), hint)
        kept = Snapshot(
            table=self.table,
            schema_name=self.schema,
            unique_key=keys,
            updated_at=updated_at,
            check_columns=checked,
        )
        return replace(self, name=relation, table=relation, span=here(), kept=kept)

    def _why_not_kept(
        self,
        relation: str,
        keys: tuple[str, ...],
        updated_at: str | None,
        checked: tuple[str, ...],
    ) -> str | None:
        if self.dbt_model is not None or self.kept is not None:
            what = "a model of dbt" if self.dbt_model is not None else "a snapshot itself"
            return f"it is {what}, and what is kept is the history of a table"
        if not keys or not all(keys):
            return "`unique_key` names no column"
        if not all(checked) or updated_at == "":
            return "the name of a column is empty"
        if updated_at is None and not checked:
            return "neither `updated_at` nor `check_columns` says when a row is another one"
        if updated_at is not None and checked:
            return "it goes by `updated_at` or by `check_columns`, not by both"
        if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", relation) is None:
            return f"dbt has no snapshot called {relation!r}, give it a `name` of letters, digits and `_`"
        return None


def _columns(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@dataclass(frozen=True)
class SqlDatabase:
    """A database with tables; its address is read from the environment variable `env_var`.

    Without that variable it is at `default_url`, if there is one.
    """

    env_var: str
    schema: str | None = None
    default_url: str | None = field(default=None, kw_only=True)

    def table(
        self, table: str, mapping_keys: Mapping[str, str] | None = None, *, name: str | None = None
    ) -> _Table:
        """A table; programs know it as `name`, by default the table's name."""
        return _Table(
            name or table,
            mapping_keys or {},
            here(),
            table,
            self.schema,
            self.env_var,
            self.default_url,
        )


@dataclass(frozen=True)
class PostgreSQLConfig(SqlDatabase):
    """A PostgreSQL database; see `SqlDatabase` for the arguments."""

    @staticmethod
    def localhost(db: str) -> PostgreSQLConfig:
        """A database of this machine, unless the environment says otherwise.

        >>> PostgreSQLConfig.localhost("my-shop").env_var
        'MY_SHOP_DATABASE_URL'
        """
        variable = re.sub(r"[^A-Z0-9]", "_", db.upper())
        url = f"postgresql://localhost:5432/{quote(db, safe='')}"
        return PostgreSQLConfig(f"{variable}_DATABASE_URL", default_url=url)


@dataclass(frozen=True)
class RedshiftSQLConfig(PostgreSQLConfig):
    """A Redshift database, which programs speak to as to PostgreSQL."""


@dataclass(frozen=True)
class _Rows(DataSource):
    rows: tuple[Mapping[str, object], ...]


class InMemorySource:
    """Rows that are written down in the definitions, for tests and small tables."""

    @staticmethod
    def from_rows(
        name: str,
        rows: Sequence[Mapping[str, object]],
        mapping_keys: Mapping[str, str] | None = None,
    ) -> DataSource:
        """Rows such as `{"id": 1, "x": 2.5}`; a key that a row does not have is null.

        The values are Python's: numbers, texts, truth values, dates, datetimes, timedeltas
        and decimals, as the features that read them want. Programs know the source as `name`.
        """
        return _Rows(name, mapping_keys or {}, here(), tuple(rows))


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
