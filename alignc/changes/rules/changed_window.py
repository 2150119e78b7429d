from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.lint.finding import Finding


class ChangedWindow(BreakingRule):
    """An aggregate covers other events.

    Why it matters: its values are of another size, and the model was trained with the old ones.

    What to do: make a new feature that has the length of its window in its name.
    """

    code = "B110"
    category = "time"
    BEFORE = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax
        spent = amount.aggregate().over(days=30).sum()
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
        spent = amount.aggregate().over(days=7).sum()
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
        spent = amount.aggregate().over(days=30).sum()
        spent_7d = amount.aggregate().over(days=7).sum()
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "feature"):
            window = was(change, "window")
            if window is not None:
                yield self.found(
                    change.symbol,
                    change.span,
                    f"`{change.symbol}` covers other events: {window}",
                    "make a new feature with the new window",
                )
