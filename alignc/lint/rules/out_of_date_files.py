from __future__ import annotations

from alignc.lint.files import FileRule


class OutOfDateFiles(FileRule):
    """The definitions have changed since the generated files were written.

    Why it matters: what runs is not what was reviewed: the change has no effect until somebody builds.

    What to do: `alignc build`, and commit what it writes.
    """

    code = "G101"
    state = "outdated"
    message = "the generated files are older than the definitions"
    help = "run `alignc build`"
