from __future__ import annotations

from collections.abc import Iterator

from alignc.errors import Span
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UndeclaredReader(Rule):
    """A query reads a feature that its exposure does not declare.

    Why it matters: whoever changes the feature cannot know whom that hurts ("undeclared consumers",
    Sculley et al. 2015).

    What to do: add the feature to `reads` of the exposure in alignc.yml.
    """

    code = "C105"
    SETTINGS = """
    exposures:
      sales_board:
        reads: [orders.amount]
        queries: [board.sql]
    """
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        discount = Float()


    # board.sql:
    #   SELECT customer, amount - discount FROM orders
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()
        discount = Float()


    # board.sql:
    #   SELECT customer, amount FROM orders
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for query in facts.queries:
            declared = facts.exposures[query.exposure].reads
            for read, line in query.reads:
                view, _, name = read.partition(".")
                role = facts.module.view_by_name[view].by_name[name].role
                if read not in declared and view not in declared and role == "feature":
                    yield self.found(
                        f"{query.exposure}:{read}",
                        Span(query.file, line),
                        f"this reads `{read}`, which the exposure `{query.exposure}` does not declare",
                        f"add `{read}` to its `reads`",
                    )
