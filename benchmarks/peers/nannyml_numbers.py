"""What NannyML says of two files: `python nannyml_numbers.py before.csv now.csv`.

The files and what is said of them are in tests/monitoring/peers. Runs where NannyML is installed, which this project does not need.
"""

from __future__ import annotations

import json
import sys

import nannyml
import pandas as pd
from nannyml.chunk import DefaultChunker
from nannyml.drift.univariate.methods import FeatureType, MethodFactory
from nannyml.thresholds import ConstantThreshold

NUMBERS = ("size", "count", "price", "guess")
CATEGORIES = ("kind", "is_new", "stars", "rank")


def main(before: str, now: str) -> None:
    types = dict.fromkeys(CATEGORIES, str)
    frames = [pd.read_csv(path, dtype=types) for path in (before, now)]
    found: dict[str, dict[str, float]] = {}
    for names, kind, methods in (
        (NUMBERS, FeatureType.CONTINUOUS, ("jensen_shannon", "kolmogorov_smirnov", "wasserstein")),
        (CATEGORIES, FeatureType.CATEGORICAL, ("jensen_shannon", "chi2", "l_infinity")),
    ):
        for name in names:
            for method in methods:
                made = MethodFactory.create(
                    key=method,
                    feature_type=kind,
                    chunker=DefaultChunker(),
                    threshold=ConstantThreshold(lower=None, upper=1.0),
                )
                made.fit(frames[0][name])
                found.setdefault(name, {})[method] = float(made.calculate(frames[1][name]))
    print(json.dumps({"version": nannyml.__version__, "columns": found}, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
