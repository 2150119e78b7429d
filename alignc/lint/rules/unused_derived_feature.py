from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.module import Derived
from alignc.lint.dead import FEATURE_GOES, dead_features
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnusedDerivedFeature(Rule):
    """A feature is computed from others, and reaches no model.

    Why it matters: programs leave it out, but people read, review and test it. Experiments that were
    never taken back are how a feature view becomes a thing that nobody understands.

    What to do: remove it; features that only it uses are listed and die with it.
    """

    code = "U102"
    FIX = FEATURE_GOES
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        in_cents = amount * 100


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        in_cents = amount * 100


    @model_contract(name="churn", input_features=[Orders().in_cents])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for _, dead in dead_features(facts, Derived):
            yield self.found(
                dead.symbol,
                dead.span,
                f"`{dead.symbol}` is computed and reaches no model{dead.tail}",
                "remove it, or declare who reads it under `exposures`",
                dead.related,
            )
