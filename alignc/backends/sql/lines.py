"""The same query with all texts marked by what they are about."""

from __future__ import annotations

from dataclasses import replace

from alignc.backends.marks import Marks
from alignc.backends.part import Part
from alignc.backends.sql.select import Cte, Line, Query, Select


def marked_query(query: Query, marks: Marks) -> Query:
    """The query with a mark at each text that begins a line."""
    return replace(
        query,
        ctes=tuple(_cte(cte, marks) for cte in query.ctes),
        result=_select(query.result, query.result_step, marks),
    )


def _cte(cte: Cte, marks: Marks) -> Cte:
    step = Part("step", cte.step)
    return replace(
        cte,
        comment=tuple(marks.mark(step, line) for line in cte.comment),
        name=marks.mark(step, cte.name),
        selects=tuple(_select(select, cte.step, marks) for select in cte.selects),
    )


def _select(select: Select, step: str, marks: Marks) -> Select:
    def mark(text: str) -> str:
        return marks.mark(Part("step", step), text)

    return replace(
        select,
        verb=mark(select.verb),
        columns=tuple(_line(line, step, marks) for line in select.columns),
        source=mark(select.source),
        joins=tuple(replace(j, kind=mark(j.kind), on=tuple(map(mark, j.on))) for j in select.joins),
        where=tuple(map(mark, select.where)),
        group_by=tuple(map(mark, select.group_by)),
    )


def _line(line: Line, step: str, marks: Marks) -> Line:
    part = Part("step", step, line.name)
    doc = tuple(marks.mark(part, words) for words in line.doc)
    return replace(line, doc=doc, text=marks.mark(part, line.text))
