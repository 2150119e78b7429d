"""The rules of dbt-project-evaluator 1.x in our own words, over dbt's manifest.

The package itself is on no registry that tests reach. What the examples break, `docs/dbt.md` lists as the
package's own exceptions, with the reasons.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from tests.dbt.conftest import MakeProject
from tests.dbt.emitted import ADAPTERS, ROOT, Adapter, write
from tests.dbt.project import Project
from tests.dbt.test_examples import project_of
from tests.examples.test_examples import ALL

# A node of the manifest.
Node = Mapping[str, Any]
PREFIXES = {"staging": ["stg_"], "intermediate": ["int_"], "base": ["base_"], "other": ["rpt_"]}
FOLDERS = {"staging": "staging", "intermediate": "intermediate", "marts": "marts", "base": "base"}


@dataclass(frozen=True)
class Graph:
    """The resources of a project, and which reads which."""

    manifest: Mapping[str, Mapping[str, Node]]
    # The conventions that the project gives the package.
    settings: Mapping[str, Any]

    @cached_property
    def models(self) -> list[Node]:
        return [n for n in self.manifest["nodes"].values() if n["resource_type"] == "model"]

    @cached_property
    def sources(self) -> list[Node]:
        return list(self.manifest["sources"].values())

    @cached_property
    def exposures(self) -> list[Node]:
        return list(self.manifest["exposures"].values())

    @cached_property
    def tests(self) -> list[Node]:
        return [n for n in self.manifest["nodes"].values() if n["resource_type"] == "test"]

    def parents(self, node: Node) -> list[Node]:
        found = node["depends_on"]["nodes"] if "depends_on" in node else ()
        return [self.node(one) for one in dict.fromkeys(found)]

    def children(self, node: Node) -> list[Node]:
        return [m for m in self.models if node["unique_id"] in m["depends_on"]["nodes"]]

    def node(self, name: str) -> Node:
        return self.manifest["sources" if name.startswith("source.") else "nodes"][name]

    def type_of(self, model: Node) -> str:
        """The type that the prefix says, else the folder."""
        for kind in self.settings["model_types"]:
            if model["name"].startswith(tuple(self.prefixes(kind))):
                return str(kind)
        return self.folder_type(model) or "other"

    def folder_type(self, model: Node) -> str | None:
        """The type of the innermost folder that stands for one."""
        folders = {self.settings.get(f"{k}_folder_name", FOLDERS.get(k)): k for k in self.types}
        parts = PurePosixPath(model["original_file_path"]).parts[:-1]
        return next((folders[part] for part in reversed(parts) if part in folders), None)

    @property
    def types(self) -> list[str]:
        return list(self.settings["model_types"])

    def prefixes(self, kind: str) -> list[str]:
        return list(self.settings.get(f"{kind}_prefixes", PREFIXES.get(kind, ["fct_", "dim_"])))


def name_of(node: Node) -> str:
    """What the package calls a resource."""
    if node["resource_type"] == "source":
        return f"{node['source_name']}.{node['name']}"
    return f"{node['name']}.v{node['version']}" if node.get("version") else str(node["name"])


def is_source(node: Node) -> bool:
    return bool(node["resource_type"] == "source")


def direct_join_to_source(graph: Graph) -> Iterator[Node]:
    for model in graph.models:
        if len({is_source(parent) for parent in graph.parents(model)}) == 2:
            yield model


def later_model_on_source(graph: Graph) -> Iterator[Node]:
    for model in graph.models:
        is_later = graph.type_of(model) in ("marts", "intermediate")
        if is_later and any(map(is_source, graph.parents(model))):
            yield model


def multiple_sources_joined(graph: Graph) -> Iterator[Node]:
    return (m for m in graph.models if sum(map(is_source, graph.parents(m))) > 1)


def duplicate_sources(graph: Graph) -> Iterator[Node]:
    places = Counter((s["schema"], s["identifier"]) for s in graph.sources)
    return (s for s in graph.sources if places[s["schema"], s["identifier"]] > 1)


def source_fanout(graph: Graph) -> Iterator[Node]:
    return (source for source in graph.sources if len(graph.children(source)) > 1)


def unused_sources(graph: Graph) -> Iterator[Node]:
    return (source for source in graph.sources if not graph.children(source))


def model_fanout(graph: Graph) -> Iterator[Node]:
    read = {parent for exposure in graph.exposures for parent in exposure["depends_on"]["nodes"]}
    for model in graph.models:
        children = [c for c in graph.children(model) if c["unique_id"] not in read]
        if sum(not graph.children(child) for child in children) >= 3:
            yield model


def too_many_joins(graph: Graph) -> Iterator[Node]:
    return (model for model in graph.models if len(graph.parents(model)) >= 7)


def root_models(graph: Graph) -> Iterator[Node]:
    return (model for model in graph.models if not graph.parents(model))


def rejoined(graph: Graph) -> Iterator[Node]:
    """A model between two others that are also beside each other, and that nobody else reads."""
    for child in graph.models:
        parents = graph.parents(child)
        for between in parents:
            above = graph.parents(between) if not is_source(between) else []
            if any(one in parents for one in above) and len(graph.children(between)) == 1:
                yield between


def staging_on_later(graph: Graph) -> Iterator[Node]:
    """Staging models that read models."""
    for model in graph.models:
        if graph.type_of(model) == "staging" and not all(map(is_source, graph.parents(model))):
            yield model


def hard_coded_references(graph: Graph) -> Iterator[Node]:
    part = r"[\[`\"']?\w+[\]`\"']?"
    dotted = rf"(?<!distinct\s)\b(?:from|join)\s+{part}(?:\.{part}){{1,2}}(?=\s|$)"
    quoted = r"(?<!distinct\s)\b(?:from|join)\s+[\[`\"']\w+[\]`\"'](?=\s|$)"
    variable = r"(?<!distinct\s)\b(?:from|join)\s+\{\{\s*var\s*\("
    pattern = re.compile(f"{dotted}|{quoted}|{variable}", re.IGNORECASE)
    return (model for model in graph.models if pattern.search(model["raw_code"]))


def chained_views(graph: Graph) -> Iterator[Node]:
    def length(node: Node) -> int:
        if is_source(node) or node["config"]["materialized"] not in ("view", "ephemeral"):
            return 0
        return 1 + max(map(length, graph.parents(node)), default=0)

    return (m for m in graph.models if max(map(length, graph.parents(m)), default=0) > 4)


def naming(graph: Graph) -> Iterator[Node]:
    for model in graph.models:
        if not model["name"].startswith(tuple(graph.prefixes(graph.type_of(model)))):
            yield model


def model_directories(graph: Graph) -> Iterator[Node]:
    for model in graph.models:
        folder = str(PurePosixPath(model["original_file_path"]).parent)
        groups = [p["source_name"] for p in graph.parents(model) if is_source(p)]
        if graph.type_of(model) == "staging" and not all(group in folder for group in groups):
            yield model
        if graph.type_of(model) != graph.folder_type(model):
            yield model


def source_directories(graph: Graph) -> Iterator[Node]:
    for source in graph.sources:
        if source["source_name"] not in str(PurePosixPath(source["original_file_path"]).parent):
            yield source


def apart_from_tests(graph: Graph) -> Iterator[Node]:
    for test in graph.tests:
        model = graph.node(test["attached_node"])
        folders = {PurePosixPath(n["original_file_path"]).parent for n in (test, model)}
        if len(folders) > 1:
            yield model


def missing_primary_key_tests(graph: Graph) -> Iterator[Node]:
    sets = [set(names) for names in graph.settings["primary_key_test_macros"]]
    for model in graph.models:
        columns: dict[str | None, set[str]] = {}
        for test in checks_of(graph, model):
            macros = {m.removeprefix("macro.") for m in test["depends_on"]["macros"]}
            columns.setdefault(test["column_name"], set()).update(macros)
        if not any(names <= macros for names in sets for macros in columns.values()):
            yield model


def without_tests(graph: Graph) -> Iterator[Node]:
    return (model for model in graph.models if not checks_of(graph, model))


def checks_of(graph: Graph, model: Node) -> list[Node]:
    return [t for t in graph.tests if t["attached_node"] == model["unique_id"]]


def without_freshness(graph: Graph) -> Iterator[Node]:
    for source in graph.sources:
        ages = source["freshness"] or {}
        if not any((ages.get(key) or {}).get("count") for key in ("warn_after", "error_after")):
            yield source


def undocumented(graph: Graph) -> Iterator[Node]:
    for node in (*graph.models, *graph.exposures, *graph.sources):
        if not node["description"] or not node.get("source_description", "-"):
            yield node


def undocumented_public_models(graph: Graph) -> Iterator[Node]:
    for model in graph.models:
        described = [c["description"] for c in model["columns"].values()]
        if model["access"] == "public" and not (described and all(described)):
            yield model


def public_models_without_contract(graph: Graph) -> Iterator[Node]:
    for model in graph.models:
        if model["access"] == "public" and not model["config"]["contract"]["enforced"]:
            yield model


def exposure_parents(graph: Graph) -> Iterator[Node]:
    """What exposures read has to be public, and a table."""
    for exposure in graph.exposures:
        for parent in graph.parents(exposure):
            is_table = parent["config"].get("materialized") in ("table", "incremental")
            if not is_table or parent.get("access") != "public":
                yield parent


# The package's name of a rule, the column that its exceptions are about, and the rule.
RULES: Mapping[str, tuple[str, Callable[[Graph], Iterator[Node]]]] = {
    "fct_direct_join_to_source": ("child", direct_join_to_source),
    "fct_marts_or_intermediate_dependent_on_source": ("child", later_model_on_source),
    "fct_multiple_sources_joined": ("child", multiple_sources_joined),
    "fct_duplicate_sources": ("source_db_location", duplicate_sources),
    "fct_source_fanout": ("parent", source_fanout),
    "fct_unused_sources": ("parent", unused_sources),
    "fct_model_fanout": ("parent", model_fanout),
    "fct_too_many_joins": ("resource_name", too_many_joins),
    "fct_root_models": ("child", root_models),
    "fct_rejoining_of_upstream_concepts": ("parent_and_child", rejoined),
    "fct_staging_dependent_on_staging": ("child", staging_on_later),
    "fct_hard_coded_references": ("model", hard_coded_references),
    "fct_chained_views_dependencies": ("child", chained_views),
    "fct_model_naming_conventions": ("resource_name", naming),
    "fct_model_directories": ("resource_name", model_directories),
    "fct_source_directories": ("resource_name", source_directories),
    "fct_test_directories": ("model_name", apart_from_tests),
    "fct_missing_primary_key_tests": ("resource_name", missing_primary_key_tests),
    "fct_sources_without_freshness": ("resource_name", without_freshness),
    "fct_undocumented_models": ("resource_name", undocumented),
    "fct_undocumented_public_models": ("resource_name", undocumented_public_models),
    "fct_public_models_without_contract": ("resource_name", public_models_without_contract),
    "fct_exposure_parents_materializations": ("parent_resource_name", exposure_parents),
}


@pytest.mark.slow
def test_the_examples_have_the_exceptions_of_the_documentation_and_nothing_else(
    make_project: MakeProject, tmp_path: Path
) -> None:
    found: set[str] = set()
    untested: set[str] = set()
    for example in ALL:
        graph = graph_of(project_of(example, "duckdb", make_project, tmp_path))
        assert min(map(len, (graph.models, graph.tests, graph.exposures, graph.sources))) > 0
        found |= findings(graph)
        untested |= {name_of(model) for model in without_tests(graph)}
    documented = exceptions()
    left = {one for one in found if not any(fnmatchcase(one, rule) for rule in documented)}
    assert not left, "\n".join(sorted(left))
    for rule in documented:
        assert any(fnmatchcase(one, rule) for one in found), rule
    assert untested == {"int_vendor_traffic__events"}


BAD = {
    "dbt_project.yml": """name: bad
version: 1.0.0
profile: bad
vars:
  dbt_project_evaluator:
    model_types: [base, staging, intermediate, marts, other]
    primary_key_test_macros: [[dbt.test_unique, dbt.test_not_null]]
""",
    "models/marts/all.yml": """models:
  - {name: stg_t, columns: [{name: a, data_tests: [unique]}]}
  - {name: fct_public, config: {access: public}}
sources:
  - {name: shop, tables: [{name: t}, {name: again, identifier: t}, {name: unread}]}
exposures:
  - {name: e, type: ml, owner: {name: x}, depends_on: ["ref('mine')"]}
""",
    "models/staging/stg_t.sql": "select 1 as a from {{ source('shop', 't') }}",
    "models/staging/stg_u.sql": "select 1 as a from {{ ref('stg_t') }}",
    "models/staging/int_a.sql": """select 1 as a from {{ ref('stg_t') }}
join {{ ref('stg_u') }} on true""",
    "models/marts/mine.sql": """select 1 as a from {{ source('shop', 't') }}
join {{ source('shop', 'again') }} on true
join {{ ref('stg_t') }} on true
join raw.orders on true""",
    "models/marts/fct_public.sql": "select 1 as a",
    **{f"models/marts/fct_{n}.sql": "select 1 as a from {{ ref('stg_t') }}" for n in "abc"},
}


def test_the_rules_find_what_is_wrong(make_project: MakeProject, tmp_path: Path) -> None:
    write(tmp_path / "bad", {name: f"{text}\n" for name, text in BAD.items()})
    found = findings(graph_of(make_project(tmp_path / "bad", "duckdb")))
    rules = {one.partition(" ")[0] for one in found}
    assert RULES.keys() - rules == {"fct_too_many_joins", "fct_chained_views_dependencies"}
    assert "fct_rejoining_of_upstream_concepts parent_and_child stg_u" in found
    assert "fct_source_fanout parent shop.t" in found
    assert "fct_model_directories resource_name int_a" in found
    # Only a column with both tests is a key.
    assert "fct_missing_primary_key_tests resource_name stg_t" in found


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_the_conventions_are_those_of_the_layers(adapter: Adapter) -> None:
    path = ROOT / "examples/taxi/generated/dbt" / adapter / "dbt_project.yml"
    found = yaml.safe_load(path.read_text(encoding="utf-8"))["vars"]["dbt_project_evaluator"]
    assert found["model_types"][-2:] == ["features", "contracts"]
    assert (found["features_prefixes"], found["contracts_prefixes"]) == (["feat_"], ["ctr_"])
    assert found["primary_key_test_macros"][1] == ["taxi.test_alignc_unique_key"]


def test_every_exception_is_about_a_rule_and_its_column() -> None:
    columns = {f"{rule} {column} " for rule, (column, _) in RULES.items()}
    assert len(exceptions()) > 2
    for one in exceptions():
        assert one.startswith(tuple(columns)), one


def exceptions() -> list[str]:
    """The exceptions that the documentation has: rule, column and name, the latter a pattern."""
    text = (ROOT / "docs/dbt.md").read_text(encoding="utf-8")
    block = text.partition("```csv\n")[2].partition("```")[0]
    return [
        f"{row['fct_name']} {row['column_name']} {row['id_to_exclude'].replace('%', '*')}"
        for row in csv.DictReader(block.splitlines())
    ]


def findings(graph: Graph) -> set[str]:
    """What the rules find, written like an exception."""
    return {
        f"{rule} {column} {name_of(node)}"
        for rule, (column, check) in RULES.items()
        for node in check(graph)
    }


def graph_of(project: Project) -> Graph:
    """The graph that dbt reads from a project."""
    assert project.try_to_run("parse") == 0, project.log
    settings = yaml.safe_load((project.folder / "dbt_project.yml").read_text(encoding="utf-8"))
    manifest = json.loads((project.folder / "target/manifest.json").read_text(encoding="utf-8"))
    return Graph(manifest, settings["vars"]["dbt_project_evaluator"])
