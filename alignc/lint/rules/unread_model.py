from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import DEPRECATED, Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnreadModel(Rule):
    """A model contract has no stored predictions and no ground truth, and no exposure reads it.

    Why it matters: a contract keeps features alive. One that nobody predicts with keeps them alive for
    nothing, and hides that they could go.

    What to do: remove the contract, or say with `prediction_source` or `output_source` where its
    predictions are.
    """

    code = "U105"
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


    @model_contract(
        name="churn",
        input_features=[Orders().amount],
        output_source=FileSource.parquet_at("churn.parquet"),
    )
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        read = {f.owner for fs in facts.read_outside.values() for f in fs if f.kind == "contract"}
        for contract in facts.module.contracts:
            is_stored = contract.prediction_source is not None
            is_read = is_stored or contract.is_judged or contract.name in read
            if not is_read and DEPRECATED not in contract.tags:
                yield self.found(
                    contract.name,
                    contract.span,
                    f"nobody predicts with `{contract.name}`: it has no stored predictions and no ground truth",
                    "name a `prediction_source`, or remove the contract",
                )
