from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.module import Module, SourceInput
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.windows import aggregates_of, sees_now


class OwnEventInWindow(Rule):
    """A model predicts something about an event, and an input counts that event.

    Why it matters: in the training set the event is in the table when it is asked about, with values
    that a server does not have at that time: each count is one too high.

    What to do: end the window before the question: `over(days=30, closed="left")`.
    """

    code = "T106"
    BAD = """
    @feature_view(name="payments", source=FileSource.parquet_at("payments.parquet"))
    class Payments:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        is_fraud = Bool()
        spent = amount.aggregate().over(days=30).sum()


    @model_contract(name="fraud", input_features=[Payments().spent])
    class Fraud:
        is_caught = Payments().is_fraud.as_classification_label()
    """
    GOOD = """
    @feature_view(name="payments", source=FileSource.parquet_at("payments.parquet"))
    class Payments:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        is_fraud = Bool()
        spent = amount.aggregate().over(days=30, closed="left").sum()


    @model_contract(name="fraud", input_features=[Payments().spent])
    class Fraud:
        is_caught = Payments().is_fraud.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        module = facts.module
        for contract in module.contracts:
            tables = {_table(module, label.view): label for label in contract.labels}
            for used in contract.inputs:
                label = tables.get(_table(module, used.view))
                seen = {
                    f.name: f
                    for f, m in aggregates_of(module.view_by_name[used.view])
                    if sees_now(m.window)
                }
                if label is not None and used.feature in seen:
                    truth = module.view_by_name[label.view].by_name[label.feature]
                    yield self.found(
                        f"{contract.name}.{used.name}",
                        used.span or contract.span,
                        f"`{used.view}.{used.feature}` counts the event that `{contract.name}` "
                        "predicts something about",
                        'end its window before the question: `closed="left"`',
                        (
                            Related(seen[used.feature].span, "the window ends with the question"),
                            Related(truth.span, "the ground truth is of the same events"),
                        ),
                    )


def _table(module: Module, view: str) -> str:
    given = module.view_by_name[view].input
    return f"source {given.source}" if isinstance(given, SourceInput) else f"view {view}"
