"""Names that generated code can have, and those that it cannot."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alignc.errors import Diagnostics, Span
from alignc.frontend.features import Feature
from alignc.frontend.features.origins import ReferenceOrigin


@dataclass(frozen=True)
class Names:
    """What the features in a view's body are called.

    `taken` are those that it has of other views, by the view as written and their name there.
    """

    own: Mapping[int, str]
    taken: Mapping[tuple[int, str], str]

    def of(self, feature: Feature) -> str | None:
        match feature._origin:
            case ReferenceOrigin(view=view, feature=name) if id(feature) not in self.own:
                return self.taken.get((id(view), name))
            case _:
                return self.own.get(id(feature))


def check_name(what: str, name: str, span: Span, found: Diagnostics) -> None:
    if name.startswith("__"):
        found.add(
            "ALN120",
            f"{what} `{name}`: names that start with `__` are kept for generated code",
            span,
        )
    elif has_control_characters(name):
        found.add("ALN121", f"{what} {name!r} has control characters in its name", span)
    elif what != "feature" and not name.replace("_", "a").replace("-", "a").isalnum():
        found.add(
            "ALN121",
            f"{what} {name!r}: the name becomes a file's name",
            span,
            "use letters, digits, `_` and `-`",
        )


def has_control_characters(name: str) -> bool:
    return any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in name)


def check_case(
    what: str, name: str, columns: Sequence[str], span: Span, found: Diagnostics
) -> None:
    """DuckDB does not tell names apart that differ in case only."""
    seen: dict[str, str] = {}
    for column in columns:
        other = seen.setdefault(column.lower(), column)
        if other != column:
            found.add(
                "ALN135",
                f"{what} `{name}` has columns `{other}` and `{column}`, which differ in case only",
                span,
                "not every engine tells them apart: rename one",
            )
