from __future__ import annotations

from alignc.lint.files import FileRule


class EditedFile(FileRule):
    """A generated file was changed by hand.

    Why it matters: the next build cannot write it without losing the change, and the definitions do not know of it.

    What to do: move the change into the definitions; delete the file and build again.
    """

    code = "G102"
    state = "edited"
    message = "it was changed by hand"
    help = "move the change into the definitions, delete the file and run `alignc build`"
