from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import columns_of
from alignc.ir.lineage import Effect, Field
from alignc.ir.module import Aggregated, Contract, Derived, Feature, Label
from alignc.ir.types import BOOL, DURATION, FLOATS, INTEGERS, is_decimal
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.windows import sees_now


class LabelLeakage(Rule):
    """The ground truth of a model is among its inputs, as it is, renamed, or within a computation.

    Why it matters: the model is perfect in training and useless afterwards, when the truth is not
    known yet.

    What to do: take the input out. A number that the truth is computed from alone (`stars`, if it is
    `stars == 5`) tells as much as the truth. An aggregate of past truths is fine if its window ends before the
    question: `over(days=30, closed="left")`.
    """

    code = "T101"
    severity = "error"
    BAD = """
    @feature_view(name="loans", source=FileSource.parquet_at("loans.parquet"))
    class Loans:
        customer = Int64().as_entity()
        at = EventTimestamp()
        owed = Float()
        was_repaid = Bool()
        risk = owed * when(was_repaid).then(0.0).otherwise(1.0)


    @model_contract(name="default", input_features=[Loans().owed, Loans().risk])
    class Default:
        is_repaid = Loans().was_repaid.as_classification_label()
    """
    GOOD = """
    @feature_view(name="loans", source=FileSource.parquet_at("loans.parquet"))
    class Loans:
        customer = Int64().as_entity()
        at = EventTimestamp()
        owed = Float()
        was_repaid = Bool()
        repaid_before = was_repaid.aggregate().over(days=365, closed="left").any()


    @model_contract(name="default", input_features=[Loans().owed, Loans().repaid_before])
    class Default:
        is_repaid = Loans().was_repaid.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            for label in contract.labels:
                yield from self._leaks(facts, contract, label)

    def _leaks(self, facts: Facts, contract: Contract, label: Label) -> Iterator[Finding]:
        truths = _truths(facts, Field("view", label.view, label.feature))
        for used in contract.inputs:
            way = _way_to(facts, Field("view", used.view, used.feature), truths)
            if way is None:
                continue
            view, feature = facts.features[way[0]]
            steps = " <- ".join(str(field) for field in way)
            what = "is" if len(way) == 1 else "is made of"
            truth = f"{label.view}.{label.feature}"
            yield self.found(
                f"{contract.name}.{used.name}",
                used.span or contract.span,
                f"the input `{used.name}` of `{contract.name}` {what} its ground truth `{truth}`"
                + (f": {steps}" if len(way) > 1 else ""),
                "take it out of the inputs",
                (Related(feature.span, f"`{view.name}.{feature.name}` is defined here"),),
            )


def _truths(facts: Facts, field: Field) -> set[Field]:
    """What the truth is, and numbers that it is computed from alone: `stars` of `stars == 5`."""
    found = _same_values(facts, field)
    ahead = [one for one in found if one.kind == "view"]
    while ahead:
        view, feature = facts.features[ahead.pop()]
        if not isinstance(feature.compute, Derived):
            continue
        names = columns_of(feature.compute.expr)
        only = Field("view", view.name, next(iter(names))) if len(names) == 1 else None
        if only is None or only in found or not _is_number(facts.features[only][1]):
            continue
        more = _same_values(facts, only) - found
        found |= more
        ahead += [one for one in more if one.kind == "view"]
    return found


def _is_number(feature: Feature) -> bool:
    """Whether it is one number; a text or a document holds more than one truth."""
    dtype = feature.dtype
    kinds = INTEGERS | FLOATS | {BOOL, DURATION}
    return feature.role == "feature" and (dtype in kinds or is_decimal(dtype))


def _same_values(facts: Facts, field: Field) -> set[Field]:
    """The field, its column in the source, and features that are the same column."""
    found, ahead = {field}, [field]
    while ahead:
        one = ahead.pop()
        edges = [(e, e.given) for e in facts.lineage.into(one)]
        edges += [(e, e.made) for e in facts.lineage.out_of(one)]
        for edge, other in edges:
            if edge.effect is Effect.IDENTITY and other.kind != "contract" and other not in found:
                found.add(other)
                ahead.append(other)
    return found


def _way_to(facts: Facts, field: Field, truths: set[Field]) -> tuple[Field, ...] | None:
    """The shortest way back to a truth that is known at the time of the question."""
    ways: list[tuple[Field, ...]] = [(field,)]
    seen = {field}
    while ways:
        way = ways.pop(0)
        if way[-1] in truths:
            return tuple(f for f in way if f.kind == "view")
        for edge in facts.lineage.into(way[-1]):
            given = edge.given
            if (
                given.kind == "contract"
                or given in seen
                or not _passes(facts, way[-1], edge.effect)
            ):
                continue
            seen.add(given)
            ways.append((*way, given))
    return None


def _passes(facts: Facts, made: Field, effect: Effect) -> bool:
    """Whether a value of the question's own row comes through."""
    if effect is Effect.AGGREGATION:
        view, feature = facts.features[made]
        return isinstance(feature.compute, Aggregated) and sees_now(view, feature.compute.window)
    return effect.is_direct or effect is Effect.FILTER
