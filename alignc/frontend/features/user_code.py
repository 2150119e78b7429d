"""Expressions in the language of a target, for what the vocabulary cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, cast

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import (
    F,
    Feature,
    class_of,
    given_texts,
    made,
    mistake,
    report_python_code,
    user_function,
)
from alignc.frontend.features.origins import UdfOrigin

Method = Callable[..., Any]


def transform_polars(
    using_features: Sequence[Feature],
    return_type: F | type[F],
    *,
    duckdb: str | None = None,
    postgres: str | None = None,
    pyspark: str | None = None,
    snowflake: str | None = None,
    bigquery: str | None = None,
    redshift: str | None = None,
) -> Callable[[Method], F]:
    """Make a feature of a method of a view, a function of `using_features` as Polars expressions.

    @transform_polars(using_features=[first, last], return_type=String())
    def full_name(self, first: pl.Expr, last: pl.Expr) -> pl.Expr:
        initial = first.str.slice(0, 1)
        return initial + ". " + last
    """
    texts = given_texts(
        duckdb=duckdb,
        postgres=postgres,
        pyspark=pyspark,
        snowflake=snowflake,
        bigquery=bigquery,
        redshift=redshift,
    )

    def wrap(method: Method) -> F:
        if not isinstance(method, FunctionType):
            report("ALN111", "`transform_polars` decorates a function", here())
            return mistake(class_of(return_type))
        # `return_type` says which type it is.
        return cast(F, user_function(method, tuple(using_features), return_type, texts))

    return wrap


def transform_pandas(using_features: Sequence[Feature], return_type: F | type[F]) -> Method:
    """Refused: generated programs run no pandas."""
    return lambda method: report_python_code("transform_pandas")


def transform_row(using_features: Sequence[Feature], return_type: F | type[F]) -> Method:
    """Refused: generated programs run no Python for each row."""
    return lambda method: report_python_code("transform_row")


_TARGETS = ("duckdb", "postgres", "pyspark", "snowflake", "bigquery", "redshift", "polars")


def sql_expression(
    texts: Mapping[str, str],
    as_type: F | type[F],
    *,
    inputs: Sequence[Feature] | None = None,
) -> F:
    """A feature computed by texts that alignc does not look into, one for each target.

    Keys are `duckdb`, `postgres`, `pyspark`, `snowflake`, `bigquery`, `redshift` (SQL) and `polars` (a
    Python expression). A text reads features of the view by their names, if `inputs` are given only
    those. It is up to you that all texts mean the same; a target without a text is an error.
    """
    unknown = [target for target in texts if target not in _TARGETS]
    if unknown or not texts:
        what = f"`{unknown[0]}` is not a target" if unknown else "there is no text"
        report("ALN156", f"`sql_expression`: {what}", here(), "known: " + ", ".join(_TARGETS))
        return mistake(class_of(as_type))
    origin = UdfOrigin(dict(texts), tuple(inputs or ()), is_open=inputs is None)
    return made(class_of(as_type), origin)
