from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, removed
from alignc.lint.finding import Finding


class RemovedOutput(BreakingRule):
    """A model does not write a column any more that it has promised.

    Why it matters: whoever reads the predictions finds no such column.

    What to do: write both columns until the readers have moved on.
    """

    code = "B104"
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
        leaves = Orders().has_left.as_classification_label()
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
        version = String().as_model_version()
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        gone = {change.symbol for change in removed(comparison, "model")}
        for change in removed(comparison, "label", "output"):
            owner, name = change.fields[0].owner, change.fields[0].name
            if owner not in gone:
                yield self.gone(
                    change,
                    f"the model `{owner}` does not write `{name}` any more",
                    "write it until nobody reads it any more",
                )
