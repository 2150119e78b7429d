"""Lineage as OpenLineage events: what views, datasets of models and stored predictions are made from.

Each of them is a job without runs (`JobEvent`), whose output has the facets `schema` and
`columnLineage`. Events are whole also where a part is asked for: a consumer would take a part for all.
What features of one view are to each other is put together, so that an output says what it is of the inputs.
What a model stores is made of its dataset, and is the source that views read; what a model has learned from is
in no event.

Datasets are named as OpenLineage does: a file is `file` and its path, which stays relative to the project;
an address is its scheme and authority, and the rest. A table is `postgres://host:port` and
`database.schema.table` if its address is in the definitions; else the name of the environment variable
stands for host and port, and no database is named: addresses of one machine never get into events.
Views, datasets and rows of definitions are `alignc://project`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from urllib.parse import quote, unquote, urlsplit

from alignc.ir.expr import Call, Cast, Column, Expr, columns_of
from alignc.ir.lineage import Edge, Effect, Field, Kind, Lineage, predicted
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    FileSource,
    Input,
    Module,
    Raw,
    RowsSource,
    TableSource,
    View,
)
from alignc.ir.print import show_compute
from alignc.lineage.selection import Selection

PRODUCER = "urn:alignc:lineage"
_SPEC = "https://openlineage.io/spec"
EVENT_SCHEMA = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/JobEvent"
LINEAGE_SCHEMA = (
    f"{_SPEC}/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
)
SCHEMA_SCHEMA = f"{_SPEC}/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"

# Aggregates that tell nothing of a value.
_COUNTS = ("count", "count_distinct")

Json = dict[str, object]


def openlineage_events(module: Module, selection: Selection, time: datetime) -> Iterator[Json]:
    """An event for each view and contract that has a field in the selection; `time` is in UTC.

    A contract that has a prediction among them, and stores it, has another one for what it stores.
    """
    fields = set(selection.fields)
    owners = {(field.kind, field.owner) for field in fields}
    definitions: list[View | Contract] = [*module.views, *module.contracts]
    for definition in definitions:
        kind = "view" if isinstance(definition, View) else "contract"
        if (kind, definition.name) not in owners:
            continue
        own = _Own(module, selection.graph, definition)
        yield _of_rows(own, time)
        if isinstance(definition, Contract) and not fields.isdisjoint(_predicted(definition)):
            yield from _of_predictions(own, definition, time)


def _of_rows(own: _Own, time: datetime) -> Json:
    """A view, or the dataset of a model."""
    schema = list(_schema(own.definition, own.module))
    uses = {name: own.uses_of(name) for name in own.names}
    made = _made(own.module, own.definition)
    return _event(own, made, made, schema, uses, time)


def _of_predictions(own: _Own, contract: Contract, time: datetime) -> Iterator[Json]:
    """What a model stores, under the names that its columns have there."""
    if contract.prediction_source is None:
        return
    columns = dict(contract.prediction_columns)
    schema = [
        _column(columns.get(name, name), dtype, description)
        for name, dtype, description in _written(contract, own.module)
    ]
    uses = {
        columns.get(made.name, made.name): own.uses_of_prediction(made)
        for made in _predicted(contract)
        if own.graph.into(made)
    }
    job = _namespace(own.module), f"predictions.{contract.name}"
    yield _event(own, job, _source(own.module, contract.prediction_source), schema, uses, time)


def _event(
    own: _Own,
    job: tuple[str, str],
    output: tuple[str, str],
    schema: list[Json],
    uses: Mapping[str, _Uses],
    time: datetime,
) -> Json:
    given = dict.fromkeys(use.given for found in uses.values() for use in found)
    inputs = dict.fromkeys(_dataset(own.module, field) for field in given)
    facets = {
        "schema": {**_facet(SCHEMA_SCHEMA), "fields": schema},
        "columnLineage": _lineage(own, uses, len(schema)),
    }
    return {
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "producer": PRODUCER,
        "schemaURL": EVENT_SCHEMA,
        "job": _named(job),
        "inputs": [_named(one) for one in inputs],
        "outputs": [{**_named(output), "facets": facets}],
    }


def _named(one: tuple[str, str]) -> Json:
    namespace, name = one
    return {"namespace": namespace, "name": name}


def _facet(schema: str) -> Json:
    return {"_producer": PRODUCER, "_schemaURL": schema}


# -- what is made of what


@dataclass(frozen=True, slots=True)
class _Use:
    """How a field of an input comes into an output."""

    given: Field
    effect: Effect
    is_masked: bool = False


# Each once, in order.
_Uses = dict[_Use, None]


@dataclass
class _Own:
    """A view or a contract, and what its fields are of the fields of others."""

    module: Module
    graph: Lineage
    definition: View | Contract
    known: dict[Field, _Uses] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are made of inputs."""
        if isinstance(self.definition, View):
            return tuple(f.name for f in self.definition.features)
        return _columns_used(self.definition)

    def uses_of(self, name: str) -> _Uses:
        kind: Kind = "view" if isinstance(self.definition, View) else "contract"
        return self._uses(Field(kind, self.definition.name, name))

    def _uses(self, made: Field) -> _Uses:
        if made not in self.known:
            found: _Uses = {}
            for edge in self.graph.into(made):
                if (edge.given.kind, edge.given.owner) != (made.kind, made.owner):
                    found[_Use(edge.given, edge.effect)] = None
                    continue
                is_masked = self._is_masked(edge)
                for use in self._uses(edge.given):
                    effect = _through(edge.effect, use.effect)
                    hidden = effect.is_direct and (is_masked or use.is_masked)
                    found[_Use(use.given, effect, hidden)] = None
            self.known[made] = found
        return self.known[made]

    def uses_of_prediction(self, made: Field) -> _Uses:
        """What the inputs of a model are for a column that it writes."""
        assert isinstance(self.definition, Contract)
        inputs = {Field("contract", self.definition.name, i.name) for i in self.definition.inputs}
        found: _Uses = {}
        for edge in self.graph.into(made):
            if edge.given in inputs:
                found[_Use(edge.given, edge.effect)] = None
            elif edge.effect is not Effect.TRAINING:
                for use in self.uses_of_prediction(edge.given):
                    found[_Use(use.given, _through(edge.effect, use.effect))] = None
        return found

    def _is_masked(self, edge: Edge) -> bool:
        """Whether an output cannot tell what its input was: a count, a hash."""
        if not isinstance(self.definition, View):
            return False
        match self.definition.by_name[edge.made.name].compute:
            case Aggregated(aggregate=aggregate):
                return aggregate in _COUNTS
            case Derived(expr=expr):
                return edge.given.name not in _visible(expr)
            case Raw():
                return False


def _through(outer: Effect, inner: Effect) -> Effect:
    """What an input is for an output if it is `inner` for what is `outer` for it.

    What the input itself decides says most; of values, an aggregate says more than a computation.
    """
    if not inner.is_direct:
        return inner
    if not outer.is_direct:
        return outer
    for effect in (Effect.AGGREGATION, Effect.TRANSFORMATION):
        if effect in (outer, inner):
            return effect
    return Effect.IDENTITY


def _visible(expr: Expr) -> frozenset[str]:
    """The columns of an expression outside of hashes."""
    match expr:
        case Call(op="hash"):
            return frozenset()
        case Call(args=args):
            return frozenset().union(*map(_visible, args))
        case Cast(value=value):
            return _visible(value)
        case Column(name=name):
            return frozenset([name])
        case _:
            return frozenset(columns_of(expr))


# -- facets


def _lineage(own: _Own, uses: Mapping[str, _Uses], width: int) -> Json:
    """The facet; what decides about all columns of a dataset stands there once."""
    indirect = [[u for u in found if not u.effect.is_direct] for found in uses.values()]
    common = dict.fromkeys(use for found in indirect for use in found)
    whole = [use for use in common if sum(use in found for found in indirect) == width]
    fields = {
        name: {"inputFields": _input_fields(own, name, [u for u in found if u not in whole])}
        for name, found in uses.items()
    }
    return {**_facet(LINEAGE_SCHEMA), "fields": fields, "dataset": _input_fields(own, None, whole)}


def _input_fields(own: _Own, name: str | None, uses: Iterable[_Use]) -> list[Json]:
    by_field: dict[Field, list[Json]] = {}
    for use in uses:
        by_field.setdefault(use.given, []).append(_transformation(own, name, use))
    found: list[Json] = []
    for given, transformations in by_field.items():
        namespace, dataset = _dataset(own.module, given)
        found.append(
            {
                "namespace": namespace,
                "name": dataset,
                "field": given.name,
                "transformations": transformations,
            }
        )
    return found


def _transformation(own: _Own, name: str | None, use: _Use) -> Json:
    how = ""
    is_computed = use.effect in (Effect.TRANSFORMATION, Effect.AGGREGATION)
    if name is not None and is_computed and isinstance(own.definition, View):
        how = show_compute(own.definition.by_name[name])
    return {
        "type": "DIRECT" if use.effect.is_direct else "INDIRECT",
        "subtype": use.effect.value,
        "description": how,
        "masking": use.is_masked,
    }


def _schema(definition: View | Contract, module: Module) -> Iterator[Json]:
    """The columns in order. What else the entity rows have is not known."""
    if isinstance(definition, View):
        for feature in definition.features:
            yield _column(feature.name, str(feature.dtype), feature.description)
        return
    for entity in definition.entities:
        yield _column(entity.name, str(entity.dtype), None)
    if definition.needs_event_timestamp:
        yield _column("event_timestamp", "Timestamp", None)
    for used in definition.uses:
        feature = module.view_by_name[used.view].by_name[used.feature]
        name = used.name if isinstance(used, Input) else used.feature
        yield _column(name, str(feature.dtype), feature.description)


def _written(contract: Contract, module: Module) -> Iterator[tuple[str, str, str | None]]:
    """The columns that a model writes, with types and descriptions."""
    for entity in contract.key_of_predictions:
        yield entity.name, str(entity.dtype), None
    for output in contract.outputs:
        yield output.name, str(output.dtype), output.description
    for label in contract.labels:
        truth = module.view_by_name[label.view].by_name[label.feature]
        yield label.prediction, str(truth.dtype), label.description


def _column(name: str, dtype: str, description: str | None) -> Json:
    column: Json = {"name": name, "type": dtype}
    return {**column, "description": description} if description else column


def _columns_used(contract: Contract) -> tuple[str, ...]:
    return tuple(u.name if isinstance(u, Input) else u.feature for u in contract.uses)


def _predicted(contract: Contract) -> tuple[Field, ...]:
    names = (*(o.name for o in contract.outputs), *(x.prediction for x in contract.labels))
    return tuple(predicted(contract, name) for name in names)


# -- names of datasets


def _namespace(module: Module) -> str:
    return f"alignc://{quote(module.project, safe='')}"


def _made(module: Module, definition: View | Contract) -> tuple[str, str]:
    folder = "views" if isinstance(definition, View) else "datasets"
    return _namespace(module), f"{folder}.{definition.name}"


def _dataset(module: Module, given: Field) -> tuple[str, str]:
    """Namespace and name of what a field is in."""
    match given.kind:
        case "source":
            return _source(module, given.owner)
        case "view":
            return _made(module, module.view_by_name[given.owner])
        case "contract":
            return _made(module, module.contract_by_name[given.owner])
        case "exposure":
            raise AssertionError("nothing is made of an exposure")
        case _:
            assert_never(given.kind)


def _source(module: Module, name: str) -> tuple[str, str]:
    match module.source_by_name[name]:
        case FileSource(path=path) as file:
            if not file.is_remote:
                return "file", path
            scheme, _, rest = path.partition("://")
            authority, _, key = rest.partition("/")
            return f"{scheme}://{authority}", key
        case TableSource() as table:
            schema = f"{table.schema_name or 'public'}.{table.table}"
            if table.default_url is None:
                return f"postgres://{table.url_variable}", schema
            # Of the address no more than host, port and database: the rest is secret.
            url = urlsplit(table.default_url)
            authority = url.netloc.rpartition("@")[2] or "localhost"
            has_port = authority.rpartition("]")[2].count(":") == 1
            database = unquote(url.path.strip("/"))
            return (
                f"postgres://{authority}" + ("" if has_port else ":5432"),
                f"{database}.{schema}" if database else schema,
            )
        case RowsSource():
            return _namespace(module), f"sources.{name}"
