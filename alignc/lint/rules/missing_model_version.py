from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class MissingModelVersion(Rule):
    """Predictions are stored without the version of the model that made them.

    Why it matters: after a release nobody can tell the new model's mistakes from the old one's.

    What to do: store the version beside each prediction: `String().as_model_version()`.
    """

    code = "K105"
    severity = "note"
    BAD = """
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
        version = String().as_model_version()
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            is_told = any(output.role == "model_version" for output in contract.outputs)
            if contract.prediction_source is not None and not is_told:
                yield self.found(
                    contract.name,
                    contract.span,
                    f"the stored predictions of `{contract.name}` have no model version",
                    "store one: `model_version = String().as_model_version()`",
                )
