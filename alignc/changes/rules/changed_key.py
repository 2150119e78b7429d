from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.lint.finding import Finding


class ChangedKey(BreakingRule):
    """A view or a model has another key.

    Why it matters: its rows are about something else, joins with it find other rows or none, and tables
    with the old key cannot be continued.

    What to do: make a new view with the new key.
    """

    code = "B108"
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
        shop = Int64().as_entity()
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
        shop = Int64()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "view", "model"):
            keys = was(change, "key")
            if keys is not None:
                yield self.found(
                    change.symbol,
                    change.span,
                    f"`{change.symbol}` has another key: {keys}",
                    f"make a new {change.what} with the new key",
                )
