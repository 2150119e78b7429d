"""What an output of a contract puts into clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alignc.errors import Span


@dataclass(frozen=True)
class Clusters:
    """As written: the output is the cluster of a row, by some of the inputs; None is all that are numbers."""

    # Anything that is no list of features is reported when the contract is lowered.
    features: Any
    span: Span
