from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.ops import AGGREGATES
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.windows import aggregates_of


class OrderWithoutTieBreaker(Rule):
    """An aggregate depends on the order of events, and the view does not say which of two at one time
    is the later one.

    Why it matters: the order is then that of the values of all columns. It is the same everywhere, but
    it means nothing, and a new column can change it.

    What to do: say with `as_tie_breaker()` or `as_created_at()` what happened later.
    """

    code = "T107"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        shop = String()
        last_shop = shop.aggregate().over(days=30).last()


    @model_contract(name="churn", input_features=[Orders().last_shop])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        number = Int64().as_tie_breaker()
        shop = String()
        last_shop = shop.aggregate().over(days=30).last()


    @model_contract(name="churn", input_features=[Orders().last_shop])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for view in facts.module.views:
            if view.tie_breakers or view.created_at is not None:
                continue
            for feature, made in aggregates_of(view):
                if AGGREGATES[made.aggregate].ordered or made.window.rows is not None:
                    yield self.found(
                        f"{view.name}.{feature.name}",
                        feature.span,
                        f"of events at one time, the values of all columns decide about `{feature.name}`",
                        "say with `as_tie_breaker()` which column decides",
                    )
