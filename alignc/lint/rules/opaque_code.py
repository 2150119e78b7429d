from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class OpaqueCode(Rule):
    """A feature is code of the user.

    Why it matters: alignc writes it down as it is. Whether it means the same on all engines, and what
    it does with a null, nobody has checked.

    What to do: use operations of alignc where there are such; `alignc verify` compares the rest.
    """

    code = "P103"
    severity = "note"
    BAD = """
    import polars as pl


    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        note = String()
        letters = note.transform_polars(
            pl.col("note").str.len_chars(), as_dtype=Int64(), duckdb="LENGTH(note)"
        )


    @model_contract(name="churn", input_features=[Orders().letters])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        note = String()
        letters = note.length()


    @model_contract(name="churn", input_features=[Orders().letters])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for field, feature, code in facts.user_code:
            engines = [engine for engine, _ in code.texts]
            yield self.found(
                str(field),
                feature.span,
                f"`{field}` is code for {listed(engines)} that alignc cannot look into",
                "use operations of alignc where there are such",
            )
