"""Models whose datasets are cut, their programs, and what these say and write."""

from __future__ import annotations

import contextlib
import io
import runpy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from alignc.driver import emit, job_of, plan_of
from alignc.verify.engines.scripts import without_alignc
from tests.engines.everywhere import module_of

DEFINITIONS: Final = """
@feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
class Customers:
    customer = Int64().as_entity()
    country = String()
    has_left = Bool()


@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp(availability_delay=timedelta(hours=2))
    amount = Float()
    kind = String()
    is_final = Bool()

    spent_7d = amount.aggregate().over(days=7).sum()
    next_3d = amount.aggregate().over_next(days=3).sum()
    next_12h = amount.aggregate().over_next(hours=12).count()
    is_large = next_3d > 10


who = Customers()
order = Orders()


@model_contract(name="spending", input_features=[who.country, order.spent_7d])
class Spending:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    will_spend = order.next_3d.as_regression_label()
    orders_to_come = order.next_12h.as_regression_label()


@model_contract(name="kinds", input_features=[who.country, order.spent_7d])
class Kinds:
    customer = Int64().as_entity()
    predicted_at = EventTimestamp()
    version = String().as_model_version()
    kind_to_come = order.kind.as_classification_label().send_ground_truth_event(
        when=order.is_final, sink_to=RedisConfig().stream("kinds")
    )


@model_contract(name="leaving", input_features=[who.country])
class Leaving:
    customer = Int64().as_entity()
    will_leave = who.has_left.as_classification_label()


@model_contract(name="plain", input_features=[order.spent_7d])
class Plain:
    customer = Int64().as_entity()
"""

TIME: Final = pl.Datetime("us", "UTC")
START: Final = datetime(2024, 5, 1, tzinfo=UTC)
# Quotes, spaces, braces and what is no letter.
HOSTILE: Final = 'it\'s a "group" {{ x }} \U0001f600 `b` a.b'


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@dataclass
class Project:
    """The programs of an engine, in a folder with all sources."""

    folder: Path
    engine: str
    said: str = ""
    programs: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        module = module_of(DEFINITIONS, self.folder)
        for contract in module.contracts:
            job = job_of(module, plan_of(module, contract), contract, 1)
            path = self.folder / "generated" / self.engine / f"{contract.name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(emit(job, self.engine), encoding="utf-8")
            self.programs[contract.name] = path
        customers = [
            {"customer": c, "country": ["NO", "SE"][c % 2], "has_left": c % 3 == 0}
            for c in range(40)
        ]
        self.put("customers.parquet", pl.DataFrame(customers))
        orders = [
            {
                "customer": n % 37,
                "at": at(n * 1.5),
                "amount": n % 7 + 0.25,
                "kind": ["web", "shop", None][n % 3],
                "is_final": n % 4 != 0,
            }
            for n in range(160)
        ]
        self.put("orders.parquet", pl.DataFrame(orders, schema_overrides={"at": TIME}))

    def put(self, name: str, rows: pl.DataFrame) -> Path:
        path = self.folder / name
        rows.write_csv(path) if path.suffix == ".csv" else rows.write_parquet(path)
        return path

    def call(self, contract: str, *arguments: str, output: str = "out.parquet") -> int:
        """The exit code of a program; `said` is what it prints."""
        names = ("customers", "orders")
        text = self.programs[contract].read_text(encoding="utf-8")
        given = [
            f"--source={name}={self.folder / name}.parquet"
            for name in names
            if f'"{name}": File(' in text
        ]
        given += [*arguments, f"--output={self.folder / output}"]
        stream = io.StringIO()
        with (
            without_alignc(),
            contextlib.redirect_stdout(stream),
            contextlib.redirect_stderr(stream),
        ):
            try:
                code = runpy.run_path(str(self.programs[contract]))["main"](given)
            except SystemExit as ended:
                code = ended.code
        self.said = stream.getvalue()
        return int(code or 0)

    def run(
        self,
        contract: str,
        entities: pl.DataFrame,
        *arguments: str,
        output: str = "out.parquet",
    ) -> None:
        """Run a program about these entity rows; it must end well."""
        path = self.put("entities.parquet", entities)
        code = self.call(contract, f"--entities={path}", *arguments, output=output)
        assert code == 0, self.said

    def has_no_partitions(self, contract: str) -> bool:
        """Whether the engine has none, and its program refuses to compute any."""
        if self.engine == "polars":
            return False
        rows = self.put("entities.parquet", asked([1.0]))
        assert self.call(contract, f"--entities={rows}", "--partitions=3") == 2
        assert "unrecognized arguments: --partitions=3" in self.said
        return True

    def rows(self, name: str) -> pl.DataFrame:
        """What is in a file or a folder of results."""
        path = self.folder / name
        if path.suffix == ".csv":
            files = sorted(path.glob("part-*.csv")) if path.is_dir() else [path]
            return pl.concat([pl.read_csv(f, infer_schema=False) for f in files])
        files = sorted(path.glob("part*.parquet")) if path.is_dir() else [path]
        return pl.concat([pl.read_parquet(f) for f in files])

    def numbers(self, name: str) -> list[int]:
        """The numbers of the entity rows in a result, in its order."""
        return [int(n) for n in self.rows(name)["n"]]

    def has_leftovers(self) -> bool:
        return any(path.name.startswith(".") for path in self.folder.iterdir())


def asked(hours: list[float | None], **more: Sequence[object]) -> pl.DataFrame:
    """Entity rows at these times, numbered by `n`."""
    frame: dict[str, Sequence[object]] = {
        "n": list(range(len(hours))),
        "customer": [n % 40 for n in range(len(hours))],
        "event_timestamp": [None if h is None else at(h) for h in hours],
    }
    return pl.DataFrame(frame | more, schema_overrides={"event_timestamp": TIME})
