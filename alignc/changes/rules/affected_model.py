from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.renames import but_for_names
from alignc.changes.rule import BreakingRule
from alignc.lint.finding import Finding


class AffectedModel(BreakingRule):
    """An input of a model, or its ground truth, has not changed itself, and means something else because of what
    it is made of.

    Why it matters: the model in production was trained with other values. Who has made the change may not
    know that the model is there.

    What to do: train the model again and give it a new version.
    """

    code = "B113"
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
        total = amount - tax


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
        note = String()


    @model_contract(name="churn", input_features=[Orders().total])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        module = comparison.new
        for made, way in but_for_names(comparison).causes.items():
            contract = module.contract_by_name.get(made.owner) if made.kind == "contract" else None
            if contract is None or made.role:
                continue
            asked = [("input", one.name, one.span) for one in contract.inputs]
            asked += [("ground truth", one.feature, one.span) for one in contract.labels]
            for what, name, span in asked:
                if name == made.name:
                    yield self.found(
                        str(made),
                        span or contract.span,
                        f"the {what} `{name}` of `{contract.name}` means something else: "
                        + " <- ".join(way[::-1]),
                        "train the model again and give it a new version",
                    )
