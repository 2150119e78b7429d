"""The files of a case whose sources are read as the Module declares them.

Of files of text, csv and json lines, a null is a field that is not there. Parquet files in folders
have their keys as text in the names of these.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
from pathlib import Path

import polars as pl

from alignc.ir.module import FileSource, Module
from alignc.verify.rows import Case

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# What stands for a missing key, and what Hive and Spark do not write into the names of folders.
_NO_KEY = "__HIVE_DEFAULT_PARTITION__"
_ODD_IN_FOLDERS = re.compile("[\\x00-\\x1f\"#%'*/:=?\\\\\x7f{\\[\\]^]")


def write_source_files(case: Case, folder: Path) -> None:
    """The files of a case, where the Module has them."""
    for name, frame in case.sources.items():
        source = case.module.source_by_name[name]
        assert isinstance(source, FileSource)
        path = folder / source.path
        if source.partition_keys:
            _write_folders(frame, source.partition_keys, path)
        elif source.format == "parquet":
            frame.write_parquet(path)
        else:
            is_csv = source.format == "csv"
            data = (_csv(frame, source) if is_csv else _json_lines(frame, case.module)).encode()
            path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)


def _write_folders(frame: pl.DataFrame, keys: tuple[str, ...], path: Path) -> None:
    """A parquet file for each set of keys; one without rows if there is none."""
    rest = frame.drop(keys)
    places: dict[Path, list[int]] = {}
    for number, row in enumerate(frame.select(keys).iter_rows()):
        place = path.joinpath(*(f"{k}={_in_folder(v)}" for k, v in zip(keys, row, strict=True)))
        places.setdefault(place, []).append(number)
    for place, numbers in (places or {path.joinpath(*(f"{k}=0" for k in keys)): []}).items():
        place.mkdir(parents=True)
        rest[numbers].write_parquet(place / "part-0.parquet")


def _in_folder(key: str | None) -> str:
    """A key as Hive and Spark write it: nothing stands for itself but letters and a few signs."""
    if not key:
        return _NO_KEY
    return _ODD_IN_FOLDERS.sub(lambda found: f"%{ord(found[0]):02X}", key)


def _csv(frame: pl.DataFrame, source: FileSource) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=source.separator, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(frame.iter_rows())
    return out.getvalue()


def _json_lines(frame: pl.DataFrame, module: Module) -> str:
    """An object a row; what is not declared as text is written without quotes where JSON has that."""
    texts = {
        feature.compute.column
        for view in module.views
        for feature in view.raw
        if feature.compute.kind == "raw" and str(feature.dtype) == "String"
    }
    lines = []
    for number, row in enumerate(frame.iter_rows(named=True)):
        # Every other row leaves out what is null.
        members = (
            f"{json.dumps(name)}: {_json(text, is_text=name in texts)}"
            for name, text in row.items()
            if text is not None or number % 2
        )
        lines.append("{" + ", ".join(members) + "}\n")
    return "".join(lines)


def _json(text: str | None, *, is_text: bool) -> str:
    if text is None:
        return "null"
    is_number = _NUMBER.fullmatch(text) and math.isfinite(float(text))
    return text if not is_text and (is_number or text in ("true", "false")) else json.dumps(text)
