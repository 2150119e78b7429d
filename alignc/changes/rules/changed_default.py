from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Change, Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.ir.expr import Call, Expr, Literal, rewrite
from alignc.ir.types import INT64
from alignc.lint.finding import Finding


class ChangedDefault(BreakingRule):
    """A feature has another value where there is none: only the constant of `fill_na` has changed.

    Why it matters: a model has learned what the old constant stands for.

    What to do: train the model again and give it a new version; or make a new feature.
    """

    code = "B111"
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
        tax_or_none = tax.fill_na(0.0)
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
        tax_or_none = tax.fill_na(1.0)
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
        tax_or_none = tax.fill_na(0.0).description("Euros.")
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "feature"):
            if is_default(change):
                yield self.found(
                    change.symbol,
                    change.span,
                    f"`{change.symbol}` has another default: {was(change, 'expression')}",
                    "train the models that read it again",
                )


def is_default(change: Change) -> bool:
    """Whether nothing but constants of `fill_na` are others."""
    for difference in change.differences:
        old, new = difference.old.value, difference.new.value
        if difference.name == "expression" and isinstance(old, Call) and isinstance(new, Call):
            return rewrite(old, _without_default) == rewrite(new, _without_default)
    return False


def _without_default(expr: Expr) -> Expr:
    match expr:
        case Call(op="fill_na", args=(value, Literal())):
            return Call(op=expr.op, args=(value, Literal(dtype=INT64, value=0)))
        case _:
            return expr
