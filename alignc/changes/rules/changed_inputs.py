from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.lint.finding import Finding


class ChangedInputs(BreakingRule):
    """A model reads other inputs, or the same in another order.

    Why it matters: a model that was trained before takes its inputs by their place, or misses one.

    What to do: make a new version of the contract, or a new contract, and train a model for it.
    """

    code = "B114"
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


    @model_contract(name="churn", input_features=[Orders().amount, Orders().tax])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
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


    @model_contract(name="churn", input_features=[Orders().tax, Orders().amount])
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
        note = String()


    @model_contract(name="churn", input_features=[Orders().amount, Orders().tax])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "model"):
            order = was(change, "order of inputs")
            if order is not None:
                yield self.found(
                    change.symbol,
                    change.span,
                    f"`{change.symbol}` reads other inputs: {order}",
                    "make a new version of the contract",
                )
