"""What a project's settings say about its data, put where the compiler decides by it.

`rows_per_key` chooses between plans that give the same rows; a wrong one costs time, never an answer.
`lateness` is for dbt projects (`alignc.dbt.incremental`), and decides which rows a run sees.
"""

from __future__ import annotations

from alignc.errors import Diagnostics, did_you_mean
from alignc.ir.module import Module
from alignc.settings import Project, line_of_setting


def with_hints(module: Module, project: Project) -> Module:
    """The Module with the hints of its project; DefinitionError for views that are not there."""
    hints = project.settings.hints
    found = Diagnostics()
    for name in hints.keys() - module.view_by_name.keys():
        found.add(
            "ALN210",
            f"`hints`: there is no view `{name}`",
            line_of_setting(("hints", name), project.settings_file),
            did_you_mean(name, module.view_by_name),
        )
    found.raise_if_any()
    if not hints:
        return module
    # The settings are validated, so a copy is.
    views = tuple(
        view.model_copy(update={"rows_per_key": hints[view.name].rows_per_key})
        if view.name in hints and hints[view.name].rows_per_key is not None
        else view
        for view in module.views
    )
    return Module(
        project=module.project, sources=module.sources, views=views, contracts=module.contracts
    )
