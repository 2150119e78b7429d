"""What is changed in a definition file."""

from __future__ import annotations

from dataclasses import dataclass

from alignc.errors import Span
from alignc.ir.lineage import Field


@dataclass(frozen=True, slots=True)
class RemovedStatement:
    """The statement `name = ...` of a class goes, and with it the features that it makes."""

    span: Span
    name: str
    features: frozenset[Field]
    # Not so if features that stay may then have other values; see `alignc.lint.fixes.rows`.
    is_safe: bool = True


@dataclass(frozen=True, slots=True)
class ShorterComment:
    """A comment says `text` instead, or goes if that is empty."""

    span: Span
    text: str
    is_safe: bool = True


Edit = RemovedStatement | ShorterComment


@dataclass(frozen=True, slots=True)
class NoFix:
    """Why a finding that `--fix` can often mend has to be mended by hand: the end of a sentence."""

    reason: str
