"""Whether a result has no rows whatever is joined.

A key that is there twice ends a program; but a database that sees beforehand that there is nothing to
join with gives no rows, and never looks at the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.interpreter import Row
from alignc.interpreter.views import input_rows
from alignc.ir.module import (
    AsOfInput,
    Contract,
    JoinInput,
    Module,
    Rows,
    SourceInput,
    StackInput,
    View,
    ViewInput,
)
from alignc.verify.rows import Case


def has_no_rows(case: Case, definition: View | Contract) -> bool:
    """Whether the view or the dataset is empty before its joins are made."""
    if isinstance(definition, Contract):
        return case.entities[definition.name].is_empty()
    sources = {name: frame.to_dicts() for name, frame in case.sources.items()}
    return _is_empty(case.module, definition.input, sources)


def _is_empty(
    module: Module, given: SourceInput | Rows, sources: Mapping[str, Sequence[Row]]
) -> bool:
    match given:
        case JoinInput(left=left) | AsOfInput(left=left):
            return _is_empty(module, left, sources)
        case StackInput(views=views):
            return all(_is_empty(module, module.view_by_name[v].input, sources) for v in views)
        case SourceInput() | ViewInput():
            try:
                return not input_rows(module, given, sources)
            except ValueError:
                # The view itself joins with a key that is there twice.
                return isinstance(given, ViewInput) and _is_empty(
                    module, module.view_by_name[given.view].input, sources
                )
