from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, removed
from alignc.lint.finding import Finding


class RemovedFeature(BreakingRule):
    """A feature of a view is gone, or has another name.

    Why it matters: a query that names the column stops with an error.

    What to do: keep it beside the new one until its readers have moved on.
    """

    code = "B102"
    category = "schema"
    BEFORE = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
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
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        gone = {change.symbol for change in removed(comparison, "view")}
        for change in removed(comparison, "feature"):
            if change.fields[0].owner not in gone:
                yield self.gone(
                    change,
                    f"the feature `{change.symbol}` is gone",
                    "keep it until nobody reads it any more",
                )
