"""The files that compare datasets of a contract, below the folder `monitoring` of the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alignc.backends.job import Job
from alignc.backends.output import Output
from alignc.backends.sql.dialect import DIALECTS
from alignc.ir.module import Contract
from alignc.ir.plan import Plan
from alignc.monitoring.drift import python, sql
from alignc.monitoring.drift.options import Options


def path_of(contract: Contract, target: str) -> str:
    """Where the program of a target is."""
    ending = "sql" if target in DIALECTS else "py"
    return f"monitoring/{target}/{contract.name}__drift.{ending}"


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
