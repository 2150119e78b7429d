"""What somebody who knows DuckDB well writes: as-of joins, running totals, and tiles for what has no inverse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from benchmarks.contestants.duckdb_session import runs
from benchmarks.task import Prepared, Task
from benchmarks.works import (
    COLUMNS,
    LATE_TTL,
    READINGS,
    TTLS,
    WIDE_TTL,
    WINDOWS,
    derived,
    used,
)


def prepare(task: Task) -> Prepared:
    return runs(task, QUERIES[task.work]())


def asof() -> str:
    """One as-of join a view; of rows with one key and time the greatest."""
    joined = " ".join(latest(name, COLUMNS) for name, ttl in TTLS.items())
    taken = ", ".join(
        alive(name, f"{name}.{column}", f"{name}_{column}", ttl)
        for name, ttl in TTLS.items()
        for column in COLUMNS
    )
    return f"SELECT q.*, {taken} FROM entities AS q {joined}"


def late() -> str:
    """Rows in the order in which one replaces the other; at each time the last one known is looked up."""
    order = ", ".join(["happened_at", "written_at", *(f"{c} NULLS FIRST" for c in COLUMNS)])
    taken = ", ".join(alive("late", f"late.{c}", f"late_{c}", LATE_TTL) for c in COLUMNS)
    return (
        "WITH ranked AS MATERIALIZED (SELECT *, greatest(happened_at, written_at) AS known_at, "
        f"row_number() OVER (PARTITION BY key ORDER BY {order}) AS place FROM late), "
        "known AS (SELECT key, known_at, max(place) OVER (PARTITION BY key ORDER BY known_at) AS place "
        "FROM ranked), "
        "found AS (SELECT q.*, known.place FROM entities AS q ASOF LEFT JOIN known "
        "ON known.key = q.key AND known.known_at <= q.event_timestamp) "
        f"SELECT q.* EXCLUDE (place), {taken} FROM found AS q "
        "LEFT JOIN ranked AS late ON late.key = q.key AND late.place = q.place"
    )


def latest(name: str, columns: Iterable[str]) -> str:
    order = ", ".join(f"{column} DESC NULLS LAST" for column in columns)
    return (
        f"ASOF LEFT JOIN (SELECT * FROM {name} QUALIFY row_number() OVER "
        f"(PARTITION BY key, happened_at ORDER BY {order}) = 1) AS {name} "
        f"ON {name}.key = q.key AND {name}.happened_at <= q.event_timestamp"
    )


def alive(name: str, expression: str, feature: str, ttl: int) -> str:
    """The value if its row is not too old."""
    age = f"{name}.happened_at > q.event_timestamp - INTERVAL {ttl} SECONDS"
    return f"CASE WHEN {age} THEN {expression} END AS {feature}"


def pruning() -> str:
    """The features of the model are computed on the rows that were found."""
    readings = [f"r{number}" for number in range(1, READINGS + 1)]
    taken = ", ".join(
        alive("wide", expression, name, WIDE_TTL) for name, expression in map(derived, used())
    )
    joined = latest("wide", readings)
    return f"SELECT q.*, {taken} FROM entities AS q {joined}"


def windows() -> str:
    """Totals at all ends of windows at once, and two tiles a window for the rest."""
    steps = [*totals()]
    for window, seconds in WINDOWS.items():
        steps += tiles(window, seconds * 1_000_000)
    joined = " ".join(f"JOIN tiles_{window} USING (id)" for window in WINDOWS)
    taken = ", ".join(feature for window in WINDOWS for feature in features(window))
    return (
        f"WITH {', '.join(steps)} SELECT q.*, {taken} FROM entities AS q "
        f"JOIN totals USING (id) {joined}"
    )


TOTALS: Final[Mapping[str, str]] = {
    "n_amount": "count(amount)",
    "n_quantity": "count(quantity)",
    "sum_quantity": "sum(quantity)",
    "squares_quantity": "sum(quantity * quantity)",
}


def totals() -> Iterator[str]:
    """Running totals, looked up at the time of the question and at each beginning of a window."""
    ends = ", ".join(
        f"('{window}', INTERVAL {seconds} SECONDS)" for window, seconds in WINDOWS.items()
    )
    yield (
        "ends AS (SELECT id, key, edge, event_timestamp - age AS happened_at FROM entities "
        f"CROSS JOIN (VALUES ('now', INTERVAL 0 SECONDS), {ends}) AS e(edge, age))"
    )
    running = ", ".join(f"{total} OVER until AS {name}" for name, total in TOTALS.items())
    yield (
        f"running AS (SELECT key, happened_at, {running} FROM events "
        "WINDOW until AS (PARTITION BY key ORDER BY happened_at))"
    )
    found = ", ".join(f"running.{name}" for name in TOTALS)
    yield (
        f"found AS (SELECT id, edge, {found} FROM ends ASOF LEFT JOIN running "
        "ON running.key = ends.key AND running.happened_at <= ends.happened_at)"
    )
    at_edge = "coalesce(max({name}) FILTER (edge = '{edge}'), 0) AS {name}_{edge}"
    pivoted = ", ".join(
        at_edge.format(name=name, edge=edge) for name in TOTALS for edge in ("now", *WINDOWS)
    )
    yield f"totals AS (SELECT id, {pivoted} FROM found GROUP BY id)"


PARTS: Final[Mapping[str, str]] = {
    "n": "count(amount)",
    "mean": "avg(amount)",
    "spread": "var_pop(amount)",
    "total": "sum(amount)",
    "min_amount": "min(amount)",
    "max_amount": "max(amount)",
    "min_quantity": "min(quantity)",
    "max_quantity": "max(quantity)",
}


def tiles(window: str, length: int) -> Iterator[str]:
    """A window of the length of a tile touches two: the end of one, the beginning of the next."""
    for part, order in (("head", "happened_at"), ("tail", "happened_at DESC")):
        made = ", ".join(f"{value} OVER w AS {name}" for name, value in PARTS.items())
        yield (
            f"{part}_{window} AS (SELECT key, happened_at, epoch_us(happened_at) // {length} AS tile, {made} "
            f"FROM events WINDOW w AS (PARTITION BY key, epoch_us(happened_at) // {length} ORDER BY {order}))"
        )
    tile = f"epoch_us(q.event_timestamp) // {length}"
    least = "least(h.{0}, t.{0}) AS {0}_{1}"
    most = "greatest(h.{0}, t.{0}) AS {0}_{1}"
    columns = [
        f"coalesce(h.total + t.total, h.total, t.total) AS total_{window}",
        f"coalesce(h.n, 0) + coalesce(t.n, 0) AS n_{window}",
        "coalesce(h.n * h.spread, 0) + coalesce(t.n * t.spread, 0) + CASE WHEN h.n > 0 AND t.n > 0 "
        "THEN (h.mean - t.mean) * (h.mean - t.mean) * h.n * t.n / (h.n + t.n) ELSE 0 END "
        f"AS squares_{window}",
        *(least.format(f"min_{column}", window) for column in COLUMNS),
        *(most.format(f"max_{column}", window) for column in COLUMNS),
    ]
    yield (
        f"tiles_{window} AS (SELECT q.id, {', '.join(columns)} FROM entities AS q "
        f"ASOF LEFT JOIN head_{window} AS h "
        f"ON h.key = q.key AND h.tile = {tile} AND h.happened_at <= q.event_timestamp "
        f"ASOF LEFT JOIN tail_{window} AS t ON t.key = q.key AND t.tile = {tile} - 1 "
        f"AND t.happened_at > q.event_timestamp - INTERVAL {length} MICROSECONDS)"
    )


def features(window: str) -> Iterator[str]:
    """The features of a window, from its totals and its tiles."""

    def since(name: str) -> str:
        return f"({name}_now - {name}_{window})"

    n, total, squares = since("n_quantity"), since("sum_quantity"), since("squares_quantity")
    few = f"CASE WHEN n_{window} > 1 THEN squares_{window} / (n_{window} - 1) END"
    spread = f"({n} * {squares} - {total} * {total})::DOUBLE / ({n} * ({n} - 1))"
    made = {
        "amount_count": since("n_amount"),
        "amount_sum": f"total_{window}",
        "amount_mean": f"total_{window} / n_{window}",
        "amount_variance": few,
        "amount_min": f"min_amount_{window}",
        "amount_max": f"max_amount_{window}",
        "quantity_count": n,
        "quantity_sum": f"CASE WHEN {n} > 0 THEN {total}::BIGINT END",
        "quantity_mean": f"{total} / nullif({n}, 0)",
        "quantity_variance": f"CASE WHEN {n} > 1 THEN {spread} END",
        "quantity_min": f"min_quantity_{window}",
        "quantity_max": f"max_quantity_{window}",
    }
    for name, value in made.items():
        yield f"{value} AS {name}_{window}"


QUERIES: Final[Mapping[str, Callable[[], str]]] = {
    "asof": asof,
    "late": late,
    "windows": windows,
    "pruning": pruning,
}
