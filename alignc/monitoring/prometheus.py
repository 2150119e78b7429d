"""What Prometheus and Grafana are told of a model: recording rules, alerts with a test, and panels.

Metrics are ratios of sums over a period, for each version of the model; a ratio is never averaged. What is
exported are the sums that the monitor of the model has (`--prometheus`, `--serve`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignc.artifacts.outcomes import Judged
from alignc.ir.module import Contract
from alignc.monitoring.beside import alerts_beside, panels_beside, tested_beside
from alignc.monitoring.panels import Panel, over_time
from alignc.monitoring.rules import SUPPORT, absence_test, alert, document, fired, quoted

# By what sums are kept apart, and the part of all predictions.
_BY = "model, label, model_version"
_WHOLE = 'subgroup=""'
_PERIOD = "1d"


@dataclass(frozen=True)
class Metric:
    """A recorded metric: its name, the sums that it is computed of, and what it is to people."""

    record: str
    expr: str
    title: str


def rules_text(contract: Contract, labels: Sequence[Judged]) -> str:
    """The recording rules and the alerts of a model."""
    groups: list[dict[str, object]] = []
    for judged in labels:
        groups.append(
            {
                "name": f"alignc.{contract.name}.{judged.label.prediction}",
                "rules": [
                    *(_recorded(metric, contract, judged) for metric in metrics_of(judged)),
                    *_alerts(contract, judged),
                    *alerts_beside(judged),
                ],
            }
        )
    groups.append({"name": f"alignc.{contract.name}", "rules": [_absent(contract)]})
    return document({"groups": groups})


def _recorded(metric: Metric, contract: Contract, judged: Judged) -> dict[str, object]:
    return {"record": metric.record, "expr": metric.expr, "labels": _labels(contract, judged)}


def _labels(contract: Contract, judged: Judged) -> dict[str, str]:
    return {"model": contract.name, "label": judged.label.prediction}


def metrics_of(judged: Judged) -> tuple[Metric, ...]:
    """The metrics of a label, over a day."""
    selected = _selector(judged)
    matched = _sum("alignc_ground_truth_total", selected)
    if judged.is_classification:
        hits = _sum("alignc_model_outcomes_total", f'{selected}, outcome="tp"')
        return (
            _metric("accuracy", f"{hits}\n/\n{matched}", "Accuracy"),
            _metric("precision", _of_class("fp", selected), "Precision of each class"),
            _metric("recall", _of_class("fn", selected), "Recall of each class"),
        )
    absolute = _sum("alignc_model_absolute_error_total", selected)
    squared = _sum("alignc_model_squared_error_total", selected)
    over = _sum("alignc_model_over_error_total", selected)
    under = _sum("alignc_model_under_error_total", selected)
    return (
        _metric("absolute_error", f"{absolute}\n/\n{matched}", "Mean absolute error", "mean"),
        _metric("error", f"sqrt(\n{squared}\n/\n{matched}\n)", "Root mean squared error", "rms"),
        _metric("bias", f"(\n{over}\n-\n{under}\n)\n/\n{matched}", "Bias", "mean"),
    )


def _metric(name: str, expr: str, title: str, operation: str = "ratio") -> Metric:
    return Metric(f"model_version:alignc_model_{name}:{operation}_increase{_PERIOD}", expr, title)


def _selector(judged: Judged) -> str:
    model, label = judged.contract.name, judged.label.prediction
    return f"model={quoted(model)}, label={quoted(label)}, {_WHOLE}"


def _sum(name: str, selected: str, by: str = _BY) -> str:
    return f"sum by ({by}) (\n  increase({name}{{{selected}}}[{_PERIOD}])\n)"


def _of_class(wrong: str, selected: str) -> str:
    by = f"{_BY}, class"
    hits = _sum("alignc_model_outcomes_total", f'{selected}, outcome="tp"', by)
    both = _sum("alignc_model_outcomes_total", f'{selected}, outcome=~"tp|{wrong}"', by)
    return f"{hits}\n/\n{both}"


def _alerts(contract: Contract, judged: Judged) -> Iterator[dict[str, object]]:
    selected, name = _selector(judged), judged.label.prediction
    matched = _sum("alignc_ground_truth_total", selected)
    enough = f"and\n{matched} > {SUPPORT}"
    best = metrics_of(judged)[0].record
    chosen = f"{best}{{model={quoted(contract.name)}, label={quoted(name)}}}"
    if judged.is_classification:
        by = f"{_BY}, class"
        supports = _sum("alignc_model_outcomes_total", f'{selected}, outcome=~"tp|fn"', by)
        majority = f"max by ({_BY}) (\n{supports}\n)\n/\n{matched}"
        yield alert(
            "AligncModelNotBetterThanBaseline",
            f"{chosen}\n<=\n{majority}\n{enough}",
            f"{contract.name}: {name} is right no more often than the most frequent class",
            "In the last day the accuracy of version {{ $labels.model_version }} was {{ $value }}.",
            contract,
            _labels(contract, judged),
        )
    else:
        yield alert(
            "AligncModelErrorGrows",
            f"{chosen}\n> 1.2 *\n{chosen} offset 1w\n{enough}",
            f"{contract.name}: errors of {name} are a fifth larger than a week ago",
            "In the last day the mean absolute error of version {{ $labels.model_version }} was {{ $value }}.",
            contract,
            _labels(contract, judged),
        )
    predicted = _sum("alignc_predictions_total", selected, "model, label")
    truths = _sum("alignc_ground_truth_total", selected, "model, label")
    yield alert(
        "AligncModelWithoutTruth",
        f"{predicted} > 0\nand\n{truths} == 0",
        f"{contract.name}: nothing has been learned of what came true of {name} for a day",
        "Predictions are made, and none of them has met its truth.",
        contract,
        _labels(contract, judged),
    )


def _absent(contract: Contract) -> dict[str, object]:
    return alert(
        "AligncMonitorAbsent",
        f"absent(alignc_build_info{{model={quoted(contract.name)}}})",
        f"{contract.name}: nobody watches the model",
        "Its monitor has no metrics: is it running, and is it scraped?",
        contract,
        severity="critical",
    )


def panels_of(contract: Contract, labels: Sequence[Judged]) -> Iterator[Panel]:
    """The metrics of a model over time, and how many predictions there are."""
    for judged in labels:
        for metric in metrics_of(judged):
            is_by_class = "class" in metric.title
            legend = "{{model_version}} {{class}}" if is_by_class else "{{model_version}}"
            selected = f"model={quoted(contract.name)}, label={quoted(judged.label.prediction)}"
            expr = f"{metric.record}{{{selected}}}"
            title = f"{judged.label.prediction}: {metric.title.lower()} in a day"
            yield over_time(title, [(expr, legend)])
        selected = _selector(judged)
        yield over_time(
            f"{judged.label.prediction}: predictions and truths in a day",
            [
                (_sum("alignc_predictions_total", selected), "predicted {{model_version}}"),
                (_sum("alignc_ground_truth_total", selected), "truth known {{model_version}}"),
            ],
        )
        yield from panels_beside(judged)


def rules_test_text(contract: Contract, labels: Sequence[Judged], rules: str) -> str:
    """A test of the rules for `promtool test rules`: of a model that is always wrong, and of none."""
    tests = [absence_test(_absent(contract)), *(_test_of(contract, judged) for judged in labels)]
    content = {"rule_files": [rules], "evaluation_interval": "10m", "tests": tests}
    return document(content)


def _test_of(contract: Contract, judged: Judged) -> dict[str, object]:
    """Each 10 minutes 10 predictions, all wrong, or each with the error 2."""
    base = f"model={quoted(contract.name)}, label={quoted(judged.label.prediction)}"
    series = f'{{{base}, model_version="1", subgroup="", value=""'
    day = "0+10x144"
    given = [
        {"series": f"alignc_predictions_total{series}}}", "values": day},
        {"series": f"alignc_ground_truth_total{series}}}", "values": day},
        {"series": f"alignc_build_info{{model={quoted(contract.name)}}}", "values": "1x144"},
    ]
    if judged.is_classification:
        for outcome, values in (("tp", "0x144"), ("fn", day), ("fp", "0x144"), ("tn", "0x144")):
            name = f'alignc_model_outcomes_total{series}, class="yes", outcome="{outcome}"}}'
            given.append({"series": name, "values": values})
    else:
        for name, values in (
            ("absolute_error", "0+20x144"),
            ("squared_error", "0+40x144"),
            ("over_error", "0+20x144"),
            ("under_error", "0x144"),
        ):
            given.append({"series": f"alignc_model_{name}_total{series}}}", "values": values})
    labels = (
        f'model={quoted(contract.name)}, label={quoted(judged.label.prediction)}, model_version="1"'
    )
    expected = {"accuracy": 0.0, "absolute_error": 2.0, "error": 2.0, "bias": 2.0, "recall": 0.0}
    checks = []
    for metric in metrics_of(judged):
        word = metric.record.split(":")[1].removeprefix("alignc_model_")
        if word in expected:
            extra = ', class="yes"' if word == "recall" else ""
            wanted = {"labels": f"{metric.record}{{{labels}{extra}}}", "value": expected[word]}
            expr = f"{metric.record}{{{base}}}"
            checks.append({"expr": expr, "eval_time": "1d", "exp_samples": [wanted]})
    beside, alerts = tested_beside(judged)
    if judged.is_classification:
        rule = next(iter(_alerts(contract, judged)))
        expected_alerts = [fired(rule, {"model_version": "1"}, "0")]
        own = {"eval_time": "1d", "alertname": rule["alert"], "exp_alerts": expected_alerts}
        alerts = [own, *alerts]
    test: dict[str, object] = {
        "interval": "10m",
        "input_series": [*given, *beside],
        "promql_expr_test": checks,
    }
    return {**test, "alert_rule_test": alerts} if alerts else test
