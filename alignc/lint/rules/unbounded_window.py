from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.windows import aggregates_of


class UnboundedWindow(Rule):
    """An aggregate covers everything that ever happened.

    Why it matters: its values grow with the age of the data, so the model meets values that it was
    never trained on, and every row must be kept for ever to compute it.

    What to do: give it a window with `over(days=...)` or a number of rows.
    """

    code = "T103"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        spent = amount.aggregate().sum()


    @model_contract(name="churn", input_features=[Orders().spent])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        spent = amount.aggregate().over(days=90).sum()


    @model_contract(name="churn", input_features=[Orders().spent])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for view in facts.module.views:
            for feature, made in aggregates_of(view):
                if made.window.length is None and made.window.rows is None:
                    yield self.found(
                        f"{view.name}.{feature.name}",
                        feature.span,
                        f"`{view.name}.{feature.name}` covers all events before the question",
                        "give it a window: `over(days=...)`",
                    )
