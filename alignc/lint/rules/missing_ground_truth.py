from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class MissingGroundTruth(Rule):
    """A model contract does not say what the model is right or wrong about.

    Why it matters: without a ground truth there are no metrics, no alarm when the model gets worse, and
    no check for leaks.

    What to do: declare the label: `Orders().has_left.as_classification_label()`. Of a model that puts
    items in an order, say what was selected: `Float().is_recommendation_score(Bought(), item_id=item)`. Clusters
    have no truth, and are judged by their distances: `String().is_cluster()`.
    """

    code = "K103"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        has_left = Bool()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            if not contract.is_judged:
                yield self.found(
                    contract.name,
                    contract.span,
                    f"`{contract.name}` has no ground truth",
                    "declare its label: `.as_classification_label()` or `.as_regression_label()`, or what "
                    "its lists of items are judged by: `.is_recommendation_score(...)`; of clusters say "
                    "that they are: `.is_cluster()`",
                )
