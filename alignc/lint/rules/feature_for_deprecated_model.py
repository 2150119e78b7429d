from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Field
from alignc.ir.module import is_declared
from alignc.lint.facts import DEPRECATED, Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class FeatureForDeprecatedModel(Rule):
    """Only models with the tag `deprecated` use a feature.

    Why it matters: it dies with them. Until then it should get no new users, and no effort.

    What to do: remove it together with the model, or let a living model use it.
    """

    code = "U106"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        weight = Float()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass


    @model_contract(
        name="old_churn",
        input_features=[Orders().amount, Orders().weight],
        tags=["deprecated"],
    )
    class OldChurn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass


    @model_contract(name="old_churn", input_features=[Orders().amount], tags=["deprecated"])
    class OldChurn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        old = {c.name: c for c in facts.module.contracts if DEPRECATED in c.tags}
        if not old:
            return
        labels = {f"model `{name}`": name for name in old}
        found: dict[Field, list[str]] = {}
        for field, (view, feature) in facts.features.items():
            readers = facts.is_read_by.get(field, ())
            is_old = bool(readers) and all(reader in labels for reader in readers)
            if is_old and feature.role == "feature" and is_declared(view, feature):
                found[field] = [labels[reader] for reader in readers]
        for field, names in found.items():
            # What another one of them is made of dies with that.
            if any(edge.made in found for edge in facts.lineage.out_of(field)):
                continue
            yield self.found(
                str(field),
                facts.features[field][1].span,
                f"only {listed(names)}, which is deprecated, uses `{field}`"
                if len(names) == 1
                else f"only {listed(names)}, which are deprecated, use `{field}`",
                "remove it together with the model",
                tuple(Related(old[n].span, "deprecated here") for n in names),
            )
