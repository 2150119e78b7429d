"""`alignc verify`: a project's own definitions, on rows made from its constraints or on a sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl

from alignc.errors import Diagnostics, did_you_mean
from alignc.interpreter.convert import convert
from alignc.ir.module import FileSource, Module, Raw, SourceInput
from alignc.verify.check import Outcome, check
from alignc.verify.engines import MissingEngineError, opened
from alignc.verify.report import Report, report_of
from alignc.verify.rows import Habits, features_without_values, make_case
from alignc.verify.values import Taste, kind_of, stored_as


def verify_module_on_engines(
    module: Module,
    targets: Sequence[str],
    *,
    rows: int,
    seed: int,
    samples: Sequence[str] = (),
    postgres: str | None = None,
) -> Report:
    """What the engines of the targets that are found on this machine say of the same rows.

    `samples` are `source=path`: rows of that source instead of made-up ones.
    """
    given = _read_samples(module, samples)
    _stop_where_no_data_can_be_made(module, given)
    habits = Habits(rows=rows, entity_rows=rows, taste=Taste(), never_empty=True)
    case = make_case(module, Random(seed), habits, given)
    outcome, missing = Outcome(), dict[str, str]()
    with TemporaryDirectory(prefix="alignc") as folder:
        for target in targets:
            try:
                with opened((target,), Path(folder), postgres) as engines:
                    check(case, engines.values(), twins=False, outcome=outcome)
            except MissingEngineError as error:
                missing[target] = str(error)
    return report_of(outcome, missing, seed)


def _read_samples(module: Module, samples: Sequence[str]) -> dict[str, pl.DataFrame]:
    found = Diagnostics()
    frames: dict[str, pl.DataFrame] = {}
    for sample in samples:
        name, equals, text = sample.partition("=")
        path = Path(text)
        if not equals or name not in module.source_by_name:
            found.add(
                "ALN601",
                f"--sample {sample}: use SOURCE=PATH",
                None,
                did_you_mean(name, module.source_by_name),
            )
        elif not path.is_file():
            found.add("ALN602", f"--sample {sample}: there is no such file")
        else:
            frames[name] = _read(module, name, path, sample, found)
    found.raise_if_any()
    return frames


def _read(module: Module, source: str, path: Path, sample: str, found: Diagnostics) -> pl.DataFrame:
    given = module.source_by_name[source]
    separator = given.separator if isinstance(given, FileSource) else ","
    try:
        if path.name.endswith((".csv", ".csv.gz")):
            text = pl.read_csv(path, infer_schema=False, separator=separator)
            return _typed(module, source, text)
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        found.add("ALN602", f"--sample {sample}: cannot be read: {str(error).splitlines()[0]}")
        return pl.DataFrame()


def _typed(module: Module, source: str, text: pl.DataFrame) -> pl.DataFrame:
    """The rows of a csv file as those of a table: columns that definitions read have their type."""
    declared = {
        feature.compute.column: (feature.dtype, feature.compute.time_zone)
        for view in module.views
        if view.input == SourceInput(source=source)
        for feature in view.raw
        if isinstance(feature.compute, Raw) and kind_of(feature.dtype) is not None
    }
    return text.with_columns(
        pl.Series(
            column,
            [convert(value or None, dtype, zone) for value in text[column]],
            stored_as(dtype),
        )
        for column, (dtype, zone) in declared.items()
        if column in text.columns
    )


def _stop_where_no_data_can_be_made(module: Module, given: Mapping[str, pl.DataFrame]) -> None:
    found = Diagnostics()
    for name in features_without_values(module, given):
        found.add(
            "ALN603",
            f"no rows can be made for {name}",
            None,
            "give rows of that source: `--sample source=path`",
        )
    found.raise_if_any()
