"""How each op is said in SQL; one file a family.

`NATIVE` has for each dialect a function for each op that it says in its own words; an op without one is
expanded. Spark, Snowflake, BigQuery and Redshift have words of their own for many of them.
What a dialect cannot have is in `alignc.backends.support`.
"""

from __future__ import annotations

from alignc.backends.bigquery import UNSUPPORTED as NOT_IN_BIGQUERY
from alignc.backends.redshift import UNSUPPORTED as NOT_IN_REDSHIFT
from alignc.backends.snowflake import UNSUPPORTED as NOT_IN_SNOWFLAKE
from alignc.backends.sql.dialect import DialectName
from alignc.backends.sql.ops import (
    aggregate,
    arithmetic,
    bigquery,
    binary,
    category,
    comparison,
    date,
    division,
    duration,
    earth,
    floats,
    functions,
    hashing,
    json,
    lists,
    logic,
    null,
    redshift,
    snowflake,
    spark,
    text,
    time,
)
from alignc.backends.sql.ops.arg import AggregateLowering, Lowering

_SHARED: dict[str, Lowering] = {
    name: lowering
    for family in (
        arithmetic,
        division,
        functions,
        floats,
        earth,
        comparison,
        logic,
        null,
        text,
        json,
        binary,
        time,
        date,
        duration,
        category,
        hashing,
        lists,
    )
    for name, lowering in family.NATIVE.items()
}

NATIVE: dict[DialectName, dict[str, Lowering]] = {
    "duckdb": _SHARED,
    "postgres": _SHARED,
    "spark": _SHARED | spark.NATIVE,
    "snowflake": {
        n: f for n, f in (_SHARED | snowflake.NATIVE).items() if n not in NOT_IN_SNOWFLAKE
    },
    "bigquery": {n: f for n, f in (_SHARED | bigquery.NATIVE).items() if n not in NOT_IN_BIGQUERY},
    "redshift": {n: f for n, f in (_SHARED | redshift.NATIVE).items() if n not in NOT_IN_REDSHIFT},
}

AGGREGATES: dict[DialectName, dict[str, AggregateLowering]] = {
    "duckdb": aggregate.NATIVE,
    "postgres": aggregate.NATIVE,
    "spark": aggregate.NATIVE | spark.AGGREGATES,
    "snowflake": snowflake.AGGREGATES,
    "bigquery": bigquery.AGGREGATES,
    "redshift": redshift.AGGREGATES,
}
