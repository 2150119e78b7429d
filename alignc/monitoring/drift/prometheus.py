"""What Prometheus and Grafana are told of the drift of a model: alerts with a test, and panels.

What is exported is what the report of the drift program says (`--prometheus`, `--serve`), as gauges: a
comparison is about the two datasets that it was given, and not a sum over time.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignc.artifacts.drift import Drift
from alignc.ir.module import Contract
from alignc.monitoring.panels import Panel, over_time, table
from alignc.monitoring.rules import SUPPORT, absence_test, alert, document, fired, quoted

# What a column is told by.
_BY = "model, view, feature"
# After so many days a comparison is out of date; one is made every week at least.
_DAYS = 8


def rules_text(contract: Contract) -> str:
    """The alerts about the drift of a model."""
    group = {"name": f"alignc.{contract.name}.drift", "rules": list(_alerts(contract))}
    return document({"groups": [group]})


def _alerts(contract: Contract) -> Iterator[dict[str, object]]:
    model = f"model={quoted(contract.name)}"
    rows = f'alignc_dataset_rows{{{model}, dataset="current"}}'
    enough = f"and on (model)\n{rows} >= {SUPPORT}"
    yield alert(
        "AligncFeatureDrifted",
        f"max by ({_BY}) (alignc_feature_drifted{{{model}}}) == 1\n{enough}",
        f"{contract.name}: a column is distributed otherwise than in the reference",
        "It is {{ $labels.feature }}; the report of the drift program says how far apart its values are.",
        contract,
    )
    yield alert(
        "AligncDatasetDrifted",
        f"alignc_dataset_drifted{{{model}}} == 1\n{enough}",
        f"{contract.name}: the dataset has drifted",
        "So many of its columns have drifted that the settings call it drift of the dataset.",
        contract,
    )
    yield alert(
        "AligncDriftOutdated",
        f"time() - alignc_drift_compared_timestamp_seconds{{{model}}} > {_DAYS} * 86400",
        f"{contract.name}: datasets have not been compared for {_DAYS} days",
        "Does the drift program run, and does it write its metrics?",
        contract,
    )
    yield alert(
        "AligncDriftAbsent",
        f"absent(alignc_dataset_drifted{{{model}}})",
        f"{contract.name}: nobody looks for drift",
        "The drift program has no metrics: does it run, and is what it writes scraped?",
        contract,
        severity="critical",
    )


def panels_of(contract: Contract) -> Iterator[Panel]:
    """How many columns have drifted, what is missing, and a table with the measures of each column."""
    model = f"model={quoted(contract.name)}"
    drifted = f"max by ({_BY}) (alignc_feature_drifted{{{model}}})"
    yield over_time("Columns that have drifted", [(f"sum by (model) ({drifted})", "{{model}}")])
    missing = f"alignc_feature_missing_ratio{{{model}}}"
    yield over_time(
        "Share of missing values",
        [(f"max by ({_BY}, dataset) ({missing})", "{{feature}} {{dataset}}")],
    )
    columns = (
        ("alignc_feature_drift_score", "score"),
        ("alignc_feature_drift_threshold", "threshold"),
        ("alignc_feature_drift_p_value", "p value"),
        ("alignc_feature_drifted", "drifted"),
    )
    by = "view, feature, method"
    yield table(
        "Drift of each column",
        [(f"max by ({by}) ({name}{{{model}}})", title) for name, title in columns],
    )


def rules_test_text(contract: Contract, asked: Drift, rules: str) -> str:
    """A test of the rules for `promtool test rules`.

    Of a column that has drifted by one of two methods, of one that has drifted in too few rows, of a comparison
    that is old, and of none.
    """
    *_, absent = _alerts(contract)
    tests = [
        _test(contract, asked, rows=1000, firing=True),
        _test(contract, asked, rows=SUPPORT - 1, firing=False),
        _test_of_age(contract),
        absence_test(absent),
    ]
    return document({"rule_files": [rules], "evaluation_interval": "10m", "tests": tests})


def _test(contract: Contract, asked: Drift, *, rows: int, firing: bool) -> dict[str, object]:
    """One column that has drifted, after 10 minutes and after an hour."""
    column = asked.columns[0]
    model = f"model={quoted(contract.name)}"
    view = {"view": column.view} if column.view else {}
    labels = {**view, "feature": column.name}
    series = ", ".join([model, *(f"{name}={quoted(text)}" for name, text in labels.items())])
    drifted, dataset, *_ = _alerts(contract)
    alerts = [
        {
            "eval_time": after,
            "alertname": rule["alert"],
            "exp_alerts": [fired(rule, about)] if firing and after == "1h" else [],
        }
        for rule, about in ((drifted, labels), (dataset, {}))
        for after in ("10m", "1h")
    ]
    return {
        "interval": "10m",
        "input_series": [
            {"series": f'alignc_feature_drifted{{{series}, method="psi"}}', "values": "0x12"},
            {"series": f'alignc_feature_drifted{{{series}, method="missing"}}', "values": "1x12"},
            {"series": f"alignc_dataset_drifted{{{model}}}", "values": "1x12"},
            {
                "series": f'alignc_dataset_rows{{{model}, dataset="current"}}',
                "values": f"{rows}x12",
            },
        ],
        "alert_rule_test": alerts,
    }


def _test_of_age(contract: Contract) -> dict[str, object]:
    """A comparison at the time 0, a day before it is too old and an hour after."""
    model = f"model={quoted(contract.name)}"
    _, _, outdated, _ = _alerts(contract)
    return {
        "interval": "10m",
        "input_series": [
            {
                "series": f"alignc_drift_compared_timestamp_seconds{{{model}}}",
                "values": f"0x{6 * 24 * (_DAYS + 1)}",
            }
        ],
        "alert_rule_test": [
            {
                "eval_time": f"{24 * (_DAYS - 1)}h",
                "alertname": outdated["alert"],
                "exp_alerts": [],
            },
            {
                "eval_time": f"{24 * _DAYS + 1}h",
                "alertname": outdated["alert"],
                "exp_alerts": [fired(outdated)],
            },
        ],
    }
