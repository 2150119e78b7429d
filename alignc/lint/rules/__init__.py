"""The rules, one a file. The letter of a code is the family, the number never changes its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alignc.lint.rule import Rule
from alignc.lint.rules.contradictory_constraints import ContradictoryConstraints
from alignc.lint.rules.deep_feature import DeepFeature
from alignc.lint.rules.duplicate_definition import DuplicateDefinition
from alignc.lint.rules.edited_file import EditedFile
from alignc.lint.rules.feature_for_deprecated_model import FeatureForDeprecatedModel
from alignc.lint.rules.input_without_stream import InputWithoutStream
from alignc.lint.rules.label_leakage import LabelLeakage
from alignc.lint.rules.late_input import LateInput
from alignc.lint.rules.long_model_chain import LongModelChain
from alignc.lint.rules.missing_description import MissingDescription
from alignc.lint.rules.missing_event_timestamp import MissingEventTimestamp
from alignc.lint.rules.missing_file import MissingFile
from alignc.lint.rules.missing_ground_truth import MissingGroundTruth
from alignc.lint.rules.missing_model_version import MissingModelVersion
from alignc.lint.rules.missing_owner import MissingOwner
from alignc.lint.rules.missing_prediction_source import MissingPredictionSource
from alignc.lint.rules.missing_ttl import MissingTtl
from alignc.lint.rules.missing_user_code import MissingUserCode
from alignc.lint.rules.model_cycle import ModelCycle
from alignc.lint.rules.opaque_code import OpaqueCode
from alignc.lint.rules.open_set_encoding import OpenSetEncoding
from alignc.lint.rules.order_without_tie_breaker import OrderWithoutTieBreaker
from alignc.lint.rules.out_of_date_files import OutOfDateFiles
from alignc.lint.rules.own_event_in_window import OwnEventInWindow
from alignc.lint.rules.pii_in_model import PiiInModel
from alignc.lint.rules.pii_in_sink import PiiInSink
from alignc.lint.rules.plain_type import PlainType
from alignc.lint.rules.ttl_shorter_than_window import TtlShorterThanWindow
from alignc.lint.rules.unbounded_window import UnboundedWindow
from alignc.lint.rules.unconstrained_feature import UnconstrainedFeature
from alignc.lint.rules.undeclared_reader import UndeclaredReader
from alignc.lint.rules.unexplained_suppression import UnexplainedSuppression
from alignc.lint.rules.unread_model import UnreadModel
from alignc.lint.rules.unreadable_query import UnreadableQuery
from alignc.lint.rules.unreadable_source import UnreadableSource
from alignc.lint.rules.unused_aggregate import UnusedAggregate
from alignc.lint.rules.unused_derived_feature import UnusedDerivedFeature
from alignc.lint.rules.unused_feature import UnusedFeature
from alignc.lint.rules.unused_suppression import UnusedSuppression
from alignc.lint.rules.unused_view import UnusedView
from alignc.lint.rules.widely_shared_feature import WidelySharedFeature

FAMILIES: Final[Mapping[str, str]] = {
    "U": "unused: what reaches no model",
    "C": "cascades and entanglement: what a change would change as well",
    "T": "time and leakage: what a model must not see, or sees too late",
    "D": "data: what is known about values, and about whom they are",
    "P": "portability: what a target cannot have",
    "K": "knowledge: what nobody has written down",
    "G": "generated files: what is not as the definitions say",
    "B": "breaking changes: what others will notice",
    "S": "suppressions: comments that tell rules to be quiet",
}

RULES: Final[tuple[Rule, ...]] = (
    UnusedFeature(),
    UnusedDerivedFeature(),
    UnusedAggregate(),
    UnusedView(),
    UnreadModel(),
    FeatureForDeprecatedModel(),
    DuplicateDefinition(),
    LongModelChain(),
    DeepFeature(),
    ModelCycle(),
    WidelySharedFeature(),
    UndeclaredReader(),
    UnreadableQuery(),
    LabelLeakage(),
    MissingEventTimestamp(),
    UnboundedWindow(),
    MissingTtl(),
    TtlShorterThanWindow(),
    OwnEventInWindow(),
    OrderWithoutTieBreaker(),
    InputWithoutStream(),
    LateInput(),
    UnconstrainedFeature(),
    PlainType(),
    PiiInModel(),
    PiiInSink(),
    ContradictoryConstraints(),
    OpenSetEncoding(),
    MissingUserCode(),
    UnreadableSource(),
    OpaqueCode(),
    MissingOwner(),
    MissingDescription(),
    MissingGroundTruth(),
    MissingPredictionSource(),
    MissingModelVersion(),
    OutOfDateFiles(),
    EditedFile(),
    MissingFile(),
    UnusedSuppression(),
    UnexplainedSuppression(),
)

BY_CODE: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}
