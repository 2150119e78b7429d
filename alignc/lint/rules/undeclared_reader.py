from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UndeclaredReader(Rule):
    """A query reads a feature, or a column of a model, that its exposure does not declare.

    Why it matters: whoever changes it cannot know whom that hurts ("undeclared consumers",
    Sculley et al. 2015). Looked at are the relations of views and models by their own names, in any schema, those of the dbt project
    (`feat_orders`, `ctr_churn`), and tables with predictions. A query may be a model of dbt: `ref` and `source` are
    read, of a macro of its project only which relations it is given, and these as a whole.

    What to do: add it to `reads` of the exposure in alignc.yml: `orders.amount`, `churn.will_leave`, or all of
    a view or a model by its name.
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
            for read, place in query.reads:
                owner, _, name = read.partition(".")
                if read in declared or owner in declared or _is_key(facts, owner, name):
                    continue
                yield self.found(
                    f"{query.exposure}:{read}",
                    place,
                    f"this reads `{read}`, which the exposure `{query.exposure}` does not declare",
                    f"add `{read}` to its `reads`",
                )


def _is_key(facts: Facts, owner: str, name: str) -> bool:
    """Whether a column is a key, a time or the version of a model, which are read along with others."""
    view = facts.module.view_by_name.get(owner)
    if view is not None:
        return view.by_name[name].role != "feature"
    outputs = facts.module.contract_by_name[owner].outputs
    return any(o.name == name and o.role in ("event_timestamp", "model_version") for o in outputs)
