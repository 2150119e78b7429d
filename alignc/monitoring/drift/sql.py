"""The SQL that compares two datasets: a query with a row for each column."""

from __future__ import annotations

from dataclasses import replace

from alignc.artifacts.drift import CURRENT, REFERENCE, drift_of
from alignc.backends.job import Job
from alignc.backends.sql.dialect import Dialect
from alignc.backends.sql.files import query_of, query_text
from alignc.ir.module import Contract
from alignc.ir.plan import Plan
from alignc.monitoring.drift.level import limits_of, tests_of
from alignc.monitoring.drift.options import Options
from alignc.monitoring.drift.plans import without_definitions

_ABOUT = """
Reads the relations `{reference}` and `{current}`, which are datasets of the model. Bins are the tenths of
the reference (quantiles by linear interpolation), each with its lower edge; the first and the last one
are open. NaN is a number above all others, a null is missing and in no bin. With p and q the shares of a
bin or a category:

  psi              sum of (p - q) ln(p / q), where no share is 0.0001
  jensen_shannon   square root of the mean divergence, to base 2, of p and q from (p + q) / 2
  ks               largest distance between the shares of values up to a number; exact
  ks_limit         it is above that with the probability alpha at most where nothing has changed
  wasserstein      area between the shares, in the unit of the column; exact
  chi_square       homogeneity of the 2 x K table of counts, with `degrees` = K - 1
  total_variation  half the sum of |p - q|; l_infinity is the largest |p - q|
  missing_z        difference of the shares of missing values in standard errors

An alarm of values is ks above ks_limit where psi or ks is at least {least_effect:g}, one of missing ones is
|missing_z| above {z:.4f} where their shares differ by at least {least_missing:g}. There are {tests} tests, and alpha is
{alpha:g} / {tests}: SQL has no probabilities of tests, so that it corrects by the number of them. Whether
categories are an alarm is for a table of chi-square.
"""


def emit(job: Job, contract: Contract, plan: Plan, dialect: Dialect, options: Options) -> str:
    """The query of a contract."""
    asked = drift_of(job.module, contract)
    alone = replace(job, plan=plan, module=without_definitions(job.module))
    about = _ABOUT.format(
        reference=REFERENCE,
        current=CURRENT,
        z=limits_of(asked, options).z,
        tests=tests_of(asked, options),
        alpha=options.alpha,
        least_effect=options.least_effect,
        least_missing=options.least_missing,
    )
    lines = [f"{job.title}", *job.about, *about.split("\n")[:-1]]
    if asked.left_out:
        lines += ["", f"Not compared: {', '.join(asked.left_out)}."]
    return query_text(query_of(alone, dialect.name), job.pointer, lines)
