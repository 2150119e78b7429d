"""The whole text of a `.sql` file."""

from __future__ import annotations

from alignc.backends.job import Job
from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.sql.query import lower_query
from alignc.ir.passes.drop_slices import drop_slices
from alignc.templating import render


def emit(job: Job, dialect: str) -> str:
    """The SELECT that computes a plan in a dialect."""
    return render(
        "sql/query.sql.j2",
        query=lower_query(drop_slices(job.plan), DIALECTS[dialect]),
        file={"title": job.title, "source": job.pointer, "about": job.about},
    )
