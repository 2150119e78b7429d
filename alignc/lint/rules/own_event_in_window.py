from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from alignc.ir.ahead import features_ahead
from alignc.ir.lineage import Field
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    JoinInput,
    Label,
    Module,
    SourceInput,
    StackInput,
    ViewInput,
)
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.truths import leaks
from alignc.lint.windows import sees_now


class OwnEventInWindow(Rule):
    """A model predicts something about an event, and an input counts that event.

    Why it matters: in the training set the event is in the table when it is asked about, with values
    that a server does not have at that time: each count is one too high.

    What to do: end the window before the question: `over(days=30, closed="left")`. A ground truth of
    the time to come (`over_next`) is about no event in particular.
    """

    code = "T106"
    BAD = """
    @feature_view(name="payments", source=FileSource.parquet_at("payments.parquet"))
    class Payments:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        is_fraud = Bool()
        spent = amount.aggregate().over(days=30).sum()


    @model_contract(name="fraud", input_features=[Payments().spent])
    class Fraud:
        is_caught = Payments().is_fraud.as_classification_label()
    """
    GOOD = """
    @feature_view(name="payments", source=FileSource.parquet_at("payments.parquet"))
    class Payments:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        is_fraud = Bool()
        spent = amount.aggregate().over(days=30, closed="left").sum()


    @model_contract(name="fraud", input_features=[Payments().spent])
    class Fraud:
        is_caught = Payments().is_fraud.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        module = facts.module
        for contract in module.contracts:
            # What comes later is about no event in particular.
            labels = [x for x in contract.labels if not _is_ahead(module, x)]
            for used in contract.inputs:
                for field in _counting(facts, Field("view", used.view, used.feature)):
                    events = _tables(module, field.owner)
                    label = next((x for x in labels if events & _tables(module, x.view)), None)
                    # Of a count of the truth itself T101 speaks.
                    if label is None or used in leaks(facts, contract, label):
                        continue
                    truth = module.view_by_name[label.view].by_name[label.feature]
                    made = facts.features[field][1]
                    yield self.found(
                        f"{contract.name}.{used.name}",
                        used.span or contract.span,
                        f"`{field}` counts the event that `{contract.name}` predicts something about",
                        'end its window before the question: `closed="left"`',
                        (
                            Related(made.span, "the window ends with the question"),
                            Related(truth.span, "the ground truth is of the same events"),
                        ),
                    )
                    break


def _is_ahead(module: Module, label: Label) -> bool:
    view = module.view_by_name[label.view]
    return label.feature in features_ahead(view, module.view_by_name)


def _counting(facts: Facts, field: Field) -> Iterator[Field]:
    """The aggregates that a feature is, or is made of, and that see the event of the question."""
    seen, ahead = {field}, [field]
    while ahead:
        one = ahead.pop(0)
        view, feature = facts.features[one]
        if isinstance(feature.compute, Aggregated):
            if sees_now(view, feature.compute.window):
                yield one
            continue
        for edge in facts.lineage.into(one):
            given = edge.given
            if edge.effect.is_direct and given.kind == "view" and given not in seen:
                seen.add(given)
                ahead.append(given)


def _tables(module: Module, view: str) -> set[str]:
    """The sources of a view's rows; what is joined to them adds no rows."""
    given = module.view_by_name[view].input
    while isinstance(given, JoinInput | AsOfInput):
        given = given.left
    match given:
        case SourceInput(source=source):
            return {source}
        case ViewInput(view=below):
            return _tables(module, below)
        case StackInput(views=views):
            return {table for below in views for table in _tables(module, below)}
        case _:
            assert_never(given)
