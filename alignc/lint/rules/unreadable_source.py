from __future__ import annotations

from collections.abc import Iterator

from alignc.backends.support import unreadable
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class UnreadableSource(Rule):
    """A view reads a source that programs of a target cannot read.

    Why it matters: nothing can be written for that target: `alignc build` ends with an error.

    What to do: store the rows in another way, or leave the target out of `targets`.
    """

    code = "P102"
    severity = "error"
    SETTINGS = "targets: [polars, duckdb]"
    BAD = """
    @feature_view(name="orders", source=FileSource.delta_at("orders"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


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
        for source in facts.module.sources:
            for target in facts.targets:
                refused = unreadable(source, target)
                if refused is not None:
                    reason, instead = refused
                    view = next(v for v in facts.module.views if facts.reads(v, source.name))
                    yield self.found(
                        f"source:{source.name}",
                        source.span or view.span,
                        f"{target} cannot read `{source.name}`: {reason}",
                        f"{instead}, or leave {target} out of `targets`",
                        about=target,
                    )
