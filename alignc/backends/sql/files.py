"""The whole text of a `.sql` file, and what its lines are about."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.backends.job import Job
from alignc.backends.marks import Marks
from alignc.backends.part import Part, Parts
from alignc.backends.sql.dialect import DIALECTS
from alignc.backends.sql.lines import marked_query
from alignc.backends.sql.query import lower_query
from alignc.backends.sql.select import Query
from alignc.ir.module import FileSource
from alignc.ir.passes.drop_slices import drop_slices
from alignc.templating import render


def emit(job: Job, dialect: str) -> str:
    """The SELECT that computes a plan in a dialect."""
    return query_text(query_of(job, dialect), job.pointer, job.about)


def parts(job: Job, dialect: str) -> Parts:
    """What each line of the file is about."""
    query = query_of(job, dialect)
    marks = Marks(query_text(query, job.pointer, job.about))
    pointer, *about = (
        marks.mark(Part("program", job.plan.name), words) for words in (job.pointer, *job.about)
    )
    return marks.read(query_text(marked_query(query, marks), pointer, about))


def query_of(job: Job, dialect: str) -> Query:
    """The query of a job's plan, about all rows."""
    return lower_query(drop_slices(job.plan), DIALECTS[dialect], _in_columns(job))


def _in_columns(job: Job) -> set[str]:
    """The sources that are parquet files here: whoever reads some columns of one does not pay for the others."""
    return {
        source.name
        for source in job.sources
        if isinstance(source, FileSource) and source.format == "parquet" and not source.is_remote
    }


def query_text(query: Query, pointer: str, about: Sequence[str]) -> str:
    """A whole file with a query."""
    return render("sql/query.sql.j2", query=query, file={"source": pointer, "about": about})
