"""The level of the tests of a query, and the limits that it makes."""

from __future__ import annotations

from math import log, sqrt
from statistics import NormalDist

from alignc.artifacts.drift import Drift, Limits
from alignc.monitoring.drift.options import Options


def tests_of(asked: Drift, options: Options) -> int:
    """By how many tests the level is divided: of each column its values and its missing ones."""
    return 1 if options.correction == "none" else 2 * len(asked.columns)


def limits_of(asked: Drift, options: Options) -> Limits:
    """What is an alarm in a query, which corrects by the number of its tests."""
    level = options.alpha / tests_of(asked, options)
    z = NormalDist().inv_cdf(1 - level / 2)
    ks = sqrt(-log(level / 2) / 2)
    return Limits(ks, z, options.least_effect, options.least_missing)
