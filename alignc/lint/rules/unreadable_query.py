from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnreadableQuery(Rule):
    """A query of an exposure cannot be read, so nobody knows what it reads.

    Why it matters: what it reads looks unused, and a change that breaks it is not told. SQL is read in the dialects of
    the targets, then in the others; what macros of a dbt project make is not known.

    What to do: say what it reads in `reads` of the exposure in alignc.yml, and leave the file out of `queries`.
    """

    code = "C106"
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


    # board.sql:
    #   SELECT customer, amount FROM orders WHERE (amount > 1
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    # board.sql:
    #   SELECT customer, amount FROM orders WHERE (amount > 1)
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for query in facts.queries:
            if query.problem is not None:
                reason, place = query.problem
                yield self.found(
                    f"{query.exposure}:{query.file}",
                    place,
                    f"the SQL cannot be read, nor what the exposure `{query.exposure}` reads: {reason}",
                    "say in `reads` what it reads, and leave it out of `queries`",
                )
