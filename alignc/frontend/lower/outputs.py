"""What a contract writes beside its predictions, and the prediction that probabilities decide.

churn = view.churn.as_classification_label()       label churn = arg_max(yes, true, no, false)
yes = churn.probability_of(True)                   output yes: Float64 (probability of churn == true)
no = churn.probability_of(False)                   output no: Float64 (probability of churn == false)
"""

from __future__ import annotations

from collections.abc import Mapping

from alignc.errors import Diagnostics, Span
from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.features import Feature as Written
from alignc.frontend.features import Label as WrittenLabel
from alignc.frontend.features import Struct
from alignc.frontend.features.origins import MistakeOrigin, ProbabilityOrigin, RawOrigin
from alignc.ir.expr import Call, Column, Expr, Literal, literal
from alignc.ir.module import Output, OutputRole, Probability
from alignc.ir.ops.spec import common
from alignc.ir.types import DType


def lower_outputs(
    written: ContractDefinition, truths: Mapping[str, DType], found: Diagnostics
) -> tuple[Output, ...]:
    """The outputs; `truths` are the types of the labels."""
    outputs: list[Output] = []
    predictions = {id(given): name for name, given in written.labels.items()}
    for name, feature in written.outputs.items():
        place = written.places.get(name, feature._span)
        probability: Probability | None = None
        match feature._origin:
            case MistakeOrigin():
                continue
            case _ if feature._role == "entity":
                continue
            case RawOrigin() if isinstance(feature, Struct):
                found.add("ALN176", f"`{name}` is a struct, and a struct is no value", place)
                continue
            case RawOrigin():
                pass
            case ProbabilityOrigin(label=label, value=value):
                prediction = predictions.get(id(label))
                if prediction is None:
                    found.add(
                        "ALN157",
                        f"`{name}` is the probability of a label of another contract",
                        place,
                        "give the label a name in this contract first",
                    )
                    continue
                if prediction not in truths:
                    continue
                claimed = _claimed(name, label, value, truths[prediction], place, found)
                if claimed is None:
                    continue
                probability = Probability(prediction=prediction, value=claimed)
            case _:
                found.add(
                    "ALN133",
                    f"`{name}` is computed in a contract",
                    place,
                    "compute it in a view and make it an input; a label needs `.as_..._label()`",
                )
                continue
        outputs.append(
            Output(
                name=name,
                dtype=feature.dtype,
                role=_role(feature),
                probability=probability,
                description=feature._description,
                span=place,
            )
        )
    _check_values(outputs, found)
    return tuple(outputs)


def most_likely(prediction: str, outputs: tuple[Output, ...]) -> Expr | None:
    """The value with the largest probability; None if there are not two to compare."""
    args: list[Expr] = []
    for output in outputs:
        if output.probability is not None and output.probability.prediction == prediction:
            args += [Column(name=output.name), output.probability.value]
    return Call(op="arg_max", args=tuple(args)) if len(args) > 2 else None


def _role(feature: Written) -> OutputRole:
    if feature._is_model_version:
        return "model_version"
    if isinstance(feature._origin, ProbabilityOrigin):
        return "probability"
    return "event_timestamp" if feature._role == "event_timestamp" else "feature"


def _claimed(
    name: str,
    label: WrittenLabel,
    value: bool | int | float | str | None,
    truth: DType,
    place: Span,
    found: Diagnostics,
) -> Literal | None:
    """The value as one of the label's type."""
    given = literal(value)
    reason: str | None = None
    if label.problem != "classification":
        reason = "a regression label has no probabilities"
    elif value is None or isinstance(common([truth, given.dtype]), str):
        reason = f"the label is {truth}, {value!r} is none"
    if reason is not None:
        found.add("ALN157", f"`{name}`: {reason}", place)
        return None
    return Literal(dtype=truth, value=value)


def _check_values(outputs: list[Output], found: Diagnostics) -> None:
    seen: dict[tuple[str, object], str] = {}
    for output in outputs:
        if output.probability is None:
            continue
        key = (output.probability.prediction, output.probability.value.value)
        if key in seen:
            found.add(
                "ALN157",
                f"`{output.name}` and `{seen[key]}` are the probability of the same value",
                output.span,
            )
        seen[key] = output.name
