from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.dead import dead_views
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnusedView(Rule):
    """No feature of a view reaches a model.

    Why it matters: programs, tests and tables of the view are made, run and paid for all the same.

    What to do: remove the view; views that only it reads are listed and die with it. If something
    outside reads it, declare that under `exposures`.
    """

    code = "U104"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    @feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
    class Visits:
        customer = Int64().as_entity()
        pages = Int64()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    @feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
    class Visits:
        customer = Int64().as_entity()
        pages = Int64()


    @model_contract(name="churn", input_features=[Orders().amount, Visits().pages])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for dead in dead_views(facts):
            yield self.found(
                dead.symbol,
                dead.span,
                f"no feature of the view `{dead.symbol}` reaches a model{dead.tail}",
                "remove it, or declare who reads it under `exposures`",
                dead.related,
            )
