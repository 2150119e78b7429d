from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnexplainedSuppression(Rule):
    """A comment tells rules to be quiet, for all of them or without a reason.

    Why it matters: nobody can tell later whether it may go.

    What to do: name the codes and write why: `# alignc: ignore[U101] the board reads it until May`.
    """

    code = "S102"
    SETTINGS = "lint: {select: [U, S]}"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        has_left = Bool()
        amount = Float()
        note = String()  # alignc: ignore[U101]


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        has_left = Bool()
        amount = Float()
        note = String()  # alignc: ignore[U101] the board reads it until May


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for one in facts.suppressions:
            if not one.reason or not one.codes:
                lacking = "no codes" if not one.codes else "no reason"
                yield self.found(
                    f"{one.span.file}: {', '.join(one.codes)}",
                    one.span,
                    f"this comment has {lacking}",
                    "write `# alignc: ignore[CODE] reason`",
                )
