"""Models of the user's own dbt project as sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from alignc.frontend.capture import here, report
from alignc.frontend.sources import DataSource, SqlDatabase, _Table
from alignc.ir.module import DbtModel

_NAME: Final = "[A-Za-z0-9_][A-Za-z0-9_.-]*"


def DbtRef(
    model: str,
    mapping_keys: Mapping[str, str] | None = None,
    *,
    package: str | None = None,
    version: int | str | None = None,
    database: SqlDatabase | None = None,
    name: str | None = None,
) -> DataSource:
    """A model of the dbt project that the written models become part of, or of a package of it.

    Other programs read the table of that name in `database`, whose address is in `DATABASE_URL` if
    nothing is said; of a `version` it is `<model>_v<version>`. Programs know the source as `name`, by
    default the table's name.
    """
    for what, given in (("model", model), ("package", package), ("version", version)):
        if given is not None and re.fullmatch(_NAME, str(given)) is None:
            report(
                "ALN224",
                f"dbt has no {what} called {given!r}",
                here(),
                'such as `DbtRef("stg_orders")`; names have letters, digits, `_`, `-` and `.`',
            )
    at = database or SqlDatabase("DATABASE_URL")
    table = model if version is None else f"{model}_v{version}".replace(".", "_")
    return _Table(
        name or table,
        mapping_keys or {},
        here(),
        table,
        at.schema,
        at.env_var,
        at.default_url,
        DbtModel(name=model, package=package, version=version),
    )
