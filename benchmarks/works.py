"""The works: what is asked, as definitions for alignc and as facts for those who write programs by hand.

Every work reads `entities` (`id`, `key`, `event_timestamp`) and gives its rows with features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAY = 86_400

# Work `asof`: the tables with the seconds that a row lives.
TTLS: Mapping[str, int] = {"prices": DAY, "stock": 7 * DAY, "visits": 30 * DAY}

# Work `late`: seconds that a row lives. Each row says when it was written.
LATE_TTL = 30 * DAY

# Work `windows`: the lengths in seconds, aggregates and columns of `events`.
WINDOWS: Mapping[str, int] = {"20min": 20 * 60, "1h": 3600, "1d": DAY, "30d": 30 * DAY}
AGGREGATES = ("count", "sum", "mean", "variance", "min", "max")
COLUMNS: Mapping[str, str] = {"amount": "Float()", "quantity": "Int64()"}

# Work `pruning`: what is read of `wide`, how many features are made of it and every how manieth is used.
READINGS = 12
DERIVED = 60
USED_EVERY = 6
WIDE_TTL = 30 * DAY


@dataclass(frozen=True)
class Work:
    """Definitions, the tables that they read, and the features of the result in their order."""

    name: str
    title: str
    definitions: str
    tables: tuple[str, ...]
    features: tuple[str, ...]


def derived(number: int) -> tuple[str, str]:
    """A feature of the work `pruning`: its name, and the expression in words of any language."""
    first = number * 5 % READINGS + 1
    second = (number + number // READINGS + 3) % READINGS + 1
    return f"d{number}", f"(r{first} - r{second}) * {number}.5 + r{first} * r{second}"


def used() -> tuple[int, ...]:
    """The numbers of the features that the model of the work `pruning` reads."""
    return tuple(range(USED_EVERY, DERIVED + 1, USED_EVERY))


def window_feature(column: str, aggregate: str, window: str) -> str:
    return f"{column}_{aggregate}_{window}"


_HEAD = "from datetime import timedelta\n\nfrom alignc import *\n"


def _view(name: str, ttl: int | None, lines: list[str]) -> str:
    time = f"EventTimestamp(ttl=timedelta(seconds={ttl}))" if ttl else "EventTimestamp()"
    body = "\n".join(
        f"    {line}" for line in ["key = Int64().as_entity()", f"happened_at = {time}", *lines]
    )
    source = f'FileSource.parquet_at("{name}.parquet")'
    return f'\n\n@feature_view(name="{name}", source={source})\nclass {name.title()}:\n{body}\n'


def _contract(views: list[str], inputs: list[str]) -> str:
    made = "\n".join(f"{name} = {name.title()}()" for name in views)
    read = "".join(f"        {one},\n" for one in inputs)
    features = f"input_features=[\n{read}    ]"
    return f'\n\n{made}\n\n\n@model_contract(name="model", {features})\nclass Model:\n    pass\n'


def _asof() -> Work:
    raw = [f"{name} = {kind}" for name, kind in COLUMNS.items()]
    views = "".join(_view(name, ttl, raw) for name, ttl in TTLS.items())
    names = [(view, column, f"{view}_{column}") for view in TTLS for column in COLUMNS]
    inputs = [f'{view}.{column}.with_name("{name}")' for view, column, name in names]
    return Work(
        "asof",
        "state of 3 views with a TTL",
        _HEAD + views + _contract(list(TTLS), inputs),
        tuple(TTLS),
        tuple(name for _, _, name in names),
    )


def _late() -> Work:
    lines = ["written_at = Timestamp().as_created_at()"]
    lines += [f"{name} = {kind}" for name, kind in COLUMNS.items()]
    inputs = [f'late.{column}.with_name("late_{column}")' for column in COLUMNS]
    return Work(
        "late",
        "state of a view whose rows are written late",
        _HEAD + _view("late", LATE_TTL, lines) + _contract(["late"], inputs),
        ("late",),
        tuple(f"late_{column}" for column in COLUMNS),
    )


def _windows() -> Work:
    lines = [f"{name} = {kind}" for name, kind in COLUMNS.items()]
    features: list[str] = []
    for window, seconds in WINDOWS.items():
        for column in COLUMNS:
            over = f"{column}.aggregate().over(seconds={seconds})"
            for aggregate in AGGREGATES:
                features.append(window_feature(column, aggregate, window))
                lines.append(f"{features[-1]} = {over}.{aggregate}()")
    contract = _contract(["events"], [f"events.{name}" for name in features])
    return Work(
        "windows",
        "4 windows with 6 aggregates over a float and an int column",
        _HEAD + _view("events", None, lines) + contract,
        ("events",),
        tuple(features),
    )


def _pruning() -> Work:
    lines = [f"r{number} = Float()" for number in range(1, READINGS + 1)]
    lines += [" = ".join(derived(number)) for number in range(1, DERIVED + 1)]
    features = [f"d{number}" for number in used()]
    contract = _contract(["wide"], [f"wide.{name}" for name in features])
    return Work(
        "pruning",
        f"{DERIVED} derived features, of which {len(features)} are used",
        _HEAD + _view("wide", WIDE_TTL, lines) + contract,
        ("wide",),
        tuple(features),
    )


WORKS: Mapping[str, Work] = {work.name: work for work in (_asof(), _late(), _windows(), _pruning())}
