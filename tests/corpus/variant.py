"""A variant of a healthy project: a small edit, and what must be found because of it.

    - name: a column that nobody reads
      file: orders
      below: shipping = Float()
      new: weight = Float()
      finds: [U101 orders.weight]

Data files are `planted/<project>.yml`. An edit replaces `old` by `new`, or puts `new` below a line, or,
with neither, at the end of the file, which it may create.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

HERE = Path(__file__).resolve().parent
PROJECTS = ("shop", "bank", "rides", "news")


class Edit(BaseModel):
    """A change of one file. `orders` is features/orders.py, `boards/x.sql` is what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    new: str
    old: str | None = None
    # A whole line, without its indentation, which the new lines get.
    below: str | None = None

    @property
    def path(self) -> str:
        return self.file if "." in self.file else f"features/{self.file}.py"

    def apply(self, text: str) -> str:
        """The text after the edit; ValueError unless there is exactly one place for it."""
        if self.old is not None:
            if text.count(self.old) != 1:
                raise ValueError(f"{text.count(self.old)} places in {self.path} are {self.old!r}")
            return text.replace(self.old, self.new)
        if self.below is None:
            return f"{text.rstrip()}\n\n\n{self.new.rstrip()}\n".lstrip()
        lines = text.splitlines()
        places = [n for n, line in enumerate(lines) if line.strip() == self.below]
        if len(places) != 1:
            raise ValueError(f"{len(places)} lines in {self.path} are {self.below!r}")
        line = lines[places[0]]
        indent = line[: len(line) - len(line.lstrip())]
        added = [f"{indent}{new}" if new else "" for new in self.new.rstrip().splitlines()]
        return "\n".join([*lines[: places[0] + 1], *added, *lines[places[0] + 1 :]]) + "\n"


class Variant(BaseModel):
    """A healthy project, or one with an edit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    name: str
    edits: tuple[Edit, ...] = ()
    settings: Mapping[str, object] = Field(default_factory=dict)
    # `CODE symbol`, all of them.
    finds: tuple[str, ...] = ()
    # Codes that it nearly breaks, and must not.
    near: tuple[str, ...] = ()
    why: str = ""
    # Findings about which corpus and rule disagree, with the reason; one that is settled must go.
    disputed: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _one_edit_needs_no_list(cls, given: dict[str, object]) -> dict[str, object]:
        parts = {k: given[k] for k in ("file", "new", "old", "below") if k in given}
        if not parts:
            return given
        if "edits" in given:
            raise ValueError(f"{given.get('name')}: `edits` or an edit, not both")
        rest = {k: v for k, v in given.items() if k not in parts}
        return {**rest, "edits": [parts]}

    def write(self, folder: Path) -> None:
        """The project with its edits in an empty folder."""
        shutil.copytree(HERE / "projects" / self.project, folder, dirs_exist_ok=True)
        for edit in self.edits:
            path = folder / edit.path
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            path.parent.mkdir(exist_ok=True)
            path.write_text(edit.apply(text), encoding="utf-8")
        path = folder / "alignc.yml"
        settings = merged(yaml.safe_load(path.read_text(encoding="utf-8")), self.settings)
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")


def merged(settings: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Settings with others on top of them; of two mappings both count.

    >>> merged({"lint": {"a": 1, "b": 1}}, {"lint": {"b": 2}})
    {'lint': {'a': 1, 'b': 2}}
    """
    result = dict(settings)
    for key, value in more.items():
        before = result.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        result[key] = merged(before, value) if both else value  # type: ignore[arg-type]
    return result


@cache
def all_variants() -> tuple[Variant, ...]:
    """The healthy projects, and everything that is planted in them."""
    variants = [Variant(project=name, name="healthy") for name in PROJECTS]
    for name in PROJECTS:
        given = yaml.safe_load((HERE / f"planted/{name}.yml").read_text(encoding="utf-8"))
        variants += [Variant.model_validate({"project": name, **entry}) for entry in given]
    return tuple(variants)
