"""Views that have another name now, and are otherwise told as what they were.

A view is renamed if one is gone and one is new that has the same rows and features of the same names, or half of
them where no other view has these rows, and no other pair could be meant. A feature is if its view has one less and one
more that means the same. To who reads its tables it is gone all the same (B101); to who has it in definitions it is
what it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from alignc.changes.aspects import rows_of
from alignc.changes.compare import Change, Comparison
from alignc.ir.lineage import Field
from alignc.ir.module import (
    AsOfInput,
    JoinInput,
    Module,
    Rows,
    SourceInput,
    StackInput,
    View,
    module_from_json,
    module_to_json,
)
from alignc.lint.sameness import meaning_in


def with_renames(comparison: Comparison) -> tuple[Comparison, tuple[Change, ...]]:
    """The comparison as if views had had their new names before, and its changes with those of the names."""
    names = renamed_views(comparison.old, comparison.new)
    old = _renamed(comparison.old, names) if names else comparison.old
    compared = Comparison(old, comparison.new) if names else comparison
    renamed: dict[str, Change] = {}
    for before, name in sorted(names.items(), key=lambda pair: pair[1]):
        view = comparison.new.view_by_name[name]
        fields = tuple(Field("view", name, feature.name) for feature in view.features)
        renamed[name] = Change("renamed", "view", name, view.span, fields=fields, before=before)
    others: list[Change] = []
    moved = renamed_fields(compared.old, compared.new)
    before_names = {str(now): str(was) for was, now in moved.items()}
    for change in compared.changes:
        if change.state == "created" and change.what == "feature" and change.symbol in before_names:
            others.append(replace(change, state="renamed", before=before_names[change.symbol]))
        elif change.state == "removed" and change.symbol in before_names.values():
            pass
        elif change.what == "view" and change.state == "changed" and change.symbol in renamed:
            one = renamed[change.symbol]
            renamed[change.symbol] = replace(one, differences=change.differences)
        else:
            others.append(change)
    return compared, (*renamed.values(), *others)


def but_for_names(comparison: Comparison) -> Comparison:
    """The comparison as if views had had their new names before."""
    return with_renames(comparison)[0]


def renamed_views(old: Module, new: Module) -> Mapping[str, str]:
    """The new names of views by their old ones."""
    gone = [v for v in old.views if v.name not in new.view_by_name]
    created = [v for v in new.views if v.name not in old.view_by_name]
    by_names = _pairs(gone, created, lambda view: (rows_of(view.input), frozenset(view.by_name)))
    by_rows = _pairs(gone, created, lambda view: rows_of(view.input))
    pairs = [*(pair for pair in by_rows if _are_alike(*pair)), *by_names]
    return {
        before.name: after.name for before, after in pairs if not _is_named_in_data(before, old)
    }


def renamed_fields(old: Module, new: Module) -> Mapping[Field, Field]:
    """The features of views that are called otherwise now, or whose views are, by what they were called."""
    views = renamed_views(old, new)
    found: dict[Field, Field] = {}
    for before in old.views:
        view = new.view_by_name.get(views.get(before.name, before.name))
        if view is None:
            continue
        names = _renamed_features(before, view)
        for feature in before.features:
            name = names.get(feature.name, feature.name)
            if (view.name, name) != (before.name, feature.name):
                found[Field("view", before.name, feature.name)] = Field("view", view.name, name)
    return found


def _renamed_features(before: View, view: View) -> Mapping[str, str]:
    """The new names of features: one that is gone, and a new one that alone means what it did."""
    gone = _by_meaning(before, set(view.by_name))
    created = _by_meaning(view, set(before.by_name))
    pairs = ((gone[key], created[key]) for key in gone if key in created)
    return {old[0]: new[0] for old, new in pairs if len(old) == len(new) == 1}


def _by_meaning(view: View, but: set[str]) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for feature in view.features:
        if feature.name not in but:
            found.setdefault((feature.role, meaning_in(view, feature)), []).append(feature.name)
    return found


def _pairs(
    gone: Iterable[View], created: Iterable[View], content: Callable[[View], object]
) -> Iterator[tuple[View, View]]:
    """The views of each state that are alone with their content there."""
    found: dict[object, tuple[list[View], list[View]]] = {}
    for state, views in enumerate((gone, created)):
        for view in views:
            found.setdefault(content(view), ([], []))[state].append(view)
    for before, after in found.values():
        if len(before) == len(after) == 1:
            yield before[0], after[0]


def _are_alike(old: View, new: View) -> bool:
    """Whether at least half of the names of either are those of the other."""
    both = old.by_name.keys() & new.by_name.keys()
    return 2 * len(both) >= max(len(old.by_name), len(new.by_name))


def _is_named_in_data(view: View, module: Module) -> bool:
    """Whether the name of a view is a value in a column of another one."""
    return any(_has_name_of(view, other.input) for other in module.views)


def _has_name_of(view: View, given: SourceInput | Rows) -> bool:
    match given:
        case StackInput(views=views, source_column=column):
            return column is not None and view.name in views
        case JoinInput(left=left) | AsOfInput(left=left):
            return _has_name_of(view, left)
        case _:
            return False


def _renamed(module: Module, names: Mapping[str, str]) -> Module:
    content = json.loads(module_to_json(module))
    for view in content["views"]:
        view["name"] = names.get(view["name"], view["name"])
    content["views"].sort(key=lambda view: view["name"])
    return module_from_json(json.dumps(_with_names(content, names)))


def _with_names(value: object, names: Mapping[str, str]) -> object:
    """The value with new names wherever a definition names a view."""
    match value:
        case dict():
            return {key: _with_name(key, part, names) for key, part in value.items()}
        case list():
            return [_with_names(part, names) for part in value]
        case _:
            return value


def _with_name(key: str, value: object, names: Mapping[str, str]) -> object:
    if key in ("view", "right") and isinstance(value, str):
        return names.get(value, value)
    if key == "views" and isinstance(value, list):
        return [names.get(v, v) if isinstance(v, str) else _with_names(v, names) for v in value]
    return _with_names(value, names)
