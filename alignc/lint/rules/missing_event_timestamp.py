from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Field
from alignc.ir.module import Contract, views_in
from alignc.lint.facts import STATIC, Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule


class MissingEventTimestamp(Rule):
    """A model asks at points in time, and one of its views does not say when its rows came to be.

    Why it matters: the training set has today's values of that view in all its rows, also in those
    of last year: the model learns from what was not known then. A join carries them into other views.

    What to do: declare an `EventTimestamp()`. If the rows never change, give the view the tag `static`.
    """

    code = "T102"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()


    @feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"))
    class Customers:
        customer = Int64().as_entity()
        balance = Float()


    @model_contract(name="churn", input_features=[Orders().amount, Customers().balance])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()


    @feature_view(name="customers", source=FileSource.parquet_at("customers.parquet"), tags=["static"])
    class Customers:
        customer = Int64().as_entity()
        birth_year = Int64()


    @model_contract(name="churn", input_features=[Orders().amount, Customers().birth_year])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        asked: dict[str, list[Related]] = {}
        for contract in facts.module.contracts:
            if _asks_in_time(facts, contract):
                for name in _timeless(facts, contract):
                    asked.setdefault(name, []).append(
                        Related(contract.span, f"`{contract.name}` asks at points in time")
                    )
        for name, related in asked.items():
            yield self.found(
                name,
                facts.module.view_by_name[name].span,
                f"`{name}` has no event timestamp: each row of a training set sees its values of today",
                "declare an `EventTimestamp()`, or the tag `static` if rows never change",
                tuple(related),
            )


def _asks_in_time(facts: Facts, contract: Contract) -> bool:
    """Whether a question has a time: for an input, for the truth, or because the model says so."""
    return (
        contract.needs_event_timestamp
        or any(output.role == "event_timestamp" for output in contract.outputs)
        or any(
            facts.module.view_by_name[label.view].event_timestamp is not None
            for label in contract.labels
        )
    )


def _timeless(facts: Facts, contract: Contract) -> list[str]:
    """The views without a time that inputs come from, also by a join; the lowest of each row."""
    found: dict[str, None] = {}
    ahead = [Field("view", used.view, used.feature) for used in contract.inputs]
    seen = set(ahead)
    while ahead:
        field = ahead.pop(0)
        view = facts.module.view_by_name[field.owner]
        if STATIC in view.tags:
            continue
        if view.event_timestamp is None:
            found.setdefault(view.name)
        for edge in facts.lineage.into(field):
            given = edge.given
            if edge.effect.is_direct and given.kind == "view" and given not in seen:
                seen.add(given)
                ahead.append(given)
    below = {name: views_in(facts.module.view_by_name[name].input) for name in found}
    return [name for name in found if not set(below[name]) & found.keys()]
