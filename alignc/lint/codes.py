"""Codes in settings that no rule has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from alignc.errors import Diagnostics, did_you_mean
from alignc.settings import Project, line_of_setting


def tell_unknown_codes(
    found: Diagnostics,
    project: Project,
    given: Iterable[tuple[tuple[str, str], str]],
    is_known: Callable[[str], bool],
    names: Sequence[str],
    instead: str,
) -> None:
    """Add an error for each of the given settings whose code is not known.

    A setting is its path and a code. A code that is like none of `names` is answered with `instead`.
    """
    for path, code in given:
        if not is_known(code):
            place = line_of_setting(path, project.settings_file)
            hint = did_you_mean(code, names)
            # All names would be too many to read.
            hint = hint if hint and hint.startswith("did you mean") else instead
            found.add("ALN007", f"`{'.'.join(path)}`: there is no rule `{code}`", place, hint)
