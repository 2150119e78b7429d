"""State that holds until some time: the latest row known, or an earlier one that goes on.

The latest row is found as without validity, and is the answer if it has not ended. Only a row that ends
after a later one of its key can be the answer otherwise, and only such rows are joined with the questions
whose latest row has ended. Where the rows of a key follow each other there are none.
"""

from __future__ import annotations

from sqlglot import exp

from alignc.backends.sql.builder import PLACE, RANK, QueryBuilder, are_known, is_alive
from alignc.backends.sql.dialect import (
    BIGQUERY,
    REDSHIFT,
    SNOWFLAKE,
    cast,
    column,
    from_micros,
    identifier,
    later,
    moment,
    moved,
    number,
    text,
)
from alignc.backends.sql.ops.comparison import order_keys
from alignc.backends.sql.select import Frame, Select
from alignc.ir.plan import AsOfJoin
from alignc.ir.types import INT64, TIMESTAMP

# The helper columns: a question's time, when a row and the first later one end.
_ASKED, _END, _LATER_END = "__asked", "__end", "__later_end"


def without_validity(query: QueryBuilder, name: str, node: AsOfJoin) -> AsOfJoin:
    """The CTEs of the questions and of the rows with their ends, and the join of the two without ends."""
    assert node.left_time is not None
    left, right = query.schemas[node.left], query.schemas[node.right]
    keys = {f"__key_{i}": pair for i, pair in enumerate(node.on, start=1)}
    asks, rows = query.fresh(f"{name}_asks"), query.fresh(f"{name}_rows")
    query.schemas[asks] = {
        **{n: left[n] for n in node.left_columns},
        **{k: left[a] for k, (a, _) in keys.items()},
        _ASKED: left[node.left_time],
    }
    lines = (
        *map(query.plain, node.left_columns),
        *(query.aliased(column(a), k) for k, (a, _) in keys.items()),
        query.aliased(column(node.left_time), _ASKED),
    )
    query.cte(asks, Select(lines, query.name(node.left)))
    created = (node.created_at,) if node.created_at else ()
    by = tuple(b for _, b in node.on)
    names = dict.fromkeys((*by, node.right_time, *created, *node.right_columns))
    query.schemas[rows] = {
        **{n: right[n] for n in names},
        PLACE: INT64,
        _END: TIMESTAMP,
        _LATER_END: TIMESTAMP,
    }
    _rows_with_ends(query, rows, node, tuple(names))
    return node.model_copy(
        update={
            "left": asks,
            "right": rows,
            "on": tuple((k, b) for k, (_, b) in keys.items()),
            "left_time": _ASKED,
            "valid_to": None,
            "order": (PLACE,),
            "left_columns": (*node.left_columns, *keys, _ASKED),
            "right_columns": (*node.right_columns, _END),
        }
    )


def _rows_with_ends(query: QueryBuilder, rows: str, node: AsOfJoin, names: tuple[str, ...]) -> None:
    """The rows in their order, from the last one on: a frame that only grows is cheap."""
    assert node.valid_to is not None
    by = tuple(b for _, b in node.on)
    times = (node.right_time, *((node.created_at,) if node.created_at else ()))
    schema = query.schemas[node.right]
    order = [
        exp.Ordered(this=key, desc=True, nulls_first=False)
        for n in (*times, *node.order)
        for key in order_keys(column(n), schema[n], query.dialect)
    ]
    after = identifier("after_it")
    frame = Frame(
        query.print(after),
        ", ".join(map(query.print, query.keys(by, schema))),
        ", ".join(map(query.print, order)),
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    )
    never = cast(text("infinity"), TIMESTAMP, query.dialect)
    if query.dialect.name == "spark":
        never = from_micros(number(2**63 - 1))
    elif query.dialect == BIGQUERY:
        never = number(2**63 - 1)
    elif query.dialect == REDSHIFT:
        last = cast(text("9999-12-31 23:59:59.999999"), TIMESTAMP, query.dialect)
        never = moved(last, 1, query.dialect)
    elif query.dialect == SNOWFLAKE:
        # After the last microsecond.
        never = cast(text("9999-12-31 23:59:59.999999999"), TIMESTAMP, query.dialect)
    ends = moment(column(node.valid_to), query.dialect)
    end = exp.Coalesce(this=ends, expressions=[never])
    numbers = query.dialect.numbers_frames
    counted = exp.RowNumber() if numbers else exp.Count(this=exp.Star())
    place = exp.Window(this=counted, alias=after.copy(), over="OVER")
    first = exp.Window(
        this=exp.Min(this=ends.copy()),
        alias=after.copy(),
        over="OVER",
    )
    lines = (
        *map(query.plain, names),
        query.aliased(end, _END),
        query.aliased(exp.Neg(this=place), PLACE),
        query.aliased(first, _LATER_END, "When the first of the later rows ends."),
    )
    where = query.conditions(*are_known((*by, *times)))
    select = Select(lines, query.name(node.right), where=where, windows=(frame,))
    query.cte(rows, select, ("The rows, from the last one on; an open end never comes.",))


def lower_validity(
    query: QueryBuilder,
    name: str,
    node: AsOfJoin,
    latest: str,
    plain: AsOfJoin,
    comment: tuple[str, ...],
) -> None:
    """The CTEs that answer from `latest`, the result of `plain`, and from the rows that go on."""
    earlier, rows = query.fresh(f"{name}_earlier"), plain.right
    asks = query.schemas[plain.left]
    at, end = column(_ASKED, latest), column(_END, rows)
    then = column(node.right_time, rows)
    asked = moment(at, query.dialect)
    on: list[exp.Expr] = [
        *query.same_key(plain.on, latest, rows, asks),
        exp.LT(this=column(_LATER_END, rows), expression=end),
        exp.LT(this=asked, expression=end.copy()),
        exp.GTE(this=asked.copy(), expression=later(then, node.delay, query.dialect)),
    ]
    if node.created_at is not None:
        on.append(exp.GTE(this=at.copy(), expression=column(node.created_at, rows)))
    if node.ttl is not None:
        on.append(is_alive(then, asked, node.ttl, query.dialect))
    rank = query.ordered(
        query.keys(node.left_columns, asks, latest),
        [PLACE],
        query.schemas[rows],
        latest_first=True,
        relation=rows,
    )
    lines = (
        *(query.aliased(column(n, latest), n) for n in node.left_columns),
        *(query.aliased(column(n, rows), n) for n in node.right_columns),
        query.aliased(rank, RANK),
    )
    ended = exp.LTE(this=column(_END, latest), expression=asked.copy())
    select = Select(
        lines,
        query.name(latest),
        (query.join("JOIN", rows, on),),
        query.conditions(ended),
    )
    note = ("Where the latest row has ended: those before it that go on.",)
    query.cte(earlier, select, note)
    names = tuple(map(query.plain, (*node.left_columns, *node.right_columns)))
    goes_on = exp.LT(this=moment(column(_ASKED), query.dialect), expression=column(_END))
    is_last = exp.EQ(this=column(RANK), expression=number(1))
    valid = Select(names, query.name(latest), where=query.conditions(goes_on))
    others = Select(names, query.name(earlier), where=query.conditions(is_last))
    query.cte(name, valid, comment, others)
