from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import Call, Column, Literal, walk
from alignc.ir.module import Derived, View
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class OpenSetEncoding(Rule):
    """Categories become numbers by a list, and the feature may have values that are not in it.

    Why it matters: a new category becomes null without a word, and the model is served what it was
    never trained on.

    What to do: declare the same categories as `accepted_values`, so that a data test finds a new one.
    """

    code = "D106"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        size = String()
        size_number = size.ordinal_categories(["small", "large"])


    @model_contract(name="churn", input_features=[Orders().size_number])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        size = String().accepted_values(["small", "large"])
        size_number = size.ordinal_categories(["small", "large"])


    @model_contract(name="churn", input_features=[Orders().size_number])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for field, (view, feature) in facts.features.items():
            if not isinstance(feature.compute, Derived):
                continue
            for expr in walk(feature.compute.expr):
                match expr:
                    case Call(op="ordinal", args=(Column(name=name), *labels)):
                        known: set[object] = {
                            label.value for label in labels if isinstance(label, Literal)
                        }
                        problem = _problem(view, name, known)
                        if problem is not None:
                            place = view.by_name[name].span
                            yield self.found(
                                str(field),
                                feature.span,
                                f"`{field}` encodes `{name}`, {problem}",
                                f"declare the categories: `{name}.accepted_values([...])`",
                                (Related(place, f"`{name}` is declared here"),),
                            )
                    case _:
                        pass


def _problem(view: View, name: str, known: set[object]) -> str | None:
    """What `name` may have that the encoding does not know."""
    constraints = {c.name: c.values for c in view.by_name[name].constraints}
    if "accepted_values" not in constraints:
        return "which may have any value"
    others = [str(v) for v in constraints["accepted_values"] if v not in known and v is not None]
    return f"which may also be {listed(others)}" if others else None
