from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.chains import longest_chains
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule


class LongModelChain(Rule):
    """A model reads what another model predicts, which reads what another one predicts, and so on.

    Why it matters: to make one model better can make the ones behind it worse, and none can be
    changed alone ("correction cascades", Sculley et al. 2015).

    What to do: give the last model the features of the first one instead of its predictions.
    `lint.longest_chain` says how many models may stand in a row, by default two.
    """

    code = "C101"
    SETTINGS = "lint: {longest_chain: 1}"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        is_late = Bool()
        has_left = Bool()


    @model_contract(
        name="delay",
        input_features=[Orders().amount],
        output_source=FileSource.parquet_at("delay.parquet"),
    )
    class Delay:
        predicted_at = EventTimestamp()
        will_be_late = Orders().is_late.as_classification_label()


    @feature_view(name="warned", source=Delay.as_source())
    class Warned:
        customer = Int64().as_entity()
        predicted_at = EventTimestamp()
        will_be_late = Bool()


    @model_contract(name="churn", input_features=[Warned().will_be_late])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Float()
        has_left = Bool()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        most, chains = facts.settings.longest_chain, longest_chains(facts.models_read)
        for contract in facts.module.contracts:
            chain = chains[contract.name]
            if len(chain) > most:
                by_name = facts.module.contract_by_name
                yield self.found(
                    contract.name,
                    contract.span,
                    f"{len(chain)} models in a row: {' -> '.join(chain)}",
                    f"read features instead of predictions; {most} may be in a row",
                    tuple(Related(by_name[name].span, "its predictions") for name in chain[:-1]),
                )
