from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import columns_of
from alignc.ir.module import Aggregated, Derived, Raw, View, is_declared
from alignc.lint.facts import STATIC, Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class MissingTtl(Rule):
    """A model reads the latest row of a view, however old that is.

    Why it matters: when a source stops, its last values are served for years and nobody notices.

    What to do: say with `EventTimestamp(ttl=...)` how old a row may be, or with `valid_to` when it
    ends. If rows never change, give the view the tag `static`.
    """

    code = "T104"
    severity = "note"
    BAD = """
    @feature_view(name="balances", source=FileSource.parquet_at("balances.parquet"))
    class Balances:
        customer = Int64().as_entity()
        at = EventTimestamp()
        balance = Float()


    @model_contract(name="churn", input_features=[Balances().balance])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="balances", source=FileSource.parquet_at("balances.parquet"))
    class Balances:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=30))
        balance = Float()


    @model_contract(name="churn", input_features=[Balances().balance])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        readers: dict[str, dict[str, None]] = {}
        for contract in facts.module.contracts:
            for used in contract.inputs:
                if _is_state(facts.module.view_by_name[used.view], used.feature):
                    readers.setdefault(used.view, {}).setdefault(contract.name)
        for name, models in readers.items():
            view = facts.module.view_by_name[name]
            time = view.by_name[view.event_timestamp] if view.event_timestamp else None
            lives = view.ttl is not None or view.valid_to is not None or STATIC in view.tags
            if time is not None and not lives and is_declared(view, time):
                yield self.found(
                    name,
                    time.span,
                    f"{listed(list(models))} may see rows of `{name}` of any age",
                    "say how old a row may be: `EventTimestamp(ttl=timedelta(days=...))`",
                )


def _is_state(view: View, name: str) -> bool:
    """Whether a feature is of the latest row, or made of one that is."""
    ahead = [name]
    while ahead:
        match view.by_name[ahead.pop()].compute:
            case Raw():
                return True
            case Derived(expr=expr):
                ahead += columns_of(expr)
            case Aggregated():
                pass
    return False
