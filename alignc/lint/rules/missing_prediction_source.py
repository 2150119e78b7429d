from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class MissingPredictionSource(Rule):
    """A model contract has a ground truth, and does not say where its predictions are stored.

    Why it matters: what was predicted cannot be compared with what came true, so nobody sees when the
    model gets worse.

    What to do: `prediction_source=...` or `output_source=...`.
    """

    code = "K104"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        has_left = Bool()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        has_left = Bool()


    @model_contract(
        name="churn",
        input_features=[Orders().amount],
        output_source=FileSource.parquet_at("churn.parquet"),
    )
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            if contract.is_judged and contract.prediction_source is None:
                yield self.found(
                    contract.name,
                    contract.span,
                    f"`{contract.name}` does not say where its predictions are",
                    "name a `prediction_source`",
                )
