"""The tests of a definition as unit tests of its model: rows of what it reads, and the rows expected of it.

A test is left out, or compares fewer columns, where dbt would not compare what `alignc test` does; the
file says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alignc.backends.sql.dialect import Dialect
from alignc.dbt.documents import Jinja, Mapped, OneLine
from alignc.dbt.models import Model
from alignc.dbt.units.cells import has_text, plain, query
from alignc.dbt.units.comparable import (
    handed_on,
    has_floats,
    has_nan,
    has_same_digits,
    is_comparable,
)
from alignc.dbt.units.edges import Edges, edges_of
from alignc.dbt.units.inputs import Inputs
from alignc.dbt.units.own_code import without_own_code
from alignc.errors import Span
from alignc.interpreter import Row
from alignc.interpreter.cells import rows_of_test
from alignc.ir.fixture import Fixture
from alignc.ir.module import Contract, Module, View
from alignc.ir.plan import Plan
from alignc.ir.types import DType

# PostgreSQL has names of 63 bytes.
_LONGEST = 63


class LeftOutError(Exception):
    """A test that dbt cannot run, and why."""


@dataclass(frozen=True)
class UnitTests:
    """Writes the tests of a project. `relations` has the Jinja of every relation that models read."""

    module: Module
    models: Mapping[str, Model]
    relations: Mapping[str, str]
    fixtures: Sequence[Fixture]
    dialect: Dialect

    def of(self, model: Model, *, is_incremental: bool) -> tuple[list[Mapped], list[str]]:
        """The tests of a model, and what is said of those that are left out."""
        about = model.about
        if not isinstance(about, View | Contract) or model.layer == "intermediate":
            return [], []
        kind = "view" if isinstance(about, View) else "contract"
        mine = [f for f in self.fixtures if (f.kind, f.target) == (kind, about.name)]
        made: list[Mapped] = []
        left_out: list[str] = []
        taken: set[str] = set()
        for fixture in mine:
            try:
                name = name_of(model, fixture.name, taken)
                test = self._test(model, about, fixture)
            except LeftOutError as error:
                left_out.append(f"`{_one_line(fixture.name)}` is left out: {_one_line(str(error))}")
                continue
            taken.add(name)
            made.append(self._named(name, model, test, is_incremental=is_incremental))
        if isinstance(about, View) and len(_read_by(model.plan)) == 1:
            for edges in edges_of(about):
                name = name_of(model, edges.name, taken)
                taken.add(name)
                test = self._of_edges(model, about, edges)
                made.append(self._named(name, model, test, is_incremental=is_incremental))
        return made, left_out

    @staticmethod
    def _named(name: str, model: Model, test: Mapped, *, is_incremental: bool) -> Mapped:
        about = model.about
        about_model: Mapped = {"name": name, "model": model.name}
        if isinstance(about, Contract) and about.version is not None:
            about_model["versions"] = OneLine(include=[about.version])
        told = {key: test[key] for key in ("description", "config")}
        if is_incremental:
            told["overrides"] = {"macros": OneLine(is_incremental=False)}
        return {**about_model, **told, **test}

    def _of_edges(self, model: Model, view: View, edges: Edges) -> Mapped:
        """The test of a window, whose rows are those of the model that windows read."""
        ((relation, columns),) = _read_by(model.plan).items()
        dtypes = {f.name: f.dtype for f in view.features}
        return {
            "description": Jinja(f"{edges.about}, and a microsecond to either side of its ends"),
            "config": {"meta": OneLine(alignc=OneLine(source=_place(edges.features[0].span)))},
            "given": [self._given(relation, edges.given, columns)],
            "expect": {
                "rows": [
                    OneLine({n: plain(v, dtypes[n], self.dialect) for n, v in row.items()})
                    for row in edges.expected
                ]
            },
        }

    def _test(self, model: Model, about: View | Contract, fixture: Fixture) -> Mapped:
        module = without_own_code(self.module, about)
        if module is None:
            raise LeftOutError("it reads what a function of yours gives")
        inputs = Inputs(module, self.models, fixture)
        try:
            found = inputs.found()
            read = {
                relation: (inputs.rows(relation, tuple(columns)), columns)
                for relation, columns in _read_by(model.plan).items()
            }
        except ValueError as error:
            raise LeftOutError(str(error)) from None
        expected = rows_of_test(fixture.expected)
        description = _one_line(fixture.name)
        reasons = self._not_compared(about, fixture, found, list(read.values()))
        for name, reason in reasons.items():
            description += f"; does not compare `{name}`: {reason}"
        compared = [c for c in fixture.expected.columns if c.name not in reasons]
        if expected and not compared:
            raise LeftOutError(description.partition("; ")[2])
        return {
            # Jinja does not read it.
            "description": Jinja(description),
            "config": {"meta": OneLine(alignc=OneLine(source=_place(fixture.span)))},
            "given": [self._given(relation, *read[relation]) for relation in read],
            "expect": {
                "rows": [
                    OneLine({c.name: plain(row[c.name], c.dtype, self.dialect) for c in compared})
                    for row in expected
                ]
            },
        }

    def _not_compared(
        self,
        about: View | Contract,
        fixture: Fixture,
        found: Sequence[Row],
        read: Sequence[tuple[Sequence[Row], Mapping[str, DType]]],
    ) -> dict[str, str]:
        """The columns that dbt cannot compare as `alignc test` does, and why."""
        expected = rows_of_test(fixture.expected)
        same = handed_on(self.module, about)
        known = {name for row in found for name in row}
        given = [value for rows, _ in read for row in rows for value in row.values()]
        is_known = all(row.keys() == columns.keys() for rows, columns in read for row in rows)
        reasons: dict[str, str] = {}
        for name, dtype in ((c.name, c.dtype) for c in fixture.expected.columns):
            values = None if name in same else given
            if not is_comparable(dtype, self.dialect):
                reasons[name] = f"dbt has no {dtype.name} in rows of tests"
            elif found and name not in known and not (is_known and not has_floats(dtype)):
                reasons[name] = "a function of yours has a say in it"
            elif has_nan(expected, name):
                reasons[name] = "dbt fails to sort NaN"
            elif not has_same_digits(expected, found, name, values):
                reasons[name] = "dbt would compare floats to the last digit"
        return reasons

    def _given(self, relation: str, rows: Sequence[Row], columns: Mapping[str, DType]) -> Mapped:
        relation_text = self.relations[relation].removeprefix("{{ ").removesuffix(" }}")
        model = self.models.get(relation)
        # dbt casts nulls to the types of all columns that are there.
        there = [c.dtype for c in model.plan.write.columns] if model else list(columns.values())
        content: Mapped = {"input": Jinja(relation_text)}
        if all(has_text(dtype) for dtype in there):
            # What is not there is null.
            content["rows"] = [
                OneLine(
                    {n: plain(v, columns[n], self.dialect) for n, v in row.items() if v is not None}
                )
                for row in rows
            ]
            return content
        return {**content, "format": "sql", "rows": query(rows, columns, self.dialect)}


def _read_by(plan: Plan) -> Mapping[str, Mapping[str, DType]]:
    """The columns of each relation that a plan reads, with their types."""
    read: dict[str, dict[str, DType]] = {}
    for _, scan in plan.scans():
        columns = read.setdefault(scan.source, {})
        columns |= {c.column: c.dtype for c in scan.columns}
    return read


def name_of(model: Model, name: str, taken: set[str]) -> str:
    """What dbt calls a test: the words of its name behind that of the model."""
    # dbt puts the version behind it.
    longest = _LONGEST - len(model.relation.removeprefix(model.name))
    words = re.findall(r"[a-z0-9]+", name.lower()) or ["example"]
    found = f"{model.name}__{words[0]}"[:longest]
    for word in words[1:]:
        if len(f"{found}_{word}") > longest:
            break
        found = f"{found}_{word}"
    unique, count = found, 2
    while unique in taken:
        unique, count = f"{found[: longest - 4]}_{count}", count + 1
    return unique


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def notes(left_out: Sequence[str]) -> str:
    """Comments about what is not in a file."""
    return "".join(f"# {line}\n" for line in left_out)
