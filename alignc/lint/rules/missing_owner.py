from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class MissingOwner(Rule):
    """A view or a model has nobody to ask.

    Why it matters: when it breaks, or could go, somebody must be there to say so.

    What to do: name people or a team: `contacts=["Trips team"]`.
    """

    code = "K101"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"), contacts=["Shop team"])
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for one in facts.definitions():
            if not one.contacts:
                yield self.found(
                    one.name,
                    one.span,
                    f"nobody is named for `{one.name}`",
                    'name people or a team: `contacts=["..."]`',
                )
