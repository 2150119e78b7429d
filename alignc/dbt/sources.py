"""Where models read: groups of sources in YAML, and what each relation is in Jinja."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.artifacts.relations import scan_column
from alignc.backends.sql.dialect import DATABRICKS, Dialect
from alignc.backends.sql.style.words import needs_quotes
from alignc.dbt.documents import Jinja, Mapped, OneLine, words
from alignc.dbt.keys import compared, is_told_apart
from alignc.dbt.names import ENTITIES, entities_table, group_of, source_table
from alignc.dbt.properties import ASKED_AT, KEY
from alignc.ir.module import (
    Contract,
    DbtModel,
    FileSource,
    Module,
    RowsSource,
    Source,
    SourceInput,
    TableSource,
)
from alignc.ir.plan import EVENT_TIMESTAMP


def used_sources(module: Module) -> list[Source]:
    """The sources that views read."""
    read = {v.input.source for v in module.views if isinstance(v.input, SourceInput)}
    return [source for source in module.sources if source.name in read]


def source_relation(source: Source, *, is_beside: bool) -> str:
    """The Jinja that reads a source. A user's models are there if the project `is_beside` them."""
    if isinstance(source, TableSource) and source.snapshot is not None:
        return f"{{{{ ref('{source.name}') }}}}"
    if is_beside and isinstance(source, TableSource) and source.dbt_model is not None:
        return _user_model(source.dbt_model)
    return f"{{{{ source('{group_of(source)}', '{source_table(source)}') }}}}"


def entity_relation(contract: Contract) -> str:
    """The Jinja that reads the entity rows of a contract, where the settings name no model."""
    return f"{{{{ source('{ENTITIES}', '{entities_table(contract)}') }}}}"


def _user_model(model: DbtModel) -> str:
    package = f"'{model.package}', " if model.package else ""
    version = "" if model.version is None else f", v={model.version!r}"
    return f"{{{{ ref({package}'{model.name}'{version}) }}}}"


def snapshot_yaml(source: TableSource, module: Module, dialect: Dialect) -> Mapped:
    """The YAML of a snapshot: the states that the rows of a table had."""
    kept = source.snapshot
    assert kept is not None
    strategy: Mapped = {"strategy": "check", "check_cols": list(kept.check_columns)}
    if kept.updated_at is not None:
        strategy = {"strategy": "timestamp", "updated_at": kept.updated_at}
    table = table_of_snapshot(source)
    names = OneLine(dbt_valid_from="valid_from", dbt_valid_to="valid_to")
    return {
        "snapshots": [
            {
                "name": source.name,
                "relation": f"source('{group_of(table)}', '{source_table(table)}')",
                "description": f"The states that the rows of `{table.name}` had.",
                "config": {
                    "unique_key": [
                        _key_of_snapshot(name, source, module, dialect) for name in kept.unique_key
                    ],
                    **strategy,
                    "hard_deletes": "invalidate",
                    "snapshot_meta_column_names": names,
                },
            }
        ]
    }


def _key_of_snapshot(name: str, source: TableSource, module: Module, dialect: Dialect) -> str:
    """A column of a key, as dbt is to compare it; its type is what a view declares."""
    for view in module.views:
        if view.input == SourceInput(source=source.name):
            for feature in view.raw:
                read = scan_column(feature, source)
                if read.column == name and is_told_apart(read.dtype, dialect):
                    return compared(name, read.dtype, dialect)
    return name


def table_of_snapshot(source: TableSource) -> TableSource:
    """The table that a snapshot is of."""
    kept = source.snapshot
    assert kept is not None
    changed = {"name": kept.table, "table": kept.table, "schema_name": kept.schema_name}
    return source.model_copy(update={**changed, "snapshot": None})


def source_groups(module: Module, *, is_beside: bool) -> Mapping[str, Sequence[Source]]:
    """The sources that models read, by group."""
    groups: dict[str, dict[str, Source]] = {}
    for source in used_sources(module):
        given = source
        if isinstance(source, TableSource):
            if source.snapshot is not None:
                given = table_of_snapshot(source)
            elif is_beside and source.dbt_model is not None:
                continue
        groups.setdefault(group_of(given), {}).setdefault(given.name, given)
    return {name: list(groups[name].values()) for name in sorted(groups)}


def sources_yaml(
    name: str, sources: Sequence[Source], fresh: Mapping[str, Mapped], dialect: Dialect
) -> Mapped:
    """The YAML of a group; `fresh` has what the freshness of some of its tables is to be."""
    first = sources[0]
    schema = first.schema_name if isinstance(first, TableSource) else None
    kind = "Tables" if isinstance(first, TableSource) else "Files and rows"
    return {
        "sources": [
            {
                "name": name,
                "description": f"{kind} that the features are computed from.",
                **_catalog(name, dialect),
                "schema": Jinja(f"{{{{ var('{name}_schema', {_quoted(schema)}) }}}}"),
                **_quoting(schema, dialect),
                "tables": [
                    _table(source, fresh.get(source.name, {}), dialect) for source in sources
                ],
            }
        ]
    }


def _catalog(name: str, dialect: Dialect) -> Mapped:
    """Where the schema of a group is, if names have three parts."""
    if dialect != DATABRICKS:
        return {}
    return {"database": Jinja(f"{{{{ var('{name}_catalog', target.database) }}}}")}


def _quoting(schema: str | None, dialect: Dialect) -> Mapped:
    """What dbt has to know of the quotes of a schema."""
    if schema is None or not dialect.has_capitals or not needs_quotes(schema, dialect.name):
        return {}
    return {"quoting": OneLine(schema=True)}


def _quoted(schema: str | None) -> str:
    return "target.schema" if schema is None else repr(schema)


def _table(source: Source, fresh: Mapped, dialect: Dialect) -> Mapped:
    table: Mapped = {"name": source_table(source)}
    stored = source.table if isinstance(source, TableSource) else source.name
    if stored != table["name"]:
        table["identifier"] = stored
    if dialect.has_capitals and needs_quotes(stored, dialect.name):
        table["quoting"] = OneLine(identifier=True)
    match source:
        case FileSource(path=path):
            where = f"The file `{path}`."
        case RowsSource():
            where = "Rows of the definitions."
        case TableSource(table=name):
            where = f"The table `{name}`."
    table["description"] = words(where, "")
    if fresh:
        table["config"] = fresh
    return table


def entities_yaml(contracts: Sequence[Contract], dialect: Dialect) -> Mapped:
    """The YAML of the relations with entity rows."""
    return {
        "sources": [
            {
                "name": ENTITIES,
                "description": "The rows that datasets are made for.",
                **_catalog(ENTITIES, dialect),
                "schema": Jinja(f"{{{{ var('{ENTITIES}_schema', target.schema) }}}}"),
                "tables": [_entities(contract, dialect) for contract in contracts],
            }
        ]
    }


def _entities(contract: Contract, dialect: Dialect) -> Mapped:
    columns: list[Mapped] = [
        {
            "name": entity.name,
            "data_type": dialect.type_text(entity.dtype).lower(),
            "description": KEY,
        }
        for entity in contract.entities
    ]
    if contract.needs_event_timestamp:
        columns.append(
            {
                "name": EVENT_TIMESTAMP,
                "description": ASKED_AT,
            }
        )
    return {
        "name": entities_table(contract),
        "description": f"The keys and times of the dataset of `{contract.name}`.",
        "columns": columns,
    }
