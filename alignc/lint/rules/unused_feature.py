from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.module import Raw
from alignc.lint.dead import FEATURE_GOES, dead_features
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnusedFeature(Rule):
    """A column of a source is declared as a feature, and reaches no model.

    Why it matters: it is read, checked, stored and documented for nobody, and nobody dares to change it.
    What depends on data that nobody uses breaks for no gain when the data change.

    What to do: remove it; what dies with it is listed. If something outside reads it, declare that
    under `exposures` in alignc.yml. What a `rule(...)` compares a used feature with, or a reference of
    one names, counts as used.
    """

    code = "U101"
    FIX = (
        f"{FEATURE_GOES}. A column also decides which of two rows of one key and time is the later one. "
        "If features are taken from the latest row, or go by the order, and another column stands after "
        "it, then it only goes with `--unsafe-fixes`"
    )
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        note = String()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
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
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for feature, dead in dead_features(facts, Raw):
            column = feature.compute
            assert isinstance(column, Raw)
            yield self.found(
                dead.symbol,
                dead.span,
                f"`{dead.symbol}` (column `{column.column}`) reaches no model{dead.tail}",
                "remove it, or declare who reads it under `exposures`",
                dead.related,
            )
