from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.lint.finding import Finding


class LoosenedNullability(BreakingRule):
    """A feature that was never null may be null now.

    Why it matters: readers that have relied on that stop, or give wrong totals.

    What to do: keep the old feature, filled with `fill_na`, beside the new one.
    """

    code = "B107"
    category = "schema"
    BEFORE = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float().is_required()
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
        tax = Float().is_required().lower_bound(0)
        has_left = Bool()
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "feature"):
            if was(change, "required") == "yes -> no":
                yield self.found(
                    change.symbol,
                    change.span,
                    f"`{change.symbol}` may be null now",
                    "keep one that is filled with `fill_na`",
                )
