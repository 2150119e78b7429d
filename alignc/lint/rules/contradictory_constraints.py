from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from alignc.ir.module import Feature, is_declared
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule


class ContradictoryConstraints(Rule):
    """What is said about the values of a feature cannot all be true.

    Why it matters: each value breaks one of the constraints, so that every test of it fails, or the
    one that fails is switched off and with it the others.

    What to do: take one of the constraints back.
    """

    code = "D105"
    severity = "error"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        stars = Int64().lower_bound(1).accepted_values([0, 1, 2])


    @model_contract(name="churn", input_features=[Orders().stars])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        stars = Int64().lower_bound(0).accepted_values([0, 1, 2])


    @model_contract(name="churn", input_features=[Orders().stars])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for field, (view, feature) in facts.features.items():
            if feature.constraints and is_declared(view, feature):
                for contradiction in _contradictions(feature):
                    yield self.found(
                        str(field),
                        feature.span,
                        f"`{field}`: {contradiction}",
                        "take one of them back",
                    )


def _contradictions(feature: Feature) -> Iterator[str]:
    said = {c.name: c.values for c in feature.constraints}
    for low, high in (("lower_bound", "upper_bound"), ("min_length", "max_length")):
        if low in said and high in said and _number(said[low][0]) > _number(said[high][0]):
            yield f"{low} {said[low][0]} is above {high} {said[high][0]}"
    if "accepted_values" not in said:
        return
    for value in said["accepted_values"]:
        for name, arguments in said.items():
            if value is not None and not _holds(name, arguments[0] if arguments else None, value):
                yield f"the accepted value {value!r} breaks {name} {arguments[0]!r}"


def _holds(name: str, limit: object, value: object) -> bool:
    match name:
        case "lower_bound":
            return _number(value) >= _number(limit)
        case "upper_bound":
            return _number(value) <= _number(limit)
        case "min_length":
            return len(str(value)) >= _number(limit)
        case "max_length":
            return len(str(value)) <= _number(limit)
        case "starts_with":
            return str(value).startswith(str(limit))
        case "ends_with":
            return str(value).endswith(str(limit))
        case "matches":
            return re.search(str(limit), str(value)) is not None
        case _:
            return True


def _number(value: object) -> Decimal:
    return Decimal(str(value))
