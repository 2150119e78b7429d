from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.module import Aggregated
from alignc.lint.dead import FEATURE_GOES, dead_features
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnusedAggregate(Rule):
    """An aggregate over a window reaches no model.

    Why it matters: aggregates are the most expensive features, and the program of the view computes
    all of them.

    What to do: remove it; features that only it uses are listed and die with it.
    """

    code = "U103"
    FIX = FEATURE_GOES
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        spent_7d = amount.aggregate().over(days=7).sum()
        spent_30d = amount.aggregate().over(days=30).sum()


    @model_contract(name="churn", input_features=[Orders().spent_30d])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        spent_30d = amount.aggregate().over(days=30).sum()


    @model_contract(name="churn", input_features=[Orders().spent_30d])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for _, dead in dead_features(facts, Aggregated):
            yield self.found(
                dead.symbol,
                dead.span,
                f"the aggregate `{dead.symbol}` reaches no model{dead.tail}",
                "remove it, or declare who reads it under `exposures`",
                dead.related,
            )
