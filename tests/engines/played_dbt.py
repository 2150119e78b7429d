"""dbt as it is played where its adapter asks for an account: models and macros are filled in by Jinja."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import polars as pl
from jinja2 import Environment

from alignc.backends.sql.dialect import Dialect
from alignc.dbt.project import Options, project_files
from alignc.driver import optimized
from alignc.ir.module import Module


def texts(module: Module, dialect: Dialect, lateness: timedelta) -> dict[str, str]:
    """The files of the project, by their path."""
    late = lateness // timedelta(microseconds=1)
    options = Options({}, {view.name: late for view in module.views})
    return {f.path: f.text for f in project_files(module, dialect, options, "..", optimized)}


@dataclass
class Settings:
    """What a model says of itself, as macros ask for it."""

    said: dict[str, object] = field(default_factory=dict)

    def __call__(self, **said: object) -> str:
        self.said = said
        return ""

    def require(self, name: str) -> object:
        return self.said[name]


@dataclass(frozen=True)
class Named:
    """A column as dbt lists it."""

    name: str


@dataclass(frozen=True)
class Values:
    """The one column of an answer."""

    columns: list[list[object]]


@dataclass
class Played(ABC):
    """What dbt does with the models of a project; a database says how its relations are made."""

    files: dict[str, str]
    # The tables that were there when they were run.
    replaced: list[str] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    # The models of this run.
    made: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Make all models, each after those that it refers to."""
        self.made = set()
        for path in self.files:
            if path.startswith("models/") and path.endswith(".sql"):
                self._ref(Path(path).stem)

    def _ref(self, name: str) -> str:
        if name not in self.made:
            (path,) = (p for p in self.files if p.endswith(f"/{name}.sql"))
            self._make(name, self.files[path], is_table=path.startswith("models/features/"))
            self.made.add(name)
        return self.quote(name)

    def _make(self, name: str, text: str, *, is_table: bool) -> None:
        settings = Settings()
        is_there = is_table and name in self.there
        environment = Environment(extensions=["jinja2.ext.do"])
        environment.globals |= {
            "config": settings,
            "is_incremental": lambda: is_there,
            "this": self.quote(name),
            "ref": self._ref,
            "source": lambda group, table: self.quote(table),
            "adapter": self,
            "run_query": self.answer,
            "get_quoted_csv": lambda names: ", ".join(map(self.quote, names)),
        }
        macros = environment.from_string(self.files["macros/alignc_since.sql"]).module
        since: Callable[[str, str], str] = macros.alignc_since  # type: ignore[attr-defined]
        query = environment.from_string(text).render(alignc_since=since)
        if not is_there:
            self.create(name, query, is_table=is_table)
            if is_table:
                self.there.add(name)
            return
        made = f"{name}__dbt_tmp"
        self.create(made, query, is_table=False)
        replaces: Callable[[dict[str, object]], str] = macros.get_incremental_alignc_since_sql  # type: ignore[attr-defined]
        relations = {"target_relation": self.quote(name), "temp_relation": self.quote(made)}
        columns = {"dest_columns": self.get_columns_in_relation(name)}
        self.replace(replaces({**relations, **columns}))
        self.replaced.append(name)

    @abstractmethod
    def rows(self, relation: str) -> pl.DataFrame: ...

    @abstractmethod
    def create(self, name: str, query: str, *, is_table: bool) -> None:
        """Make a table, or a view."""

    @abstractmethod
    def replace(self, statement: str) -> None:
        """Do what the macro says."""

    # -- what macros ask of an adapter

    @abstractmethod
    def quote(self, name: str) -> str: ...

    @abstractmethod
    def get_columns_in_relation(self, relation: str) -> list[Named]: ...

    @abstractmethod
    def answer(self, query: str) -> Values: ...
