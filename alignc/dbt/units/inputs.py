"""What the relations that a model reads have in them, where the sources have the rows of a test.

dbt puts rows in the place of what a model reads, which is another model and not a source. The
interpreter says what these rows are; what is expected of the model stays as the user has written it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from alignc.artifacts.relations import scan_column
from alignc.dbt.models import Model, staged_columns
from alignc.interpreter import Row, Value, interpret_dataset, interpret_view
from alignc.interpreter.cells import rows_of_test
from alignc.interpreter.views import raw_value, read_rows
from alignc.ir.fixture import Fixture
from alignc.ir.module import (
    Contract,
    Feature,
    Module,
    Raw,
    Source,
    SourceInput,
    View,
    ViewInput,
)


@dataclass(frozen=True)
class Inputs:
    """The rows of a test, and the models that are between them and a model."""

    module: Module
    models: Mapping[str, Model]
    fixture: Fixture

    def rows(self, relation: str, names: Sequence[str]) -> list[Row]:
        """The rows of a relation with those of the columns that are known; ValueError if they make no sense."""
        model = self.models.get(relation)
        if model is None:
            assert self.fixture.entities is not None, "a dataset has entity rows"
            rows = rows_of_test(self.fixture.entities)
        else:
            rows = self._of_model(model, names)
        return [{name: row[name] for name in names if name in row} for row in rows]

    def found(self) -> list[Row]:
        """What the interpreter says of the test; ValueError if its rows make no sense."""
        name = self.fixture.target
        if self.fixture.entities is None:
            return self._of_view(self.module.view_by_name[name])
        entities = rows_of_test(self.fixture.entities)
        contract = self.module.contract_by_name[name]
        rows = interpret_dataset(self.module, name, self._sources, entities)
        origins = {used.name: (used.view, used.feature) for used in contract.inputs}
        origins |= {label.feature: (label.view, label.feature) for label in contract.labels}
        computed = {name for name, origin in origins.items() if not self.is_written(*origin)}
        return [{n: rounded(v) if n in computed else v for n, v in row.items()} for row in rows]

    def is_written(self, view: str, feature: str) -> bool:
        """Whether a value is one of a source as it is there, and not computed."""
        about = self.module.view_by_name[view]
        match about.by_name[feature].compute, about.input:
            case Raw(), SourceInput():
                return True
            case Raw(column=column), ViewInput(view=base):
                return self.is_written(base, column)
            case _:
                return False

    @property
    def _sources(self) -> Mapping[str, Sequence[Row]]:
        return {name: rows_of_test(given) for name, given in self.fixture.given}

    def _of_model(self, model: Model, names: Sequence[str]) -> list[Row]:
        match model.about:
            case View(name=name):
                # What the model is of has all features, the module those that are known.
                view = self.module.view_by_name[name]
                if model.layer == "features":
                    return self._of_view(view)
                return self._rounded(view, read_rows(self.module, view, self._sources))
            case Contract():
                raise AssertionError("no model reads a dataset")
            case source:
                return self._of_source(source, names)

    def _of_view(self, view: View) -> list[Row]:
        return self._rounded(view, interpret_view(self.module, view.name, self._sources))

    def _of_source(self, source: Source, names: Sequence[str]) -> list[Row]:
        known = dict(_staged(self.module, source))
        return [
            {name: self._read(known[name], given) for name in names}
            for given in self._sources[source.name]
        ]

    def _read(self, known: tuple[View, Feature], given: Row) -> Value:
        view, feature = known
        return raw_value(self.module, view, given, feature)

    def _rounded(self, view: View, rows: Sequence[Row]) -> list[Row]:
        computed = {f.name for f in view.features if not self.is_written(view.name, f.name)}
        return [{n: rounded(v) if n in computed else v for n, v in row.items()} for row in rows]


def _staged(module: Module, source: Source) -> list[tuple[str, tuple[View, Feature]]]:
    """Each column of a source's model, with a feature that is the same."""
    views = [v for v in module.views if v.input == SourceInput(source=source.name)]
    features = {scan_column(f, source).what: (view, f) for view in views for f in view.raw}
    return [(column.name, features[column.what]) for column in staged_columns(module, source)]


def rounded(value: Value) -> Value:
    """The value with floats of 12 digits, which are the same wherever they are computed.

    >>> rounded(0.1 + 0.2)
    0.3
    """
    match value:
        case float():
            return float(f"{value:.12g}")
        # What is inside of a list may be a list, which `Value` does not say.
        case list():
            return cast("Value", [rounded(element) for element in value])
        case dict():
            return cast("Value", {name: rounded(member) for name, member in value.items()})
        case _:
            return value
