from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import Call, columns_of, walk
from alignc.ir.lineage import Effect, Field
from alignc.ir.module import Derived, Feature
from alignc.ir.types import STRING
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule


class PiiInModel(Rule):
    """Personal data reach a model, as they are or within a computation.

    Why it matters: they are then in training sets, in stored models, and in the logs of servers, where
    nobody can delete one person's.

    What to do: read something coarser (the domain of an address instead of the address; a hash of it is
    the same for one person everywhere, and no coarser), or name the model under `lint.pii_models` when
    somebody has decided that it may.
    """

    code = "D103"
    BAD = """
    @feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
    class People:
        person = Int64().as_entity()
        work_email = Email()
        visits = Int64()


    @model_contract(name="churn", input_features=[People().visits, People().work_email])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
    class People:
        person = Int64().as_entity()
        visits = Int64()


    @model_contract(name="churn", input_features=[People().visits])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            if contract.name in facts.settings.pii_models:
                continue
            for used in contract.inputs:
                read = personal_in(facts, Field("view", used.view, used.feature))
                for field in read:
                    feature = facts.features[field][1]
                    what = "is" if field.name == used.feature else "is made of"
                    yield self.found(
                        f"{contract.name}.{used.name}",
                        used.span or contract.span,
                        f"the input `{used.name}` of `{contract.name}` {what} personal data (`{field}`)",
                        "read something coarser, or name the model under `lint.pii_models`",
                        (Related(feature.span, "personal data"),),
                    )
                    break


# What is left of a text by these is not about one person any more.
_COARSE = ("email_domain", "url_host")
# With constants beside it, a number can be told from the result of these.
_UNITS = ("add", "sub", "mul", "div", "neg", "radians", "degrees")


def personal_in(facts: Facts, field: Field) -> Iterator[Field]:
    """The personal data that a feature is, or is a text, a hash or another unit of; nearest first.

    Other numbers, and truth values, that are computed from them are not taken for personal data.
    """
    seen, ahead = {field}, [field]
    while ahead:
        one = ahead.pop(0)
        feature = facts.features[one][1]
        if feature.pii:
            yield one
            continue
        for edge in facts.lineage.into(one):
            is_copy = edge.effect is Effect.IDENTITY
            if edge.given.kind != "view" or edge.given in seen or not edge.effect.is_direct:
                continue
            if is_copy or _is_still_personal(feature):
                seen.add(edge.given)
                ahead.append(edge.given)


def _is_still_personal(feature: Feature) -> bool:
    """Whether what is computed from personal data is about the same person."""
    match feature.compute:
        case Derived(expr=expr):
            calls = {e.op for e in walk(expr) if isinstance(e, Call)}
            if feature.dtype == STRING:
                return not calls & set(_COARSE)
            is_another_unit = len(columns_of(expr)) == 1 and calls <= set(_UNITS)
            return calls == {"hash"} or is_another_unit
        case _:
            return feature.dtype == STRING
