"""What Prometheus and Grafana are told of a model beside its baselines: alerts, their test, and panels."""

from __future__ import annotations

from collections.abc import Iterator

from alignc.artifacts.outcomes import Judged
from alignc.monitoring.panels import Panel, over_time
from alignc.monitoring.rules import SUPPORT, alert, fired, quoted

_BY = "model, label, model_version, baseline"
_PERIOD = "1d"


def alerts_beside(judged: Judged) -> Iterator[dict[str, object]]:
    """An alert for each baseline that a model does not beat in a day."""
    name = judged.label.prediction
    for baseline in judged.baselines:
        if judged.is_classification:
            model = _paired(judged, baseline, "predictions", 'outcome="only_model_right"')
            other = _paired(judged, baseline, "predictions", 'outcome="only_baseline_right"')
            expr = f"{model}\n<=\n{other}"
            summary = f"{name} is right no more often than {baseline}"
        else:
            model = _paired(judged, baseline, "squared_error", 'of="model"')
            other = _paired(judged, baseline, "squared_error", 'of="baseline"')
            expr = f"{model}\n>=\n{other}"
            summary = f"errors of {name} are no smaller than those of {baseline}"
        pairs = _paired(judged, baseline, "predictions")
        yield alert(
            "AligncModelNotBetterThanContract",
            f"{expr}\nand\n{pairs} > {SUPPORT}",
            f"{judged.contract.name}: {summary}",
            "In the last day version {{ $labels.model_version }} was compared with it on the same truths.",
            judged.contract,
            {"label": name},
        )


def _paired(judged: Judged, baseline: str, what: str, *also: str) -> str:
    """The rise of a sum of pairs."""
    model, label = quoted(judged.contract.name), quoted(judged.label.prediction)
    parts = (f"model={model}", f"label={label}", f"baseline={quoted(baseline)}", *also)
    series = f"alignc_model_paired_{what}_total{{{', '.join(parts)}}}"
    return f"sum by ({_BY}) (\n  increase({series}[{_PERIOD}])\n)"


def panels_beside(judged: Judged) -> Iterator[Panel]:
    """How good both were on the same truths, for each baseline."""
    for baseline in judged.baselines:
        pairs = _paired(judged, baseline, "predictions")
        lines = []
        for who in ("model", "baseline"):
            if judged.is_classification:
                is_right = f'outcome=~"both_right|only_{who}_right"'
                right = _paired(judged, baseline, "predictions", is_right)
                expr = f"{right}\n/\n{pairs}"
            else:
                squares = _paired(judged, baseline, "squared_error", f'of="{who}"')
                expr = f"sqrt(\n{squares}\n/\n{pairs}\n)"
            legend = "{{model_version}}" if who == "model" else f"{baseline}, {{{{model_version}}}}"
            lines.append((expr, legend))
        metric = "accuracy" if judged.is_classification else "root mean squared error"
        title = f"{judged.label.prediction}: {metric} beside {baseline} in a day"
        yield over_time(title, lines)


def tested_beside(judged: Judged) -> tuple[list[dict[str, str]], list[dict[str, object]]]:
    """Series of a model that each baseline beats, and the alerts about it after a day."""
    base = f"model={quoted(judged.contract.name)}, label={quoted(judged.label.prediction)}"
    given, checks = [], list[dict[str, object]]()
    rules = list(alerts_beside(judged))
    for baseline in judged.baselines:
        series = f'{{{base}, model_version="1", baseline={quoted(baseline)}'
        if judged.is_classification:
            counts = {"only_model_right": "0x144", "only_baseline_right": "0+10x144"}
        else:
            counts = {"closer": "0x144", "farther": "0+10x144"}
            for of, values in (("model", "0+40x144"), ("baseline", "0+10x144")):
                name = f'alignc_model_paired_squared_error_total{series}, of="{of}"}}'
                given.append({"series": name, "values": values})
        for outcome, values in counts.items():
            name = f'alignc_model_paired_predictions_total{series}, outcome="{outcome}"}}'
            given.append({"series": name, "values": values})
    if rules:
        alerts = [
            fired(rule, {"model_version": "1", "baseline": baseline})
            for rule, baseline in zip(rules, judged.baselines, strict=True)
        ]
        checks.append({"eval_time": "1d", "alertname": rules[0]["alert"], "exp_alerts": alerts})
    return given, checks
