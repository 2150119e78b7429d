"""Files from templates. A template that asks for what it was not given fails."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def _folder() -> Path:
    here = Path(__file__).resolve().parent
    # The wheel carries the templates inside the package, the checkout beside it.
    return here / "templates" if (here / "templates").is_dir() else here.parent / "templates"


@cache
def _environment() -> Environment:
    folder = _folder()
    return Environment(
        loader=FileSystemLoader([folder, *sorted(p for p in folder.iterdir() if p.is_dir())]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
    )


def render(template: str, **values: object) -> str:
    """The text of a template, without blanks at line ends and with one newline at its end."""
    text = _environment().get_template(template).render(**values)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n") + "\n"


def static_text(name: str) -> str:
    """A file below the templates that is written as it is."""
    return (_folder() / name).read_text(encoding="utf-8")
