"""Expressions in the language of a target, for what the vocabulary cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.frontend.capture import here, report
from alignc.frontend.features.base import F, Feature, class_of, made, mistake
from alignc.frontend.features.origins import UdfOrigin

_TARGETS = ("duckdb", "postgres", "pyspark", "polars")


def sql_expression(
    texts: Mapping[str, str],
    as_type: F | type[F],
    *,
    inputs: Sequence[Feature] | None = None,
) -> F:
    """A feature computed by texts that alignc does not look into, one for each target.

    Keys are `duckdb`, `postgres`, `pyspark` (SQL) and `polars` (a Python expression). A text reads
    features of the view by their names, if `inputs` are given only those. It is up to you that all
    texts mean the same; a target without a text is an error.
    """
    unknown = [target for target in texts if target not in _TARGETS]
    if unknown or not texts:
        what = f"`{unknown[0]}` is not a target" if unknown else "there is no text"
        report("ALN156", f"`sql_expression`: {what}", here(), "known: " + ", ".join(_TARGETS))
        return mistake(class_of(as_type))
    origin = UdfOrigin(dict(texts), tuple(inputs or ()), is_open=inputs is None)
    return made(class_of(as_type), origin)
