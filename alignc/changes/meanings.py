"""Whether a feature means what it has meant, whatever it is called and in whatever order it is written."""

from __future__ import annotations

from alignc.changes.aspects import rows_of
from alignc.ir.lineage import Field
from alignc.ir.module import Feature, Module, Raw, View, ViewInput
from alignc.lint.sameness import Columns, meaning_in


class Meanings:
    """The features of two states of a project, in terms of the columns that their views read."""

    def __init__(self, old: Module, new: Module) -> None:
        self._old = _State(old)
        self._new = _State(new)

    def are_same(self, old: Field, new: Field) -> bool:
        """Whether both have the same value in a row, or are the same computation of features of the same names."""
        old, new = self._old.origin(old), self._new.origin(new)
        before, after = self._old.feature(old), self._new.feature(new)
        if before is None or after is None:
            return False
        if meaning_in(*before) == meaning_in(*after):
            return True
        return self._old.columns(old.owner).meaning(before[1]) == self._new.columns(
            new.owner
        ).meaning(after[1])

    def have_same_rows(self, old: Field, new: Field) -> bool:
        """Whether the views of both read the same rows, by the same key and times."""
        before, after = self._old.view(old.owner), self._new.view(new.owner)
        if before is None or after is None or rows_of(before.input) != rows_of(after.input):
            return False
        return self._old.columns(old.owner).rows() == self._new.columns(new.owner).rows()


class _State:
    def __init__(self, module: Module) -> None:
        self._module = module
        self._columns: dict[str, Columns] = {}

    def view(self, name: str) -> View | None:
        return self._module.view_by_name.get(name)

    def feature(self, field: Field) -> tuple[View, Feature] | None:
        view = self.view(field.owner)
        feature = view.by_name.get(field.name) if view is not None else None
        return None if view is None or feature is None else (view, feature)

    def origin(self, field: Field) -> Field:
        """The feature that one is which is read from the view below as it is."""
        while (found := self.feature(field)) is not None:
            view, feature = found
            if not isinstance(view.input, ViewInput) or not isinstance(feature.compute, Raw):
                break
            field = Field("view", view.input.view, feature.compute.column)
        return field

    def columns(self, view: str) -> Columns:
        if view not in self._columns:
            self._columns[view] = Columns(self._module.view_by_name[view])
        return self._columns[view]
