"""Memory: of a Polars program in one go and in partitions, of a query with a limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

from alignc.artifacts.dataset import dataset_plan
from alignc.driver import emit, job_of, optimized
from tests.engines.everywhere import module_of

DEFINITIONS = """
@feature_view(name="events", source=FileSource.parquet_at("events.parquet"))
class Events:
    k = Int64().as_entity()
    t = EventTimestamp()
    v = Float()
    spread = v.aggregate().over(days=7).variance()
    high = v.aggregate().over(days=30).max()

@model_contract(name="m", input_features=[Events().spread, Events().high])
class M:
    pass
"""
EVENTS, KEYS, ASKS = 2_500_000, 1_000, 1_000
# The program says nothing of its memory; this does, in KiB. (What `getrusage` says begins with what the
# process that started it has.)
MEASURED = """
import pathlib, runpy, sys
code = runpy.run_path(sys.argv[1])["main"](sys.argv[2:])
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
sys.exit(code)
"""


def write_data(folder: Path) -> None:
    """Events of all keys over 90 days, in no order that helps, and questions about the last of them."""
    place = pl.int_range(EVENTS, eager=True)
    events = pl.DataFrame({"k": place * 7919 % KEYS, "s": place * 104_729 % (90 * 86_400)})
    at = pl.from_epoch("s", "s").dt.replace_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    value = (pl.col("s") % 1009) / 8
    events.select("k", at.alias("t"), value.alias("v")).write_parquet(
        folder / "events.parquet", row_group_size=100_000
    )
    asks = pl.DataFrame({"k": pl.int_range(ASKS, eager=True) % KEYS, "s": 90 * 86_400})
    asks.select("k", at.alias("event_timestamp")).write_parquet(folder / "asks.parquet")


def peak(program: Path, folder: Path, output: str, *options: str) -> int:
    """Run a program; the most memory that it had, in MiB."""
    given = [
        f"--source=events={folder / 'events.parquet'}",
        f"--entities={folder / 'asks.parquet'}",
    ]
    command = [sys.executable, "-c", MEASURED, str(program), *given]
    command += [f"--output={folder / output}", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) // 1024


def test_partitions_need_less_memory(tmp_path: Path) -> None:
    module = module_of(DEFINITIONS, tmp_path)
    contract = module.contract_by_name["m"]
    job = job_of(module, optimized(dataset_plan(module, contract)), contract, 1)
    program = tmp_path / "generated" / "polars" / "datasets" / "m.py"
    program.parent.mkdir(parents=True)
    program.write_text(emit(job, "polars"), encoding="utf-8")
    write_data(tmp_path)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    pl.read_parquet(tmp_path / "events.parquet", n_rows=0).write_parquet(nothing / "events.parquet")
    pl.read_parquet(tmp_path / "asks.parquet").write_parquet(nothing / "asks.parquet")
    least = peak(program, nothing, "out.parquet")
    whole = peak(program, tmp_path, "whole.parquet") - least
    parted = peak(program, tmp_path, "parted.parquet", "--partitions=8") - least
    print(f"{least} MiB, and {whole} in one go, {parted} in partitions")
    # The events are 57 MiB as Polars has them.
    assert whole > 57
    assert parted < whole / 2
    both = [pl.read_parquet(tmp_path / name) for name in ("whole.parquet", "parted.parquet")]
    assert both[0].equals(both[1])
    assert both[0]["spread"].null_count() == 0


STATE = """
@feature_view(name="profiles", source=FileSource.parquet_at("profiles.parquet"))
class Profiles:
    k = Int64().as_entity()
    t = EventTimestamp()
    words = String()
    length = words.length()

@model_contract(name="m", input_features=[Profiles().words, Profiles().length])
class M:
    pass
"""
LIMIT = 20 * 1024 * 1024


def test_duckdb_reads_state_ten_times_larger_than_its_memory(tmp_path: Path) -> None:
    module = module_of(STATE, tmp_path)
    contract = module.contract_by_name["m"]
    query = emit(job_of(module, optimized(dataset_plan(module, contract)), contract, 1), "duckdb")
    files = {name: tmp_path / f"{name}.parquet" for name in ("profiles", "entities", "answer")}
    with duckdb.connect() as maker:
        time = "TIMESTAMPTZ '2026-01-01 00:00:00Z' + INTERVAL 1 SECOND * (i * 104729 % 7776000)"
        maker.execute(
            f"COPY (SELECT i * 7919 % 5000 AS k, {time} AS t, repeat(md5(i::VARCHAR), 34) AS words "
            f"FROM range(200_000) AS r(i)) TO '{files['profiles']}' (ROW_GROUP_SIZE 4096)"
        )
        maker.execute(
            f"COPY (SELECT i * 3 AS k, {time} AS event_timestamp FROM range(1_600) AS r(i)) "
            f"TO '{files['entities']}'"
        )
        size = maker.execute(f"SELECT sum(strlen(words)) FROM '{files['profiles']}'").fetchone()
        assert size is not None
        assert size[0] >= 10 * LIMIT
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{LIMIT // 1024}KiB",
        "temp_directory": str(tmp_path / "spilled"),
        "threads": 1,
        "preserve_insertion_order": False,
    }
    with duckdb.connect(config=settings) as small:
        for name in ("profiles", "entities"):
            small.execute(f"CREATE VIEW {name} AS FROM '{files[name]}'")
        small.execute(f"COPY ({query.rstrip().removesuffix(';')}) TO '{files['answer']}'")
    asked, history = pl.read_parquet(files["entities"]), pl.read_parquet(files["profiles"])
    found = pl.read_parquet(files["answer"])
    expected = asked.sort("event_timestamp").join_asof(
        history.sort("t"), left_on="event_timestamp", right_on="t", by="k", check_sortedness=False
    )
    order = ["k", "event_timestamp"]
    columns = [*order, "words"]
    assert found.sort(order).select(columns).equals(expected.sort(order).select(columns))
    assert found["words"].null_count() < len(found) / 10
    assert found["length"].drop_nulls().unique().to_list() == [34 * 32]
