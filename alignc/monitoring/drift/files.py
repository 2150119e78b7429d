"""The files that compare datasets of a contract, below the folder `monitoring` of the output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from alignc.artifacts.drift import Drift
from alignc.backends.job import Job
from alignc.backends.output import Output
from alignc.backends.sql.dialect import DIALECTS
from alignc.ir.module import Contract
from alignc.ir.plan import Plan
from alignc.monitoring.drift import python, sql
from alignc.monitoring.drift.options import Options
from alignc.monitoring.drift.prometheus import rules_test_text, rules_text


def path_of(contract: Contract, target: str) -> str:
    """Where the program of a target is."""
    ending = "sql" if target in DIALECTS else "py"
    return f"monitoring/{target}/{contract.name}__drift.{ending}"


def shared_paths(contract: Contract) -> tuple[str, ...]:
    """Where the files are that are the same for all targets, in the order of `shared_files`."""
    stem = f"monitoring/prometheus/{contract.name}__drift"
    return (f"{stem}.rules.yml", f"{stem}.test.yml")


def shared_files(contract: Contract, asked: Drift) -> Iterator[Output]:
    """What Prometheus is told of the drift of a model; `asked` is what is compared."""
    texts = (
        rules_text(contract),
        rules_test_text(contract, asked, f"{contract.name}__drift.rules.yml"),
    )
    for path, text in zip(shared_paths(contract), texts, strict=True):
        yield Output(path, text, (f"dataset:{contract.name}",))


def contract_file(
    job: Job, contract: Contract, plans: Mapping[str, Plan], target: str, options: Options
) -> Output:
    """The program that compares datasets of a contract; `job` is that of the contract."""
    title = f"Drift of the datasets of the model `{contract.name}`."
    job = replace(job, kind="view", title=title)
    if target in DIALECTS:
        text = sql.emit(job, contract, plans["drift"], DIALECTS[target], options)
    else:
        text = python.emit(job, contract, plans, target, options)
    return Output(path_of(contract, target), text, (f"dataset:{contract.name}",))
