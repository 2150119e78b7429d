"""What a model estimates."""

from __future__ import annotations

from typing import Literal, Self

from alignc.frontend.capture import here
from alignc.frontend.features.base import Bool, Feature, Float64, made
from alignc.frontend.features.origins import ProbabilityOrigin
from alignc.frontend.sources import Stream
from alignc.ir.expr import Scalar

Problem = Literal["classification", "regression"]


class Label:
    """What a model estimates, in the body of a contract."""

    def __init__(self, truth: Feature, problem: Problem) -> None:
        self.truth = truth
        self.problem: Problem = problem
        self.when: Feature | None = None
        self.sink: Stream | None = None
        self.words: str | None = None
        self.span = here()

    def send_ground_truth_event(self, when: Bool, sink_to: Stream) -> Self:
        """Where a row's truth is sent to, and which rows have one."""
        self.when, self.sink = when, sink_to
        return self

    def probability_of(self, value: Scalar) -> Float64:
        """An output: how likely the model finds it that the label is `value`.

        With the probabilities of two values or more, the label is the most likely one.
        """
        return made(Float64, ProbabilityOrigin(self, value))

    def description(self, text: str) -> Self:
        """What the prediction is."""
        self.words = text
        return self
