"""Whether contracts can be compared with those in their `baselines=`, once all of them are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignc.errors import did_you_mean
from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.windowed import windowed_names
from alignc.ir.module import Contract, Label, are_of_one_truth


def check_baselines(written: Iterable[ContractDefinition], state: Lowering) -> None:
    """Report baselines that are not there, or that a model cannot be compared with."""
    given = {one.name: one for one in written}
    for one in given.values():
        contract = state.contracts.get(one.name)
        place = one.baselines.span or one.span
        for name in one.baselines.names:
            if name not in given:
                message = (
                    f"contract `{one.name}` is to be compared with `{name}`, which is no contract"
                )
                state.found.add("ALN235", message, place, did_you_mean(name, given))
            # Of a contract with mistakes nothing else can be said.
            elif contract is not None and all(_is_whole(given[n], state) for n in (one.name, name)):
                for problem, hint in _problems(contract, state.contracts[name], state):
                    message = f"contract `{one.name}` cannot be compared with `{name}`: {problem}"
                    state.found.add("ALN236", message, place, hint)


def _is_whole(written: ContractDefinition, state: Lowering) -> bool:
    """Whether all that a contract predicts is known."""
    contract = state.contracts.get(written.name)
    return contract is not None and len(contract.labels) == len(written.labels)


def _problems(
    contract: Contract, baseline: Contract, state: Lowering
) -> Iterator[tuple[str, str | None]]:
    """What is in the way, and what can be done about it."""
    if baseline.name == contract.name:
        yield "it is that contract", "name another one that predicts the same"
        return
    pairs = [(a, b) for a in contract.labels for b in baseline.labels if are_of_one_truth(a, b)]
    if not pairs:
        truths = sorted({_truth(label) for label in contract.labels})
        hint = f"a baseline predicts {' or '.join(truths)}" if truths else "declare a label"
        yield "they have no truth in common", hint
        return
    if baseline.prediction_source is None:
        yield (
            "its predictions are not stored",
            f"say where they are: `output_source=...` of `{baseline.symbol}`",
        )
    keys = {e.name: e.dtype for e in contract.entities}
    for entity in baseline.entities:
        if entity.name not in keys:
            yield (
                f"it tells predictions apart by `{entity.name}`, which this one does not have",
                None,
            )
        elif keys[entity.name] != entity.dtype:
            own = keys[entity.name]
            yield f"its `{entity.name}` is {entity.dtype}, and that of this one {own}", None
    for label, _ in pairs:
        is_windowed = label.feature in windowed_names(state.views[label.view].features)
        if is_windowed and not all(_has_time(one) for one in (contract, baseline)):
            yield (
                f"{_truth(label)} is about what follows a prediction, and not both say when that was",
                "declare `predicted_at = EventTimestamp()` in both",
            )


def _truth(label: Label) -> str:
    return f"`{label.view}.{label.feature}` as a {label.problem}"


def _has_time(contract: Contract) -> bool:
    return any(output.role == "event_timestamp" for output in contract.outputs)
