from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import columns_of
from alignc.ir.lineage import Effect, Field
from alignc.ir.module import Aggregated, Contract, Derived, Input, Label
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.truths import leaks, same_values
from alignc.lint.words import listed


class LabelLeakage(Rule):
    """The ground truth of a model is among its inputs, as it is, renamed, computed once more, within a
    computation, or as all that it is computed from.

    Why it matters: the model is perfect in training and useless afterwards, when the truth is not
    known yet.

    What to do: take the input out. A number, a time or a category that the truth is computed from alone (`stars`, if it
    is `stars == 5`) tells as much as the truth, and so do `price` and `amount` together, if it is their product.
    An aggregate of past truths is fine if its window ends before the
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
                found = list(self._leaks(facts, contract, label))
                yield from found
                parts = () if found else _parts(facts, contract, label)
                if parts:
                    yield self._in_parts(facts, contract, label, parts)

    def _leaks(self, facts: Facts, contract: Contract, label: Label) -> Iterator[Finding]:
        truth = Field("view", label.view, label.feature)
        for used, way in leaks(facts, contract, label).items():
            view, feature = facts.features[way[0]]
            steps = " <- ".join(str(field) for field in way)
            what = "is" if len(way) == 1 else "is made of"
            if len(way) > 1 and _is_choice(facts, *way[:2]):
                what = "is of rows that are chosen by"
            # Else it is what the truth is computed from alone.
            is_itself = way[-1] in same_values(facts, truth)
            said = f"its ground truth `{truth}`"
            yield self.found(
                f"{contract.name}.{used.name}",
                used.span or contract.span,
                f"the input `{used.name}` of `{contract.name}` {what} "
                + (said if is_itself else f"what {said} is computed from")
                + (f": {steps}" if len(way) > 1 else ""),
                _advice(facts, way),
                (Related(feature.span, f"`{view.name}.{feature.name}` is defined here"),),
            )

    def _in_parts(
        self, facts: Facts, contract: Contract, label: Label, parts: tuple[Input, ...]
    ) -> Finding:
        truth = Field("view", label.view, label.feature)
        names = listed([part.name for part in parts])
        are = "is" if len(parts) == 1 else "are"
        return self.found(
            f"{contract.name}.{parts[0].name}",
            parts[0].span or contract.span,
            f"the ground truth `{truth}` of `{contract.name}` can be computed from its inputs: "
            f"{names} {are} all that it is made of",
            "take them out of the inputs" if len(parts) > 1 else "take it out of the inputs",
            (Related(facts.features[truth][1].span, f"`{truth}` is computed here"),),
        )


def _is_choice(facts: Facts, made: Field, given: Field) -> bool:
    """Whether one decides only which rows there are of the other."""
    effects = {edge.effect for edge in facts.lineage.into(made) if edge.given == given}
    return effects == {Effect.FILTER}


def _advice(facts: Facts, way: tuple[Field, ...]) -> str:
    is_counted = any(isinstance(facts.features[x][1].compute, Aggregated) for x in way[:-1])
    past = ', or end its window before the question: `closed="left"`' if is_counted else ""
    return f"take it out of the inputs{past}"


def _parts(facts: Facts, contract: Contract, label: Label) -> tuple[Input, ...]:
    """The inputs that a truth can be computed from, if they are all that it is made of."""
    inputs = {Field("view", used.view, used.feature): used for used in reversed(contract.inputs)}
    found: dict[Input, None] = {}
    ahead = [Field("view", label.view, label.feature)]
    while ahead:
        field = ahead.pop(0)
        view, feature = facts.features[field]
        same = [inputs[one] for one in same_values(facts, field) if one in inputs]
        if same:
            found.update(dict.fromkeys(same))
        elif isinstance(feature.compute, Derived):
            ahead += [Field("view", view.name, n) for n in sorted(columns_of(feature.compute.expr))]
        elif feature.role not in ("entity", "event_timestamp"):
            return ()
    return tuple(used for used in contract.inputs if used in found)
