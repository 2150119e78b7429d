"""What each target does with each op: says it in its own words, expands it, or cannot have it.

The matrix that `alignc test --conformance` prints and the page docs/support.md come from here, and
this from the tables that the backends themselves use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from alignc.backends.polars import ops as polars
from alignc.backends.pyspark import ops as pyspark
from alignc.backends.sql import ops as sql
from alignc.backends.support import UNSUPPORTED
from alignc.ir.ops import AGGREGATES, OPS

State = Literal["native", "expanded", "unsupported"]

# Target -> the ops and aggregates that it says in its own words.
NATIVE = {
    "duckdb": sql.NATIVE["duckdb"].keys() | sql.AGGREGATES["duckdb"].keys(),
    "postgres": sql.NATIVE["postgres"].keys() | sql.AGGREGATES["postgres"].keys(),
    "spark": sql.NATIVE["spark"].keys() | sql.AGGREGATES["spark"].keys(),
    # Its words are those of Spark.
    "databricks": sql.NATIVE["spark"].keys() | sql.AGGREGATES["spark"].keys(),
    "snowflake": sql.NATIVE["snowflake"].keys() | sql.AGGREGATES["snowflake"].keys(),
    "bigquery": sql.NATIVE["bigquery"].keys() | sql.AGGREGATES["bigquery"].keys(),
    "redshift": sql.NATIVE["redshift"].keys() | sql.AGGREGATES["redshift"].keys(),
    "polars": polars.NATIVE.keys() | polars.AGGREGATES.keys(),
    "pyspark": pyspark.NATIVE.keys() | pyspark.AGGREGATES.keys(),
}
TARGETS = tuple(NATIVE)


@dataclass(frozen=True)
class Support:
    """How a target has an op; the reason is why it has not."""

    op: str
    target: str
    state: State
    reason: str | None = None


def support_of(op: str, target: str) -> Support:
    """The state of one op or aggregate on one target."""
    reason = UNSUPPORTED[target].get(op)
    if reason is not None:
        return Support(op, target, "unsupported", reason)
    return Support(op, target, "native" if op in NATIVE[target] else "expanded")


def support_matrix() -> Iterator[tuple[str, str, list[Support]]]:
    """Each op and aggregate with its doc and its state on every target, in the order of the tables."""
    for table in (OPS, AGGREGATES):
        for name, spec in table.items():
            yield name, spec.doc, [support_of(name, target) for target in TARGETS]


def support_page() -> str:
    """docs/support.md."""
    lines = [
        "# What every target supports",
        "",
        "Made from the tables that the backends use. *native*: the target says it in its own words; *expanded*: it is",
        "computed by other ops of this page; a number is a note below. *spark* is Spark SQL, by `dbt-spark`;",
        "*databricks* the same words by `dbt-databricks`, *snowflake* Snowflake's SQL by `dbt-snowflake`, *bigquery*",
        "GoogleSQL by `dbt-bigquery`, *redshift* Redshift's SQL by `dbt-redshift`: the text of the last three has been",
        "read and translated, and never run there.",
    ]
    notes: list[str] = []
    for title, names in (("Ops", OPS), ("Aggregates", AGGREGATES)):
        lines += ["", f"## {title}", "", f"| | {' | '.join(TARGETS)} | |"]
        lines.append("| --- |" + " --- |" * (len(TARGETS) + 1))
        for name, doc, states in support_matrix():
            if name in names:
                cells = [_cell(state, notes) for state in states]
                lines.append(f"| `{name}` | {' | '.join(cells)} | {_in_a_cell(doc)} |")
    if notes:
        lines += ["", "## Notes", "", *(f"{n}. {note}" for n, note in enumerate(notes, start=1))]
    return "\n".join(lines) + "\n"


def _cell(support: Support, notes: list[str]) -> str:
    if support.reason is None:
        return support.state
    note = f"`{support.op}` on {support.target}: {support.reason}."
    notes.append(note)
    return f"no ({len(notes)})"


def _in_a_cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
