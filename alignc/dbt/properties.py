"""The YAML file of a model: what its columns are, what must hold of them, who may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alignc.artifacts.relations import row_features, scan_column, windowed_features
from alignc.backends.sql.dialect import Dialect
from alignc.backends.sql.style.words import needs_quotes
from alignc.dbt.documents import Mapped, OneLine, words
from alignc.dbt.models import Layer, Model, staged_columns
from alignc.dbt.owners import group_name
from alignc.dbt.tests import DataTest, column_tests, key_test, reference_tests, rule_tests
from alignc.ir.module import Contract, Feature, Module, Raw, Source, SourceInput, View, ViewInput
from alignc.ir.plan import NamedExpr

# What columns are that nobody has described.
KEY = "Key."
ASKED_AT = "The time at which the inputs are asked for."
ROLES = {"entity": KEY, "event_timestamp": "When it happened."}


@dataclass(frozen=True)
class Properties:
    """What the files about models need to know of the project."""

    module: Module
    dialect: Dialect
    # What a constraint that does not hold is.
    severity: str
    # What the models of a layer are, where no settings of the project say it.
    materialized: Mapping[Layer, str]

    def of(self, model: Model) -> Mapped:
        """The YAML of a model."""
        match model.about:
            case View() as view:
                content = self._view(model, view)
            case Contract() as contract:
                content = self._contract(model, contract)
            case source:
                content = self._staging(model, source)
        if model.layer in self.materialized:
            config = content["config"]
            assert isinstance(config, dict)
            content["config"] = {"materialized": self.materialized[model.layer], **config}
        return content

    def _staging(self, model: Model, source: Source) -> Mapped:
        given = f"`{source.name}` with the columns that are used, in their types."
        key = self._key_of_source(source)
        roles = self._roles(source)
        return _model(
            model,
            description=words(None, given),
            tests=[self._key(model, *key)] if key else [],
            columns=[
                self._column(c, otherwise=roles.get(c.name)) for c in model.plan.write.columns
            ],
        )

    def _roles(self, source: Source) -> Mapping[str, str]:
        """What columns of a source's model are to the views that read them, where there is a word for it."""
        names = {c.what: c.name for c in staged_columns(self.module, source)}
        found: dict[str, str] = {}
        for view in self.module.views:
            if view.input == SourceInput(source=source.name):
                for feature in view.raw:
                    if feature.role in ROLES:
                        column = names[scan_column(feature, source).what]
                        found.setdefault(column, ROLES[feature.role])
        return found

    def _view(self, model: Model, view: View) -> Mapped:
        is_events = model.layer == "intermediate"
        otherwise = f"The features of `{view.name}`."
        description = words(view.description, otherwise)
        if is_events:
            description = words(None, f"The rows that the windows of `{view.name}` see.")
        # Where rows are events of an entity, two of them may have one time.
        has_key = not is_events and not (windowed_features(view) and _has_rows(view))
        key = _key(view) if has_key else ()
        required = {*view.entities} if view.event_timestamp is None else set()
        columns = [
            self._feature(model, view, view.by_name[column.name], required, tested=not is_events)
            for column in model.plan.write.columns
        ]
        return _model(
            model,
            description=description,
            config={**_tags(view.tags), **_group(view)},
            tests=[
                *([self._key(model, key, _severity_of_key(view))] if key else []),
                *(self._rules(model, view) if is_events == _is_moments(view) else ()),
                *([] if is_events else self._references(model, view)),
            ],
            columns=columns,
        )

    def _rules(self, model: Model, view: View) -> Iterator[DataTest]:
        return rule_tests(model.name, view, self.dialect, self.severity)

    def _references(self, model: Model, view: View) -> Iterator[DataTest]:
        shown = [view.by_name[column.name] for column in model.plan.write.columns]
        tested = (f for f in shown if not self._is_tested_below(view, f))
        return reference_tests(model.name, tested, self.dialect, self.severity)

    def _contract(self, model: Model, contract: Contract) -> Mapped:
        written = model.plan.write.columns
        given = len(contract.entities) + contract.needs_event_timestamp
        key = tuple(column.name for column in written[:given])
        used = {
            column.name: used for column, used in zip(written[given:], contract.uses, strict=True)
        }
        columns = []
        for column in written:
            if column.name in used:
                one = used[column.name]
                feature = self.module.view_by_name[one.view].by_name[one.feature]
                meta = {"feature": f"{one.view}.{one.feature}"}
                columns.append(self._column(column, meta=meta, pii=feature.pii))
            else:
                is_key = any(column.name == entity.name for entity in contract.entities)
                columns.append(self._column(column, otherwise=KEY if is_key else ASKED_AT))
        return _model(
            model,
            description=words(contract.description, f"The dataset of the model `{contract.name}`."),
            config={**_tags(contract.tags), "access": "public", **_group(contract)},
            tests=[self._key(model, key, "warn")],
            columns=columns,
        )

    def _key(self, model: Model, columns: Sequence[str], severity: str = "error") -> DataTest:
        types = {column.name: column.dtype for column in model.plan.write.columns}
        key = {name: types[name] for name in columns}
        return key_test(model.name, key, self.dialect, severity=severity)

    def _key_of_source(self, source: Source) -> tuple[tuple[str, ...], str] | None:
        """The key of the first view with a row for each row of a source, under the names of its model."""
        for view in self.module.views:
            if view.input == SourceInput(source=source.name) and not windowed_features(view):
                names = {c.what: c.name for c in staged_columns(self.module, source)}
                key = (scan_column(view.by_name[name], source) for name in _key(view))
                return tuple(names[c.what] for c in key), _severity_of_key(view)
        return None

    def _feature(
        self, model: Model, view: View, feature: Feature, required: set[str], *, tested: bool
    ) -> Mapped:
        named = next(c for c in model.plan.write.columns if c.name == feature.name)
        tests: list[DataTest] = []
        if tested and not self._is_tested_below(view, feature):
            if feature.required and (feature.role != "entity" or feature.name in required):
                tests.append("not_null")
            tests += column_tests(model.name, feature, self.dialect, self.severity)
        return self._column(
            named,
            tests=tests,
            pii=feature.pii,
            tags=feature.tags,
            otherwise=ROLES.get(feature.role),
            place=f"{feature.span.file}:{feature.span.line}",
        )

    def _is_tested_below(self, view: View, feature: Feature) -> bool:
        """Whether a view has some rows of another one, where the feature has the same constraints."""
        if not isinstance(view.input, ViewInput) or not isinstance(feature.compute, Raw):
            return False
        below = self.module.view_by_name[view.input.view].by_name.get(feature.compute.column)
        return below is not None and (below.constraints, below.required) == (
            feature.constraints,
            feature.required,
        )

    def _column(
        self,
        column: NamedExpr,
        *,
        tests: Sequence[DataTest] = (),
        tags: Sequence[str] = (),
        meta: Mapping[str, str] | None = None,
        pii: bool = False,
        otherwise: str | None = None,
        place: str | None = None,
    ) -> Mapped:
        place = place or (f"{column.span.file}:{column.span.line}" if column.span else None)
        about: Mapped = {**(meta or {})}
        if pii:
            about["pii"] = True
        if place:
            about["source"] = place
        config: Mapped = {**_tags(tags)}
        if about:
            config["meta"] = OneLine(alignc=OneLine(about))
        content: Mapped = {"name": column.name}
        if needs_quotes(column.name, self.dialect.name):
            content["quote"] = True
        content["data_type"] = self.dialect.type_text(column.dtype).lower()
        content["description"] = words(column.doc, otherwise or _spelled(column.name))
        if config:
            content["config"] = config
        if tests:
            content["data_tests"] = list(tests)
        return content


def _key(view: View) -> tuple[str, ...]:
    time = (view.event_timestamp,) if view.event_timestamp else ()
    return (*view.entities, *time)


def _severity_of_key(view: View) -> str:
    """An error where a key is there once at most; where rows have a time, the latest one decides."""
    is_once = view.event_timestamp is None or bool(windowed_features(view))
    return "error" if is_once else "warn"


def _is_moments(view: View) -> bool:
    """Whether the view has no rows of its own: its windows are at the times at which something happened."""
    return bool(windowed_features(view)) and not _has_rows(view)


def _has_rows(view: View) -> bool:
    return any(f.role in ("feature", "created_at", "valid_to") for f in row_features(view))


def _spelled(name: str) -> str:
    return f"{name.replace('_', ' ').strip().capitalize()}."


def _tags(tags: Sequence[str]) -> Mapped:
    return {"tags": list(tags)} if tags else {}


def _group(about: View | Contract) -> Mapped:
    name = group_name(about)
    return {"group": name} if name else {}


def _model(
    model: Model,
    *,
    description: str,
    tests: Sequence[DataTest],
    columns: Sequence[Mapped],
    config: Mapped | None = None,
) -> Mapped:
    span = model.about.span
    place = f"{span.file}:{span.line}" if span else None
    meta: Mapped = {"meta": OneLine(alignc={"source": place})} if place else {}
    content: Mapped = {"name": model.name, "description": description}
    version = model.about.version if isinstance(model.about, Contract) else None
    if version is not None:
        content["latest_version"] = version
    content["config"] = {"contract": OneLine(enforced=True), **(config or {}), **meta}
    if tests:
        content["data_tests"] = list(tests)
    content["columns"] = list(columns)
    if version is not None:
        content["versions"] = [{"v": version}]
    return content
