"""`make demo`: build the taxi example, run what it made on the shipped data, and compare.

The generated programs run in processes of their own; this script only starts them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars as pl
from polars.testing import assert_frame_equal

HERE = Path(__file__).resolve().parent
TAXI = HERE / "taxi"
GENERATED = TAXI / "generated"
SOURCES = ("departures", "arrivals")


def main() -> int:
    print("1. alignc build: definitions -> programs")
    run(sys.executable, "-m", "alignc.cli", "build", "-C", str(TAXI))
    print(f"   definitions: {shown(TAXI / 'features')}")
    print(f"   programs:    {shown(GENERATED)}\n")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        print("2. DuckDB runs the generated SQL")
        on_duckdb = with_duckdb(out)
        print(f"   {on_duckdb.height} rows\n\n3. Polars runs the generated script")
        on_polars = with_polars(out)
        assert_frame_equal(on_duckdb, on_polars, check_dtypes=False, rel_tol=1e-9, abs_tol=1e-12)
        cells = on_duckdb.height * on_duckdb.width
        print(f"\n4. They agree in all {cells} cells ({on_duckdb.width} columns). The first rows:")
        show_rows(on_polars.head(3))
        spark_part(out, on_polars)
    print("Where to look next:")
    print(f"   {shown(TAXI / 'features' / 'trips.py')}  the definitions")
    print(
        f"   {shown(GENERATED / 'sql/duckdb/datasets/trip_duration.sql')}  the SQL made from them"
    )
    print(f"   {shown(GENERATED / 'polars/datasets/trip_duration.py')}  the same as a script")
    print(f"   alignc explain trip_duration -C {shown(TAXI)}  where every column comes from")
    return 0


def with_duckdb(out: Path) -> pl.DataFrame:
    connection = duckdb.connect()
    for name in (*SOURCES, "entities"):
        file = TAXI / "data" / f"{name}.parquet"
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{file}')")
    query = (GENERATED / "sql/duckdb/datasets/trip_duration.sql").read_text(encoding="utf-8")
    result = out / "duckdb.parquet"
    connection.execute(f"COPY ({query}) TO '{result}' (FORMAT parquet)")
    return pl.read_parquet(result)


def with_polars(out: Path) -> pl.DataFrame:
    run_program("polars", out / "polars.parquet")
    return pl.read_parquet(out / "polars.parquet")


def show_rows(rows: pl.DataFrame) -> None:
    """A column a line, so that all fit on a narrow terminal."""
    for name in rows.columns:
        values = [f"{v:.6g}" if isinstance(v, float) else str(v) for v in rows[name]]
        print(f"   {name:24}" + "".join(f"{value[:19]:21}" for value in values))
    print()


def spark_part(out: Path, expected: pl.DataFrame) -> None:
    """The PySpark program, where Java and PySpark are there."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        print("PySpark is not installed, so its program was not run: pip install '.[spark]'\n")
        return
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        print("There is no Java, so the PySpark program was not run: it needs Java 17 or newer.\n")
        return
    print("5. PySpark runs the generated job")
    run_program("pyspark", out / "pyspark.parquet")
    parts = sorted((out / "pyspark.parquet").glob("part-*.parquet"))
    found = pl.concat([pl.read_parquet(part) for part in parts])
    assert_frame_equal(found, expected, check_dtypes=False, rel_tol=1e-9, abs_tol=1e-12)
    print("   it agrees too\n")


def run_program(engine: str, output: Path) -> None:
    data = TAXI / "data"
    run(
        sys.executable,
        str(GENERATED / engine / "datasets/trip_duration.py"),
        *("--entities", str(data / "entities.parquet"), "--output", str(output)),
        *(f"--source={name}={data / name}.parquet" for name in SOURCES),
        quiet=engine == "pyspark",
    )


def run(*command: str, quiet: bool = False) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    if not quiet:
        print("".join(f"   {line}\n" for line in done.stdout.splitlines()[-3:]), end="")


def shown(path: Path) -> str:
    """A path as one would type it here."""
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main())
