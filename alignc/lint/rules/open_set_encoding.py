from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from alignc.ir.expr import Call, Column, Expr, Literal, columns_of, walk
from alignc.ir.lineage import Field
from alignc.ir.module import Derived, Feature, Raw, SourceInput, View, origins_in
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
                    case Call(op="ordinal", args=(given, *labels)):
                        known: set[object] = {
                            label.value for label in labels if isinstance(label, Literal)
                        }
                        problem = _problem(_values(facts, view, given), known)
                        if problem is not None:
                            name = next(iter(sorted(columns_of(given))), feature.name)
                            what = (
                                f"`{name}`"
                                if isinstance(given, Column)
                                else f"what `{name}` becomes"
                            )
                            yield self.found(
                                str(field),
                                feature.span,
                                f"`{field}` encodes {what}, {problem}",
                                f"declare the categories: `{name}.accepted_values([...])`",
                                (Related(view.by_name[name].span, f"`{name}` is declared here"),),
                            )
                    case _:
                        pass


def _problem(values: Set[object] | None, known: Set[object]) -> str | None:
    """What the encoding does not know of the values that there may be, None for any."""
    if values is None:
        return "which may have any value"
    others = sorted(str(value) for value in values - known)
    return f"which may also be {listed(others)}" if others else None


def _values(facts: Facts, view: View, expr: Expr) -> Set[object] | None:
    """The values but null that an expression may have, None if it may have any."""
    match expr:
        case Literal(value=value):
            return {value} - {None}
        case Column(name=name):
            return _values_of(facts, view, view.by_name[name])
        case Call(op="fill_na", args=parts):
            return _together(_values(facts, view, part) for part in parts)
        case Call(op="if_else", args=branches):
            # Conditions and values by turns, at the end the value where no condition is true.
            parts = (*branches[1::2], *branches[len(branches) // 2 * 2 :])
            return _together(_values(facts, view, part) for part in parts)
        case Call(op="null_like"):
            return set()
        case _:
            return None


def _values_of(facts: Facts, view: View, feature: Feature) -> Set[object] | None:
    """What is declared, else what can be told from the definition, here or in the views below."""
    lists = [c.values for c in feature.constraints if c.name == "accepted_values"]
    if lists:
        return {v for v in lists[0] if v is not None and all(v in more for more in lists)}
    match feature.compute:
        case Derived(expr=expr):
            return _values(facts, view, expr)
        case Raw(column=column) if not isinstance(view.input, SourceInput):
            below = [Field("view", *origin) for origin in origins_in(view.input, column)]
            return _together(_values_of(facts, *facts.features[one]) for one in below)
        case _:
            return None


def _together(parts: Iterable[Set[object] | None]) -> Set[object] | None:
    found: set[object] = set()
    for part in list(parts) or [None]:
        if part is None:
            return None
        found |= part
    return found
