from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class WidelySharedFeature(Rule):
    """Many models read one feature, themselves or through what is computed from it.

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
        most = facts.settings.widest_use
        if len(facts.module.contracts) <= most:
            return
        shared = {
            field: models
            for field, models in facts.models_above.items()
            if len(models) > most and field in facts.features
        }
        for field, models in shared.items():
            feature = facts.features[field][1]
            # What is computed from it has all of them, too, and is nearer to them.
            is_told_with = any(
                shared.get(edge.made) == models for edge in facts.lineage.out_of(field)
            )
            if feature.role == "feature" and not is_told_with:
                yield self.found(
                    str(field),
                    feature.span,
                    f"`{field}` comes into {len(models)} models: {listed(models, 20)}",
                    "change it by adding a new feature",
                )
