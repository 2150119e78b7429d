"""When the difference of two datasets is an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alignc.artifacts.drift import drift_of
from alignc.errors import Diagnostics, did_you_mean
from alignc.ir.module import Module
from alignc.settings import DriftRules, Project, line_of_setting


@dataclass(frozen=True)
class Options:
    """The level of tests, how several of them are corrected, and thresholds of measures by column.

    A test that fails is an alarm from `least_effect` on, one of missing values from a difference of
    `least_missing` on. A dataset has drifted if the `share` of its columns has.
    """

    alpha: float = 0.05
    correction: str = "benjamini-hochberg"
    least_effect: float = 0.1
    least_missing: float = 0.01
    share: float = 0.5
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def options_of(rules: DriftRules) -> Options:
    """What the settings of a project say."""
    thresholds: dict[str, dict[str, float]] = {
        key: {str(name): limit for name, limit in measures.items()}
        for key, measures in rules.thresholds.items()
    }
    return Options(
        rules.alpha,
        rules.correction,
        rules.least_effect,
        rules.least_missing,
        rules.share,
        thresholds,
    )


def check_thresholds(project: Project, module: Module) -> None:
    """DefinitionError for thresholds of something that is not compared."""
    thresholds = project.settings.monitoring.drift.thresholds
    if not thresholds:
        return
    known = {c.key for contract in module.contracts for c in drift_of(module, contract).columns}
    found = Diagnostics()
    for key in sorted(thresholds.keys() - known):
        found.add(
            "ALN211",
            f"`monitoring.drift.thresholds`: no model has a column `{key}` that is compared",
            line_of_setting(("monitoring", "drift", "thresholds", key), project.settings_file),
            did_you_mean(key, known),
        )
    found.raise_if_any()
