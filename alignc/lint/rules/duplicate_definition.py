from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import partial

from alignc.ir.expr import Column, columns_of
from alignc.ir.module import Aggregated, Derived, Feature, Raw, View, is_declared
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.sameness import Columns, meaning_in, repeated, views_by_source


class DuplicateDefinition(Rule):
    """Two features are the same computation: of one view under two names, or of two views of one source.

    Why it matters: one of them is mended one day, and the other is not. `a * 2` and `2 * a` are the same, and
    so are computations of two views that read the same rows of a source by the same key and times.

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
        told: set[tuple[str, str]] = set()
        for view in facts.module.views:
            own = [f for f in view.features if f.role == "feature" and is_declared(view, f)]
            for first, second in repeated(own, _outline, partial(meaning_in, view)):
                told.add((view.name, second.name))
                yield self._said(view, first, second)
        for views in _of_one_source(facts):
            yield from self._between(views, told)

    def _between(
        self, views: list[tuple[View, Columns]], told: set[tuple[str, str]]
    ) -> Iterator[Finding]:
        """What several views of the same rows compute, each for itself."""
        computed = [
            (view, columns, feature)
            for view, columns in views
            for feature in view.features
            if feature.role == "feature"
            and (view.name, feature.name) not in told
            and _is_computed(feature)
        ]
        pairs = repeated(
            computed, lambda one: one[1].outline(one[2]), lambda one: one[1].meaning(one[2])
        )
        for (first_view, _, first), (view, _, second) in pairs:
            if first_view is not view:
                yield self._said_of_views(first_view, first, view, second)

    def _said(self, view: View, first: Feature, second: Feature) -> Finding:
        return self.found(
            f"{view.name}.{second.name}",
            second.span,
            f"`{second.name}` of `{view.name}` is what `{first.name}` is",
            f"use `{first.name}`, with `with_name` where another name is wanted",
            (Related(first.span, f"`{first.name}` is defined here"),),
        )

    def _said_of_views(self, owner: View, first: Feature, view: View, second: Feature) -> Finding:
        return self.found(
            f"{view.name}.{second.name}",
            second.span,
            f"`{view.name}.{second.name}` is what `{owner.name}.{first.name}` is, "
            "of the same rows of the same source",
            f"use `{owner.name}.{first.name}`",
            (Related(first.span, f"`{owner.name}.{first.name}` is defined here"),),
        )


def _of_one_source(facts: Facts) -> Iterator[list[tuple[View, Columns]]]:
    """The views that read the same rows of one source, two or more of them, as they are written down."""
    for views in views_by_source(facts.module):
        by_rows: dict[Hashable, list[tuple[View, Columns]]] = defaultdict(list)
        for view in views if len(views) > 1 else ():
            columns = Columns(view)
            by_rows[columns.rows()].append((view, columns))
        yield from (found for found in by_rows.values() if len(found) > 1)


def _is_computed(feature: Feature) -> bool:
    """Whether it is more than a column under another name."""
    match feature.compute:
        case Derived(expr=expr):
            return not isinstance(expr, Column)
        case made:
            return isinstance(made, Aggregated)


def _outline(feature: Feature) -> Hashable:
    """Equal for features of a view that mean the same, and quickly told."""
    match feature.compute:
        case Raw(column=column):
            return column
        case Derived(expr=expr):
            return (type(expr), frozenset(columns_of(expr)))
        case Aggregated(aggregate=aggregate, value=value):
            return (aggregate, frozenset(columns_of(value)))
