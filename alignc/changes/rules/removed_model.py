from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, removed
from alignc.lint.finding import Finding


class RemovedModel(BreakingRule):
    """A model contract is gone, or has another name.

    Why it matters: its training set, its server and its monitors are gone, too.

    What to do: keep it, with the tag `deprecated`, until the model is switched off.
    """

    code = "B103"
    category = "contract"
    BEFORE = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax


    @model_contract(name="churn", input_features=[Orders().total])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()


    @model_contract(name="fraud", input_features=[Orders().total])
    class Fraud:
        is_fraud = Orders().has_left.as_classification_label()
    """
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax


    @model_contract(name="churn", input_features=[Orders().total])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax


    @model_contract(name="churn", input_features=[Orders().total])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()


    @model_contract(name="fraud", input_features=[Orders().total])
    class Fraud:
        is_fraud = Orders().has_left.as_classification_label()
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in removed(comparison, "model"):
            yield self.gone(
                change,
                f"the model `{change.symbol}` is gone",
                "keep it until the model is switched off",
            )
