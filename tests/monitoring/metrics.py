"""What Prometheus would make of metrics, queries and rules."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families

Samples = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_of(text: str) -> Samples:
    """The samples of an exposition; each is there once."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, key
            found[key] = sample.value
    return found


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, tuple(sorted(labels.items()))]


@contextmanager
def served(program: Path, *arguments: str, model: str) -> Iterator[str]:
    """The address at which a program serves metrics."""
    with subprocess.Popen(
        [sys.executable, str(program), *arguments, "--serve", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith(f"serving metrics of {model} at 127.0.0.1:")
            yield f"http://{said.split()[-1]}/metrics"
        finally:
            process.terminate()


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


def queries_in(content: object) -> Iterator[str]:
    """Everything that is a query in rules and dashboards."""
    if isinstance(content, dict):
        for key, part in content.items():
            if key == "expr" and isinstance(part, str):
                yield part
            else:
                yield from queries_in(part)
    elif isinstance(content, list):
        for part in content:
            yield from queries_in(part)


def names_read(query: str) -> list[str]:
    """The names of the metrics that a query reads."""
    return list(_selected(promql_parser.parse(query)))


def _selected(node: Any) -> Iterator[str]:
    match type(node).__name__:
        case "VectorSelector":
            yield node.name
        case "MatrixSelector":
            yield from _selected(node.vector_selector)
        case "BinaryExpr":
            yield from _selected(node.lhs)
            yield from _selected(node.rhs)
        case "Call":
            for argument in node.args:
                yield from _selected(argument)
        case "AggregateExpr" | "ParenExpr" | "UnaryExpr":
            yield from _selected(node.expr)
        case "NumberLiteral" | "StringLiteral":
            return
        case other:
            raise AssertionError(other)


def check_rules(folder: Path, stem: str) -> None:
    """Rules pass their own test; skips if promtool is not there."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    commands: Sequence[tuple[str, ...]] = (
        ("check", "rules", f"{stem}.rules.yml"),
        ("test", "rules", f"{stem}.test.yml"),
    )
    for command in commands:
        done = subprocess.run([promtool, *command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
