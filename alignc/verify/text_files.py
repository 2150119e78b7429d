"""Cases whose sources are files of text: csv and json lines. A null is a field that is not there."""

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


def write_text_files(case: Case, folder: Path) -> None:
    """The files of a case whose sources are text, where the Module has them."""
    for name, frame in case.sources.items():
        source = case.module.source_by_name[name]
        assert isinstance(source, FileSource)
        text = _csv(frame, source) if source.format == "csv" else _json_lines(frame, case.module)
        data = text.encode()
        (folder / source.path).write_bytes(
            gzip.compress(data) if source.path.endswith(".gz") else data
        )


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
