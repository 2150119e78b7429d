from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.lint.finding import Finding


class TightenedNullability(BreakingRule):
    """A feature must not be null any more.

    Why it matters: rows that were fine fail their tests from now on, and whoever fills the source was
    not asked.

    What to do: fill the nulls first: in the source, or with `fill_na` in a new feature.
    """

    code = "B106"
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
        tax = Float().is_required()
        has_left = Bool()
        total = amount + tax
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float().lower_bound(0)
        has_left = Bool()
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "feature"):
            if was(change, "required") == "no -> yes":
                yield self.found(
                    change.symbol,
                    change.span,
                    f"`{change.symbol}` must not be null any more",
                    "fill the nulls first",
                )
