"""What holds for the whole code base: the arrows between packages, complete tables, docs that match."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import alignc
from alignc.backends.polars import ops as polars_ops
from alignc.backends.pyspark import ops as pyspark_ops
from alignc.backends.sql import ops as sql_ops
from alignc.backends.support import UNSUPPORTED
from alignc.ir.module import Module
from alignc.ir.ops import AGGREGATES, OPS

PACKAGE = Path(alignc.__file__).resolve().parent
ROOT = PACKAGE.parent

# What each part may import of alignc, beside itself.
ALLOWED = {
    "errors": set(),
    "ir": {"errors"},
    "frontend": {"errors", "ir"},
    "interpreter": {"errors", "ir"},
    "templating": {"errors"},
    "backends": {"errors", "ir", "templating"},
    "artifacts": {"errors", "ir"},
    "settings": {"errors"},
    "paths": {"errors"},
    "hints": {"errors", "ir", "settings"},
    "dbt": {"errors", "ir", "artifacts", "backends", "templating", "interpreter"},
    "validation": {"errors", "ir", "artifacts", "backends", "templating"},
    "monitoring": {"errors", "ir", "artifacts", "backends", "templating", "settings"},
    "beside": {"errors", "driver", "settings"},
    "driver": {
        "errors",
        "ir",
        "frontend",
        "backends",
        "artifacts",
        "settings",
        "hints",
        "dbt",
        "validation",
        "monitoring",
    },
    "explain": {"errors", "ir", "artifacts", "backends", "driver", "settings"},
    "lineage": {"errors", "ir"},
    "trace": {
        "errors",
        "ir",
        "lineage",
        "artifacts",
        "backends",
        "driver",
        "settings",
        "tree",
        "paths",
        "validation",
    },
    "wrapping": set(),
    "lint": {
        "errors",
        "ir",
        "settings",
        "backends",
        "dbt",
        "driver",
        "tree",
        "paths",
        "wrapping",
        "__init__",
    },
    "changes": {"errors", "ir", "settings", "driver", "lint", "paths", "wrapping"},
    "mistakes": {"errors", "lint", "paths"},
    "verify": {"errors", "ir", "interpreter", "backends", "driver"},
    "testing": {"errors", "ir", "settings", "driver", "lint", "interpreter", "verify", "paths"},
    "fuzz": {"errors", "ir", "interpreter", "verify"},
    "conformance": {"errors", "ir", "frontend", "backends", "interpreter", "verify"},
    "tree": {"errors", "driver", "__init__"},
    "cache": {"settings", "driver"},
    "scaffold": {"errors", "templating"},
}
ORACLE_READS = {
    "errors",
    "ir.types",
    "ir.expr",
    "ir.module",
    "ir.regex",
    "ir.infer",
    "ir.ops",
    "ir.fixture",
}


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_imports_follow_the_arrows() -> None:
    for path in PACKAGE.rglob("*.py"):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part in ("cli", "__init__"):
            continue
        used = {
            n.split(".")[1] if "." in n else "__init__"
            for n in imports_of(path)
            if n.split(".")[0] == "alignc"
        }
        assert used - {part} <= ALLOWED[part], (
            f"{path.name} imports {used - {part} - ALLOWED[part]}"
        )


def test_the_oracle_shares_no_code_with_what_it_judges() -> None:
    for path in (PACKAGE / "interpreter").rglob("*.py"):
        used = {n.removeprefix("alignc.") for n in imports_of(path) if n.startswith("alignc.")}
        assert {n for n in used if not n.startswith("interpreter")} <= ORACLE_READS, path.name


def test_a_rule_sees_the_facts_and_nothing_else() -> None:
    for path in (PACKAGE / "lint/rules").glob("*.py"):
        used = {n.removeprefix("alignc.") for n in imports_of(path) if n.startswith("alignc.")}
        others = {n for n in used if n.split(".")[0] not in ("errors", "ir", "lint")}
        assert others <= {"backends.support"}, path.name


def test_the_compiler_imports_no_engine() -> None:
    for path in PACKAGE.rglob("*.py"):
        if not {"interpreter", "verify", "fuzz", "conformance", "testing"} & set(path.parts):
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert not roots & {"polars", "pyspark", "duckdb", "psycopg", "pandas"}, path.name


def test_every_op_has_a_state_on_every_backend() -> None:
    # What a target has not, it says so.
    sql = [ops.keys() | (UNSUPPORTED[d].keys() & OPS.keys()) for d, ops in sql_ops.NATIVE.items()]
    for natives in (*sql, polars_ops.NATIVE.keys(), pyspark_ops.NATIVE.keys()):
        assert natives <= OPS.keys()
        expanded = {name for name, spec in OPS.items() if spec.expand is not None}
        assert OPS.keys() - natives <= expanded
    for dialect, sql_aggregates in sql_ops.AGGREGATES.items():
        refused = UNSUPPORTED[dialect].keys() & AGGREGATES.keys()
        assert sql_aggregates.keys() == AGGREGATES.keys() - refused
    for aggregates in (polars_ops.AGGREGATES, pyspark_ops.AGGREGATES):
        assert aggregates.keys() == AGGREGATES.keys()


def test_every_error_code_is_documented_and_used() -> None:
    documented = set(re.findall(r"^\| (ALN\d+) \|", (ROOT / "docs/errors.md").read_text(), re.M))
    used: set[str] = set()
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "templates").rglob("*.j2")]:
        used |= set(re.findall(r"ALN\d{3}", path.read_text(encoding="utf-8")))
    assert used == documented


def test_the_published_schema_is_that_of_the_module() -> None:
    path = ROOT / "docs/ir.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == Module.model_json_schema()
