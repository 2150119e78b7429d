"""Lists and embeddings: arrays in PostgreSQL, whose first element is number 1."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from alignc.backends.sql.dialect import (
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


def _dot_product(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    if dialect == POSTGRES:
        return _of_pairs(args, exp.Sum(this=_product("a", "b")), dialect, of_none=0)
    x, y = (_as_floats(v, dialect) for v in args)
    return _if_complete(args, function("LIST_INNER_PRODUCT", x, y))


def _distance(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    if dialect == POSTGRES:
        between = exp.Paren(this=exp.Sub(this=column("a"), expression=column("b")))
        square = exp.Mul(this=between, expression=between.copy())
        return _of_pairs(args, exp.Sqrt(this=exp.Sum(this=square)), dialect, of_none=0)
    x, y = (_as_floats(v, dialect) for v in args)
    return _if_complete(args, function("LIST_DISTANCE", x, y))


def _cosine_similarity(args: Sequence[Arg], result: DType, dialect: Dialect) -> exp.Expr:
    if dialect == POSTGRES:
        pairs = (("a", "b"), ("a", "a"), ("b", "b"))
        return _of_pairs(
            args, _cosine([exp.Sum(this=_product(*p)) for p in pairs], dialect), dialect
        )
    x, y = (_as_floats(v, dialect) for v in args)
    vectors = ((x, y), (x, x), (y, y))
    products = [function("LIST_INNER_PRODUCT", a.copy(), b.copy()) for a, b in vectors]
    return _if_complete(args, _cosine(products, dialect))


def _cosine(products: Sequence[exp.Expr], dialect: Dialect) -> exp.Expr:
    """The cosine from the product of two vectors and those of each with itself."""
    product, x, y = products
    sizes = exp.Mul(this=exp.Sqrt(this=x), expression=exp.Sqrt(this=y))
    return divide(product, exp.Nullif(this=sizes, expression=number(0)), dialect)


def _product(a: str, b: str) -> exp.Expr:
    return exp.Mul(this=column(a), expression=column(b))


def _as_floats(x: Arg, dialect: Dialect) -> exp.Expr:
    return x() if x.dtype == _FLOATS else cast(x(), _FLOATS, dialect)


def _are_embeddings(args: Sequence[Arg]) -> bool:
    """Whether the vectors have equally many numbers whenever they are there."""
    return all(x.dtype.name == "Embedding" for x in args)


def _if_complete(args: Sequence[Arg], computed: exp.Expr) -> exp.Expr:
    """DuckDB ends with an error where a number is missing or one list is longer."""
    if _are_embeddings(args):
        return computed
    x, y = args
    conditions = [
        exp.EQ(this=function("LIST_COUNT", a()), expression=function("LEN", b()))
        for a, b in ((x, y), (y, x))
    ]
    return case((exp.and_(*conditions, copy=False), computed))


def _of_pairs(
    args: Sequence[Arg], computed: exp.Expr, dialect: Dialect, of_none: int | None = None
) -> exp.Expr:
    """An aggregate of the pairs `a`, `b` of the elements of two arrays."""
    pair = exp.TableAlias(this=identifier("pair"), columns=[identifier("a"), identifier("b")])
    unnested = exp.Unnest(expressions=[_as_floats(x, dialect) for x in args], alias=pair)
    if _are_embeddings(args):
        return exp.Subquery(this=exp.Select(expressions=[computed]).from_(unnested, copy=False))
    if of_none is not None:
        computed = exp.Coalesce(this=computed, expressions=[number(of_none)])
    # A list that is shorter has nulls in its place.
    count = exp.Count(this=_product("a", "b"))
    are_complete = [
        exp.EQ(this=count.copy(), expression=function("CARDINALITY", x())) for x in args
    ]
    query = exp.Select(expressions=[computed]).from_(unnested, copy=False)
    return exp.Subquery(this=query.having(exp.and_(*are_complete, copy=False), copy=False))


NATIVE: dict[str, Lowering] = {
    "split": _split,
    "list_length": _length,
    "list_contains": _contains,
    "list_contains_any": _contains_any,
    "list_at": _at,
    "dot_product": _dot_product,
    "vector_distance": _distance,
    "cosine_similarity": _cosine_similarity,
}
