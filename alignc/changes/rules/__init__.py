"""The rules about changes, one a file; the number of a code never changes its meaning."""

from __future__ import annotations

from typing import Final

from alignc.changes.rule import BreakingRule
from alignc.changes.rules.affected_model import AffectedModel
from alignc.changes.rules.changed_default import ChangedDefault
from alignc.changes.rules.changed_inputs import ChangedInputs
from alignc.changes.rules.changed_key import ChangedKey
from alignc.changes.rules.changed_meaning import ChangedMeaning
from alignc.changes.rules.changed_time import ChangedTime
from alignc.changes.rules.changed_type import ChangedType
from alignc.changes.rules.changed_window import ChangedWindow
from alignc.changes.rules.loosened_nullability import LoosenedNullability
from alignc.changes.rules.removed_feature import RemovedFeature
from alignc.changes.rules.removed_model import RemovedModel
from alignc.changes.rules.removed_output import RemovedOutput
from alignc.changes.rules.removed_view import RemovedView
from alignc.changes.rules.tightened_nullability import TightenedNullability

BREAKING: Final[tuple[BreakingRule, ...]] = (
    RemovedView(),
    RemovedFeature(),
    RemovedModel(),
    RemovedOutput(),
    ChangedType(),
    TightenedNullability(),
    LoosenedNullability(),
    ChangedKey(),
    ChangedTime(),
    ChangedWindow(),
    ChangedDefault(),
    ChangedMeaning(),
    AffectedModel(),
    ChangedInputs(),
)
