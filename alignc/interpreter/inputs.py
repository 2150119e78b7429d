"""The rows of joins and stacks of views, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from alignc.interpreter.convert import to_timestamp
from alignc.interpreter.datasets import features_at, known_view
from alignc.interpreter.values import Row
from alignc.interpreter.views import input_rows, interpret_view, key_of
from alignc.ir.module import AsOfInput, JoinInput, Module, StackInput

Sources = Mapping[str, Sequence[Row]]


def joined_rows(
    module: Module, given: JoinInput | AsOfInput | StackInput, sources: Sources
) -> list[Row]:
    """The rows that a view reads."""
    match given:
        case JoinInput():
            return _join(module, given, sources)
        case AsOfInput():
            return _join_as_of(module, given, sources)
        case StackInput():
            return _stack(module, given, sources)
        case _:
            assert_never(given)


def _join(module: Module, given: JoinInput, sources: Sources) -> list[Row]:
    keys = [b for _, b in given.on]
    by_key: dict[tuple[object, ...], Row] = {}
    for row in interpret_view(module, given.right, sources):
        key = key_of(row, keys)
        if key is None:
            continue
        if key in by_key:
            told = ", ".join(str(row[name]) for name in keys)
            raise ValueError(f"{given.right}: several rows have the key {told}")
        by_key[key] = row
    rows: list[Row] = []
    for row in input_rows(module, given.left, sources):
        key = key_of(row, [a for a, _ in given.on])
        match = None if key is None else by_key.get(key)
        if match is not None or given.how == "left":
            taken = {new: match[name] if match else None for name, new in given.columns}
            rows.append({**row, **taken})
    return rows


def _join_as_of(module: Module, given: AsOfInput, sources: Sources) -> list[Row]:
    right = known_view(module, module.view_by_name[given.right], sources)
    rows: list[Row] = []
    for row in input_rows(module, given.left, sources):
        keys = {entity: row[name] for name, entity in given.on}
        q = to_timestamp(row[given.time])
        if q is None or None in keys.values():
            # Nothing can be asked: also counts are missing.
            taken: Row = {new: None for _, new in given.columns}
        else:
            found = features_at(right, keys, q)
            taken = {new: found[name] for name, new in given.columns}
        rows.append({**row, **taken})
    return rows


def _stack(module: Module, given: StackInput, sources: Sources) -> list[Row]:
    rows: list[Row] = []
    for view in given.views:
        for row in interpret_view(module, view, sources):
            one = {name: row[name] for name in given.columns}
            if given.source_column is not None:
                one[given.source_column] = view
            rows.append(one)
    return rows
