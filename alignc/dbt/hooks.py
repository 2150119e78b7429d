"""What is made before the models: the relations of files, where the engine reads files, and of rows."""

from __future__ import annotations

from collections.abc import Sequence

from alignc.backends.sql.dialect import DUCKDB, Dialect
from alignc.backends.sql.sources import emit_sources
from alignc.backends.sql.style.jinja import kept
from alignc.ir.module import FileSource, Module, RowsSource, SourceInput, View
from alignc.templating import render

# Stands for the folder of the definitions, and for the schemas, until braces have been seen to.
_ROOT, _SCHEMA = "\ue000", "\ue001"


def _readers(module: Module, files: Sequence[FileSource]) -> tuple[View, ...]:
    """The views that read the files."""
    names = {file.name for file in files}
    return tuple(
        v for v in module.views if isinstance(v.input, SourceInput) and v.input.source in names
    )


def sources_macro(module: Module, dialect: Dialect, root: str) -> str | None:
    """A macro with the statements; None if there is nothing to make.

    `root` is the way from the dbt project to the folder of the definitions.
    """
    rows = tuple(s for s in module.sources if isinstance(s, RowsSource))
    files = (
        tuple(s for s in module.sources if isinstance(s, FileSource)) if dialect == DUCKDB else ()
    )
    placed = tuple(
        file
        if file.is_remote or file.path.startswith("/")
        else file.model_copy(update={"path": f"{_ROOT}/{file.path}"})
        for file in files
    )
    made = Module(
        project=module.project,
        sources=(*placed, *rows),
        views=_readers(module, placed),
        contracts=(),
    )
    text = emit_sources(made, dialect, _SCHEMA)
    if text is None:
        return None
    statements = text.partition("\n\n")[2]
    return render(
        "dbt/alignc_sources.sql.j2",
        root=repr(root),
        statements=kept(statements).replace(_ROOT, "{{ root }}").replace(_SCHEMA, "{{ schema }}"),
    )
