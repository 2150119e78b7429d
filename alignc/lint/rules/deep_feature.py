from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Field
from alignc.ir.module import Raw
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class DeepFeature(Rule):
    """A feature is computed from features that are computed from features, and so on.

    Why it matters: a change at the bottom changes all above it, and nobody who reads the last one can
    say what it depends on.

    What to do: compute it from what is lower down. `lint.deepest_feature` says how many computed
    features may stand above each other, by default five.
    """

    code = "C102"
    SETTINGS = "lint: {deepest_feature: 2}"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        price = Float()
        with_tax = price * 1.25
        shipped = with_tax + 5
        rounded = shipped.floor()


    @model_contract(name="churn", input_features=[Orders().rounded])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        price = Float()
        shipped = price * 1.25 + 5
        rounded = shipped.floor()


    @model_contract(name="churn", input_features=[Orders().rounded])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        most = facts.settings.deepest_feature
        for field, (_, feature) in facts.features.items():
            if isinstance(feature.compute, Raw):
                continue
            way = facts.ways_down[field]
            # Only the lowest that is too deep: all above it are, too.
            if len(way) == most + 1:
                yield self.found(
                    str(field),
                    feature.span,
                    f"{len(way)} computed features stand above each other: "
                    + " <- ".join(_name(one, field) for one in way),
                    f"compute it from features lower down; {most} may stand above each other",
                )


def _name(field: Field, of: Field) -> str:
    return field.name if field.owner == of.owner else str(field)
