from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, removed
from alignc.lint.finding import Finding


class RemovedView(BreakingRule):
    """A view is gone, or has another name.

    Why it matters: its programs and tables are gone, too, and whoever reads them stops with an error.

    What to do: keep it until its readers have moved on; the tag `deprecated` tells them.
    """

    code = "B101"
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


    @feature_view(name="visits", source=FileSource.parquet_at("orders.parquet"))
    class Visits:
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
        total = amount + tax
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


    @feature_view(name="visits", source=FileSource.parquet_at("orders.parquet"))
    class Visits:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in removed(comparison, "view"):
            yield self.gone(
                change,
                f"the view `{change.symbol}` is gone",
                "keep it until nobody reads it any more",
            )
