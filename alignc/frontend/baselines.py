"""The contracts that a model is compared with, as written: `baselines=[RuleOfThumb, "vendor"]`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alignc.errors import Span
from alignc.frontend.capture import a_type, here, report
from alignc.frontend.views import ViewReference, view_of

# Classes of contracts and names, or one of them.
Baselines = Iterable[object] | type


@dataclass(frozen=True)
class WrittenBaselines:
    """The names of the contracts, each once, and where they are written."""

    names: tuple[str, ...] = ()
    span: Span | None = None


def baselines_of(given: object) -> WrittenBaselines:
    """The contracts that are given as classes or by name; ALN235 for anything else."""
    # Contracts say what they are compared with, and the two files need each other.
    from alignc.frontend.contracts import ContractDefinition, Model

    is_one = isinstance(given, str | type | ContractDefinition)
    each: Sequence[object] = list(given) if isinstance(given, Iterable) and not is_one else [given]
    names: list[str] = []
    for one in each:
        match one:
            case str():
                names.append(one)
            case ContractDefinition():
                names.append(one.name)
            case type() if issubclass(one, Model):
                names.append(one.definition.name)
            case _:
                report(
                    "ALN235",
                    f"{_words(one)} is not a contract to compare with",
                    here(),
                    "use the class of a contract, or its name: `baselines=[RuleOfThumb]`",
                )
    return WrittenBaselines(tuple(dict.fromkeys(names)), here() if names else None)


def _words(given: object) -> str:
    """What was given in place of a contract."""
    if isinstance(given, ViewReference):
        return f"an instance of `{given._definition.symbol}`"
    view = view_of(given)
    return f"view `{view.name}`" if view is not None else a_type(given)
