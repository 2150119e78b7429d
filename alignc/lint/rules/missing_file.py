from __future__ import annotations

from alignc.lint.files import FileRule


class MissingFile(FileRule):
    """A generated file is recorded in the lock, and is not there.

    Why it matters: what runs it stops with an error.

    What to do: `alignc build` writes it again.
    """

    code = "G103"
    state = "missing"
    message = "it is not there"
    help = "run `alignc build`"
