from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Edge, Effect, Field
from alignc.ir.module import (
    AsOfInput,
    Contract,
    Input,
    JoinInput,
    Label,
    Module,
    SourceInput,
    View,
    ViewInput,
)
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.truths import ends_of, leaks


class LateInput(Rule):
    """An input is of the very row that the ground truth is of, so that it is not known before the truth is.

    Why it matters: when the model is asked, the row is not there yet, and the input is null. In
    a training set it has a value wherever the question has the time of the truth, and the model leans on it.
    This is asked where the truth is required, so that there is no row without it, and where another view says
    something of the same key: else the row may be there first and the truth be filled in later.

    What to do: take the input out, or read it from a view of what is known when the model is asked. If rows of a
    key follow each other and the truth is what comes next, let the label say so: `over_next(days=30)`.
    """

    code = "T109"
    BAD = """
    @feature_view(name="departures", source=FileSource.parquet_at("departures.parquet"))
    class Departures:
        trip = Int64().as_entity()
        left_at = EventTimestamp()
        passengers = Int64()


    @feature_view(name="arrivals", source=FileSource.parquet_at("arrivals.parquet"))
    class Arrivals:
        trip = Int64().as_entity()
        arrived_at = EventTimestamp()
        minutes = Int64().is_required()
        miles = Float()


    @model_contract(name="duration", input_features=[Departures().passengers, Arrivals().miles])
    class TripDuration:
        minutes = Arrivals().minutes.as_regression_label()
    """
    GOOD = """
    @feature_view(name="departures", source=FileSource.parquet_at("departures.parquet"))
    class Departures:
        trip = Int64().as_entity()
        left_at = EventTimestamp()
        passengers = Int64()


    @feature_view(name="arrivals", source=FileSource.parquet_at("arrivals.parquet"))
    class Arrivals:
        trip = Int64().as_entity()
        arrived_at = EventTimestamp()
        minutes = Int64().is_required()


    @model_contract(name="duration", input_features=[Departures().passengers])
    class TripDuration:
        minutes = Arrivals().minutes.as_regression_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            told: set[Input] = set()
            for label in contract.labels:
                for used in _late(facts, contract, label):
                    if used not in told:
                        told.add(used)
                        yield self._said(facts, contract, label, used)

    def _said(self, facts: Facts, contract: Contract, label: Label, used: Input) -> Finding:
        truth = Field("view", label.view, label.feature)
        return self.found(
            f"{contract.name}.{used.name}",
            used.span or contract.span,
            f"the input `{used.name}` of `{contract.name}` is of the row that says its ground truth "
            f"`{truth}`, and not known before that",
            "take it out, or read it from a view of what is known when the model is asked",
            (Related(facts.features[truth][1].span, "the ground truth is of the same row"),),
        )


def _late(facts: Facts, contract: Contract, label: Label) -> list[Input]:
    """The inputs of the row of a truth, if there are others that are known of its key before."""
    view = facts.module.view_by_name[label.view]
    truth = Field("view", label.view, label.feature)
    if view.event_timestamp is None:
        return []
    parts = set(ends_of(facts, truth, _is_of_one_row))
    rows = {_rows(facts.module, part.owner) for part in parts}
    # A truth that several rows make together is known with the last of them, whichever that is.
    if len(rows) != 1 or not all(_is_always_there(facts, part) for part in parts):
        return []
    late: list[Input] = []
    is_asked_before = False
    for used in contract.inputs:
        field = Field("view", used.view, used.feature)
        ends = set(ends_of(facts, field, _is_of_one_row))
        if any(_rows(facts.module, end.owner) in rows for end in ends):
            if facts.features[field][1].role != "entity":
                late.append(used)
        else:
            other = facts.module.view_by_name[used.view]
            is_asked_before |= (
                other.event_timestamp is not None
                and _has_the_key(other, view)
                and _rows(facts.module, other.name) not in rows
                and not _is_predicted(facts.module, other)
            )
    # Of a truth among the inputs T101 speaks.
    told = leaks(facts, contract, label) if late and is_asked_before else {}
    return [used for used in late if used not in told] if is_asked_before else []


def _is_always_there(facts: Facts, field: Field) -> bool:
    feature = facts.features[field][1]
    return feature.required or feature.role != "feature"


def _is_of_one_row(edge: Edge) -> bool:
    return edge.effect in (Effect.IDENTITY, Effect.TRANSFORMATION)


def _rows(module: Module, name: str) -> tuple[str, frozenset[str]]:
    """What tells rows apart: where they are from, and their key. What is joined to rows makes no other ones."""
    view = module.view_by_name[name]
    given = view.input
    while isinstance(given, JoinInput | AsOfInput):
        given = given.left
    match given:
        case SourceInput(source=source):
            return source, frozenset(view.entities)
        case ViewInput(view=below) if _has_the_key(module.view_by_name[below], view):
            return _rows(module, below)
        case _:
            return name, frozenset(view.entities)


def _is_predicted(module: Module, view: View) -> bool:
    """Whether its rows are what a model has said, of which nothing follows for what was known."""
    match view.input:
        case SourceInput(source=source):
            return any(source == contract.prediction_source for contract in module.contracts)
        case ViewInput(view=below):
            return _is_predicted(module, module.view_by_name[below])
        case _:
            return False


def _has_the_key(view: View, other: View) -> bool:
    return set(view.entities) == set(other.entities)
