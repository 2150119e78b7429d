"""Why a function of the vocabulary has failed, if an argument is of another type than it takes."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final

from alignc.frontend.features.base import Feature

_PACKAGE: Final = str(Path(__file__).resolve().parent)
# What an annotation of one of these names takes, and how that is called.
_KINDS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "str": ((str,), "a text"),
    "bool": ((bool,), "True or False"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "timedelta": ((timedelta,), "a timedelta"),
    "None": ((type(None),), "None"),
}


def wrong_argument(trace: TracebackType | None, files: Collection[str]) -> str | None:
    """What is said of an argument that the function, called from one of the files, does not take."""
    frame = _called(trace, files)
    signature = _signature(frame) if frame is not None else None
    if frame is None or signature is None:
        return None
    for name, parameter in signature.parameters.items():
        kinds = [part.strip() for part in str(parameter.annotation).split("|")]
        if name not in frame.f_locals or not all(kind in _KINDS for kind in kinds):
            continue
        given = frame.f_locals[name]
        if not isinstance(given, tuple(one for kind in kinds for one in _KINDS[kind][0])):
            wanted = " or ".join(_KINDS[kind][1] for kind in kinds)
            what = "a feature" if isinstance(given, Feature) else f"{given!r}"
            return f"`{frame.f_code.co_name}` takes {wanted} as `{name}`, not {what}"
    return None


def _called(trace: TracebackType | None, files: Collection[str]) -> FrameType | None:
    """The function of the vocabulary that the innermost line of a definition file has called."""
    found = None
    is_next = False
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file in files:
            found, is_next = None, True
        elif is_next and file.startswith(_PACKAGE):
            found, is_next = trace.tb_frame, False
        trace = trace.tb_next
    return found


def _signature(frame: FrameType) -> inspect.Signature | None:
    found: object = frame.f_globals
    for part in frame.f_code.co_qualname.split("."):
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return inspect.signature(found) if callable(found) else None
