"""A project's settings: `alignc.yml`, or `[tool.alignc]` of its pyproject.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from alignc.errors import Diagnostics, Span, did_you_mean

TargetName = Literal[
    "duckdb",
    "postgres",
    "polars",
    "pyspark",
    "dbt-duckdb",
    "dbt-postgres",
    "dbt-spark",
    "dbt-databricks",
    "dbt-snowflake",
    "dbt-bigquery",
    "dbt-redshift",
]
# Those of programs; they are written if the settings do not say.
TARGETS: tuple[TargetName, ...] = ("duckdb", "postgres", "polars", "pyspark")
DriftMeasure = Literal[
    "psi",
    "jensen_shannon",
    "total_variation",
    "l_infinity",
    "ks",
    "wasserstein",
    "unseen_share",
]
TEST_ENDINGS = (".alignc.yml", ".alignc.yaml")


class Defaults(BaseModel):
    """What holds for features that do not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    required: bool = False


class Hint(BaseModel):
    """What is known of the rows of a view.

    `lateness` is how long after its event timestamp a row may come, such as `36 hours`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows_per_key: int | None = Field(default=None, gt=0, strict=True)
    lateness: timedelta | None = None

    @field_validator("lateness", mode="before")
    @classmethod
    def _in_words(cls, value: object) -> object:
        match str(value).split() if isinstance(value, str) else ():
            case [count, unit] if count.isdigit() and unit.removesuffix("s") in _UNITS:
                return timedelta(**{unit.removesuffix("s") + "s": int(count)})
            case _:
                raise ValueError("is not a time such as `36 hours` or `3 days`")


_UNITS = ("minute", "hour", "day", "week")


class Dbt(BaseModel):
    """What the dbt project is to be.

    `entities` has the model of the user's own with the entity rows of a contract; `severity` is that of a
    constraint that does not hold. With `into` the models are not a project of their own, but below
    folders `alignc` of the dbt project in that folder.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    entities: Mapping[str, str] = Field(default_factory=dict)
    severity: Literal["warn", "error"] = "warn"
    into: str | None = None


class Exposure(BaseModel):
    """Something outside that reads features and models: `view.feature`, `model.column`, or all of either."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reads: tuple[str, ...] = ()
    # Files with SQL, as patterns relative to the project's folder.
    queries: tuple[str, ...] = ()


class Lint(BaseModel):
    """What `alignc lint` looks for. Codes may be shortened: `U` is every rule of that family."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Literal["error", "warning", "note"]] = Field(default_factory=dict)
    # By pattern of the file.
    per_file_ignores: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    # How many models may stand in a row, how many features one above the other, and how many models
    # may read a feature.
    longest_chain: int = Field(default=2, gt=0)
    deepest_feature: int = Field(default=5, gt=0)
    widest_use: int = Field(default=10, gt=0)
    # Models that may read personal data, and sinks that it may be sent to.
    pii_models: tuple[str, ...] = ()
    pii_sinks: tuple[str, ...] = ()


class Meant(BaseModel):
    """A breaking change that is meant to be: a code or a category, and a symbol or a pattern of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    symbol: str = "*"
    reason: str = Field(min_length=1)


class Breaking(BaseModel):
    """What `alignc breaking` looks for, by codes and categories, and what it is not to tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    select: tuple[str, ...] = ()
    ignore: tuple[Meant, ...] = ()


class DriftRules(BaseModel):
    """When datasets are too different: the level of the tests, and how several of them are corrected.

    What fails is an alarm if it is of substance: if the stability index or the distance of values is
    `least_effect`, or the shares of missing ones differ by `least_missing`. A dataset has drifted if
    the `share` of its columns has. By `view.feature`, or by `contract.prediction`, a measure that
    reaches its threshold is an alarm too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    alpha: float = Field(default=0.05, gt=0, lt=1)
    correction: Literal["benjamini-hochberg", "bonferroni", "none"] = "benjamini-hochberg"
    least_effect: float = Field(default=0.1, ge=0)
    least_missing: float = Field(default=0.01, ge=0, le=1)
    share: float = Field(default=0.5, gt=0, le=1)
    thresholds: Mapping[str, Mapping[DriftMeasure, Annotated[float, Field(gt=0)]]] = Field(
        default_factory=dict
    )


class Monitoring(BaseModel):
    """What is watched of models, and what is an alarm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drift: DriftRules = Field(default_factory=DriftRules)


class Settings(BaseModel):
    """Settings of a project. Paths are relative to the project's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    definitions: tuple[str, ...] = ("features",)
    # Files of tests, or folders in which those that end in `.alignc.yml` are.
    tests: tuple[str, ...] = ("tests",)
    output: str = "generated"
    targets: tuple[TargetName, ...] = TARGETS
    defaults: Defaults = Field(default_factory=Defaults)
    # By the name of the view.
    hints: Mapping[str, Hint] = Field(default_factory=dict)
    # By the name that they have elsewhere.
    exposures: Mapping[str, Exposure] = Field(default_factory=dict)
    lint: Lint = Field(default_factory=Lint)
    breaking: Breaking = Field(default_factory=Breaking)
    dbt: Dbt = Field(default_factory=Dbt)
    monitoring: Monitoring = Field(default_factory=Monitoring)

    @property
    def programs(self) -> tuple[TargetName, ...]:
        """The targets of which each view and contract is a program of its own."""
        return tuple(target for target in self.targets if target in TARGETS)

    @property
    def adapters(self) -> tuple[str, ...]:
        """What dbt projects are written for."""
        return tuple(t.removeprefix("dbt-") for t in self.targets if t not in TARGETS)

    @property
    def engines(self) -> tuple[str, ...]:
        """What computes, by program or by dbt."""
        used = {*self.programs, *self.adapters}
        others = ("spark", "databricks", "snowflake", "bigquery", "redshift")
        return tuple(target for target in (*TARGETS, *others) if target in used)

    @field_validator("definitions", "tests", mode="before")
    @classmethod
    def _one_is_enough(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("exposures")
    @classmethod
    def _are_named(cls, value: Mapping[str, Exposure]) -> Mapping[str, Exposure]:
        for name in value:
            if not name.isprintable() or not name.strip():
                raise ValueError(f"{name!r} is not a name on one line")
        return value

    @field_validator("output")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        path = Path(value)
        if path.is_absolute() or ".." in path.parts or path == Path():
            raise ValueError("must be a folder inside the project")
        return value


@dataclass(frozen=True)
class Project:
    """A folder with settings."""

    root: Path
    settings: Settings
    settings_file: Path

    @property
    def output(self) -> Path:
        return self.root / self.settings.output


def find_project(start: Path) -> Project:
    """The project of the folder `start` or of the nearest one above it that has settings."""
    found = Diagnostics()
    if not start.is_dir():
        found.add("ALN001", f"there is no folder {start.name}")
        found.raise_if_any()
    for file in _candidates(start):
        raw = _read(file, found)
        found.raise_if_any()
        if raw is not None:
            return Project(file.parent, _validated(raw, file.parent, file, found), file)
    found.add(
        "ALN001",
        "there is no alignc.yml here or in a folder above",
        None,
        "`alignc init` writes one",
    )
    found.raise_if_any()
    raise AssertionError("unreachable")


def root_of(start: Path) -> Path | None:
    """The folder of the project that a folder is in, whatever is wrong with its settings."""
    for file in _candidates(start):
        found = Diagnostics()
        if _read(file, found) is not None or found.items:
            return file.parent
    return None


def _candidates(start: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        for name in ("alignc.yml", "alignc.yaml", "pyproject.toml"):
            if (folder / name).is_file():
                yield folder / name


def _read(file: Path, found: Diagnostics) -> Mapping[str, object] | None:
    place = Span(file.name, 1)
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            raw = tomllib.loads(text).get("tool", {}).get("alignc")
        else:
            raw = yaml.safe_load(text) or {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found.add("ALN002", f"cannot be read: {' '.join(str(error).split())}", place)
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            place = Span(file.name, mark.line + 1, mark.column + 1)
        problem = getattr(error, "problem", None) or str(error)
        found.add("ALN002", f"cannot be read: {problem}", place)
        return None
    if raw is not None and not isinstance(raw, dict):
        found.add("ALN002", "cannot be read: the settings are not a mapping", place)
        return None
    return raw


def _validated(raw: Mapping[str, object], folder: Path, file: Path, found: Diagnostics) -> Settings:
    try:
        return Settings.model_validate({"name": folder.name, **raw})
    except ValidationError as error:
        for fault in error.errors():
            place = tuple(str(part) for part in fault["loc"])
            path, hint = ".".join(place), None
            value = None
            if fault["type"] == "extra_forbidden":
                message = f"unknown setting `{path}`"
                hint = did_you_mean(place[-1], _settings_around(place).model_fields)
            elif fault["type"] == "literal_error":
                value = str(fault["input"])
                expected = fault.get("ctx", {}).get("expected", "")
                if path.startswith("targets"):
                    message = f"`{path}`: {fault['input']!r} is not a target"
                    hint = did_you_mean(str(fault["input"]), get_args(TargetName))
                else:
                    message = f"`{path}`: {fault['input']!r} is not one of {expected}"
            else:
                message = f"`{path}`: {fault['msg'].removeprefix('Value error, ')}"
            found.add("ALN003", message, line_of_setting(place, file, value), hint)
    found.raise_if_any()
    raise AssertionError("unreachable")


# The settings below one of those above; those of `hints` and `exposures` have a name between.
_BELOW: Mapping[str, type[BaseModel]] = {
    "defaults": Defaults,
    "hints": Hint,
    "exposures": Exposure,
    "lint": Lint,
    "breaking": Breaking,
    "dbt": Dbt,
    "monitoring": Monitoring,
}


def _settings_around(path: Sequence[str]) -> type[BaseModel]:
    if path[:2] == ("breaking", "ignore"):
        return Meant
    if path[:2] == ("monitoring", "drift") and len(path) > 2:
        return DriftRules
    return Settings if len(path) == 1 else _BELOW[path[0]]


def line_of_setting(path: Sequence[str], file: Path, value: str | None = None) -> Span:
    """Where a setting stands, or the innermost one around it that can be told; of a list one `value`."""
    lines = file.read_text(encoding="utf-8").splitlines()
    found = 1
    for key in path:
        starts = (f"{key}:", f"{key} =", f'"{key}"', f"'{key}'")
        below = enumerate(lines[found - 1 :], start=found)
        found = next((n for n, line in below if line.lstrip().startswith(starts)), found)
    line = lines[found - 1] if lines else ""
    place = Span(file.name, found, len(line) - len(line.lstrip()) + 1)
    return place if value is None else _place_below(place, value, lines)


def _place_below(place: Span, value: str, lines: Sequence[str]) -> Span:
    """Where a value stands on the line of its setting, or on one that belongs to it."""
    pattern = re.compile(rf"(?<![\w.*/-]){re.escape(value)}(?![\w.*/-])")
    for number, line in enumerate(lines[place.line - 1 :], start=place.line):
        indent = len(line) - len(line.lstrip())
        is_part = number == place.line or not line.strip() or line.lstrip()[0] in "-]"
        if not is_part and indent < place.column:
            break
        if found := pattern.search(line):
            return Span(place.file, number, found.start() + 1)
    return place


def definition_files(project: Project) -> list[Path]:
    """The Python files with definitions, sorted."""
    found = Diagnostics()
    files: set[Path] = set()
    for entry in project.settings.definitions:
        path = project.root / entry
        if path.is_dir():
            matches = set(path.rglob("*.py"))
        elif path.is_file():
            matches = {path}
        else:
            matches = set(project.root.glob(entry))
        if not matches:
            found.add(
                "ALN004",
                f"`definitions`: nothing at `{entry}`",
                line_of_setting(("definitions",), project.settings_file),
                "name files, folders or patterns relative to the project's folder",
            )
        files |= {m for m in matches if "__pycache__" not in m.parts}
    found.raise_if_any()
    return sorted(files)


def name_in(project: Project, path: Path) -> str:
    """What a file is called from the project's folder, also one outside of it."""
    return PurePosixPath(os.path.relpath(path, project.root)).as_posix()


def test_files(project: Project) -> list[Path]:
    """The files of tests, sorted. The folder that nobody has named need not be there."""
    found = Diagnostics()
    files: set[Path] = set()
    for entry in project.settings.tests:
        path = project.root / entry
        if path.is_dir():
            files |= {p for ending in TEST_ENDINGS for p in path.rglob(f"*{ending}")}
            continue
        matches = {path} if path.is_file() else set(project.root.glob(entry))
        if not matches and "tests" in project.settings.model_fields_set:
            found.add(
                "ALN004",
                f"`tests`: nothing at `{entry}`",
                line_of_setting(("tests",), project.settings_file),
                "name files, folders or patterns relative to the project's folder",
            )
        files |= {m for m in matches if m.is_file()}
    found.raise_if_any()
    return sorted(files)
