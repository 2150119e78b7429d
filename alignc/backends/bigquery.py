"""What BigQuery cannot have as it is meant: ops, aggregates, types and names of columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alignc.backends.refusal import Refusal
from alignc.errors import Diagnostic, Span
from alignc.ir.expr import Cast, Expr, Literal, walk
from alignc.ir.module import Contract, View
from alignc.ir.ops import lists
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    WindowAggregate,
    Write,
    schemas,
)
from alignc.ir.types import FLOAT32, FLOATS, DType

_LISTS = "it keeps a missing list as an empty one, and no list with a missing element"
_JSON = "nothing says how it tells a text that is not JSON, or how a number was written"

# Op or aggregate -> why it is left out.
UNSUPPORTED = {
    **dict.fromkeys((*(signature.name for signature in lists.OPS), "last_k"), _LISTS),
    **dict.fromkeys(("json_string", "json_integer", "json_float", "json_boolean"), _JSON),
    "mode": "it has no mode of a group but an approximate one",
}

# So many characters a name of a column may have.
_LONGEST_NAME = 300
_REFUSED_SIGNS = re.compile(r"""[!"$()*,./;?@\[\\\]^`{}~\x00-\x1f\x7f]""")
_REFUSED_STARTS = (
    "_table_",
    "_file_",
    "_partition",
    "_row_timestamp",
    "__root__",
    "_colidentifier",
)


def mistaken_name(name: str) -> str | None:
    """Why a column cannot have a name, None if it can.

    >>> mistaken_name("price (USD)")
    'BigQuery has no `(` in the name of a column'
    """
    if (sign := _REFUSED_SIGNS.search(name)) is not None:
        return f"BigQuery has no `{sign[0]}` in the name of a column"
    if name.lower().startswith(_REFUSED_STARTS):
        return "BigQuery keeps names that begin so for itself"
    if len(name) > _LONGEST_NAME:
        return f"BigQuery has no names with more than {_LONGEST_NAME} characters"
    return None


def refused_types(plan: Plan, definition: View | Contract) -> Iterator[Diagnostic]:
    """A diagnostic for each feature of a type that BigQuery cannot have."""

    refused = Refusal(definition, "bigquery").of
    told: set[str] = set()
    for name, dtype, span in _types(plan):
        reason = _reason_against(dtype)
        if reason is not None and name not in told:
            told.add(name)
            yield refused(name, f"`{dtype}`", reason, span)
    for rule in definition.rules if isinstance(definition, View) else ():
        for expr in (rule.when, rule.then):
            for _, dtype, span in _types_in(rule.name, expr, rule.span) if expr else ():
                if (reason := _reason_against(dtype)) is not None:
                    yield refused(rule.name, f"`{dtype}`", reason, span, "rule")
    for name in _float_keys(plan):
        yield refused(name, "a float as a key", "NaN is not equal to itself there", None)


def _float_keys(plan: Plan) -> Iterator[str]:
    """The columns with floats by which rows are joined or grouped, each once."""
    known = schemas(plan)
    found: dict[str, None] = {}
    for step in plan.steps:
        match step.node:
            case AsOfJoin(left=left, on=on) | WindowAggregate(left=left, on=on):
                keys = [a for a, _ in on]
            case KeyJoin(left=left, rights=rights):
                keys = [a for right in rights for a, _ in right.on]
            case Distinct(input=left, columns=columns) | Running(input=left, by=columns):
                keys = list(columns)
            case Group(input=left, by=columns):
                keys = list(columns)
            case _:
                continue
        found |= {k: None for k in keys if known[left][k] in FLOATS}
    yield from found


def _reason_against(dtype: DType) -> str | None:
    if dtype == FLOAT32:
        return "its floats have 64 bits, and nothing rounds to 32"
    return _LISTS if dtype.name in ("List", "Embedding") else None


def _types(plan: Plan) -> Iterator[tuple[str, DType, Span | None]]:
    """The types of columns that are read or made, and those of constants and casts in them."""
    for step in plan.steps:
        match step.node:
            case Scan(columns=read):
                for given in read:
                    yield given.name, given.dtype, given.span
            case Project(columns=made) | Write(columns=made):
                for column in made:
                    yield column.name, column.dtype, column.span
                    yield from _types_in(column.name, column.expr, column.span)
            case WindowAggregate(aggregates=aggregates):
                for one in aggregates:
                    yield from _types_in(one.name, one.value, one.span)
            case Filter(predicate=predicate):
                yield from _types_in(step.name, predicate, None)
            case Group(columns=grouped):
                for group in grouped:
                    yield group.name, group.dtype, group.span
                    if group.value is not None:
                        yield from _types_in(group.name, group.value, group.span)
            case _:
                pass


def _types_in(name: str, expr: Expr, span: Span | None) -> Iterator[tuple[str, DType, Span | None]]:
    for part in walk(expr):
        if isinstance(part, Cast | Literal):
            yield name, part.dtype, span
