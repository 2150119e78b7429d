"""What somebody may have meant by a name that Python does not know."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType, TracebackType

from alignc.errors import did_you_mean

_KEYWORD = re.compile(
    r"(?P<function>[\w.]+)\(\) got an unexpected keyword argument '(?P<name>\w+)'"
)
_IMPORT = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")


def hint_for(error: BaseException, root: Path, files: Collection[str]) -> str | None:
    """The name that is most like the one that is not there; `files` are those of the project in `root`."""
    match error:
        case NameError(name=str(name)):
            return _like(name, _names_at(error.__traceback__, files))
        case AttributeError(name=str(name), obj=obj):
            return _like(name, dir(obj))
        case ModuleNotFoundError(name=str(name)):
            folder = name.rpartition(".")[0]
            known = _modules_in(root.joinpath(*folder.split(".")))
            hint = _like(name, [f"{folder}.{one}".lstrip(".") for one in known])
            is_like = folder or (hint or "").startswith("did you mean")
            return (
                hint
                if is_like
                else "no such file in the project, and no such package beside alignc"
            )
        case ImportError():
            found = _IMPORT.match(str(error))
            module = sys.modules.get(found["module"]) if found else None
            return _like(found["name"], _names_in(module)) if found and module else None
        case TypeError():
            found = _KEYWORD.match(str(error))
            function = _function(found["function"]) if found else None
            return _like(found["name"], _parameters(function)) if found and function else None
        case _:
            return None


def _like(name: str, known: Collection[str]) -> str | None:
    public = [one for one in known if not one.startswith("_")]
    hint = did_you_mean(name, public)
    return hint if hint is None or hint.startswith("did you mean") or len(public) <= 8 else None


def _names_at(trace: TracebackType | None, files: Collection[str]) -> set[str]:
    """The names that could be read where the innermost statement of the project has failed."""
    found: set[str] = set()
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename in files:
            found = {
                *frame.f_locals,
                *frame.f_globals,
                *_names_in(sys.modules["alignc"]),
            }
        trace = trace.tb_next
    return found


def _names_in(module: ModuleType) -> set[str]:
    """What can be imported from a module; that of the vocabulary looks for its names when they are asked for."""
    return {*dir(module), *getattr(module, "__all__", ())}


def _modules_in(folder: Path) -> set[str]:
    """What can be imported from a folder of definitions."""
    if not folder.is_dir():
        return set()
    packages = {p.name for p in folder.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    return {p.stem for p in folder.glob("*.py")} | packages


def _function(name: str) -> Callable[..., object] | None:
    """A function of the vocabulary by its qualified name."""
    first, *rest = name.split(".")
    for module in [m for n, m in sys.modules.items() if n.split(".")[0] == "alignc"]:
        found: object = getattr(module, first, None)
        for part in rest:
            found = getattr(found, part, None)
        if callable(found):
            return found
    return None


def _parameters(function: Callable[..., object]) -> Collection[str]:
    return [n for n in inspect.signature(function).parameters if n not in ("self", "cls")]
