"""What is validated: the rows of a view, of a model's dataset, or of its stored predictions.

A dataset and predictions are seen as views of their own, with the columns that they have and all that
the definitions say of these. Whoever validates rows knows views only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from alignc.artifacts.checks import Key, key_of
from alignc.ir.expr import Column, Expr, Udf, call, columns_of, literal, substitute, walk
from alignc.ir.module import (
    Constraint,
    Contract,
    EntityColumn,
    Feature,
    Input,
    Label,
    Module,
    Output,
    Raw,
    RowRule,
    SourceInput,
    TableSource,
    View,
)
from alignc.ir.plan import EVENT_TIMESTAMP
from alignc.ir.types import FLOAT64, FLOATS, INTEGERS, TIMESTAMP, DType

Kind = Literal["view", "dataset", "predictions"]

# The relation with the rows of a dataset, which somebody hands over.
DATASET = "dataset"
# By how much probabilities may add up to more than 1: models compute them in 32 bits.
SLACK = 1e-6


@dataclass(frozen=True)
class Subject:
    """Rows that are validated: those of `view`, which reads what `module` has.

    `definition` says what they are. `key` should tell the rows apart, if anything should. A null is a
    warning in the columns `may_be_null`, even where one is required. `given` is the relation with the
    rows if it is handed over and no source.
    """

    kind: Kind
    definition: View | Contract
    module: Module
    view: View
    key: Key | None
    may_be_null: frozenset[str]
    given: str | None = None

    @property
    def words(self) -> str:
        """What it is, for titles."""
        name = f"`{self.definition.name}`"
        match self.kind:
            case "view":
                return f"the feature view {name}"
            case "dataset":
                return f"the dataset of the model {name}"
            case "predictions":
                return f"the predictions of the model {name}"


def subjects_of(module: Module, definition: View | Contract) -> tuple[Subject, ...]:
    """All rows that a definition is about."""
    if isinstance(definition, View):
        return (_rows(module, definition),)
    dataset = _dataset(module, definition)
    if definition.prediction_source is None:
        return (dataset,)
    return (dataset, _predictions(module, definition, definition.prediction_source))


def _rows(module: Module, view: View) -> Subject:
    # A row without a key or a time is never found, which is no harm where rows have a time.
    keys = (*view.entities, view.event_timestamp) if view.event_timestamp is not None else ()
    harmless = frozenset(name for name in keys if name is not None)
    return Subject("view", view, module, view, key_of(view), harmless)


def _dataset(module: Module, contract: Contract) -> Subject:
    """The rows that `datasets/<contract>` writes. A truth may not be known yet."""
    relation = DATASET
    while relation in {name.lower() for name in module.source_by_name}:
        relation += "_"
    source = TableSource(name=relation, table=relation, url_variable="")
    keys = [_key(entity, contract) for entity in contract.entities]
    if contract.needs_event_timestamp:
        keys.append(_time(contract))
    used = [_used(module, one) for one in contract.uses]
    view = _view(contract, relation, [*keys, *used], _rules(module, contract))
    names = tuple(key.name for key in keys)
    truths = {label.feature for label in contract.labels}
    there = Module(
        project=module.project,
        sources=(*module.sources, source),
        views=module.views,
        contracts=module.contracts,
    )
    return Subject(
        "dataset",
        contract,
        there,
        view,
        Key(names, "warn"),
        frozenset({*names, *truths}),
        relation,
    )


def _used(module: Module, used: Input | Label) -> Feature:
    """The column of an input or of a truth, with what is said of the feature that it is."""
    feature = module.view_by_name[used.view].by_name[used.feature]
    name = used.name if isinstance(used, Input) else used.feature
    return Feature(
        name=name,
        dtype=feature.dtype,
        compute=Raw(column=name),
        required=feature.required,
        description=feature.description,
        constraints=feature.constraints,
        reference=feature.reference,
        span=feature.span,
    )


def _rules(module: Module, contract: Contract) -> Iterator[RowRule]:
    """The rules of views that are about nothing but inputs and entities, in their names here."""
    for name in dict.fromkeys(one.view for one in contract.inputs):
        view = module.view_by_name[name]
        columns = {e: e for e in view.entities}
        columns |= {i.feature: i.name for i in reversed(contract.inputs) if i.view == name}
        for rule in view.rules:
            parts = [rule.then] if rule.when is None else [rule.when, rule.then]
            if all(_can_read(part, columns) for part in parts):
                values: dict[str, Expr] = {a: Column(name=b) for a, b in columns.items()}
                when = None if rule.when is None else substitute(rule.when, values)
                then = substitute(rule.then, values)
                yield RowRule.model_validate({**dict(rule), "when": when, "then": then})


def _can_read(expr: Expr, columns: Mapping[str, str]) -> bool:
    """Whether all that an expression reads is there; user code reads by name."""
    by_name = {name for node in walk(expr) if isinstance(node, Udf) for name in node.inputs}
    return columns_of(expr) <= columns.keys() and all(columns[n] == n for n in by_name)


def _predictions(module: Module, contract: Contract, source: str) -> Subject:
    """What the model has written. A prediction that its probabilities decide is not stored."""
    given = [label for label in contract.labels if label.expr is None]
    features = [
        *(_key(entity, contract) for entity in contract.key_of_predictions),
        *(_output(one, contract) for one in contract.outputs),
        *(_prediction(module, label, contract) for label in given),
    ]
    there = dict(contract.prediction_columns)
    features = [_stored(feature, there.get(feature.name, feature.name)) for feature in features]
    rules = [*_probabilities(contract), *_finite(module, given, contract), *_scores(contract)]
    view = View.model_validate(
        {
            **dict(_view(contract, source, features, rules)),
            "acceptable_freshness": contract.acceptable_freshness,
            "unacceptable_freshness": contract.unacceptable_freshness,
        }
    )
    return Subject("predictions", contract, module, view, None, frozenset())


def _stored(feature: Feature, column: str) -> Feature:
    """The feature, read from a column of that name."""
    return Feature.model_validate({**dict(feature), "compute": Raw(column=column)})


def _output(output: Output, contract: Contract) -> Feature:
    is_time = output.role == "event_timestamp"
    bounds: tuple[Constraint, ...] = ()
    if output.role == "probability":
        bounds = (
            Constraint(name="lower_bound", values=(0,)),
            Constraint(name="upper_bound", values=(1,)),
        )
    return Feature(
        name=output.name,
        dtype=output.dtype,
        compute=Raw(column=output.name),
        role="event_timestamp" if is_time else "feature",
        required=is_time or output.role == "model_version",
        description=output.description,
        constraints=bounds,
        span=output.span or contract.span,
    )


def _prediction(module: Module, label: Label, contract: Contract) -> Feature:
    """A prediction, which is among the classes that its truth may be."""
    truth = _truth(module, label)
    classes = [c for c in truth.constraints if c.name == "accepted_values"]
    return Feature(
        name=label.prediction,
        dtype=_dtype(truth, label),
        compute=Raw(column=label.prediction),
        description=label.description,
        constraints=tuple(classes) if label.problem == "classification" else (),
        span=label.span or contract.span,
    )


def _truth(module: Module, label: Label) -> Feature:
    return module.view_by_name[label.view].by_name[label.feature]


def _dtype(truth: Feature, label: Label) -> DType:
    """The type of a prediction: an estimate of a whole number need not be one."""
    is_number = label.problem == "regression" and truth.dtype in INTEGERS
    return FLOAT64 if is_number else truth.dtype


def _probabilities(contract: Contract) -> Iterator[RowRule]:
    """The probabilities of the classes of a prediction are 1 together at most."""
    for label in contract.labels:
        columns: list[Expr] = [
            Column(name=o.name)
            for o in contract.outputs
            if o.probability is not None and o.probability.prediction == label.prediction
        ]
        if len(columns) > 1:
            together = reduce(lambda a, b: call("add", a, b), columns)
            yield RowRule(
                name=f"{label.prediction}.probabilities",
                then=call("le", together, literal(1 + SLACK)),
                description=f"the probabilities of `{label.prediction}` add up to 1 at most",
                span=label.span or contract.span,
            )


def _finite(module: Module, labels: Iterable[Label], contract: Contract) -> Iterator[RowRule]:
    for label in labels:
        if _dtype(_truth(module, label), label) in FLOATS:
            yield RowRule(
                name=f"{label.prediction}.finite",
                then=call("is_finite", Column(name=label.prediction)),
                description=f"`{label.prediction}` is neither NaN nor infinite",
                span=label.span or contract.span,
            )


def _scores(contract: Contract) -> Iterator[RowRule]:
    """A score that is NaN has no place among others."""
    dtypes = {output.name: output.dtype for output in contract.outputs}
    for ranking in contract.rankings:
        if ranking.by == "score" and dtypes[ranking.output] in FLOATS:
            yield RowRule(
                name=f"{ranking.output}.a_number",
                then=call("not", call("is_nan", Column(name=ranking.output))),
                description=f"the score `{ranking.output}` is not NaN",
                span=ranking.span or contract.span,
            )


def _key(entity: EntityColumn, contract: Contract) -> Feature:
    return Feature(
        name=entity.name,
        dtype=entity.dtype,
        compute=Raw(column=entity.name),
        role="entity",
        required=True,
        span=contract.span,
    )


def _time(contract: Contract) -> Feature:
    return Feature(
        name=EVENT_TIMESTAMP,
        dtype=TIMESTAMP,
        compute=Raw(column=EVENT_TIMESTAMP),
        role="event_timestamp",
        span=contract.span,
    )


def _view(
    contract: Contract, source: str, features: Iterable[Feature], rules: Iterable[RowRule]
) -> View:
    """The columns of a relation as a view."""
    return View(
        name=contract.name,
        symbol=contract.symbol,
        input=SourceInput(source=source),
        features=tuple(features),
        rules=tuple(rules),
        span=contract.span,
    )
