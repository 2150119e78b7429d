from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal

from alignc.ir.expr import Scalar
from alignc.ir.module import Feature, is_declared
from alignc.ir.types import INTEGER_BOUNDS
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
    said: dict[str, list[tuple[Scalar, ...]]] = {}
    for constraint in feature.constraints:
        said.setdefault(constraint.name, []).append(constraint.values)
    yield from _bounds(feature, said)
    yield from _texts(said)
    lists = said.get("accepted_values", [])
    if not lists:
        return
    values = [v for v in lists[0] if all(v in more for more in lists) and v is not None]
    if not values:
        yield "no value is accepted" if len(lists) == 1 else "no value is in all accepted_values"
    for name, given in said.items():
        for limit, *_ in given if name != "accepted_values" else ():
            wrong = [repr(value) for value in values if not _holds(name, limit, value)]
            if wrong:
                which = (
                    f"value {wrong[0]} breaks"
                    if len(wrong) == 1
                    else f"values {', '.join(wrong)} break"
                )
                yield f"the accepted {which} {name} {limit!r}"


def _bounds(feature: Feature, said: Mapping[str, list[tuple[Scalar, ...]]]) -> Iterator[str]:
    """Bounds and lengths with nothing between them, or beyond those of the type."""
    for low, high in (("lower_bound", "upper_bound"), ("min_length", "max_length")):
        least = max((_number(v) for v, *_ in said.get(low, [])), default=None)
        most = min((_number(v) for v, *_ in said.get(high, [])), default=None)
        if least is not None and most is not None and least > most:
            yield f"{low} {least} is above {high} {most}"
            continue
        if low != "lower_bound" or feature.dtype not in INTEGER_BOUNDS:
            continue
        smallest, largest = map(Decimal, INTEGER_BOUNDS[feature.dtype])
        if least is not None and least > largest:
            yield f"lower_bound {least} is above all values of {feature.dtype}"
        elif most is not None and most < smallest:
            yield f"upper_bound {most} is below all values of {feature.dtype}"
        elif (
            least is not None and most is not None and least.to_integral_value(ROUND_CEILING) > most
        ):
            yield f"no whole number is between lower_bound {least} and upper_bound {most}"


def _texts(said: Mapping[str, list[tuple[Scalar, ...]]]) -> Iterator[str]:
    """Beginnings, or ends, of which a text cannot have both, or that are too long for it."""
    most = min((_number(v) for v, *_ in said.get("max_length", [])), default=None)
    for name in ("starts_with", "ends_with"):
        parts = sorted((str(v) for v, *_ in said.get(name, [])), key=len)
        if not parts:
            continue
        longest = parts[-1]
        for part in parts[:-1]:
            if not _holds(name, part, longest):
                yield f"nothing has both {name} {part!r} and {name} {longest!r}"
        if most is not None and len(longest) > most:
            yield f"{name} {longest!r} is longer than max_length {most}"


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
