"""What Prometheus and Grafana are told of a model: recording rules, alerts, and panels.

Metrics are ratios of sums over a period, for each version of the model; a ratio is never averaged. What is
exported are the sums that the monitor of the model has (`--prometheus`, `--serve`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignc.artifacts.clusters import Clustered
from alignc.artifacts.outcomes import Judged
from alignc.artifacts.recommended import Recommended
from alignc.ir.module import Contract
from alignc.monitoring.beside import alerts_beside, panels_beside
from alignc.monitoring.panels import Panel, over_time
from alignc.monitoring.performance.plans import About
from alignc.monitoring.rules import SUPPORT, alert, document, quoted

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


def rules_text(contract: Contract, labels: Sequence[About]) -> str:
    """The recording rules and the alerts of a model."""
    groups: list[dict[str, object]] = []
    for judged in labels:
        groups.append(
            {
                "name": f"alignc.{contract.name}.{judged.name}",
                "rules": [
                    *(_recorded(metric, contract, judged) for metric in metrics_of(judged)),
                    *alerts_of(contract, judged),
                    *(alerts_beside(judged) if isinstance(judged, Judged) else ()),
                ],
            }
        )
    groups.append({"name": f"alignc.{contract.name}", "rules": [absence_of(contract)]})
    return document({"groups": groups})


def _recorded(metric: Metric, contract: Contract, judged: About) -> dict[str, object]:
    return {"record": metric.record, "expr": metric.expr, "labels": _labels(contract, judged)}


def _labels(contract: Contract, judged: About) -> dict[str, str]:
    return {"model": contract.name, "label": judged.name}


def metrics_of(judged: About) -> tuple[Metric, ...]:
    """The metrics of a label, over a day."""
    selected = _selector(judged)
    matched = _sum("alignc_ground_truth_total", selected)
    if isinstance(judged, Recommended):
        return tuple(_of_lists(judged, selected, matched))
    if isinstance(judged, Clustered):
        return tuple(_of_clusters(selected))
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


def _of_lists(about: Recommended, selected: str, matched: str) -> Iterator[Metric]:
    """The metrics of lists of items; that of the most popular items if there is one."""
    k = about.ranking.top_k
    for name, title in (
        ("ndcg", f"NDCG at {k}"),
        ("recall", f"Recall at {k}"),
        ("reciprocal_rank", f"Mean reciprocal rank at {k}"),
        ("average_precision", f"MAP at {k}"),
        *(
            (("popularity_ndcg", f"NDCG at {k} of the most popular items"),)
            if about.has_times
            else ()
        ),
    ):
        total = _sum(f"alignc_model_list_{name}_total", selected)
        yield _metric(f"list_{name}", f"{total}\n/\n{matched}", title, "mean")
    hits = _sum("alignc_model_list_hits_total", selected)
    places = _sum("alignc_model_list_places_total", selected)
    yield _metric("list_precision", f"{hits}\n/\n{places}", f"Precision at {k}")
    with_hit = _sum("alignc_model_lists_with_hit_total", selected)
    yield _metric("list_hit", f"{with_hit}\n/\n{matched}", f"Hit rate at {k}")


def _of_clusters(selected: str) -> Iterator[Metric]:
    """What clusters are now: centroids, and with them all distances, are those of all days."""
    for name, title in (
        ("davies_bouldin_index", "Index of Davies and Bouldin"),
        ("mean_distance", "Mean distance from centroids"),
    ):
        metric = f"alignc_model_cluster_{name}"
        expr = f"max by ({_BY}) (\n  {metric}{{{selected}}}\n)"
        yield Metric(f"model_version:{metric}:max", expr, title)


def _metric(name: str, expr: str, title: str, operation: str = "ratio") -> Metric:
    return Metric(f"model_version:alignc_model_{name}:{operation}_increase{_PERIOD}", expr, title)


def _selector(judged: About) -> str:
    model, label = judged.contract.name, judged.name
    return f"model={quoted(model)}, label={quoted(label)}, {_WHOLE}"


def _sum(name: str, selected: str, by: str = _BY) -> str:
    return f"sum by ({by}) (\n  increase({name}{{{selected}}}[{_PERIOD}])\n)"


def _of_class(wrong: str, selected: str) -> str:
    by = f"{_BY}, class"
    hits = _sum("alignc_model_outcomes_total", f'{selected}, outcome="tp"', by)
    both = _sum("alignc_model_outcomes_total", f'{selected}, outcome=~"tp|{wrong}"', by)
    return f"{hits}\n/\n{both}"


def alerts_of(contract: Contract, judged: About) -> Iterator[dict[str, object]]:
    selected, name = _selector(judged), judged.name
    matched = _sum("alignc_ground_truth_total", selected)
    enough = f"and\n{matched} > {SUPPORT}"
    best = metrics_of(judged)[0].record
    of_label = f"{{model={quoted(contract.name)}, label={quoted(name)}}}"
    chosen = f"{best}{of_label}"
    if isinstance(judged, Clustered):
        yield _alert_of_clusters(contract, judged, chosen)
        return
    if isinstance(judged, Recommended):
        yield _alert_of_lists(contract, judged, chosen, of_label, enough)
    elif judged.is_classification:
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


def _alert_of_lists(
    contract: Contract, about: Recommended, chosen: str, of_label: str, enough: str
) -> dict[str, object]:
    """Lists are no better than the most popular items, or, where nobody knows these, than they were."""
    said = "In the last day the NDCG of version {{ $labels.model_version }} was {{ $value }}."
    if about.has_times:
        (popular,) = (m.record for m in metrics_of(about) if "popularity" in m.record)
        return alert(
            "AligncModelNotBetterThanBaseline",
            f"{chosen}\n<=\n{popular}{of_label}\n{enough}",
            f"{contract.name}: {about.name} finds no more than the most popular items do",
            said,
            contract,
            _labels(contract, about),
        )
    return alert(
        "AligncModelRankingGetsWorse",
        f"{chosen}\n< 0.9 *\n{chosen} offset 1w\n{enough}",
        f"{contract.name}: the NDCG of {about.name} is a tenth smaller than a week ago",
        said,
        contract,
        _labels(contract, about),
    )


def _alert_of_clusters(contract: Contract, about: Clustered, chosen: str) -> dict[str, object]:
    points = _sum("alignc_model_cluster_points_total", _selector(about))
    return alert(
        "AligncModelClustersGetWorse",
        f"{chosen}\n> 1.1 *\n{chosen} offset 1w\nand\n{points} > {SUPPORT}",
        f"{contract.name}: clusters of {about.name} are less apart than a week ago",
        "The index of Davies and Bouldin of version {{ $labels.model_version }} is {{ $value }}.",
        contract,
        _labels(contract, about),
    )


def absence_of(contract: Contract) -> dict[str, object]:
    return alert(
        "AligncMonitorAbsent",
        f"absent(alignc_build_info{{model={quoted(contract.name)}}})",
        f"{contract.name}: nobody watches the model",
        "Its monitor has no metrics: is it running, and is it scraped?",
        contract,
        severity="critical",
    )


def panels_of(contract: Contract, labels: Sequence[About]) -> Iterator[Panel]:
    """The metrics of a model over time, and how many predictions there are."""
    for judged in labels:
        for metric in metrics_of(judged):
            is_by_class = "class" in metric.title
            legend = "{{model_version}} {{class}}" if is_by_class else "{{model_version}}"
            selected = f"model={quoted(contract.name)}, label={quoted(judged.name)}"
            expr = f"{metric.record}{{{selected}}}"
            period = "" if isinstance(judged, Clustered) else " in a day"
            title = f"{judged.name}: {_inside(metric.title)}{period}"
            yield over_time(title, [(expr, legend)])
        selected = _selector(judged)
        if isinstance(judged, Clustered):
            by_cluster = _sum(
                "alignc_model_cluster_points_total", selected, "model_version, cluster"
            )
            legend = "{{model_version}} {{cluster}}"
            yield over_time(f"{judged.name}: points in a day", [(by_cluster, legend)])
            continue
        yield over_time(
            f"{judged.name}: predictions and truths in a day",
            [
                (_sum("alignc_predictions_total", selected), "predicted {{model_version}}"),
                (_sum("alignc_ground_truth_total", selected), "truth known {{model_version}}"),
            ],
        )
        if isinstance(judged, Judged):
            yield from panels_beside(judged)


def _inside(title: str) -> str:
    """A title in the middle of another one; NDCG stays what it is."""
    return title if title[1].isupper() else title[0].lower() + title[1:]
