"""What Evidently says of two files: `python evidently_numbers.py before.csv now.csv`.

The files and what is said of them are in tests/monitoring/peers. Runs where Evidently is installed, which this project does not need.
"""

from __future__ import annotations

import json
import sys

import evidently
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.metrics import ValueDrift

NUMBERS = ("size", "count", "price", "guess")
CATEGORIES = ("kind", "is_new", "stars", "rank")


def main(before: str, now: str) -> None:
    types = dict.fromkeys(CATEGORIES, str)
    frames = [pd.read_csv(path, dtype=types) for path in (before, now)]
    definition = DataDefinition(
        numerical_columns=list(NUMBERS), categorical_columns=list(CATEGORIES)
    )
    reference, current = (Dataset.from_pandas(f, data_definition=definition) for f in frames)
    asked = [(c, m) for c in NUMBERS for m in ("psi", "jensenshannon", "wasserstein", "ks")]
    asked += [(c, m) for c in CATEGORIES for m in ("psi", "jensenshannon", "chisquare")]
    metrics = [ValueDrift(column=column, method=method) for column, method in asked]
    done = Report(metrics).run(current, reference).dict()["metrics"]
    found: dict[str, dict[str, float]] = {}
    for (column, method), metric in zip(asked, done, strict=True):
        found.setdefault(column, {})[method] = float(metric["value"])
    said = {"version": evidently.__version__, "columns": found}
    print(json.dumps(said, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
