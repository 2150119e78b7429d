"""Who takes part, in the order of the table.

A contestant is a module with `prepare(task)`; what it imports and prepares is not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

ALL: Final = ("asof", "late", "windows", "pruning")

Role = Literal["floor", "expert", "other"]


@dataclass(frozen=True)
class Contestant:
    """The title in tables, the works it takes part in, and whether others are compared with it.

    `cannot` has the works that it takes no part in, and why: they have a line in their tables.

    One with an `environment` runs with the interpreter of that folder below `--rivals`. One that
    `works_elsewhere` has a server or a virtual machine; it takes part if it is asked for.
    """

    title: str
    works: tuple[str, ...] = ALL
    role: Role = "other"
    environment: str | None = None
    works_elsewhere: bool = False
    cannot: Mapping[str, str] = field(default_factory=dict)


# By the name of the module, which is also the name in options.
CONTESTANTS: Final[Mapping[str, Contestant]] = {
    "floor": Contestant("floor: scan, one sort, write", role="floor"),
    "alignc_duckdb": Contestant("alignc, DuckDB"),
    "alignc_polars": Contestant("alignc, Polars"),
    "alignc_postgres": Contestant("alignc, PostgreSQL", works_elsewhere=True),
    "alignc_pyspark": Contestant("alignc, PySpark", works_elsewhere=True),
    "unpruned_duckdb": Contestant("alignc --no-optimize, DuckDB", ("pruning",)),
    "expert_duckdb": Contestant("expert, DuckDB", role="expert"),
    "expert_polars": Contestant("expert, Polars", role="expert"),
    "naive_duckdb": Contestant("naive SQL, DuckDB"),
    "naive_postgres": Contestant("naive SQL, PostgreSQL", works_elsewhere=True),
    "expert_postgres": Contestant("expert, PostgreSQL", role="expert", works_elsewhere=True),
    "naive_pyspark": Contestant("naive SQL, PySpark", works_elsewhere=True),
    "expert_pyspark": Contestant("expert, PySpark", role="expert", works_elsewhere=True),
    "pandas_rows": Contestant("pandas", environment="pandas"),
    "feast_lookup": Contestant("Feast", ("asof", "late"), environment="feast"),
    "aligned_lookup": Contestant(
        "aligned (PyPI), no TTL",
        ("asof",),
        environment="aligned",
        cannot={"late": "cannot: its lookup has no time of writing"},
    ),
}


def module_of(name: str) -> str:
    return f"benchmarks.contestants.{name}"
