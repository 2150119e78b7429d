"""Where models read: groups of sources in YAML, and what each relation is in Jinja."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.backends.sql.dialect import Dialect
from alignc.dbt.documents import words
from alignc.dbt.names import ENTITIES, entities_table, group_of
from alignc.ir.module import (
    Contract,
    FileSource,
    Module,
    RowsSource,
    Source,
    SourceInput,
    TableSource,
)

Mapped = dict[str, object]


def used_sources(module: Module) -> list[Source]:
    """The sources that views read."""
    read = {v.input.source for v in module.views if isinstance(v.input, SourceInput)}
    return [source for source in module.sources if source.name in read]


def source_relation(source: Source) -> str:
    """The Jinja that reads a source."""
    return f"{{{{ source('{group_of(source)}', '{source.name}') }}}}"


def entity_relation(contract: Contract) -> str:
    """The Jinja that reads the entity rows of a contract, where the settings name no model."""
    return f"{{{{ source('{ENTITIES}', '{entities_table(contract)}') }}}}"


def source_groups(module: Module) -> Mapping[str, Sequence[Source]]:
    """The sources that views read, by group."""
    groups: dict[str, list[Source]] = {}
    for source in used_sources(module):
        groups.setdefault(group_of(source), []).append(source)
    return dict(sorted(groups.items()))


def sources_yaml(name: str, sources: Sequence[Source]) -> Mapped:
    """The YAML of a group."""
    first = sources[0]
    schema = first.schema_name if isinstance(first, TableSource) else None
    kind = "Tables" if isinstance(first, TableSource) else "Files and rows"
    return {
        "sources": [
            {
                "name": name,
                "description": f"{kind} that the features are computed from.",
                "schema": f"{{{{ var('{name}_schema', {_quoted(schema)}) }}}}",
                "tables": [_table(source) for source in sources],
            }
        ]
    }


def _quoted(schema: str | None) -> str:
    return "target.schema" if schema is None else f"'{schema}'"


def _table(source: Source) -> Mapped:
    table: Mapped = {"name": source.name}
    if isinstance(source, TableSource) and source.table != source.name:
        table["identifier"] = source.table
    match source:
        case FileSource(path=path):
            where = f"The file `{path}`."
        case RowsSource():
            where = "Rows of the definitions."
        case TableSource(table=name):
            where = f"The table `{name}`."
    table["description"] = words(where, "")
    return table


def entities_yaml(contracts: Sequence[Contract], dialect: Dialect) -> Mapped:
    """The YAML of the relations with entity rows."""
    return {
        "sources": [
            {
                "name": ENTITIES,
                "description": "The rows that datasets are made for.",
                "schema": f"{{{{ var('{ENTITIES}_schema', target.schema) }}}}",
                "tables": [_entities(contract, dialect) for contract in contracts],
            }
        ]
    }


def _entities(contract: Contract, dialect: Dialect) -> Mapped:
    columns: list[Mapped] = [
        {
            "name": entity.name,
            "data_type": dialect.type_text(entity.dtype).lower(),
            "description": "Key.",
        }
        for entity in contract.entities
    ]
    if contract.needs_event_timestamp:
        columns.append(
            {
                "name": "event_timestamp",
                "description": "The time at which the inputs are asked for.",
            }
        )
    return {
        "name": entities_table(contract),
        "description": f"The keys and times of the dataset of `{contract.name}`.",
        "columns": columns,
    }
