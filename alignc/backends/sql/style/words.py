"""The names that need no quotes.

A bare name must mean the column or the relation wherever a name may stand, and sqlfluff, too, must take it
for a name. So the words below stay quoted: what an engine reserves or takes for an operator or part of a join,
and what sqlfluff reserves or takes for something else. All other words of SQL are plain names: `date`, `time`.
"""

from __future__ import annotations

import re

from alignc.backends.sql.dialect import Dialect, DialectName

# What both dialects reserve.
_BOTH = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast
    check collate collation column commutator concurrently connect constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp
    current_user default deferrable desc distinct do else end except false fetch for foreign
    freeze from full grant group groups hashes having ilike in initially inner intersect
    into is isnull join lateral leading left like limit localtime localtimestamp merges
    minus natural negator not notnull null offset on only or order outer overlaps placing
    primary prior qualify range references returning right rightarg rows select session_user
    similar some symmetric system_user table tablesample then to trailing true union unique
    user using variadic verbose when where window with
"""

_DUCKDB = """
    anti asof at by describe glob lambda pivot pivot_longer pivot_wider positional recursive
    semi separator show summarize unpack unpivot
"""

_SPARK = """
    anti describe recursive semi show timestamp values
"""

# Nothing more: a name in quotes is another one there than that of a column made without them.
_SNOWFLAKE = """
    account all alter and any as asc asof between by case cast check collate column connect
    connect_by_root connection constraint create cross current current_date current_time
    current_timestamp current_user database declare default delete desc distinct drop else end
    except exists false fetch following for from full grant group gscluster having if ilike in
    increment inner insert intersect interval into is isnull issue join lateral left like
    limit localtime localtimestamp match_condition match_recognize minus natural not notnull
    null of offset on or order organization outer pivot prior qualify range regexp revoke
    right rlike row rows sample schema select set some start table tablesample then to trigger
    true try_cast union unique unpivot update using values view when whenever where window
    with
"""

_BIGQUERY = """
    assert_rows_modified at by contains cube define enum escape exclude exists extract following
    hash if ignore interval lookup merge new no nulls of over partition preceding proto recursive
    respect rollup set struct treat unbounded unnest within
"""

_REDSHIFT = """
    aes128 aes256 allowoverwrite az64 backup between blanksasnull bytedict bzip2 connect
    credentials current_user_id deflate defrag delta delta32k disable emptyasnull enable encode
    encrypt encryption exclude explicit globaldict256 globaldict64k gzip identity ignore language
    lun luns lzo lzop mostly16 mostly32 mostly8 new nulls off offline oid old open parallel
    partition percent permissions pivot raw readratio recover rejectlog resort respect restore
    snapshot sysdate system tag tdes text255 text32k timestamp top truncatecolumns unnest unpivot
    wallet without
"""

RESERVED: dict[DialectName, frozenset[str]] = {
    "duckdb": frozenset((_BOTH + _DUCKDB).split()),
    "postgres": frozenset(_BOTH.split()),
    "spark": frozenset((_BOTH + _SPARK).split()),
    "snowflake": frozenset(_SNOWFLAKE.split()),
    "bigquery": frozenset((_BOTH + _BIGQUERY).split()),
    "redshift": frozenset((_BOTH + _REDSHIFT).split()),
}

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def needs_quotes(name: str, dialect: DialectName) -> bool:
    """Whether a name means something else without its quotes, or nothing."""
    return _PLAIN.fullmatch(name) is None or name in RESERVED[dialect]


def written(name: str, dialect: Dialect) -> str:
    """The name as it is written, with quotes where it needs them."""
    return dialect.quoted(name) if needs_quotes(name, dialect.name) else name
