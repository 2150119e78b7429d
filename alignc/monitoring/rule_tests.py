"""Tests of the rules of a model for `promtool test rules`: what is recorded, which alerts fire, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alignc.artifacts.clusters import Clustered
from alignc.artifacts.outcomes import Judged
from alignc.artifacts.recommended import Recommended
from alignc.ir.module import Contract
from alignc.monitoring.beside import tested_beside
from alignc.monitoring.performance.plans import About
from alignc.monitoring.prometheus import absence_of, alerts_of, metrics_of
from alignc.monitoring.rules import absence_test, document, fired, quoted


def rules_test_text(contract: Contract, labels: Sequence[About], rules: str) -> str:
    """A test of the rules for `promtool test rules`: of a model that is always wrong, and of none."""
    tests = [absence_test(absence_of(contract))]
    for judged in labels:
        tests.append(_test_of(contract, judged))
        if not _has_baseline(judged):
            tests.append(_test_of_getting_worse(contract, judged))
    content = {"rule_files": [rules], "evaluation_interval": "10m", "tests": tests}
    return document(content)


def _test_of(contract: Contract, judged: About) -> dict[str, object]:
    """Each 10 minutes 10 predictions, all wrong, or each with the error 2.

    Or 10 points of a cluster, or 10 lists of 4 places with one selected item each, none better than by popularity.
    """
    base = f"model={quoted(contract.name)}, label={quoted(judged.name)}"
    day = "0+10x144"
    given = [
        _series(contract, judged, "alignc_predictions_total", "", day),
        {"series": f"alignc_build_info{{model={quoted(contract.name)}}}", "values": "1x144"},
    ]
    if not isinstance(judged, Clustered):
        given.insert(1, _series(contract, judged, "alignc_ground_truth_total", "", day))
    given += [_series(contract, judged, *each) for each in _summed(judged, day)]
    labels = f'model={quoted(contract.name)}, label={quoted(judged.name)}, model_version="1"'
    expected = {"accuracy": 0.0, "absolute_error": 2.0, "error": 2.0, "bias": 2.0, "recall": 0.0}
    expected |= {"list_ndcg": 0.5, "list_popularity_ndcg": 0.5, "list_precision": 0.25}
    expected |= {"list_hit": 1.0, "cluster_davies_bouldin_index": 0.7, "cluster_mean_distance": 1.5}
    checks = []
    for metric in metrics_of(judged):
        word = metric.record.split(":")[1].removeprefix("alignc_model_")
        if word in expected:
            extra = ', class="yes"' if word == "recall" else ""
            wanted = {"labels": f"{metric.record}{{{labels}{extra}}}", "value": expected[word]}
            expr = f"{metric.record}{{{base}}}"
            checks.append({"expr": expr, "eval_time": "1d", "exp_samples": [wanted]})
    beside, alerts = tested_beside(judged) if isinstance(judged, Judged) else ([], [])
    if _has_baseline(judged):
        rule = next(iter(alerts_of(contract, judged)))
        value = "0.5" if isinstance(judged, Recommended) else "0"
        there = [fired(rule, {"model_version": "1"}, value)]
        own = {"eval_time": "1d", "alertname": rule["alert"], "exp_alerts": there}
        alerts = [own, *alerts]
    test: dict[str, object] = {
        "interval": "10m",
        "input_series": [*given, *beside],
        "promql_expr_test": checks,
    }
    return {**test, "alert_rule_test": alerts} if alerts else test


def _has_baseline(judged: About) -> bool:
    """Whether the first alert is about the last day alone; else it is about a week before, too."""
    match judged:
        case Recommended():
            return judged.has_times
        case Clustered():
            return False
        case _:
            return judged.is_classification


def _test_of_getting_worse(contract: Contract, judged: About) -> dict[str, object]:
    """Each 10 minutes what it was for a week, and then a day that is worse by half: an alert on that day alone."""
    steady = "0+10x1152"
    truths = ("alignc_ground_truth_total", "", steady)
    match judged:
        case Clustered():
            points = ("alignc_model_cluster_points_total", ', cluster="a"', steady)
            metric, values = "alignc_model_cluster_davies_bouldin_index", "0.5x1008 0.75x143"
            given, value = [points, (metric, "", values)], "0.75"
        case Recommended():
            metric, values = "alignc_model_list_ndcg_total", "0+5x1008 5042.5+2.5x143"
            given, value = [truths, (metric, "", values)], "0.25"
        case _:
            metric, values = "alignc_model_absolute_error_total", "0+20x1008 20190+30x143"
            given, value = [truths, (metric, "", values)], "3"
    rule = next(iter(alerts_of(contract, judged)))
    there = [fired(rule, {"model_version": "1"}, value)]
    return {
        "interval": "10m",
        "input_series": [_series(contract, judged, *each) for each in given],
        "alert_rule_test": [
            {"eval_time": "7d", "alertname": rule["alert"], "exp_alerts": []},
            {"eval_time": "8d", "alertname": rule["alert"], "exp_alerts": there},
        ],
    }


def _series(
    contract: Contract, judged: About, metric: str, more: str, values: str
) -> dict[str, object]:
    """The values of a metric of version 1; `more` are labels that it has besides those of all."""
    about = f"model={quoted(contract.name)}, label={quoted(judged.name)}"
    all_labels = f'{about}, model_version="1", subgroup="", value=""{more}'
    return {"series": f"{metric}{{{all_labels}}}", "values": values}


def _summed(judged: About, day: str) -> Iterator[tuple[str, str, str]]:
    """The series of a test that are of a problem alone: name, labels, and values over `day`."""
    if isinstance(judged, Clustered):
        yield "alignc_model_cluster_points_total", ', cluster="a"', day
        yield "alignc_model_cluster_davies_bouldin_index", "", "0.7x144"
        yield "alignc_model_cluster_mean_distance", "", "1.5x144"
    elif isinstance(judged, Recommended):
        yield "alignc_model_list_places_total", "", "0+40x144"
        yield "alignc_model_list_hits_total", "", day
        yield "alignc_model_lists_with_hit_total", "", day
        yield "alignc_model_list_ndcg_total", "", "0+5x144"
        if judged.has_times:
            yield "alignc_model_list_popularity_ndcg_total", "", "0+5x144"
    elif judged.is_classification:
        for outcome, values in (("tp", "0x144"), ("fn", day), ("fp", "0x144"), ("tn", "0x144")):
            more = f', class="yes", outcome="{outcome}"'
            yield "alignc_model_outcomes_total", more, values
    else:
        yield "alignc_model_absolute_error_total", "", "0+20x144"
        yield "alignc_model_squared_error_total", "", "0+40x144"
        yield "alignc_model_over_error_total", "", "0+20x144"
        yield "alignc_model_under_error_total", "", "0x144"
