"""A whole dbt project: models with their YAML, sources, exposures, macros, tests, settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from alignc.backends.output import Output
from alignc.backends.sql.dialect import Dialect
from alignc.dbt.clashes import check_names
from alignc.dbt.documents import HEADER, Jinja, Mapped, OneLine, document, words
from alignc.dbt.files import model_file, pointer
from alignc.dbt.freshness import freshness
from alignc.dbt.hooks import sources_macro
from alignc.dbt.incremental import Incremental, incremental
from alignc.dbt.models import Layer, Model, models_of
from alignc.dbt.names import ENTITIES, contract_model, entities_table
from alignc.dbt.owners import groups, owner
from alignc.dbt.properties import Properties
from alignc.dbt.sources import (
    entities_yaml,
    entity_relation,
    snapshot_yaml,
    source_groups,
    source_relation,
    sources_yaml,
    used_sources,
)
from alignc.dbt.units.tests import UnitTests, notes
from alignc.ir.fixture import Fixture
from alignc.ir.module import Contract, Module, TableSource, View
from alignc.ir.plan import Plan
from alignc.templating import render, static_text

# What dbt itself writes.
UNTRACKED = ("target", "logs", "dbt_packages")
TESTS = ("alignc_holds", "alignc_in_range", "alignc_length", "alignc_unique_key")


@dataclass(frozen=True)
class Options:
    """What the settings of a project say about dbt."""

    # The models with entity rows that the user has, by contract.
    entities: Mapping[str, str]
    # How many microseconds after its time a row of a view may come.
    lateness: Mapping[str, int]
    severity: str = "warn"
    # The tests of definitions.
    fixtures: tuple[Fixture, ...] = ()
    # Whether the models are in a project of the user's.
    is_beside: bool = False


def project_files(
    module: Module,
    dialect: Dialect,
    options: Options,
    root: str,
    optimized: Callable[[Plan], Plan],
) -> Iterator[Output]:
    """All files of a project for the adapter of a dialect; `root` is the way from it to the definitions."""
    name = _project_name(module)
    entities = {c.name: options.entities.get(c.name, entities_table(c)) for c in module.contracts}
    models = [
        Model(m.name, m.layer, m.about, optimized(m.plan)) for m in models_of(module, entities)
    ]
    check_names(models)
    plans = {m.about.name: m.plan for m in models if m.layer == "features"}
    relations = {m.name: f"{{{{ ref('{m.name}') }}}}" for m in models}
    relations |= {
        source.name: source_relation(source, is_beside=options.is_beside)
        for source in used_sources(module)
    }
    for contract in module.contracts:
        given = options.entities.get(contract.name)
        relations[entities[contract.name]] = (
            f"{{{{ ref('{given}') }}}}" if given else entity_relation(contract)
        )
    properties = Properties(
        module, dialect, options.severity, MATERIALIZED if options.is_beside else {}
    )
    units = UnitTests(module, {m.name: m for m in models}, relations, options.fixtures, dialect)
    for model in models:
        adds: Incremental | None = None
        if model.layer == "features" and dialect.can_delete:
            assert isinstance(model.about, View)
            adds = incremental(module, model.about, plans, options.lateness)
        symbols = (_symbol(model),)
        text = model_file(model, relations, adds, dialect)
        yield Output(f"{model.folder}/{model.relation}.sql", text, symbols)
        content: Mapped = {"models": [properties.of(model)]}
        if isinstance(model.about, Contract):
            content["exposures"] = [_exposure(model.about)]
        yield Output(f"{model.folder}/{model.name}.yml", document(content, pointer(model)), symbols)
        tests, left_out = units.of(model, is_incremental=adds is not None)
        if tests or left_out:
            text = document({"unit_tests": tests}, pointer(model)) + notes(left_out)
            yield Output(f"{model.folder}/{model.name}__unit_tests.yml", text, symbols)
    everything = ("project",)
    fresh = freshness(module, dialect)
    for group, sources in source_groups(module, is_beside=options.is_beside).items():
        text = document(sources_yaml(group, sources, fresh, dialect))
        path = f"models/staging/{group}/_{group}__sources.yml"
        yield Output(path, text, tuple(f"source:{source.name}" for source in sources))
    for source in used_sources(module):
        if isinstance(source, TableSource) and source.snapshot is not None:
            text = document(snapshot_yaml(source, module, dialect))
            yield Output(f"snapshots/{source.name}.yml", text, (f"source:{source.name}",))
    asked = [c for c in module.contracts if c.name not in options.entities]
    if asked:
        text = document(entities_yaml(asked, dialect))
        yield Output(f"models/staging/{ENTITIES}/_{ENTITIES}__sources.yml", text, everything)
    if found := groups(module):
        yield Output("models/_groups.yml", document({"groups": found}), everything)
    made = sources_macro(module, dialect, root)
    if made is not None:
        yield Output("macros/alignc_sources.sql", made, everything)
    if dialect.can_delete:
        macros = static_text(f"dbt/macros/{_SINCE.get(dialect.target, 'alignc_since')}.sql")
        yield Output("macros/alignc_since.sql", macros, everything)
    for test in TESTS:
        yield Output(f"tests/generic/{test}.sql", static_text(f"dbt/tests/{test}.sql"), everything)
    if options.is_beside:
        # The user's own project says how it is built.
        return
    yield Output(".gitignore", HEADER + "".join(f"{name}/\n" for name in UNTRACKED), everything)
    settings = document(_settings(name, {m.layer for m in models}, makes_sources=made is not None))
    yield Output("dbt_project.yml", settings, everything)
    yield Output(
        ".sqlfluff",
        render(
            "dbt/sqlfluff.j2",
            dialect=_FLUFFED.get(dialect.target, dialect.target),
            # sqlfluff fails where the folder is not there.
            has_macros=dialect.can_delete or made is not None,
        ),
        everything,
    )


# Whose macros that add to what is there are not the usual ones.
_SINCE = {
    "databricks": "alignc_since_databricks",
    "snowflake": "alignc_since_snowflake",
    "bigquery": "alignc_since_bigquery",
    "redshift": "alignc_since_redshift",
}
# What sqlfluff calls a dialect, if it has another name for it.
_FLUFFED = {"spark": "sparksql"}


def _symbol(model: Model) -> str:
    match model.about:
        case View(name=name):
            return f"view:{name}"
        case Contract(name=name):
            return f"dataset:{name}"
        case source:
            return f"source:{source.name}"


def _project_name(module: Module) -> str:
    """dbt takes letters, digits and underscores."""
    name = "".join(c if c.isascii() and c.isalnum() else "_" for c in module.project.lower())
    return name if name and not name[0].isdigit() else f"_{name}"


# What the models of the layers that dbt's own conventions do not have begin with.
PREFIXES: Mapping[Layer, str] = {"features": "feat_", "contracts": "ctr_"}
# What the models of a layer are.
MATERIALIZED: Mapping[Layer, str] = {
    "staging": "view",
    "intermediate": "view",
    "features": "table",
    "contracts": "table",
}


def _settings(name: str, there: Collection[Layer], *, makes_sources: bool) -> Mapped:
    # dbt warns of layers that are not there.
    layers = {layer: kind for layer, kind in MATERIALIZED.items() if layer in there}
    hooks = {"on-run-start": [Jinja("{{ alignc_sources() }}")]} if makes_sources else {}
    return {
        "name": name,
        "version": "1.0.0",
        "config-version": 2,
        "require-dbt-version": [">=1.10.6", "<3.0.0"],
        "profile": name,
        **hooks,
        "models": {
            name: {
                "+meta": {"generated_by": "alignc"},
                **{layer: OneLine({"+materialized": kind}) for layer, kind in layers.items()},
            }
        },
        "vars": {"dbt_project_evaluator": _conventions(name)},
    }


def _conventions(name: str) -> Mapped:
    """Our layers and keys, for those who have that package; to others they are nothing."""
    return {
        "model_types": ["base", "staging", "intermediate", "marts", "other", *PREFIXES],
        **{f"{layer}_folder_name": layer for layer in PREFIXES},
        **{f"{layer}_prefixes": [prefix] for layer, prefix in PREFIXES.items()},
        "primary_key_test_macros": [
            ["dbt.test_unique", "dbt.test_not_null"],
            [f"{name}.test_alignc_unique_key"],
        ],
    }


def _exposure(contract: Contract) -> Mapped:
    place = f"{contract.span.file}:{contract.span.line}"
    return {
        "name": f"{contract_model(contract).removeprefix('ctr_')}_model",
        "type": "ml",
        "label": contract.name.replace("_", " ").capitalize(),
        "description": words(contract.description, f"The model `{contract.name}`."),
        **({"url": contract.exposed_at_url} if contract.exposed_at_url else {}),
        # dbt asks for a name.
        "owner": owner(contract) or {"name": "unknown"},
        "depends_on": [f"ref('{contract_model(contract)}', v={contract.version})"],
        "config": {"meta": OneLine(alignc={"source": place})},
    }
