from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.print import show_duration
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.windows import aggregates_of


class TtlShorterThanWindow(Rule):
    """A window of a view reaches further back than its rows live.

    Why it matters: a store that drops rows after their TTL has not all events of the window any more,
    and serves other values than those that the model was trained on.

    What to do: make the TTL as long as the longest window, with its offset and resolution, or the window
    shorter.
    """

    code = "T105"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=7))
        amount = Float()
        spent = amount.aggregate().over(days=30).sum()


    @model_contract(name="churn", input_features=[Orders().spent])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=30))
        amount = Float()
        spent = amount.aggregate().over(days=30).sum()


    @model_contract(name="churn", input_features=[Orders().spent])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for view in facts.module.views:
            for feature, made in aggregates_of(view):
                length, ttl = made.window.length, view.ttl
                if length is None or ttl is None or made.window.is_ahead:
                    continue
                # A question between two points of the grid looks back from the earlier one.
                reach = length + made.window.offset + (made.window.resolution or 0)
                if reach > ttl:
                    yield self.found(
                        f"{view.name}.{feature.name}",
                        feature.span,
                        f"`{feature.name}` reaches {show_duration(reach)} back, "
                        f"and rows of `{view.name}` live for {show_duration(ttl)}",
                        "make the TTL as long as the longest window",
                    )
