"""What a Module must be after a fix: what it was, without the features that are gone."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from alignc.ir.lineage import Field
from alignc.ir.module import (
    Module,
    Raw,
    SourceInput,
    is_declared,
    module_to_json,
    origins_in,
)
from alignc.lint.fixes.rows import keeps_order, keeps_rows


def is_expected(before: Module, after: Module, gone: Collection[Field], *, unsafe: bool) -> bool:
    """Whether nothing but the features has changed, the places of definitions aside.

    If it is `unsafe` another row of a view may be the latest one.
    """
    gone = _with_copies(before, gone)
    if not keeps_rows(before, gone) or not (unsafe or keeps_order(before, gone)):
        return False
    if any(f.name in v.tie_breakers for f in gone for v in before.views if v.name == f.owner):
        return False
    return bool(_content(before, gone) == _content(after, ()))


def _with_copies(module: Module, gone: Collection[Field]) -> set[Field]:
    """The features, and those that come along with the rows of filtered and joined views."""
    found = set(gone)
    while True:
        copies = {
            Field("view", view.name, feature.name)
            for view in module.views
            if not isinstance(view.input, SourceInput)
            for feature in view.raw
            if isinstance(feature.compute, Raw)
            and not is_declared(view, feature)
            and any(
                Field("view", *origin) in found
                for origin in origins_in(view.input, feature.compute.column)
            )
        }
        if copies <= found:
            return found
        found |= copies


# JSON is of any type.
def _content(module: Module, gone: Collection[Field]) -> Any:
    content = _without_places(json.loads(module_to_json(module)))
    names = {(field.owner, field.name) for field in gone}
    for view in content["views"]:
        view["features"] = [f for f in view["features"] if (view["name"], f["name"]) not in names]
        _forget(view["input"], names)
    read: dict[str, set[str]] = {}
    for view in content["views"]:
        if view["input"]["kind"] == "source":
            columns = (f["compute"]["column"] for f in view["features"] if _is_raw(f))
            read.setdefault(view["input"]["source"], set()).update(columns)
    for source in content["sources"]:
        if source["kind"] == "rows":
            wanted = read.get(source["name"], set())
            source["columns"] = [c for c in source["columns"] if c["name"] in wanted]
    return content


def _is_raw(feature: Any) -> bool:
    return bool(feature["compute"]["kind"] == "raw")


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(v) for key, v in value.items() if key != "span"}
    return [_without_places(v) for v in value] if isinstance(value, list) else value


def _forget(given: Any, names: Collection[tuple[str, str]]) -> None:
    """Take features out of the columns that joins and stacks offer."""
    if given["kind"] in ("join", "join_asof"):
        given["columns"] = [c for c in given["columns"] if (given["right"], c[0]) not in names]
        _forget(given["left"], names)
    elif given["kind"] == "stack":
        gone = {name for view, name in names if view in given["views"]}
        given["columns"] = [c for c in given["columns"] if c not in gone]
