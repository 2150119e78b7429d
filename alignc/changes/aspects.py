"""What can be said about a definition, one aspect a line; places are not among it.

A change of an aspect is a change of what values mean, of when they are known, of their shape, or of what
is only told about them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from alignc.ir.expr import Expr, without_spans
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Claim,
    Clustering,
    Contact,
    Contract,
    DbtModel,
    Derived,
    Expectation,
    Feature,
    Input,
    JoinInput,
    Label,
    Output,
    Ranking,
    Raw,
    RowRule,
    Rows,
    RowsColumn,
    Snapshot,
    Source,
    SourceInput,
    StackInput,
    View,
    ViewInput,
)
from alignc.ir.print import (
    show_clustering,
    show_compute,
    show_duration,
    show_expr,
    show_input,
    show_ranking,
    show_window,
)


class Kind(enum.Enum):
    """What a change of an aspect changes."""

    MEANING = "meaning"
    TIME = "time"
    SHAPE = "shape"
    WORDS = "words"

    @property
    def is_passed_on(self) -> bool:
        """Whether what is made of the definition changes with it."""
        return self in (Kind.MEANING, Kind.TIME)


@dataclass(frozen=True)
class Aspect:
    """A name, how it is shown, and what decides whether two are the same."""

    name: str
    kind: Kind
    shown: str | None
    value: object


def shown(value: str | None) -> str:
    """The words for a value that may not be there."""
    return "nothing" if value is None else value


def _aspect(name: str, kind: Kind, value: object, shown: str | None = None) -> Aspect:
    text = shown if shown is not None else None if value in (None, (), "") else str(value)
    return Aspect(name, kind, text, value)


def _names(name: str, kind: Kind, values: tuple[str, ...]) -> Aspect:
    return _aspect(name, kind, values, ", ".join(values) or None)


def _contacts(values: tuple[Contact, ...]) -> Aspect:
    return _aspect("contacts", Kind.WORDS, values, ", ".join(map(str, values)) or None)


def _duration(name: str, kind: Kind, value: int | None) -> Aspect:
    return _aspect(name, kind, value, show_duration(value) if value else None)


def of_feature(feature: Feature) -> Iterator[Aspect]:
    """The aspects of a feature of a view."""
    yield _aspect("type", Kind.SHAPE, feature.dtype)
    yield _aspect("required", Kind.SHAPE, feature.required, "yes" if feature.required else "no")
    yield _aspect("role", Kind.SHAPE, feature.role)
    compute = feature.compute
    match compute:
        case Raw():
            yield _aspect("column", Kind.MEANING, compute, show_compute(feature))
        case Derived(expr=expr):
            yield _expression("expression", expr)
        case Aggregated(value=value, window=window):
            made = (compute.aggregate, compute.parameter, without_spans(value))
            yield _aspect(
                "aggregate", Kind.MEANING, made, show_compute(feature).rpartition(" over ")[0]
            )
            yield _aspect("window", Kind.TIME, window, show_window(window))
    checks = (
        f"{c.name}({', '.join(map(repr, c.values))}){_weight(c)}" for c in feature.constraints
    )
    yield _names("constraints", Kind.WORDS, tuple(checks))
    there = feature.reference
    to = f"{there.view}.{there.feature}{_weight(there)}" if there is not None else None
    yield _aspect("reference", Kind.WORDS, there, to)
    yield _aspect("rich type", Kind.WORDS, feature.semantic)
    yield _aspect("personal data", Kind.WORDS, feature.pii, "yes" if feature.pii else "no")
    yield _aspect("description", Kind.WORDS, feature.description)
    yield _names("tags", Kind.WORDS, feature.tags)


def _weight(claim: Claim) -> str:
    """How bad it is if a claim does not hold, where the definition says so."""
    parts: list[str] = [claim.severity] if claim.severity else []
    parts += [f"allow {claim.allow:g}"] if claim.allow else []
    return f" [{', '.join(parts)}]" if parts else ""


def _rule(rule: RowRule) -> str:
    when = f" where {show_expr(rule.when)}" if rule.when is not None else ""
    return f"{rule.name}: {show_expr(rule.then)}{when}{_weight(rule)}"


def _expectation(one: Expectation) -> str:
    about = f" of {one.feature}" if one.feature else ""
    share = f" {one.parameter:g}" if one.parameter is not None else ""
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (("at least", one.at_least), ("at most", one.at_most))
        if bound is not None
    ]
    severity = f" [{one.severity}]" if one.severity else ""
    return f"{one.measure}{share}{about} {' and '.join(bounds)}{severity}"


def _expression(name: str, expr: Expr | None) -> Aspect:
    if expr is None:
        return _aspect(name, Kind.MEANING, None)
    return _aspect(name, Kind.MEANING, without_spans(expr), show_expr(expr))


def of_view(view: View) -> Iterator[Aspect]:
    """The aspects of a view as a whole."""
    yield _aspect("rows", Kind.MEANING, rows_of(view.input), show_input(view.input))
    yield _names("key", Kind.SHAPE, view.entities)
    yield _aspect("event timestamp", Kind.TIME, view.event_timestamp)
    yield _aspect("created at", Kind.TIME, view.created_at)
    yield _aspect("valid to", Kind.TIME, view.valid_to)
    yield _duration("TTL", Kind.TIME, view.ttl)
    yield _duration("availability delay", Kind.TIME, view.availability_delay)
    yield _names("tie breakers", Kind.TIME, view.tie_breakers)
    yield _aspect("description", Kind.WORDS, view.description)
    yield _aspect("freshness", Kind.WORDS, view.freshness)
    yield _duration("acceptable freshness", Kind.WORDS, view.acceptable_freshness)
    yield _duration("unacceptable freshness", Kind.WORDS, view.unacceptable_freshness)
    yield _names("rules", Kind.WORDS, tuple(map(_rule, view.rules)))
    yield _names("expectations", Kind.WORDS, tuple(map(_expectation, view.expectations)))
    yield _aspect("stream", Kind.MEANING, view.stream)
    yield _contacts(view.contacts)
    yield _names("tags", Kind.WORDS, view.tags)


def rows_of(given: SourceInput | Rows) -> object:
    """What an input reads, without places and without what it takes of others."""
    match given:
        case ViewInput(view=view, where=where):
            return ("view", view, None if where is None else without_spans(where))
        case JoinInput():
            return ("join", rows_of(given.left), given.right, given.on, given.how)
        case AsOfInput():
            return ("as-of", rows_of(given.left), given.right, given.on, given.time)
        case StackInput():
            return ("stack", given.views, given.source_column)
        case SourceInput():
            return ("source", given.source)


def of_source(source: Source) -> Iterator[Aspect]:
    """The aspects of a source: all but where it is declared."""
    for name in type(source).model_fields:
        if name not in ("name", "span"):
            # The same rows may move to another place.
            kind = Kind.SHAPE if name in _PLACES else Kind.MEANING
            value: object = getattr(source, name)
            yield _aspect(name.replace("_", " "), kind, value, _shown_of_source(value))


_PLACES = ("path", "url_variable", "default_url", "dbt_model")


def _shown_of_source(value: object) -> str | None:
    """The words for what is no plain value."""
    match value:
        case (RowsColumn(values=values), *_):
            names = [c.name for c in value if isinstance(c, RowsColumn)]
            return f"{len(values)} of {', '.join(names)}"
        case DbtModel(name=name, package=package, version=version):
            whole = f"{package}.{name}" if package else name
            return whole if version is None else f"{whole}, version {version}"
        case Snapshot(table=table, unique_key=key, updated_at=updated_at, check_columns=checked):
            schema = f"{value.schema_name}." if value.schema_name else ""
            by = updated_at if updated_at is not None else f"changes of {', '.join(checked)}"
            return f"of {schema}{table}, key {', '.join(key)}, by {by}"
        case _:
            return None


def _ranking(ranking: Ranking | None) -> Aspect:
    if ranking is None:
        return _aspect("ranking", Kind.MEANING, None)
    value = Ranking.model_validate({**dict(ranking), "span": None})
    return _aspect("ranking", Kind.MEANING, value, show_ranking(ranking))


def of_contract(contract: Contract) -> Iterator[Aspect]:
    """The aspects of a contract as a whole."""
    keys = tuple(f"{one.name}: {one.dtype}" for one in contract.entities)
    yield _names("key", Kind.SHAPE, keys)
    asks = "yes" if contract.needs_event_timestamp else "no"
    yield _aspect("asks at points in time", Kind.TIME, contract.needs_event_timestamp, asks)
    yield _names("inputs", Kind.SHAPE, tuple(one.name for one in contract.inputs))
    yield _aspect("prediction source", Kind.MEANING, contract.prediction_source)
    yield _names("baselines", Kind.WORDS, contract.baselines)
    yield _aspect("description", Kind.WORDS, contract.description)
    yield _aspect("version", Kind.SHAPE, contract.version)
    yield _aspect("exposed at", Kind.WORDS, contract.exposed_at_url)
    yield _duration("acceptable freshness", Kind.WORDS, contract.acceptable_freshness)
    yield _duration("unacceptable freshness", Kind.WORDS, contract.unacceptable_freshness)
    yield _contacts(contract.contacts)
    yield _names("tags", Kind.WORDS, contract.tags)


def of_input(given: Input) -> Iterator[Aspect]:
    """The aspects of an input of a model."""
    yield _aspect("feature", Kind.MEANING, f"{given.view}.{given.feature}")


def of_label(label: Label) -> Iterator[Aspect]:
    """The aspects of what a model predicts."""
    yield _aspect("ground truth", Kind.MEANING, f"{label.view}.{label.feature}")
    yield _aspect("problem", Kind.MEANING, label.problem)
    yield _expression("expression", label.expr)
    yield _expression("when", label.when)
    yield _aspect("sink", Kind.MEANING, label.sink)
    yield _aspect("description", Kind.WORDS, label.description)


def _clustering(clustering: Clustering | None) -> Aspect:
    if clustering is None:
        return _aspect("clustering", Kind.MEANING, None)
    value = tuple((one.view, one.feature) for one in clustering.features)
    return _aspect("clustering", Kind.MEANING, value, show_clustering(clustering))


def of_output(
    output: Output, ranking: Ranking | None, clustering: Clustering | None
) -> Iterator[Aspect]:
    """The aspects of another column that a model writes, and of what it ranks or puts into clusters."""
    yield _aspect("type", Kind.SHAPE, output.dtype)
    yield _aspect("role", Kind.SHAPE, output.role)
    yield _aspect("probability", Kind.MEANING, output.probability)
    yield _ranking(ranking)
    yield _clustering(clustering)
    yield _aspect("description", Kind.WORDS, output.description)
