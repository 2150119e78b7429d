from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class WidelySharedFeature(Rule):
    """Many models read one feature.

    Why it matters: to change it is to change all of them at once ("changing anything changes
    everything", Sculley et al. 2015).

    What to do: give it an owner who knows the models, and change it by adding a new feature.
    `lint.widest_use` says how many models may read a feature, by default ten.
    """

    code = "C104"
    severity = "note"
    SETTINGS = "lint: {widest_use: 1}"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass


    @model_contract(name="fraud", input_features=[Orders().amount])
    class Fraud:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        minutes = Float()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass


    @model_contract(name="fraud", input_features=[Orders().minutes])
    class Fraud:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        readers: dict[tuple[str, str], list[str]] = {}
        for contract in facts.module.contracts:
            for used in contract.inputs:
                readers.setdefault((used.view, used.feature), []).append(contract.name)
        for (view, name), models in readers.items():
            models = list(dict.fromkeys(models))
            if len(models) > facts.settings.widest_use:
                yield self.found(
                    f"{view}.{name}",
                    facts.module.view_by_name[view].by_name[name].span,
                    f"{len(models)} models read `{view}.{name}`: {listed(models, 20)}",
                    "change it by adding a new feature",
                )
