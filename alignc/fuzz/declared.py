"""A case with its sources as a Module can declare them, in place of tables that engines are given.

Rows in the definitions, files of text, parquet files, folders of parquet files by key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Final

import polars as pl

from alignc.fuzz.files import Columns, are_text, as_text_file, written
from alignc.interpreter.convert import convert
from alignc.ir.expr import literal
from alignc.ir.module import (
    Feature,
    FileSource,
    Module,
    Raw,
    RowsColumn,
    RowsSource,
    SourceInput,
)
from alignc.ir.types import BINARY, JSON, NESTED, STRING, TIMESTAMP
from alignc.verify.rounding import rebuilt
from alignc.verify.rows import Case

Declared = tuple[FileSource | RowsSource, pl.DataFrame | None]


def as_declared(case: Case, draw: Random) -> Case:
    """The case with rows or files as its sources; PostgreSQL reads it if all of them are rows."""
    read = _columns(case.module)
    only = _form_for_all(read, draw)
    sources: dict[str, FileSource | RowsSource] = {}
    frames: dict[str, pl.DataFrame] = {}
    for number, (name, columns) in enumerate(read.items()):
        form = only or draw.choice([form for fits, form in _FORMS if fits(columns)])
        sources[name], frame = form(name, number, columns, case.sources[name], draw)
        if frame is not None:
            frames[name] = frame
    module = rebuilt(case.module, sources=tuple(sources[n] for n in sorted(sources)))
    return replace(case, module=module, sources=frames, as_declared=True)


def _form_for_all(read: Mapping[str, Columns], draw: Random) -> _Form | None:
    """Most projects that can have only rows or only files of text do."""
    chance = draw.random()
    if chance < 0.3 and all(map(_are_scalars, read.values())):
        return _as_rows
    return as_text_file if chance < 0.8 and all(map(are_text, read.values())) else None


def _columns(module: Module) -> dict[str, dict[str, Feature]]:
    """The columns of each source with a feature that reads them."""
    found: dict[str, dict[str, Feature]] = {}
    for view in module.views:
        if isinstance(view.input, SourceInput):
            columns = found.setdefault(view.input.source, {})
            for feature in view.raw:
                assert isinstance(feature.compute, Raw)
                columns.setdefault(feature.compute.column, feature)
    return found


def _raw(feature: Feature) -> Raw:
    assert isinstance(feature.compute, Raw)
    return feature.compute


# -- rows


def _are_scalars(columns: Columns) -> bool:
    """Whether definitions can hold such columns."""
    return not any(
        f.dtype.name in NESTED or f.dtype == BINARY or _raw(f).path for f in columns.values()
    )


def _as_rows(
    source: str, number: int, columns: Columns, frame: pl.DataFrame, draw: Random
) -> Declared:
    def held(name: str, feature: Feature) -> RowsColumn:
        made = (convert(v, feature.dtype, _raw(feature).time_zone) for v in frame[name])
        values = tuple(
            None if v is None or isinstance(v, list | dict | bytes) else literal(v).value
            for v in made
        )
        return RowsColumn.model_validate({"name": name, "dtype": feature.dtype, "values": values})

    return RowsSource(name=source, columns=tuple(held(n, f) for n, f in columns.items())), None


# -- parquet


def _as_parquet(
    source: str, number: int, columns: Columns, frame: pl.DataFrame, draw: Random
) -> Declared:
    file = FileSource(name=source, path=f"file_{number}.parquet", format="parquet")
    return file, frame


_PLAIN_NAME: Final = re.compile("[A-Za-z][A-Za-z0-9_]*")


def _can_be_keys(columns: Columns) -> bool:
    """Whether there are columns that can be keys of folders; one at least is in the files."""
    return len(columns) > 1 and any(_can_be_key(n, f) for n, f in columns.items())


def _can_be_key(name: str, feature: Feature) -> bool:
    return (
        _PLAIN_NAME.fullmatch(name) is not None
        and feature.dtype.name not in NESTED
        and feature.dtype not in (BINARY, JSON, TIMESTAMP)
        and not _raw(feature).path
    )


def _as_folders(
    source: str, number: int, columns: Columns, frame: pl.DataFrame, draw: Random
) -> Declared:
    possible = [name for name, feature in columns.items() if _can_be_key(name, feature)]
    count = min(draw.randint(1, 2), len(possible), len(columns) - 1)
    keys = draw.sample(possible, count)
    folder = FileSource(
        name=source, path=f"folder_{number}", format="parquet", partition_keys=tuple(keys)
    )
    texts = (
        pl.Series(key, [_folder(value, columns[key]) for value in frame[key]], pl.String)
        for key in keys
    )
    return folder, frame.with_columns(texts)


def _folder(value: object, feature: Feature) -> str | None:
    """The name of a folder; file systems have no long ones."""
    text = written(convert(value, feature.dtype)) or None
    return text[:20] if text is not None and feature.dtype == STRING else text


_Form = Callable[[str, int, Columns, pl.DataFrame, Random], Declared]
_FORMS: Final[tuple[tuple[Callable[[Columns], bool], _Form], ...]] = (
    (are_text, as_text_file),
    (_are_scalars, _as_rows),
    (lambda columns: True, _as_parquet),
    (_can_be_keys, _as_folders),
)
