"""Run the cases on engines and tell which give what is expected.

It needs Polars, and the engines themselves; see `alignc.verify.engines`.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Literal

import polars as pl

from alignc.conformance.case import Case, Cell, Table
from alignc.errors import DefinitionError
from alignc.frontend.loader import load_project
from alignc.interpreter.expressions import polars_dtype
from alignc.ir.module import FileSource, Module, Source
from alignc.ir.types import BINARY, DATE, TIMESTAMP, DType
from alignc.verify.compare import pairs, same
from alignc.verify.engines import Engine, ReadsNoFilesError
from alignc.verify.programs import programs_of
from alignc.verify.trial import INTERPRETER, Rows, Trial

Outcome = Literal["passed", "failed", "not run"]
# Computes the rows of a result.
_Rows = Callable[[], Rows]
_IMPORTS = "from datetime import timedelta\n\nfrom alignc import *\n"


@dataclass(frozen=True)
class Verdict:
    """What an engine made of a case; the message says what is different, or why it was not run."""

    rule: str
    case: str
    engine: str
    outcome: Outcome
    message: str = ""


def run_case(case: Case, engines: Iterable[Engine]) -> Iterator[Verdict]:
    """The verdict of the interpreter, then of each engine."""
    with tempfile.TemporaryDirectory(prefix="alignc") as name:
        folder = Path(name)
        try:
            module = _load(case, folder)
        except DefinitionError as error:
            codes = [d.code for d in error.diagnostics]
            outcome: Outcome = "passed" if codes == case.refused else "failed"
            yield Verdict(case.rule, case.name, INTERPRETER, outcome, str(error))
            return
        if case.refused is not None:
            yield Verdict(
                case.rule, case.name, INTERPRETER, "failed", "the definitions are not refused"
            )
            return
        run = _Run(case, module, folder)
        yield run.verdict(INTERPRETER, run.trial.interpreted)
        for engine in engines:
            yield run.on(engine)


def _load(case: Case, folder: Path) -> Module:
    definitions = folder / "definitions.py"
    definitions.write_text(_IMPORTS + case.definitions, encoding="utf-8")
    return load_project(folder, [definitions], "conformance").module


class _Run:
    """One case on its way through the engines."""

    def __init__(self, case: Case, module: Module, folder: Path) -> None:
        self.case = case
        self.module = module
        self.folder = folder
        shown = case.show or (module.contracts or module.views)[-1].name
        programs = programs_of(module, twins=False)
        program = next(p for p in programs if p.name == shown)
        used = set(program.sources)
        self.tables = {name: table for name, table in case.sources.items() if name in used}
        frames = {
            name: frame_of(table, module.source_by_name[name])
            for name, table in self.tables.items()
        }
        entities = frame_of(case.entities) if case.entities is not None else None
        self.trial = Trial(program, frames, entities)

    def on(self, engine: Engine) -> Verdict:
        if reasons := self.trial.program.reasons_against(engine.name):
            return self.said(engine.name, "not run", "; ".join(reasons))
        texts = {name: t.csv for name, t in self.tables.items() if t.csv is not None}
        try:
            if texts or not self.tables:
                self._write(texts)
                engine.load_files(self.module, self.folder)
            else:
                self.trial.load(engine)
        except ReadsNoFilesError as error:
            return self.said(engine.name, "not run", str(error))
        return self.verdict(engine.name, lambda: self.trial.run(engine))

    def _write(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            source = self.module.source_by_name[name]
            assert isinstance(source, FileSource)
            path = self.folder / source.path
            path.parent.mkdir(parents=True, exist_ok=True)
            written = text.encode()
            path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)

    def verdict(self, engine: str, rows: _Rows) -> Verdict:
        try:
            found = rows()
        except Exception as error:  # each engine has a kind of its own
            said = f"{type(error).__name__}: {error}"
            is_meant = self.case.error is not None and self.case.error in said
            return self.said(engine, "passed" if is_meant else "failed", said)
        if self.case.error is not None:
            message = "it does not end with an error"
        else:
            message = self._difference(found)
        return self.said(engine, "failed" if message else "passed", message)

    def said(self, engine: str, outcome: Outcome, message: str) -> Verdict:
        return Verdict(self.case.rule, self.case.name, engine, outcome, message)

    def _difference(self, found: Sequence[Mapping[str, object]]) -> str:
        """The first cell that is not as expected, nothing if all are."""
        expect = self.case.expect
        assert expect is not None
        types = {c.name: c.dtype for c in self.trial.program.plan.write.columns}
        wanted = [
            {c: value_of(cell, types.get(c)) for c, cell in zip(expect.columns, row, strict=True)}
            for row in expect.rows
        ]
        if len(found) != len(wanted):
            return f"{len(found)} rows, not {len(wanted)}"
        there = [{c: row[c] for c in expect.columns} for row in found]
        is_ordered = self.trial.entities is not None
        for number, row in enumerate(there) if is_ordered else pairs(wanted, there):
            for column, value in row.items():
                if not same(wanted[number][column], value):
                    return f"row {number}, {column}: {value!r}, not {wanted[number][column]!r}"
        return ""


# -- values

_FLOATS: dict[str, pl.DataType] = {"Float32": pl.Float32(), "Float64": pl.Float64()}
_STORED: dict[str, pl.DataType] = {
    **{f"Int{bits}": getattr(pl, f"Int{bits}")() for bits in (8, 16, 32, 64)},
    **{f"UInt{bits}": getattr(pl, f"UInt{bits}")() for bits in (8, 16, 32, 64)},
    **_FLOATS,
    "Bool": pl.Boolean(),
    "String": pl.String(),
    "Json": pl.String(),
    "Binary": pl.Binary(),
    "Timestamp": pl.Datetime("us", "UTC"),
    "Timestamp[ms]": pl.Datetime("ms", "UTC"),
    "Timestamp[us, naive]": pl.Datetime("us"),
}


def frame_of(table: Table, source: Source | None = None) -> pl.DataFrame:
    """The rows of a table as it is stored; fields of a csv file are text."""
    if table.csv is not None:
        separator = source.separator if isinstance(source, FileSource) else ","
        read = list(csv.DictReader(StringIO(table.csv), delimiter=separator))
        schema = dict.fromkeys(read[0], pl.String())
        return pl.DataFrame([{k: v or None for k, v in r.items()} for r in read], schema=schema)
    values = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    return pl.DataFrame(
        [
            pl.Series(name, [_stored(cell, kind) for cell in cells], _stored_type(kind))
            for (name, kind), cells in zip(table.columns.items(), values, strict=True)
        ]
    )


def _stored_type(kind: str) -> pl.DataType:
    if kind.startswith("List["):
        return pl.List(_stored_type(kind[len("List[") : -1]))
    if kind.startswith("Struct{"):
        members = DType.parse(kind).fields
        return pl.Struct({name: polars_dtype(dtype) for name, dtype in members})
    dtype = DType.parse(kind) if kind.startswith("Decimal") else None
    return _STORED[kind] if dtype is None else pl.Decimal(dtype.digits, dtype.scale)


def _stored(cell: Cell, kind: str) -> object:
    if isinstance(cell, list):
        return [_stored(element, kind[len("List[") : -1]) for element in cell]
    if kind.startswith("Decimal") and isinstance(cell, str):
        return Decimal(cell)
    if kind == "Binary" and isinstance(cell, str):
        return bytes.fromhex(cell)
    if kind.startswith("Timestamp") and isinstance(cell, str):
        return datetime.fromisoformat(cell)
    return float(cell) if kind in _FLOATS and isinstance(cell, int) else cell


def value_of(cell: Cell, dtype: DType | None) -> object:
    """An expected cell as a value; entity columns, whose type nobody declares, are as given."""
    if isinstance(cell, list):
        return [value_of(element, dtype.element if dtype else None) for element in cell]
    if isinstance(cell, str) and (dtype == TIMESTAMP or (dtype is None and "T" in cell[:11])):
        return datetime.fromisoformat(cell).astimezone(UTC)
    if isinstance(cell, str) and dtype is not None and dtype.name == "Decimal":
        return Decimal(cell)
    if isinstance(cell, str) and dtype == BINARY:
        return bytes.fromhex(cell)
    if isinstance(cell, str) and dtype == DATE:
        return date.fromisoformat(cell)
    return cell
