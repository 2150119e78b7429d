"""Codes that no rule has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from alignc.errors import Diagnostics, did_you_mean
from alignc.settings import Project, line_of_setting


def hint_about(code: str, names: Sequence[str]) -> str | None:
    """A hint with the name that is like a code that no rule has, else with the codes of its family."""
    asked = code.upper() if re.fullmatch("[a-z][0-9]*", code) else code
    hint = did_you_mean(asked, names)
    is_short = any(name.startswith(asked) for name in names if name != asked)
    # All names would be too many to read.
    if hint is not None and hint.startswith("did you mean") and not is_short:
        return hint
    letter = asked[:1].upper()
    family = [name for name in names if letter and name.startswith(letter)]
    return f"rules of the family {letter}: {', '.join(family)}" if family else None


def tell_unknown_options(
    found: Diagnostics, given: Iterable[tuple[str, str]], names: Sequence[str], instead: str
) -> None:
    """Add an error for each option of the command line, as its name and a code, that no rule has."""
    for option, code in given:
        if not begins_a_code(code, names):
            hint = hint_about(code, names) or instead
            found.add("ALN007", f"`{option}`: there is no rule `{code}`", None, hint)


def begins_a_code(code: str, codes: Sequence[str]) -> bool:
    """Whether it is a code, or a family of them."""
    return bool(code) and any(known.startswith(code) for known in codes)


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
            place = line_of_setting(path, project.settings_file, code)
            hint = hint_about(code, names) or instead
            found.add("ALN007", f"`{'.'.join(path)}`: there is no rule `{code}`", place, hint)
