"""Sources that are files are read as they are declared, by every engine that reads files.

A program in Python reads the file; DuckDB reads it through `sources.sql`; PostgreSQL reads a table
that somebody filled with what the file says. The interpreter gets the file's rows as they are.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from alignc.artifacts.view import view_plan
from alignc.backends.job import Job
from alignc.backends.polars.files import emit as emit_polars
from alignc.backends.pyspark.files import emit as emit_pyspark
from alignc.backends.sql.dialect import DUCKDB
from alignc.backends.sql.files import emit as emit_sql
from alignc.backends.sql.sources import emit_sources
from alignc.driver import job_of, optimized
from alignc.interpreter import Row, interpret_view
from alignc.ir.module import Module
from alignc.verify.engines.scripts import run_script
from tests.engines import run
from tests.engines.everywhere import Engines, module_of


@dataclass(frozen=True)
class Project:
    """A folder with definitions and data, whose programs are run where they belong."""

    module: Module
    folder: Path
    engines: Engines

    def check_view(self, view: str, rows: dict[str, list[Row]]) -> list[dict[str, object]]:
        """DuckDB, Polars and PySpark read the project's files as the interpreter reads `rows`."""
        expected = interpret_view(self.module, view, rows)
        for engine, found in self.results(view).items():
            run.assert_same(expected, found, f"{view} on {engine}", ordered=False)
        return [dict(row) for row in expected]

    def results(self, view: str) -> dict[str, pl.DataFrame]:
        found = {"duckdb": self._on_duckdb(emit_sql(self._job(view), "duckdb"))}
        for engine, program in self.programs(view).items():
            on = run.on_polars if engine == "polars" else run.on_pyspark
            found[engine] = on(program, {}, None, self.engines.folder)
        return found

    def programs(self, view: str) -> dict[str, Path]:
        """The programs in Python, in their place."""
        job = self._job(view)
        found: dict[str, Path] = {}
        for engine, text in (("polars", emit_polars(job)), ("pyspark", emit_pyspark(job))):
            found[engine] = self.folder / "generated" / engine / "views" / f"{view}.py"
            found[engine].parent.mkdir(parents=True, exist_ok=True)
            found[engine].write_text(text, encoding="utf-8")
        return found

    def _job(self, view: str) -> Job:
        definition = self.module.view_by_name[view]
        return job_of(self.module, optimized(view_plan(self.module, definition)), definition, 1)

    def _on_duckdb(self, sql: str) -> pl.DataFrame:
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            connection.execute(emit_sources(self.module, DUCKDB) or "SELECT 1")
            out = self.engines.folder / "files_duckdb.parquet"
            connection.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet)")
        finally:
            os.chdir(before)
        return pl.read_parquet(out)


def project_of(text: str, folder: Path, engines: Engines) -> Project:
    return Project(module_of(text, folder), folder, engines)


def csv_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, list[Row]]:
    """The text of a csv file with every field in quotes, and what it says."""
    lines = [",".join('"' + f.replace('"', '""') + '"' for f in r) for r in (columns, *rows)]
    return "\n".join(lines) + "\n", [
        {c: f or None for c, f in zip(columns, r, strict=True)} for r in rows
    ]


NULLS = """
@feature_view(
    name="people",
    source=FileSource.csv_at(
        "people.csv.gz",
        csv_config=CsvConfig(separator=";", null_values=["NA", "-", "it's null"]),
        nan_as_null=True,
    ),
)
class People:
    id = Int64().as_entity()
    name = String()
    height = Float()
    is_old = Bool()
    half = height / 2
"""


def test_fields_that_stand_for_nothing(engines: Engines, tmp_path: Path) -> None:
    project = project_of(NULLS, tmp_path, engines)
    lines = [
        "id;name;height;is_old",
        "1;NA;1.5;true",
        '2;"NA";NaN;-',
        "3;na;-;NA",
        '4;"it\'s null";"";0',
        "5;-1;inf;1",
        '6;"";2;x',
    ]
    with gzip.open(tmp_path / "people.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    given: list[Row] = [
        {name: field or None for name, field in row.items()}
        for row in csv.DictReader(lines, delimiter=";")
    ]
    found = project.check_view("people", {"people": given})
    assert [row["name"] for row in found] == [None, None, "na", None, "-1", None]
    assert [row["height"] for row in found] == [1.5, None, None, None, float("inf"), 2]
    assert [row["half"] for row in found][:2] == [0.75, None]
    assert [row["is_old"] for row in found] == [True, None, None, False, True, None]


def test_another_file_is_read_as_the_declared_one(engines: Engines, tmp_path: Path) -> None:
    project = project_of(NULLS + JSON, tmp_path, engines)
    # In place of a csv file: one of the same kind, and one that has no separators.
    (tmp_path / "x.csv").write_text("id;name;height;is_old\n1;NA;1.5;true\n", encoding="utf-8")
    pl.DataFrame({"id": [1], "name": ["NA"], "height": [1.5], "is_old": [True]}).write_parquet(
        tmp_path / "x.parquet"
    )
    (tmp_path / "y.ndjson").write_text('{"the id": 1.0, "text": "a"}\n', encoding="utf-8")
    pl.DataFrame(
        {"the id": [1], "text": ["a"]}
        | {name: [None] for name in ("whole", "large", "real", "flag", "length", "day", "t")}
    ).write_csv(tmp_path / "y.csv")
    people: dict[str, object] = {"id": 1, "name": None, "height": 1.5, "is_old": True, "half": 0.75}
    event: dict[str, object] = {"id": 1, "text": "a", "double": None}
    cases: list[tuple[str, str, dict[str, dict[str, object]]]] = [
        ("people", "people", {"x.csv": people, "x.parquet": people | {"name": "NA"}}),
        ("events", "events", {"y.ndjson": event, "y.csv": event}),
    ]
    for view, name, files in cases:
        for engine, program in project.programs(view).items():
            for file, wanted in files.items():
                out = tmp_path / f"{engine}_{file}.out"
                run_script(program, ["--output", str(out), "--source", f"{name}={tmp_path / file}"])
                found = pl.read_parquet(out / "part-*" if out.is_dir() else out).to_dicts()
                assert [{n: row[n] for n in wanted} for row in found] == [wanted], (engine, file)


ENDING = """
@feature_view(
    name="towns",
    source=FileSource.csv_at("towns.tsv", csv_config=CsvConfig(separator="\\t")),
)
class Towns:
    id = Int64().as_entity()
    name = String()
"""


def test_a_csv_file_may_be_called_anything(engines: Engines, tmp_path: Path) -> None:
    project = project_of(ENDING, tmp_path, engines)
    (tmp_path / "towns.tsv").write_text("id\tname\n1\tOslo, Norway\n", encoding="utf-8")
    found = project.check_view("towns", {"towns": [{"id": "1", "name": "Oslo, Norway"}]})
    assert found == [{"id": 1, "name": "Oslo, Norway"}]
    # Another file is what its ending says.
    pl.DataFrame({"id": [2], "name": ["Bergen"]}).write_parquet(tmp_path / "x.parquet")
    (tmp_path / "x.csv").write_text("id\tname\n2\tBergen\n", encoding="utf-8")
    for engine, program in project.programs("towns").items():
        for file in ("x.parquet", "x.csv"):
            out = tmp_path / f"{engine}_{file}.out"
            run_script(program, ["--output", str(out), "--source", f"towns={tmp_path / file}"])
            rows = pl.read_parquet(out / "part-*" if out.is_dir() else out).to_dicts()
            assert rows == [{"id": 2, "name": "Bergen"}], (engine, file)


FORMATS = """
@feature_view(
    name="local",
    source=FileSource.csv_at(
        "local.csv", date_formatter=DateFormatter.string_format("%d.%m.%Y (%H:%M)")
    ),
)
class Local:
    id = Int64().as_entity()
    t = Timestamp(time_zone="Europe/Oslo")

@feature_view(
    name="exact",
    source=FileSource.csv_at(
        "exact.csv", date_formatter=DateFormatter.string_format("%Y%m%dT%H%M%S.%f%z")
    ),
)
class Exact:
    id = Int64().as_entity()
    t = Timestamp()

@feature_view(
    name="day",
    source=FileSource.csv_at("day.csv", date_formatter=DateFormatter.string_format("%m/%d/%Y")),
)
class Day:
    id = Int64().as_entity()
    t = EventTimestamp()
    month = t.month()
"""


def test_times_in_a_format_of_their_own(engines: Engines, tmp_path: Path) -> None:
    project = project_of(FORMATS, tmp_path, engines)
    texts = {
        "local": [
            "31.01.2026 (09:05)",
            "1.2.2026 (09:05)",
            "31.02.2026 (09:05)",
            "01.02.26 (09:05)",
            " 01.02.2026 (09:05)",
            "01.02.2026 (09:05)\n",
            "01-02-2026 (09:05)",
            "01.02.2026 (24:00)",
            "01.07.2026 (12:00)",
            "25.10.2026 (03:30)",
            "2026-07-01 12:00",
            "",
        ],
        "exact": [
            "20260131T090507.5Z",
            "20260131T090507.000001+0230",
            "20260131T090507.123456-01:00",
            "20260131T090507.1234567Z",
            "20260131T090507Z",
            "20260131T090507.Z",
            "20260131T090507.5",
        ],
        "day": ["12/31/2025", "2/28/2026", "02/29/2026", "02/28/2026x", "٠2/28/2026"],
    }
    given: dict[str, list[Row]] = {}
    for name, values in texts.items():
        text, given[name] = csv_rows(["id", "t"], [[str(i), t] for i, t in enumerate(values)])
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = {name: project.check_view(name, given) for name in texts}
    there = {name: [row["t"] is not None for row in rows] for name, rows in found.items()}
    assert there["local"] == [i in (0, 8, 9) for i in range(12)]
    assert str(found["local"][0]["t"]) == "2026-01-31 08:05:00+00:00"
    assert str(found["local"][9]["t"]) == "2026-10-25 02:30:00+00:00"
    assert there["exact"] == [i in (0, 1, 2) for i in range(7)]
    assert str(found["exact"][1]["t"]) == "2026-01-31 06:35:07.000001+00:00"
    assert there["day"] == [i == 0 for i in range(5)]
    frames = {
        n: pl.DataFrame(r).with_columns(pl.col("id").cast(pl.Int64)) for n, r in given.items()
    }
    # In PostgreSQL a day that does not exist ends the query.
    exists = ~pl.col("t").str.contains(r"31\.02|02/29|24:00")
    for name, frame in frames.items():
        engines.check_view(project.module, name, {name: frame.filter(exists)})


VALUES = """
@feature_view(name="values", source=FileSource.csv_at("values.csv"))
class Values:
    id = Int64().as_entity()
    b = Bool()
    i = Int32()
    u = UInt64()
    v = UInt8()
    f = Float()
    t = Timestamp(time_zone="Europe/Oslo")
    s = String()
"""


def test_text_that_is_not_a_value_is_null(engines: Engines, tmp_path: Path) -> None:
    project = project_of(VALUES, tmp_path, engines)
    texts = [
        *("true", "TRUE", "t", "yes", "1", "1.0", "0", "false", "-", ""),
        *(
            "2147483647",
            "2147483648",
            "255",
            "256",
            "-1",
            "-0",
            "18446744073709551615",
            "18446744073709551616",
            "+7",
            " 7",
            "1_000",
            "0x10",
            "1e3",
            ".5",
            "5.",
            "-inf",
            "NaN",
        ),
        *("2026-01-31", "2026-1-31", "2026-02-30", "2026-01-31 24:00", "2026-01-31 23:59:60"),
        *("2026-01-31T10:00", "2026-01-31 10:00:00.1234567", "2026-01-31 10:00Z", "2026-01-31 10"),
        *("2026-01-31 10:00:00+02", "2026-01-31 10:00:00 +02:00", "epoch", "infinity", "today"),
        *("a\nb", 'a "b"; c', "İß👍", "20260131"),
    ]
    lines = [["id", *"biuvfts"], *([str(i), *[t] * 7] for i, t in enumerate(texts))]
    text, rows = csv_rows(lines[0], lines[1:])
    (tmp_path / "values.csv").write_text(text, encoding="utf-8")
    found = project.check_view("values", {"values": rows})
    assert [row["b"] for row in found[:9]] == [
        True,
        True,
        None,
        None,
        True,
        None,
        False,
        False,
        None,
    ]
    assert [row["v"] for row in found[12:16]] == [255, None, None, 0]
    assert [row["u"] for row in found[16:18]] == [2**64 - 1, None]
    assert found[41]["s"] == "a\nb"


UNIX = """
@feature_view(
    name="events",
    source=FileSource.csv_at(
        "events.csv", {"at": "t"}, date_formatter=DateFormatter.unix_timestamp("UNIT")
    ),
)
class Events:
    id = Int64().as_entity()
    t = EventTimestamp()
    hour = t.hour()
"""


@pytest.mark.parametrize(("unit", "size"), [("s", 1), ("ms", 1_000), ("us", 1_000_000)])
def test_times_since_1970(engines: Engines, tmp_path: Path, unit: str, size: int) -> None:
    project = project_of(UNIX.replace("UNIT", unit), tmp_path, engines)
    seconds = [0, -1, 1_767_225_600, -8_000_000_000, 9_000_000_000, 253_402_300_800]
    counts = [*(s * size for s in seconds), 1_767_225_600 * size + 1, 2**62, -(2**63)]
    texts = [*map(str, counts), "1.5", "x", "1e3", ""]
    text, rows = csv_rows(["id", "at"], [[str(i), t] for i, t in enumerate(texts)])
    (tmp_path / "events.csv").write_text(text, encoding="utf-8")
    found = project.check_view("events", {"events": rows})
    years = [row["t"].year if row["t"] else None for row in found]  # type: ignore[attr-defined]
    assert years == [1970, 1969, 2026, 1716, 2255, None, 2026, *[None] * 6]
    table = pl.DataFrame(
        {"id": range(len(counts)), "at": counts}, schema={"id": pl.Int64, "at": pl.Int64}
    )
    engines.check_view(project.module, "events", {"events": table})
    small = table.filter(pl.col("at").is_between(-1, 2**31)).with_columns(
        pl.col("at").cast(pl.Int32)
    )
    engines.check_view(project.module, "events", {"events": small})


JSON = """
logs = FileSource.directory("logs")

@feature_view(name="events", source=logs.json_lines_at("events.jsonl", {"the id": "id"}))
class Events:
    id = Int64().as_entity()
    whole = Int32()
    large = UInt64()
    real = Float()
    text = String()
    flag = Bool()
    length = Duration()
    day = Date()
    t = Timestamp(time_zone="Europe/Oslo")
    double = whole * 2
"""

JSON_TIMES = """
logs = FileSource.directory("logs")

@feature_view(
    name="clicks",
    source=logs.json_lines_at(
        "clicks.ndjson.gz", date_formatter=DateFormatter.unix_timestamp("s")
    ),
)
class Clicks:
    id = Int64().as_entity()
    at = EventTimestamp()
    clicks = id.aggregate().over(days=1).count()

@feature_view(
    name="days",
    source=logs.json_lines_at("days.json", None, DateFormatter.string_format("%d.%m.%Y")),
)
class Days:
    id = String().as_entity()
    at = EventTimestamp()
"""

# What a number, a boolean, a day and a time may be in JSON, in all columns of those kinds.
JSON_VALUES = [
    *("1", "0", "-7", "-0", "1.0", "-0.0", "1e2", "1.5", "5e-1", "1E0", "0.1", "1e-7", "5e-324"),
    *("2147483647", "2147483648", "4294967295.0", "9223372036854775807", "9223372036854775808"),
    *(
        "18446744073709551615",
        "18446744073709551616",
        "1e18",
        "1e19",
        "9007199254740993",
    ),
    *("12345678901234567.5", "1.7976931348623157e308", "true", "false", "null", '""', '" 1"'),
    *('"1"', '"+7"', '"1.0"', '"1e2"', '"1.5"', '"5."', '".5"', '"."', '"1e"', '"0x10"', '"1_000"'),
    *('"inf"', '"-Infinity"', '"NaN"', '"TRUE"', '"yes"', '"null"', '"2026-01-31"', '"2026-02-30"'),
    *('"2026-07-01T12:00"', '"2026-07-01 12:00:00.25+02:00"', '"2026-07-01\\n"', '"\\u0031"'),
    *('{"a": 1}', "[1]", "[]", "{}"),
]
JSON_TEXTS = [
    *('"a"', '""', '" "', "null", "17", "-3", "9223372036854775808", "true", '"1.50"', '"null"'),
    *('"\\u00e9\\ud83d\\ude00 \\n\\t\\"\\\\\\/"', '"İß👍"', '"{\\"a\\": 1}"', '"\\u2028"'),
]


def test_json_lines(engines: Engines, tmp_path: Path) -> None:
    project = project_of(JSON, tmp_path, engines)
    columns = ("whole", "large", "real", "flag", "length", "day", "t")
    lines = [
        f'{{"the id": {i}, ' + ", ".join(f'"{c}": {value}' for c in columns) + "}"
        for i, value in enumerate(JSON_VALUES)
    ]
    lines += [f'{{"text": {v}, "the id": {i}}}' for i, v in enumerate(JSON_TEXTS, len(lines))]
    lines += ["", "  ", '  { "the id" : 1000 , "other" : {"the id": [1]} }  ', "{}"]
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
    rows: list[Row] = [json.loads(line) for line in lines if line.strip()]
    rows = [{c: row.get(c) for c in ("the id", "text", *columns)} for row in rows]
    found = project.check_view("events", {"events": rows})
    values = dict(zip(JSON_VALUES, found, strict=False))
    assert [values[v]["whole"] for v in ("1.0", "1e2", '"1.0"', "1.5", "true")] == [
        *(1, 100, 1, None, None),
    ]
    assert [values[v]["flag"] for v in ("1.0", "-0.0", "1.5", '"TRUE"', "true")] == [
        *(True, False, None, True, True),
    ]
    assert values["9223372036854775808"]["large"] == 2**63
    assert values["12345678901234567.5"]["large"] == 12345678901234568
    assert [row["text"] for row in found[len(JSON_VALUES) :][:9]] == [
        *("a", "", " ", None, "17", "-3", "9223372036854775808", "true", "1.50"),
    ]


def test_times_in_json_lines(engines: Engines, tmp_path: Path) -> None:
    project = project_of(JSON_TIMES, tmp_path, engines)
    folder = tmp_path / "logs"
    folder.mkdir()
    clicks = ["1767225600", "1767225600.0", "1.7672256e9", '"1767225601"', "0.5", "1e300", "null"]
    days = ['"31.01.2026"', '"2026-01-31"', "31.01", '"31.02.2026"', '""']
    for name, values in (("clicks.ndjson.gz", clicks), ("days.json", days)):
        text = "".join(f'{{"id": 1, "at": {v}}}\n' for v in values)
        data = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
        (folder / name).write_bytes(data)
    given: dict[str, list[Row]] = {
        name: [{"id": 1, "at": json.loads(v)} for v in values]
        for name, values in (("clicks", clicks), ("days", days))
    }
    found = project.check_view("clicks", given)
    assert sorted(str(row["clicks"]) for row in found) == ["3", "4"]
    found = project.check_view("days", given)
    assert [row["at"] is not None for row in found] == [True, False, False, False, False]


PARTITIONS = """
folder = FileSource.directory("data")

@feature_view(
    name="sales",
    source=folder.partitioned_parquet_at(
        "sales/",
        ["shop", "day", "floor"],
        {"day": "t"},
        DateFormatter.string_format("%Y%m%d"),
    ),
)
class Sales:
    shop = String().as_entity()
    t = EventTimestamp()
    floor = Int32()
    amount = Float()
    sold = amount.aggregate().over(days=2).sum()

@feature_view(name="no_keys", source=folder.directory("sales").partitioned_parquet_at(
    "shop=007/day=20260102", ["floor"], name="one_day"
))
class NoKeys:
    amount = Float().as_entity()
"""


def test_the_keys_of_partitions_are_columns(engines: Engines, tmp_path: Path) -> None:
    project = project_of(PARTITIONS, tmp_path, engines)
    rows: list[Row] = []
    for shop, day, floor, amount in (
        ("007", "20260102", "1", 1.5),
        ("007", "20260102", "x", 0.5),
        ("007", "20260103", "-2", 2.5),
        ("a b%2Fc", "20260132", "03", 4.0),
        ("__HIVE_DEFAULT_PARTITION__", "20260103", "1", 8.0),
    ):
        file = tmp_path / f"data/sales/shop={shop}/day={day}/floor={floor}/part-0.parquet"
        file.parent.mkdir(parents=True)
        pl.DataFrame({"amount": [amount]}).write_parquet(file)
        known = None if shop.startswith("__") else shop.replace("%2F", "/")
        rows.append({"shop": known, "day": day, "floor": floor, "amount": amount})
    found = project.check_view("sales", {"sales": rows})
    assert [row["floor"] for row in found] == [1, None, -2, 3, 1]
    assert [row["sold"] for row in found] == [2.0, 2.0, 4.5, None, None]
    assert project.check_view("no_keys", {"one_day": rows[:2]}) == [
        {"amount": 1.5},
        {"amount": 0.5},
    ]


ADDRESSES = """
@feature_view(name="people", source=FileSource.csv_at("file://FOLDER/people.csv"))
class People:
    id = Int64().as_entity()
    age = Int32()

@feature_view(name="trips", source=FileSource.parquet_at("file://FOLDER/trips.parquet"))
class Trips:
    id = Int64().as_entity()

@feature_view(name="stored", source=FileSource.directory("s3://bucket/a b").parquet_at("x'y.parquet"))
class Stored:
    id = Int64().as_entity()
"""


def test_addresses_are_given_to_the_engines_as_they_are(engines: Engines, tmp_path: Path) -> None:
    data = tmp_path / "elsewhere"
    data.mkdir()
    (data / "people.csv").write_text("id,age\n1,30\n2,\n", encoding="utf-8")
    pl.DataFrame({"id": [1, 2]}).write_parquet(data / "trips.parquet")
    text = ADDRESSES.replace("FOLDER", str(data))
    module = module_of(text, tmp_path)
    local = Project(
        module_of(text[: text.index('@feature_view(name="stored"')], tmp_path), tmp_path, engines
    )
    people: list[Row] = [{"id": "1", "age": "30"}, {"id": "2", "age": None}]
    assert len(local.check_view("people", {"people": people})) == 2
    assert len(local.check_view("trips", {"trips": [{"id": 1}, {"id": 2}]})) == 2
    view = module.view_by_name["stored"]
    job = job_of(module, optimized(view_plan(module, view)), view, 1)
    for emitted in (emit_polars(job), emit_pyspark(job)):
        assert """File("s3://bucket/a b/x'y.parquet")""" in emitted
    assert "READ_PARQUET('s3://bucket/a b/x''y.parquet')" in (emit_sources(module, DUCKDB) or "")


FOLDER_OF_A_BUCKET = """
@feature_view(
    name="sales", source=FileSource.partitioned_parquet_at("file://FOLDER/sales", ["shop"])
)
class Sales:
    id = Int64().as_entity()
    shop = Int64()
"""


def test_the_address_of_a_folder_ends_in_a_slash(tmp_path: Path) -> None:
    part = tmp_path / "sales/shop=7/part.parquet"
    part.parent.mkdir(parents=True)
    pl.DataFrame({"id": [1]}).write_parquet(part)
    module = module_of(FOLDER_OF_A_BUCKET.replace("FOLDER", str(tmp_path)), tmp_path)
    view = module.view_by_name["sales"]
    text = emit_polars(job_of(module, optimized(view_plan(module, view)), view, 1))
    # An object store has no folders: without the slash it looks for an object of that name.
    assert 'pl.scan_parquet(f"{path}/", ' in text
    program = tmp_path / "generated/polars/views/sales.py"
    program.parent.mkdir(parents=True)
    program.write_text(text, encoding="utf-8")
    assert run.on_polars(program, {}, None, tmp_path).to_dicts() == [{"id": 1, "shop": 7}]


_TIMES = """
    id = Int64().as_entity()
    utc = Timestamp()
    york = Timestamp(time_zone="America/New_York")
    oslo = Timestamp(time_zone="Europe/Oslo")
"""
YEARS = f"""
@feature_view(name="lines", source=FileSource.csv_at("lines.csv"))
class Lines:
    day = Date()
{_TIMES}

@feature_view(name="objects", source=FileSource.json_lines_at("objects.jsonl"))
class Objects:
    day = Date()
{_TIMES}

@feature_view(
    name="own",
    source=FileSource.csv_at(
        "own.csv", date_formatter=DateFormatter.string_format("%Y/%m/%d %H:%M:%S")
    ),
)
class Own:
{_TIMES}

@feature_view(
    name="exact",
    source=FileSource.csv_at(
        "exact.csv", date_formatter=DateFormatter.string_format("%Y/%m/%d %H:%M%z")
    ),
)
class Exact:
    id = Int64().as_entity()
    t = Timestamp()

@feature_view(name="stored", source=FileSource.parquet_at("stored.parquet"))
class Stored:
{_TIMES}
"""


def test_times_outside_of_the_years_1_to_9999_are_null(engines: Engines, tmp_path: Path) -> None:
    project = project_of(YEARS, tmp_path, engines)
    zones = ["utc", "york", "oslo"]
    # Where each text is a time.
    times: dict[str, list[str]] = {
        "0000-01-01T00:00:00Z": [],
        "0000-12-31 23:59:59-05:00": [],
        "0000-12-31 23:59:59": [],
        "0001-01-01 00:00:00": ["utc", "york"],
        "0001-01-01T00:00:00+01:00": [],
        "0001-01-01T00:00:00Z": zones,
        "9999-12-31 23:59:59": ["utc", "oslo"],
        "9999-12-31 18:59:59": zones,
        "9999-12-31T23:59:59.9999999Z": zones,
        "9999-12-31T23:59:59-01:00": [],
        "10000-01-01 00:00:00": [],
    }
    text, rows = csv_rows(
        ["id", "day", *zones], [[str(i), t[:10], t, t, t] for i, t in enumerate(times)]
    )
    (tmp_path / "lines.csv").write_text(text, encoding="utf-8")
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "objects.jsonl").write_text(text, encoding="utf-8")
    local = {t.replace("-", "/"): there for t, there in times.items() if len(t) == 19}
    own_text, own = csv_rows(["id", *zones], [[str(i), t, t, t] for i, t in enumerate(local)])
    (tmp_path / "own.csv").write_text(own_text, encoding="utf-8")
    exact_times = {
        "0000/12/31 23:59-05:00": False,
        "0001/01/01 00:00+01:00": False,
        "0001/01/01 00:00Z": True,
        "9999/12/31 23:59Z": True,
        "9999/12/31 23:59-01:00": False,
    }
    exact_text, exact = csv_rows(["id", "t"], [[str(i), t] for i, t in enumerate(exact_times)])
    (tmp_path / "exact.csv").write_text(exact_text, encoding="utf-8")
    naive = [datetime(1, 1, 1), datetime(9999, 12, 31, 18, 59, 59), datetime(9999, 12, 31, 19)]
    stored = pl.DataFrame({"id": [0, 1, 2]} | dict.fromkeys(zones, naive))
    stored.write_parquet(tmp_path / "stored.parquet")

    def there(found: list[dict[str, object]]) -> list[list[str]]:
        return [[zone for zone in zones if row[zone] is not None] for row in found]

    for view in ("lines", "objects"):
        found = project.check_view(view, {view: rows})
        assert there(found) == list(times.values())
        assert [row["day"] is not None for row in found] == [
            t[:4] not in ("0000", "1000") for t in times
        ]
    # Times in a form of their own are in tables of PostgreSQL as well. Its client gives times in the
    # zone of the session, in which the last hours of the year 9999 must not be another year.
    url = f"{engines.postgres_url}?options=-c%20timezone%3DUTC"
    in_utc = replace(engines, postgres_url=url)
    for name, given in (("own", own), ("exact", exact)):
        project.check_view(name, {name: given})
        frame = pl.DataFrame(given).with_columns(pl.col("id").cast(pl.Int64))
        found = in_utc.check_view(project.module, name, {name: frame})
        if name == "own":
            assert there(found) == list(local.values())
        else:
            assert [row["t"] is not None for row in found] == list(exact_times.values())
    found = in_utc.check_view(project.module, "stored", {"stored": stored})
    assert there(found) == [["utc", "york"], zones, ["utc", "oslo"]]


SPACES = """
@feature_view(
    name="spaces",
    source=FileSource.csv_at(
        "spaces.csv",
        {" id ": "id", "the text ": "text", "\u00a0whole": "whole", "\ttab": "tab"},
    ),
)
class Spaces:
    id = Int64().as_entity()
    text = String()
    whole = Int64()
"""


def test_spaces_around_the_names_of_columns_are_part_of_them(
    engines: Engines, tmp_path: Path
) -> None:
    project = project_of(SPACES, tmp_path, engines)
    columns = [" id ", "the text ", "\u00a0whole"]
    text, rows = csv_rows(columns, [["1", " a ", "2"], ["2", "", "x"]])
    (tmp_path / "spaces.csv").write_text(text, encoding="utf-8")
    found = project.check_view("spaces", {"spaces": rows})
    assert found[0] == {"id": 1, "text": " a ", "whole": 2}
