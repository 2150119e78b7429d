"""Contracts as written -> contracts of the Module."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.errors import Diagnostics
from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.features import Feature as Written
from alignc.frontend.features import Label as WrittenLabel
from alignc.frontend.features.origins import MistakeOrigin, ReferenceOrigin
from alignc.frontend.lower.clusterings import lower_clusterings
from alignc.frontend.lower.expressions import lower_condition
from alignc.frontend.lower.names import check_case, check_name
from alignc.frontend.lower.outputs import lower_outputs, most_likely
from alignc.frontend.lower.rankings import lower_rankings
from alignc.frontend.lower.sources import lower_source
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.views import lower_view
from alignc.frontend.lower.windowed import windowed_names
from alignc.ir.ahead import features_ahead
from alignc.ir.module import Contract, EntityColumn, Input, Label, View
from alignc.ir.plan import EVENT_TIMESTAMP
from alignc.ir.types import BOOL, INTEGERS, STRING, DType


def lower_contract(written: ContractDefinition, state: Lowering) -> None:
    found = state.found
    mistakes = len(found.items)
    check_name("contract", written.name, written.span, found)
    inputs = [i for feature in written.inputs if (i := _input(feature, written, state))]
    labels = [
        one
        for name, given in written.labels.items()
        if (one := _label(name, given, written, state))
    ]
    if not written.inputs:
        found.add("ALN108", f"contract `{written.name}` has no input features", written.span)
    names = [*(i.view for i in inputs), *(one.view for one in labels)]
    used = [state.views[n] for n in dict.fromkeys(names)]
    entities = _entities(written, used, found)
    _check_columns(written, inputs, labels, [e.name for e in entities], found)
    truths = {one.prediction: _truth(one, state) for one in labels}
    outputs = lower_outputs(written, truths, found)
    labels = [
        Label.model_validate({**dict(one), "expr": most_likely(one.prediction, outputs)})
        for one in labels
    ]
    rankings = lower_rankings(written, entities, state)
    clusterings = lower_clusterings(written, inputs, state)
    subgroups = _subgroups(written, state)
    source = lower_source(written.prediction_source, state) if written.prediction_source else None
    if written.name in state.contracts:
        other = state.contracts[written.name].span
        found.add(
            "ALN102",
            f"two contracts are called `{written.name}`, the other one is at {other}",
            written.span,
        )
    if len(found.items) > mistakes or len(inputs) < len(written.inputs):
        return
    contract = Contract(
        name=written.name,
        symbol=written.symbol,
        description=written.text,
        entities=entities,
        needs_event_timestamp=_needs_time(inputs, labels, state),
        inputs=tuple(inputs),
        labels=tuple(labels),
        outputs=outputs,
        prediction_source=source,
        rankings=rankings,
        clusterings=clusterings,
        subgroups=subgroups,
        baselines=written.baselines.names,
        version=written.version,
        exposed_at_url=written.exposed_at_url,
        acceptable_freshness=written.freshness.acceptable,
        unacceptable_freshness=written.freshness.unacceptable,
        tags=written.tags,
        contacts=written.contacts,
        span=written.span,
    )
    columns = _renamed(written, contract)
    changed = {**dict(contract), "prediction_columns": columns}
    state.contracts[written.name] = Contract.model_validate(changed)


def _subgroups(written: ContractDefinition, state: Lowering) -> tuple[Input, ...]:
    """The features by whose values the model is judged in parts: those that have few."""
    made: list[Input] = []
    for feature in written.subgroups:
        one = _input(feature, written, state)
        if one is None:
            continue
        dtype = state.views[one.view].by_name[one.feature].dtype
        if dtype not in (STRING, BOOL, *INTEGERS):
            state.found.add(
                "ALN229",
                f"`{one.view}.{one.feature}` is {dtype}: it does not part rows into groups",
                one.span or written.span,
                "use a text, a truth value or a whole number, such as `.ordinal_categories(...)`",
            )
        elif any(one.name == other.name for other in made):
            message = f"two subgroups of contract `{written.name}` are called `{one.name}`"
            state.found.add("ALN129", message, one.span, 'rename one: `.with_name("...")`')
        else:
            made.append(one)
    return tuple(made)


def _renamed(written: ContractDefinition, contract: Contract) -> tuple[tuple[str, str], ...]:
    """The columns of the predictions that are called otherwise in their source."""
    source = written.prediction_source
    if source is None:
        return ()
    names = [
        *(e.name for e in contract.key_of_predictions),
        *(o.name for o in contract.outputs),
        *(one.prediction for one in contract.labels),
    ]
    pairs = ((name, source.column_of(name)) for name in names)
    return tuple((name, column) for name, column in pairs if name != column)


def _truth(label: Label, state: Lowering) -> DType:
    return state.views[label.view].by_name[label.feature].dtype


def _needs_time(inputs: Sequence[Input], labels: Sequence[Label], state: Lowering) -> bool:
    """Whether the dataset is about points in time: of inputs, or of labels that look ahead."""
    views = state.views
    if any(views[i.view].event_timestamp is not None for i in inputs):
        return True
    return any(one.feature in windowed_names(views[one.view].features) for one in labels)


def _input(feature: Written, written: ContractDefinition, state: Lowering) -> Input | None:
    match feature._origin:
        case ReferenceOrigin(view=definition, feature=name):
            view = lower_view(definition, state)
            if view is None or name not in view.by_name:
                return None
            if name in features_ahead(view, state.views):
                state.found.add(
                    "ALN140",
                    f"input `{view.name}.{name}` of contract `{written.name}` is about what "
                    "happens after the point in time",
                    written.span,
                    f"make it a label: `{name}.as_regression_label()`",
                )
                return None
            return Input(
                view=view.name, feature=name, name=feature._alias or name, span=feature._span
            )
        case _:
            return None


def _label(
    name: str, given: WrittenLabel, written: ContractDefinition, state: Lowering
) -> Label | None:
    origin = given.truth._origin
    place = written.places.get(name, given.span)
    if isinstance(origin, MistakeOrigin):
        return None
    if not isinstance(origin, ReferenceOrigin):
        state.found.add(
            "ALN128",
            f"label `{name}` has no ground truth",
            place,
            "use a feature of a view: `view.feature.as_regression_label()`",
        )
        return None
    view = lower_view(origin.view, state)
    if view is None or origin.feature not in view.by_name:
        return None
    is_windowed = origin.feature in windowed_names(view.features)
    if is_windowed and origin.feature not in features_ahead(view, state.views):
        state.found.add(
            "ALN128",
            f"label `{name}`: an aggregate of the past cannot be a ground truth",
            place,
            "aggregate what comes after the point in time: `aggregate().over_next(days=7)`",
        )
        return None
    when = lower_condition(given.when, origin.view, view, state)
    return Label(
        view=view.name,
        feature=origin.feature,
        prediction=name,
        problem=given.problem,
        description=given.words,
        when=when,
        sink=given.sink.topic if given.sink else None,
        span=place,
    )


def _check_columns(
    written: ContractDefinition,
    inputs: Sequence[Input],
    labels: Sequence[Label],
    entities: Sequence[str],
    found: Diagnostics,
) -> None:
    taken: dict[str, str] = {EVENT_TIMESTAMP: "the entity rows' time"}
    columns = [(i.name, f"{i.view}.{i.feature}", i.span) for i in inputs]
    columns += [(one.feature, f"{one.view}.{one.feature}", one.span) for one in labels]
    for name, origin, span in columns:
        is_truth = taken.get(name) == origin and any(
            origin == f"{one.view}.{one.feature}" for one in labels
        )
        if is_truth:
            found.add(
                "ALN129",
                f"the ground truth `{origin}` of contract `{written.name}` is an input of it, too",
                span,
                "take it out of the inputs: it is not known when the model is asked",
            )
        elif name in taken:
            found.add(
                "ALN129",
                f"contract `{written.name}` has two columns called `{name}`: "
                f"`{taken[name]}` and `{origin}`",
                span,
                'rename an input: `.with_name("...")`',
            )
        taken[name] = origin
    for name in entities:
        if name in taken:
            found.add(
                "ALN129",
                f"contract `{written.name}` has two columns called `{name}`: "
                f"the entity and `{taken[name]}`",
                written.span,
                'rename the input: `.with_name("...")`',
            )
    check_case("contract", written.name, [*entities, *taken], written.span, found)


def _with_mistakes(written: ContractDefinition) -> set[str]:
    """The views that lack something; of what is a mistake it is not known whether it was to be an entity."""
    origins = [given._origin for given in written.inputs]
    views = [origin.view for origin in origins if isinstance(origin, ReferenceOrigin)]
    return {
        view.name
        for view in views
        if any(isinstance(f._origin, MistakeOrigin) for f in view.features.values())
    }


def _entities(
    written: ContractDefinition, used: Sequence[View], found: Diagnostics
) -> tuple[EntityColumn, ...]:
    dtypes: dict[str, tuple[DType, str]] = {}
    unsure = _with_mistakes(written)
    for view in used:
        if not view.entities and view.name not in unsure:
            found.add(
                "ALN130",
                f"contract `{written.name}` reads view `{view.name}`, which has no entity",
                written.span,
                "mark the view's key with `.as_entity()`",
            )
        for name in view.entities:
            dtype = view.by_name[name].dtype
            known, where = dtypes.setdefault(name, (dtype, view.name))
            if known != dtype:
                found.add(
                    "ALN131",
                    f"entity `{name}` is {known} in view `{where}` and {dtype} in `{view.name}`",
                    view.by_name[name].span,
                    "declare the same type in both",
                )
    declared = {n: f for n, f in written.outputs.items() if f._role == "entity"}
    for name in dtypes.keys() - declared.keys() if declared else ():
        found.add(
            "ALN132",
            f"contract `{written.name}` declares its entities but not `{name}`",
            written.span,
            f"view `{dtypes[name][1]}` is looked up by `{name}`",
        )
    order = [n for n in declared if n in dtypes] + [n for n in dtypes if n not in declared]
    columns = [EntityColumn(name=n, dtype=dtypes[n][0]) for n in order]
    # An entity that no view has is a key of the predictions only.
    return tuple(columns)
