from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.chains import cycles
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule


class ModelCycle(Rule):
    """Models read each other's predictions, or a model reads its own.

    Why it matters: what such a model predicts decides what it sees, and learns, next. The loop is
    hidden in tables, and its effects show after months ("feedback loops", Sculley et al. 2015).

    What to do: cut the loop: give one of the models the features that the other one reads.
    """

    code = "C103"
    BAD = """
    predictions = FileSource.parquet_at("delay.parquet")


    @feature_view(name="warned", source=predictions)
    class Warned:
        customer = Int64().as_entity()
        predicted_at = EventTimestamp()
        will_be_late = Bool()


    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        is_late = Bool()


    @model_contract(name="delay", input_features=[Warned().will_be_late], output_source=predictions)
    class Delay:
        predicted_at = EventTimestamp()
        will_be_late = Orders().is_late.as_classification_label()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        is_late = Bool()


    @model_contract(
        name="delay",
        input_features=[Orders().amount],
        output_source=FileSource.parquet_at("delay.parquet"),
    )
    class Delay:
        predicted_at = EventTimestamp()
        will_be_late = Orders().is_late.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        by_name = facts.module.contract_by_name
        for cycle in cycles(facts.models_read):
            first = by_name[cycle[0]]
            round_trip = " -> ".join((*cycle, cycle[0]))
            yield self.found(
                first.name,
                first.span,
                f"predictions come back as inputs: {round_trip}",
                "give one of the models the features that the other one reads",
                tuple(Related(by_name[name].span, "is in the loop") for name in cycle[1:]),
            )
