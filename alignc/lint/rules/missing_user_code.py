from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class MissingUserCode(Rule):
    """A feature is code of the user for some engines, and the project builds for others, too.

    Why it matters: nothing can be written for the other targets: `alignc build` ends with an error.

    What to do: use operations of alignc, give the code for each target, or leave the target out.
    """

    code = "P101"
    severity = "error"
    SETTINGS = "targets: [polars, duckdb]"
    BAD = """
    import polars as pl


    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        note = String()
        letters = note.transform_polars(pl.col("note").str.len_chars(), as_dtype=Int64())


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
            missing = [t for t in facts.targets if code.text_for(t) is None]
            if missing:
                yield self.found(
                    str(field),
                    feature.span,
                    f"`{field}` has no code for {listed(missing)}",
                    "use operations of alignc, or give the code for each target",
                )
