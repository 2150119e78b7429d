from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class MissingDescription(Rule):
    """Nothing says what a view or a model is about.

    Why it matters: catalog, programs and reviews show the description, and who does not find one
    writes the same view again.

    What to do: `description="..."`, or a docstring of the class.
    """

    code = "K102"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
    """
    GOOD = """
    @feature_view(
        name="orders",
        source=FileSource.parquet_at("orders.parquet"),
        description="What customers have bought.",
    )
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for one in facts.definitions():
            if not (one.description or "").strip():
                yield self.found(
                    one.name,
                    one.span,
                    f"nothing says what `{one.name}` is about",
                    'write `description="..."`',
                )
