"""A file of a dbt project line by line: the features that a line names, else what the file is of.

Queries of models are laid out anew after they have been lowered, so that a line is told by the names in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from alignc.driver import dbt_files
from alignc.ir.fixture import Fixture
from alignc.ir.module import Input, Module, Source, SourceInput
from alignc.settings import Project
from alignc.trace.definitions import (
    Definition,
    of_contract,
    of_feature,
    of_source,
    of_view,
    readers_of,
)

# A column of a model in its YAML file, and a name in SQL, with or without quotes.
_COLUMN = re.compile(r" {6}- name: \"?'?([^\"']+)")
_NAME = re.compile(r'"(?:[^"]|"")+"|[A-Za-z_]\w*')
# The name that a column is given at the end of its lines.
_ALIAS = re.compile(r' as ("(?:[^"]|"")+"|\w+),?$')

Lines = tuple[tuple[str, tuple[Definition, ...]], ...]


def traced_lines(
    project: Project, module: Module, path: str, fixtures: tuple[Fixture, ...] = ()
) -> Lines | None:
    """The lines of the file at `path` below the output folder, with what each is about."""
    parts = PurePosixPath(path).parts
    if len(parts) < 3 or parts[0] != "dbt" or parts[1] not in project.settings.adapters:
        return None
    depth = len(PurePosixPath(project.settings.output).parts) + 2
    below = "/".join(parts[2:])
    for file in dbt_files(module, project, parts[1], depth, fixtures):
        if file.path == below:
            own = tuple(_own(module, symbol) for symbol in file.symbols if symbol != "project")
            names = _names(module, file.symbols)
            lines = file.text.split("\n")[:-1]
            found = _in_yaml if path.endswith(".yml") else _in_sql
            return tuple(zip(lines, found(lines, own, names), strict=True))
    return None


def _in_sql(
    lines: list[str], own: tuple[Definition, ...], names: Mapping[str, tuple[Definition, ...]]
) -> Iterator[tuple[Definition, ...]]:
    for item in _items(lines):
        made = _ALIAS.search(item[-1])
        column = names.get(_unquoted(made[1]), ()) if made else ()
        for line in item:
            words = [] if _is_comment(line) else [w[0] for w in _NAME.finditer(line)]
            named = [one for word in words for one in names.get(_unquoted(word), ())]
            yield tuple(dict.fromkeys((*column, *named, *own)))


def _items(lines: list[str]) -> Iterator[list[str]]:
    """The lines of each column of a select list together, and all other lines one by one."""
    item: list[str] = []
    inner: int | None = None
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        indent = len(following) - len(following.lstrip())
        if line.strip() in ("select", "select distinct"):
            inner = indent
            yield [line]
            continue
        item.append(line)
        is_last = inner is None or indent < inner
        if is_last or (line.endswith(",") and indent == inner):
            yield item
            item = []
            inner = None if is_last else inner
    if item:
        yield item


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("--")


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _in_yaml(
    lines: list[str], own: tuple[Definition, ...], names: Mapping[str, tuple[Definition, ...]]
) -> Iterator[tuple[Definition, ...]]:
    column: tuple[Definition, ...] = ()
    for line in lines:
        found = _COLUMN.match(line)
        if found is not None:
            column = names.get(found[1], ())
        elif line and not line.startswith(" " * 8):
            column = ()
        yield (*column, *own)


def _own(module: Module, symbol: str) -> Definition:
    kind, _, name = symbol.partition(":")
    match kind:
        case "view":
            return of_view(module.view_by_name[name])
        case "dataset":
            return of_contract(module.contract_by_name[name])
        case _:
            return of_source(module.source_by_name[name])


def _names(module: Module, symbols: tuple[str, ...]) -> dict[str, tuple[Definition, ...]]:
    """The features that columns of a model are, by the names that they have there."""
    names: dict[str, tuple[Definition, ...]] = {}
    for symbol in symbols:
        kind, _, name = symbol.partition(":")
        if kind == "view":
            view = module.view_by_name[name]
            names |= {f.name: (of_feature(view, f),) for f in view.features}
        elif kind == "dataset":
            for used in module.contract_by_name[name].uses:
                column = used.name if isinstance(used, Input) else used.feature
                view = module.view_by_name[used.view]
                names[column] = (of_feature(view, view.by_name[used.feature]),)
        elif kind == "source":
            names |= _of_source(module, module.source_by_name[name])
    return names


def _of_source(module: Module, source: Source) -> dict[str, tuple[Definition, ...]]:
    names: dict[str, tuple[Definition, ...]] = {}
    for view in module.views:
        if view.input == SourceInput(source=source.name):
            for feature in view.raw:
                known = names.get(feature.name, ())
                names[feature.name] = (*known, of_feature(view, feature))
                column = getattr(feature.compute, "column", feature.name)
                names.setdefault(column, readers_of(module, source.name, column))
    return names
