"""Outputs that put rows into clusters -> clusterings of the Module.

segment = Int64().is_cluster()      clustering segment is a cluster of age, income (all inputs that are numbers)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alignc.errors import Span
from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.features import Feature as Written
from alignc.frontend.features.origins import MistakeOrigin, RawOrigin, ReferenceOrigin
from alignc.frontend.lower.state import Lowering
from alignc.ir.module import Clustering, Input
from alignc.ir.types import NUMBERS


def lower_clusterings(
    written: ContractDefinition, inputs: Sequence[Input], state: Lowering
) -> tuple[Clustering, ...]:
    """The clusterings of a contract with these inputs; ALN233 for what cannot be one."""
    if len(inputs) < len(written.inputs):
        # What is wrong with the others has been reported.
        return ()
    numbers = [one for one in inputs if _is_number(one, state)]
    made: list[Clustering] = []
    for name, feature in written.outputs.items():
        given = feature._clusters
        if given is None:
            continue
        is_own = feature._role == "feature" and isinstance(feature._origin, RawOrigin)
        if not is_own or feature._is_model_version:
            message = f"`{name}` is no output that a model writes"
            state.found.add("ALN233", message, given.span, "such as `segment = Int64()`")
            continue
        if given.features is None:
            features = tuple(numbers)
            if not features:
                message = f"`{name}` is a cluster of numbers, and no input is one"
                state.found.add("ALN233", message, given.span, "make numbers inputs of the model")
        else:
            features = tuple(_chosen(name, given.features, numbers, given.span, state))
        made.append(Clustering(output=name, features=features, span=given.span))
    return tuple(made)


def _is_number(one: Input, state: Lowering) -> bool:
    dtype = state.views[one.view].by_name[one.feature].dtype
    return dtype in NUMBERS or dtype.name == "Decimal"


def _chosen(
    name: str, given: Any, numbers: Sequence[Input], span: Span, state: Lowering
) -> list[Input]:
    """The inputs that are meant."""
    hint = "list inputs that are numbers: `is_cluster(features=[customer.age])`"
    if not isinstance(given, (list, tuple)) or not given:
        state.found.add("ALN233", f"`{name}` is a cluster of no list of inputs", span, hint)
        return []
    known = {(one.view, one.feature): one for one in numbers}
    found: dict[Input, None] = {}
    for each in given:
        match each:
            case Written(_origin=MistakeOrigin()):
                continue
            case Written(_origin=ReferenceOrigin(view=definition, feature=feature)):
                one = known.get((definition.name, feature))
                words = f"`{definition.name}.{feature}`"
            case _:
                one, words = None, repr(each)
        if one is None:
            message = f"`{name}` is a cluster of {words}, which is no input that is a number"
            state.found.add("ALN233", message, span, hint)
        else:
            found[one] = None
    return list(found)
