"""What models and groups of sources are called.

table departures of TAXI_DATABASE_URL     source('taxi', 'departures'), stg_taxi__departures
view trip_departures                      int_trip_departures__events, feat_trip_departures
contract trip_duration, version 1         ctr_trip_duration, in ctr_trip_duration_v1
"""

from __future__ import annotations

import re

from alignc.ir.module import Contract, DbtModel, FileSource, RowsSource, Source, TableSource, View
from alignc.ir.naming import short_name

# The group of files, and of rows that are in the definitions.
FILES = "files"
# The group of the relations with entity rows.
ENTITIES = "entities"


def group_of(source: Source) -> str:
    """The group of sources that a source is in: a database and schema, or files.

    >>> group_of(TableSource(name="t", table="t", url_variable="TAXI_DATABASE_URL"))
    'taxi'
    """
    match source:
        case FileSource() | RowsSource():
            return FILES
        case TableSource(dbt_model=DbtModel(package=package)):
            return word_of(package or "dbt")
        case TableSource(url_variable=variable, schema_name=schema):
            database = re.sub(r"(_DATABASE)?(_URL|_URI|_DSN)?$", "", variable) or variable
            return word_of(f"{database}_{schema}" if schema else database)


def source_table(source: Source) -> str:
    """What a source is called among those of its group."""
    return word_of(source.name)


def staging_model(source: Source) -> str:
    """The model with the columns of a source in their types."""
    return short_name(f"stg_{group_of(source)}__{word_of(source.name)}")


def events_model(view: View) -> str:
    """The model with the rows that the windows of a view see."""
    return short_name(f"int_{word_of(view.name)}__events")


def features_model(view: View) -> str:
    """The model with all features of a view."""
    return features_model_of(view.name)


def features_model_of(view: str) -> str:
    """The same, of the view of that name."""
    return short_name(f"feat_{word_of(view)}")


def contract_model(contract: Contract) -> str:
    """The model with the dataset of a contract, without its version."""
    return short_name(f"ctr_{word_of(contract.name)}")


def entities_table(contract: Contract) -> str:
    """The source with the entity rows of a contract."""
    return short_name(f"{word_of(contract.name)}_entities")


def word_of(text: str) -> str:
    """The text as dbt takes names: letters, digits and underscores of ASCII."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "x"
