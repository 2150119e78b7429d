from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from alignc.ir.expr import columns_of, without_spans
from alignc.ir.module import Aggregated, Derived, Feature, Raw, View, is_declared
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule


class DuplicateDefinition(Rule):
    """Two features of a view are the same computation under two names.

    Why it matters: one of them is mended one day, and the other is not.

    What to do: keep one; give an input of a model another name with `with_name`.
    """

    code = "U107"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        price = Float()
        tax = Float()
        total = price + tax
        paid = price + tax


    @model_contract(name="churn", input_features=[Orders().total, Orders().paid])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        price = Float()
        tax = Float()
        total = price + tax


    @model_contract(name="churn", input_features=[Orders().total])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for view in facts.module.views:
            own = [f for f in view.features if f.role == "feature" and is_declared(view, f)]
            likely = Counter(map(_outline, own))
            seen: dict[Hashable, Feature] = {}
            for feature in own:
                if likely[_outline(feature)] > 1:
                    first = seen.setdefault(_meaning(feature), feature)
                    if first is not feature:
                        yield self._said(view, first, feature)

    def _said(self, view: View, first: Feature, second: Feature) -> Finding:
        return self.found(
            f"{view.name}.{second.name}",
            second.span,
            f"`{second.name}` of `{view.name}` is what `{first.name}` is",
            f"use `{first.name}`, with `with_name` where another name is wanted",
            (Related(first.span, f"`{first.name}` is defined here"),),
        )


def _outline(feature: Feature) -> Hashable:
    """Equal for features that mean the same, and quickly told."""
    match feature.compute:
        case Raw(column=column):
            return column
        case Derived(expr=expr):
            return (type(expr), frozenset(columns_of(expr)))
        case Aggregated(aggregate=aggregate, value=value):
            return (aggregate, frozenset(columns_of(value)))


def _meaning(feature: Feature) -> Hashable:
    """Equal for features that have the same value in every row."""
    match feature.compute:
        case Raw() as raw:
            return (raw, feature.dtype)
        case Derived(expr=expr):
            return (without_spans(expr), feature.dtype)
        case Aggregated() as made:
            return (made.aggregate, made.parameter, without_spans(made.value), made.window)
