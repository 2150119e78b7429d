from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.aspects import Kind
from alignc.changes.compare import Change, Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.ir.module import views_in
from alignc.lint.finding import Finding


class ChangedTime(BreakingRule):
    """Another row of a view is the latest one that is known: its times, TTL, delay or tie breakers have changed.

    Why it matters: features have other values for the same question, and the model was trained with the
    old ones.

    What to do: train the model again and give it a new version; or make a new view.
    """

    code = "B109"
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
    """
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=7))
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp().description("When it was paid.")
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        changes = {change.symbol: change for change in changed(comparison, "view")}
        for change in changed(comparison, "view", "model"):
            below = _views_below(comparison, change)
            inherited = [d for name in below if name in changes for d in changes[name].differences]
            for difference in change.differences:
                if difference.kind is Kind.TIME and difference not in inherited:
                    yield self.found(
                        change.symbol,
                        change.span,
                        f"`{change.symbol}` finds other rows: {difference.name}: "
                        f"{was(change, difference.name)}",
                        "train the models that read it again",
                    )


def _views_below(comparison: Comparison, change: Change) -> tuple[str, ...]:
    """The views that one reads, of which it has its times where it says nothing else."""
    view = comparison.new.view_by_name.get(change.symbol) if change.what == "view" else None
    return tuple(views_in(view.input)) if view is not None else ()
