from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.ir.module import Contract
from alignc.lint.finding import Finding
from alignc.lint.words import listed


class ChangedInputs(BreakingRule):
    """A model reads other inputs, or the same in another order.

    Why it matters: a model that was trained before takes its inputs by their place, or misses one.

    What to do: make a new version of the contract, or a new contract, and train a model for it.
    """

    code = "B114"
    category = "contract"
    BEFORE = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        tax = Float()
        has_left = Bool()
        total = amount + tax


    @model_contract(name="churn", input_features=[Orders().amount, Orders().tax])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
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


    @model_contract(name="churn", input_features=[Orders().tax, Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
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


    @model_contract(name="churn", input_features=[Orders().amount, Orders().tax])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "model"):
            if was(change, "inputs") is None:
                continue
            before = comparison.old.contract_by_name[change.before or change.symbol]
            after = comparison.new.contract_by_name[change.symbol]
            yield self.found(
                change.symbol,
                change.span,
                f"`{change.symbol}` {'; it '.join(_said(_inputs(before), _inputs(after)))}",
                "make a new version of the contract",
            )


def _inputs(contract: Contract) -> list[str]:
    return [used.name for used in contract.inputs]


def _said(before: list[str], after: list[str]) -> Iterator[str]:
    """What has happened to inputs: those that are gone, new ones, and the order of the others."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    if gone:
        yield f"no longer reads {listed(gone)}"
    if new:
        yield f"reads {listed(new)}, which it has not read before"
    stayed = [name for name in before if name in after]
    order = [name for name in after if name in before]
    if stayed != order:
        yield f"takes its inputs in another order: {', '.join(stayed)} -> {', '.join(order)}"
