"""What BigQuery cannot have as it is meant: ops, aggregates, types and names of columns."""

from __future__ import annotations

import re

from alignc.ir.ops import lists
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


def reason_against(dtype: DType) -> str | None:
    """Why a type cannot be had, None if it can."""
    if dtype == FLOAT32:
        return "its floats have 64 bits, and nothing rounds to 32"
    return _LISTS if dtype.name in ("List", "Embedding") else None


def reason_against_key(dtype: DType) -> str | None:
    """Why rows cannot be joined or grouped by a column of a type, None if they can."""
    return "NaN is not equal to itself there" if dtype in FLOATS else None
