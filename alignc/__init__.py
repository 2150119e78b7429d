"""alignc compiles feature views and model contracts to standalone SQL, Polars and PySpark programs.

This module is the vocabulary of definition files: `from alignc import feature_view, String`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from alignc.frontend.claims import expect_row_count as expect_row_count
    from alignc.frontend.claims import rule as rule
    from alignc.frontend.contacts import Contact as Contact
    from alignc.frontend.contracts import Model as Model
    from alignc.frontend.contracts import model_contract as model_contract
    from alignc.frontend.dbt_ref import DbtRef as DbtRef
    from alignc.frontend.examples import Example as Example
    from alignc.frontend.features import UUID as UUID
    from alignc.frontend.features import Binary as Binary
    from alignc.frontend.features import Bool as Bool
    from alignc.frontend.features import Coordinate as Coordinate
    from alignc.frontend.features import CountryCode as CountryCode
    from alignc.frontend.features import Date as Date
    from alignc.frontend.features import Decimal as Decimal
    from alignc.frontend.features import Duration as Duration
    from alignc.frontend.features import Email as Email
    from alignc.frontend.features import Embedding as Embedding
    from alignc.frontend.features import Entity as Entity
    from alignc.frontend.features import EventTimestamp as EventTimestamp
    from alignc.frontend.features import Float as Float
    from alignc.frontend.features import Float32 as Float32
    from alignc.frontend.features import Float64 as Float64
    from alignc.frontend.features import ImageUrl as ImageUrl
    from alignc.frontend.features import Int8 as Int8
    from alignc.frontend.features import Int16 as Int16
    from alignc.frontend.features import Int32 as Int32
    from alignc.frontend.features import Int64 as Int64
    from alignc.frontend.features import IpAddress as IpAddress
    from alignc.frontend.features import Json as Json
    from alignc.frontend.features import Latitude as Latitude
    from alignc.frontend.features import List as List
    from alignc.frontend.features import Longitude as Longitude
    from alignc.frontend.features import PhoneNumber as PhoneNumber
    from alignc.frontend.features import String as String
    from alignc.frontend.features import Struct as Struct
    from alignc.frontend.features import Timestamp as Timestamp
    from alignc.frontend.features import UInt8 as UInt8
    from alignc.frontend.features import UInt16 as UInt16
    from alignc.frontend.features import UInt32 as UInt32
    from alignc.frontend.features import UInt64 as UInt64
    from alignc.frontend.features import Url as Url
    from alignc.frontend.features import ValidFrom as ValidFrom
    from alignc.frontend.features import ValidTo as ValidTo
    from alignc.frontend.features import format_string as format_string
    from alignc.frontend.features import hash_from as hash_from
    from alignc.frontend.features import max_of as max_of
    from alignc.frontend.features import min_of as min_of
    from alignc.frontend.features import sql_expression as sql_expression
    from alignc.frontend.features import transform_pandas as transform_pandas
    from alignc.frontend.features import transform_polars as transform_polars
    from alignc.frontend.features import transform_row as transform_row
    from alignc.frontend.features import when as when
    from alignc.frontend.sources import CsvConfig as CsvConfig
    from alignc.frontend.sources import DateFormatter as DateFormatter
    from alignc.frontend.sources import FileSource as FileSource
    from alignc.frontend.sources import InMemorySource as InMemorySource
    from alignc.frontend.sources import PostgreSQLConfig as PostgreSQLConfig
    from alignc.frontend.sources import RedisConfig as RedisConfig
    from alignc.frontend.sources import RedshiftSQLConfig as RedshiftSQLConfig
    from alignc.frontend.sources import Renamer as Renamer
    from alignc.frontend.sources import SqlDatabase as SqlDatabase
    from alignc.frontend.views import FeatureView as FeatureView
    from alignc.frontend.views import feature_view as feature_view

    data_contract = feature_view

# Public name -> module and name there. Loaded on first use, so that `alignc --help` is instant.
_EXPORTS = {
    **{
        name: ("alignc.frontend.features", name)
        for name in [
            "Binary",
            "Bool",
            "Coordinate",
            "CountryCode",
            "Date",
            "Decimal",
            "Duration",
            "Embedding",
            "Email",
            "Entity",
            "EventTimestamp",
            "Float",
            "Float32",
            "Float64",
            "ImageUrl",
            "Int16",
            "Int32",
            "Int64",
            "List",
            "Int8",
            "IpAddress",
            "Json",
            "Latitude",
            "Longitude",
            "PhoneNumber",
            "String",
            "Struct",
            "Timestamp",
            "UInt16",
            "UInt32",
            "UInt64",
            "UInt8",
            "UUID",
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
    },
    **{
        name: ("alignc.frontend.sources", name)
        for name in [
            "CsvConfig",
            "DateFormatter",
            "FileSource",
            "InMemorySource",
            "PostgreSQLConfig",
            "RedisConfig",
            "RedshiftSQLConfig",
            "Renamer",
            "SqlDatabase",
        ]
    },
    **{name: ("alignc.frontend.claims", name) for name in ["expect_row_count", "rule"]},
    "Example": ("alignc.frontend.examples", "Example"),
    "DbtRef": ("alignc.frontend.dbt_ref", "DbtRef"),
    "Contact": ("alignc.frontend.contacts", "Contact"),
    **{name: ("alignc.frontend.views", name) for name in ["FeatureView", "feature_view"]},
    **{name: ("alignc.frontend.contracts", name) for name in ["Model", "model_contract"]},
    # What later versions of Aligned call a feature view.
    "data_contract": ("alignc.frontend.views", "feature_view"),
}

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> object:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'alignc' has no attribute {name!r}")
    import importlib

    module, attribute = _EXPORTS[name]
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value
