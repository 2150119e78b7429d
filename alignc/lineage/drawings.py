"""Lineage as a drawing: Mermaid for Markdown, DOT for Graphviz. What only decides about rows is dashed."""

from __future__ import annotations

from collections.abc import Mapping

from alignc.ir.lineage import Field
from alignc.lineage.selection import Selection


def lineage_mermaid(selection: Selection) -> str:
    """A flowchart from left to right; a box around the fields of a definition, exposures are round."""
    ids = _ids(selection)
    lines = ["flowchart LR"]
    for number, (title, fields) in enumerate(_owners(selection).items(), start=1):
        lines.append(f'  subgraph g{number}["{_mermaid(title)}"]')
        lines += [f'    {ids[field]}["{_mermaid(field.label)}"]' for field in fields]
        lines.append("  end")
    lines += [f'  {ids[one]}(["{_mermaid(f"exposure {one}")}"])' for one in _exposures(selection)]
    for edge in selection.edges:
        arrow = "-->" if edge.effect.is_direct else "-.->"
        lines.append(f"  {ids[edge.given]} {arrow} {ids[edge.made]}")
    return "\n".join(lines) + "\n"


def lineage_dot(selection: Selection) -> str:
    """A directed graph from left to right; a cluster for each definition, exposures are round."""
    ids = _ids(selection)
    lines = ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];"]
    for number, (title, fields) in enumerate(_owners(selection).items(), start=1):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_dot(title)};"]
        lines += [f"    {ids[field]} [label={_dot(field.label)}];" for field in fields]
        lines.append("  }")
    for one in _exposures(selection):
        lines.append(f"  {ids[one]} [label={_dot(f'exposure {one}')}, shape=oval];")
    for edge in selection.edges:
        style = "" if edge.effect.is_direct else " [style=dashed]"
        lines.append(f"  {ids[edge.given]} -> {ids[edge.made]}{style};")
    return "\n".join([*lines, "}"]) + "\n"


def _ids(selection: Selection) -> Mapping[Field, str]:
    return {field: f"f{number}" for number, field in enumerate(selection.fields, start=1)}


def _owners(selection: Selection) -> Mapping[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in selection.fields:
        if field.kind != "exposure":
            found.setdefault(f"{field.kind} {field.owner}", []).append(field)
    return found


def _exposures(selection: Selection) -> list[Field]:
    return [field for field in selection.fields if field.kind == "exposure"]


# Characters that mean something within a quoted label, as the numbers that Mermaid has for them. No
# name has a line break.
_ODD = str.maketrans({sign: f"#{ord(sign)};" for sign in '"#&<>`\\;'})


def _mermaid(text: str) -> str:
    return text.translate(_ODD)


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
