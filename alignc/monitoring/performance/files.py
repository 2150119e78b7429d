"""The files of monitors, below the folder `monitoring` of the output."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from alignc.artifacts.clusters import Clustered
from alignc.artifacts.outcomes import Judged
from alignc.artifacts.predictions import PREDICTIONS
from alignc.artifacts.recommended import Recommended
from alignc.backends.job import Job
from alignc.backends.output import Output
from alignc.backends.polars import files as polars
from alignc.backends.pyspark import files as pyspark
from alignc.backends.python.build import call, constant, name, sequence, texts
from alignc.backends.python.printer import format_expression, format_statements
from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.sql.files import query_of, query_text
from alignc.ir.module import Contract
from alignc.ir.plan import Plan
from alignc.monitoring.performance.plans import KINDS, Compared, Monitored
from alignc.monitoring.prometheus import rules_text
from alignc.monitoring.rule_tests import rules_test_text

_EMIT = {"polars": polars.emit_functions, "pyspark": pyspark.emit_functions}
# What a query of a plan is about.
_LISTS = (
    "Lists of items, and sums of how well they meet what was selected, by model version and day."
)
_CLUSTERS = "Predictions, and sums of their distances from the centroids of their clusters, by model version and day."
_ABOUT = {
    "outcomes": "Predictions counted by what came true, and sums of their errors, by model version and day.",
    "popularity": "The same sums of lists whose items are in the order of how often they had been selected.",
    "ranking": "How well the probability of a yes ranks, by model version.",
    "centroids": "Where clusters are: the means of their inputs, as they are and scaled, by model version.",
    "orphans": "Of how many entities there is a truth, and of how many of these no prediction.",
}


def paths_of(contract: Contract, labels: Sequence[Monitored], target: str) -> tuple[str, ...]:
    """Where the programs of a target are, in the order of `monitor_files`."""
    folder = f"monitoring/{target}"
    if target not in DIALECTS:
        return (f"{folder}/{contract.name}.py",)
    return tuple(
        f"{folder}/{contract.name}__{label.about.name}__{ending}.sql"
        for label in labels
        for ending in (*label.plans, *(f"beside_{one.asked.name}" for one in label.compared))
    )


def shared_paths(contract: Contract) -> tuple[str, ...]:
    """Where the files are that are the same for all targets, in the order of `shared_files`."""
    folder = "monitoring/prometheus"
    return (f"{folder}/{contract.name}.rules.yml", f"{folder}/{contract.name}.test.yml")


def shared_files(contract: Contract, labels: Sequence[Monitored]) -> Iterator[Output]:
    """What Prometheus is told of a model."""
    abouts = [label.about for label in labels]
    texts = (
        rules_text(contract, abouts),
        rules_test_text(contract, abouts, f"{contract.name}.rules.yml"),
    )
    for path, text in zip(shared_paths(contract), texts, strict=True):
        yield Output(path, text, (f"dataset:{contract.name}",))


def monitor_files(
    job: Job, contract: Contract, labels: Sequence[Monitored], targets: Iterable[str]
) -> Iterator[Output]:
    """The programs that judge a model; `job` is that of its dataset."""
    plans = {name: plan for label in labels for name, plan in label.functions()}
    reads = {scan.source for plan in plans.values() for _, scan in plan.scans()}
    symbols = (
        f"dataset:{contract.name}",
        *(f"source:{name}" for name in sorted(reads - {PREDICTIONS})),
    )
    for target in targets:
        if target in DIALECTS:
            texts = list(_queries(job, labels, target))
        else:
            texts = [_program(job, contract, labels, plans, target)]
        for path, text in zip(paths_of(contract, labels, target), texts, strict=True):
            yield Output(path, text, symbols)


def _queries(job: Job, labels: Sequence[Monitored], dialect: str) -> Iterator[str]:
    for label in labels:
        title = f"The model `{job.plan.name}`, its prediction `{label.about.name}`."
        plans = [(_about(label, kind), plan) for kind, plan in label.plans.items()]
        plans += [(_about_compared(one), one.plan) for one in label.compared]
        for says, plan in plans:
            about = (title, says, "", *job.about)
            yield query_text(query_of(replace(job, plan=plan), dialect), job.pointer, about)


def _about_compared(one: Compared) -> str:
    return f"Predictions beside those of `{one.asked.name}` for the same truth, by model version and day."


def _program(
    job: Job,
    contract: Contract,
    labels: Sequence[Monitored],
    plans: dict[str, Plan],
    target: str,
) -> str:
    whole = Plan(name=contract.name, steps=tuple(step for p in plans.values() for step in p.steps))
    return _EMIT[target](
        replace(job, plan=whole, kind="view", title=f"Monitor of the model `{contract.name}`."),
        plans,
        f"{target}/performance.py.j2",
        labels=_labels(labels),
        model=format_expression(constant(contract.name), indent=2),
        subgroups=format_expression(
            sequence([constant(s.name) for s in contract.subgroups]), indent=0
        ),
        has_predictions=contract.prediction_source is None,
        about_functions={
            **{
                label.function(plan): _about(label, plan)
                for label in labels
                for plan in label.plans
            },
            **{one.function: _about_compared(one) for label in labels for one in label.compared},
        },
        has_labels=any(isinstance(label.about, Judged) for label in labels),
        has_baselines=any(label.compared for label in labels),
        has_lists=any(isinstance(label.about, Recommended) for label in labels),
        has_clusters=any(isinstance(label.about, Clustered) for label in labels),
    )


def _labels(labels: Sequence[Monitored]) -> str:
    """The assignment of `LABELS`."""
    made = sequence([_label(label) for label in labels])
    annotation = ast.parse("list[Label]", mode="eval").body
    return format_statements([ast.AnnAssign(ast.Name("LABELS", ast.Store()), annotation, made, 1)])


def _about(label: Monitored, kind: str) -> str:
    """What a plan of a label is about."""
    if kind != "outcomes":
        return _ABOUT[kind]
    match label.about:
        case Recommended():
            return _LISTS
        case Clustered():
            return _CLUSTERS
        case Judged():
            return _ABOUT[kind]


def _label(given: Monitored) -> ast.expr:
    about = given.about
    names = [constant(each) for each in (about.name, about.truth, about.problem)]
    outcomes, ranking, popularity, centroids, orphans = (
        name(given.function(kind)) if kind in given.plans else constant(None) for kind in KINDS
    )
    more: dict[str, ast.expr]
    match about:
        case Judged():
            more = {"positive": constant(about.positive_class)}
            if given.compared:
                more["baselines"] = sequence([_baseline(one) for one in given.compared])
        case Recommended():
            more = {"popularity": popularity, "top_k": constant(about.ranking.top_k)}
        case Clustered():
            more = {"centroids": centroids, "features": texts(about.features)}
    return call("Label", *names, outcomes, ranking, orphans, **more)


def _baseline(one: Compared) -> ast.expr:
    names = (one.asked.name, one.asked.baseline.label.prediction)
    return call("Baseline", *map(constant, names), name(one.function))
