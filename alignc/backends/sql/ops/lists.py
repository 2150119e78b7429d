"""Lists and embeddings: arrays in PostgreSQL, whose first element is number 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
    DUCKDB,
    POSTGRES,
    Dialect,
    case,
    cast,
    column,
    divide,
    function,
    identifier,
    not_null,
    number,
    text,
)
from alignc.backends.sql.ops.arg import Arg, Lowering
from alignc.ir.types import FLOAT64, INT64, DType, list_of

_FLOATS = list_of(FLOAT64)


def _split(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, separator = args
    if dialect != POSTGRES:
        return function("STRING_SPLIT", x(), separator())
    # PostgreSQL makes no piece at all of an empty text.
    nothing = exp.If(this=text(""), true=exp.Array(expressions=[text("")]))
    pieces = function("STRING_TO_ARRAY", x(), separator())
    return exp.Case(this=x(), ifs=[nothing], default=pieces)


def _length(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if dialect == POSTGRES:
        return cast(function("CARDINALITY", x()), INT64, dialect)
    return function("LEN", x())


def _count_distinct(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    (x,) = args
    if dialect != POSTGRES:
        return cast(function("LIST_UNIQUE", x()), INT64, dialect)
    element = exp.TableAlias(this=identifier("one"), columns=[identifier(_A)])
    count = exp.Count(this=exp.Distinct(expressions=[column(_A)]))
    unnested = exp.Unnest(expressions=[x()], alias=element)
    query = exp.Select(expressions=[count]).from_(unnested, copy=False)
    return case((not_null(x.operand()), exp.Subquery(this=query)))


def _contains(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, value = args
    if dialect != POSTGRES:
        return function("LIST_CONTAINS", x(), value())
    single = exp.Array(expressions=[_typed(value, dialect)])
    found = exp.ArrayContainsAll(this=x(), expression=single)
    return found if value.is_constant else case((not_null(value.operand()), found))


def _typed(value: Arg, dialect: Dialect) -> exp.Expr:
    """A value as it is in an array of its type: a number alone is a decimal or a small integer."""
    is_number = value.is_constant and not isinstance(value.constant, str | bool)
    return cast(value(), value.dtype, dialect) if is_number else value()


def _contains_any(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if dialect == POSTGRES:
        return exp.ArrayOverlaps(this=x(), expression=y())
    return function("LIST_HAS_ANY", x(), y())


def _at(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, index = args
    place = index.constant
    assert isinstance(place, int)
    position = number(place + 1 if place >= 0 else place)
    if place < 0 and dialect == POSTGRES:
        position = function("CARDINALITY", x())
        if place < -1:
            position = exp.Sub(this=position, expression=number(-place - 1))
    array = x() if isinstance(x.sql, exp.Column) else exp.Paren(this=x())
    return exp.Bracket(this=array, expressions=[position], offset=1)


# The elements of a pair in PostgreSQL: no column is called like that.
_A, _B = "__a", "__b"
# The product of a pair of numbers, or something else that is summed over all pairs.
Summand = Callable[[exp.Expr, exp.Expr], exp.Expr]


def _product(a: exp.Expr, b: exp.Expr) -> exp.Expr:
    return exp.Mul(this=a, expression=b)


def _squared_difference(a: exp.Expr, b: exp.Expr) -> exp.Expr:
    between = exp.Paren(this=exp.Sub(this=a, expression=b))
    return exp.Mul(this=between, expression=between.copy())


def _dot_product(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if dialect == POSTGRES:
        return _of_pairs(args, _sum_of_pairs(_product, _A, _B), dialect, of_none=0)
    return _if_as_long(x, y, _sum(x, y, _product))


def _distance(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if dialect == POSTGRES:
        total = _sum_of_pairs(_squared_difference, _A, _B)
        return _of_pairs(args, exp.Sqrt(this=total), dialect, of_none=0)
    return _if_as_long(x, y, exp.Sqrt(this=_sum(x, y, _squared_difference)))


def _cosine_similarity(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    x, y = args
    if dialect == POSTGRES:
        names = ((_A, _B), (_A, _A), (_B, _B))
        return _of_pairs(
            args, _cosine(dialect, *(_sum_of_pairs(_product, *n) for n in names)), dialect
        )
    products = (_sum(v, w, _product) for v, w in ((x, y), (x, x), (y, y)))
    return _if_as_long(x, y, _cosine(dialect, *products))


def _cosine(dialect: Dialect, *products: exp.Expr) -> exp.Expr:
    """The cosine from the product of two vectors and those of each with itself."""
    product, x, y = products
    sizes = exp.Mul(this=exp.Sqrt(this=x), expression=exp.Sqrt(this=y))
    return divide(product, exp.Nullif(this=sizes, expression=number(0)), dialect)


def _sum(x: Arg, y: Arg, summand: Summand) -> exp.Expr:
    """The sum over all pairs in DuckDB, where no number is missing; 0 if there are none.

    LIST_INNER_PRODUCT and the like end with an error where a number is missing, also in other rows.
    """
    first, second = (
        exp.Bracket(this=exp.to_identifier("pair"), expressions=[number(i)], offset=1)
        for i in (1, 2)
    )
    # Products of 32 bits would stay 32 bits.
    a = first if x.dtype.element == FLOAT64 else cast(first, FLOAT64, DUCKDB)
    step = exp.Lambda(this=summand(a, second), expressions=[exp.to_identifier("pair")])
    summands = function("LIST_TRANSFORM", function("LIST_ZIP", x(), y()), step)
    return exp.Coalesce(this=function("LIST_SUM", summands), expressions=[number(0)])


def _if_as_long(x: Arg, y: Arg, computed: exp.Expr) -> exp.Expr:
    """What is computed if the other list has a number for each number of one, and nothing else."""

    def fills(one: Arg, other: Arg) -> exp.Expr:
        known = "LEN" if one.dtype.name == "Embedding" else "LIST_COUNT"
        return exp.EQ(this=function(known, one()), expression=function("LEN", other()))

    if x.expr == y.expr:
        is_known = x.dtype.name == "Embedding"
        return case((not_null(x.operand()) if is_known else fills(x, x), computed))
    if x.dtype.name == y.dtype.name == "Embedding":
        return case((fills(x, y), computed))
    return case((exp.and_(fills(x, y), fills(y, x), copy=False), computed))


def _sum_of_pairs(summand: Summand, a: str, b: str) -> exp.Expr:
    return exp.Sum(this=summand(column(a), column(b)))


def _of_pairs(
    args: Sequence[Arg], computed: exp.Expr, dialect: Dialect, of_none: int | None = None
) -> exp.Expr:
    """An aggregate of the pairs `_A`, `_B` of the elements of two arrays in PostgreSQL."""
    pair = exp.TableAlias(this=identifier("pair"), columns=[identifier(_A), identifier(_B)])
    as_floats = (x() if x.dtype == _FLOATS else cast(x(), _FLOATS, dialect) for x in args)
    unnested = exp.Unnest(expressions=list(as_floats), alias=pair)
    if all(x.dtype.name == "Embedding" for x in args):
        # As many numbers as the other one, none of them missing.
        return exp.Subquery(this=exp.Select(expressions=[computed]).from_(unnested, copy=False))
    if of_none is not None:
        computed = exp.Coalesce(this=computed, expressions=[number(of_none)])
    # A list that is shorter has nulls in its place.
    count = exp.Count(this=_product(column(_A), column(_B)))
    different = {x.expr: x for x in args}.values()
    are_complete = [
        exp.EQ(this=count.copy(), expression=function("CARDINALITY", x())) for x in different
    ]
    query = exp.Select(expressions=[computed]).from_(unnested, copy=False)
    return exp.Subquery(this=query.having(exp.and_(*are_complete, copy=False), copy=False))


NATIVE: dict[str, Lowering] = {
    "split": _split,
    "list_length": _length,
    "list_count_distinct": _count_distinct,
    "list_contains": _contains,
    "list_contains_any": _contains_any,
    "list_at": _at,
    "dot_product": _dot_product,
    "vector_distance": _distance,
    "cosine_similarity": _cosine_similarity,
}
