"""Feature types and what can be computed from them, one file a family."""

from __future__ import annotations

from alignc.frontend.features.aggregation import Aggregation
from alignc.frontend.features.base import (
    Bool,
    Feature,
    Float,
    Float32,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
)
from alignc.frontend.features.binary import Binary
from alignc.frontend.features.choice import max_of, min_of, when
from alignc.frontend.features.coordinate import Coordinate
from alignc.frontend.features.exact import Decimal
from alignc.frontend.features.hashing import hash_from
from alignc.frontend.features.json import Json
from alignc.frontend.features.labels import Label
from alignc.frontend.features.lists import Embedding, List
from alignc.frontend.features.rich import (
    CountryCode,
    Email,
    ImageUrl,
    IpAddress,
    Latitude,
    Longitude,
    PhoneNumber,
    Url,
)
from alignc.frontend.features.struct import Struct
from alignc.frontend.features.text import UUID, String, format_string
from alignc.frontend.features.time import (
    Date,
    Duration,
    EventTimestamp,
    Timestamp,
    ValidFrom,
    ValidTo,
)
from alignc.frontend.features.user_code import (
    sql_expression,
    transform_pandas,
    transform_polars,
    transform_row,
)

__all__ = [
    "UUID",
    "Aggregation",
    "Binary",
    "Bool",
    "Coordinate",
    "CountryCode",
    "Date",
    "Decimal",
    "Duration",
    "Email",
    "Embedding",
    "Entity",
    "EventTimestamp",
    "Feature",
    "Float",
    "Float32",
    "Float64",
    "ImageUrl",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "IpAddress",
    "Json",
    "Label",
    "Latitude",
    "List",
    "Longitude",
    "PhoneNumber",
    "String",
    "Struct",
    "Timestamp",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Url",
    "ValidFrom",
    "ValidTo",
    "format_string",
    "hash_from",
    "max_of",
    "min_of",
    "sql_expression",
    "transform_pandas",
    "transform_polars",
    "transform_row",
    "when",
]


def Entity(dtype: Feature) -> Feature:
    """A key of the given type; the spelling of the first years for `dtype.as_entity()`."""
    return dtype.as_entity()
