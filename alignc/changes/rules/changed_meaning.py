from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.aspects import Kind
from alignc.changes.compare import Comparison
from alignc.changes.renames import but_for_names
from alignc.changes.rule import BreakingRule, changed, was
from alignc.changes.rules.changed_default import is_default
from alignc.lint.finding import Finding


class ChangedMeaning(BreakingRule):
    """A column has the same name and type, and means something else: it is computed in another way, from
    another column, or from other rows.

    Why it matters: nothing fails. Models get values that they were not trained with, and reports change
    over night.

    What to do: make a new feature with a new name, and take the old one back when nobody reads it.
    """

    code = "B112"
    category = "meaning"
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
        total = amount - tax
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        # With tax.
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(
            but_for_names(comparison),
            "source",
            "view",
            "feature",
            "model",
            "input",
            "label",
            "output",
        ):
            for difference in change.differences:
                is_it = difference.kind is Kind.MEANING and not is_default(change)
                if is_it:
                    yield self.found(
                        change.symbol,
                        change.span,
                        f"`{change.symbol}` means something else: {difference.name}: "
                        f"{was(change, difference.name)}",
                        "make a new one with a new name",
                    )
