"""Text that Jinja gives back as it is.

'{{ name }}'      ->      '{{ "{" }}{ name }}'
"""

from __future__ import annotations

import re

# What opens a tag or a comment; what closes one means nothing where none is open.
_OPENS = re.compile(r"\{(?=[{%#])")


def kept(text: str) -> str:
    """The text with each brace that would begin a tag written by a tag."""
    return _OPENS.sub('{{ "{" }}', text)
