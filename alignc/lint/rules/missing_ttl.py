from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.expr import columns_of
from alignc.ir.lineage import Field
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Contract,
    Derived,
    JoinInput,
    Module,
    Raw,
    Rows,
    SourceInput,
    View,
    is_declared,
    views_in,
)
from alignc.lint.facts import STATIC, Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class MissingTtl(Rule):
    """A model reads the latest row of a view, however old that is.

    Why it matters: when a source stops, its last values are served for years and nobody notices, by an
    as-of join as well.

    What to do: say with `EventTimestamp(ttl=...)` how old a row may be, or with `valid_to` when it
    ends. If rows never change, give the view the tag `static`.
    """

    code = "T104"
    severity = "note"
    BAD = """
    @feature_view(name="balances", source=FileSource.parquet_at("balances.parquet"))
    class Balances:
        customer = Int64().as_entity()
        at = EventTimestamp()
        balance = Float()


    @model_contract(name="churn", input_features=[Balances().balance])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="balances", source=FileSource.parquet_at("balances.parquet"))
    class Balances:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=30))
        balance = Float()


    @model_contract(name="churn", input_features=[Balances().balance])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        readers: dict[str, dict[str, None]] = {}
        for contract in facts.module.contracts:
            for field in _asked(facts, contract):
                view = facts.module.view_by_name[field.owner]
                if _is_state(view, field.name) and not _ends(view):
                    name = _written_at(facts.module, view)
                    readers.setdefault(name, {}).setdefault(contract.name)
        for name, models in readers.items():
            view = facts.module.view_by_name[name]
            if view.event_timestamp is not None:
                yield self.found(
                    name,
                    view.by_name[view.event_timestamp].span,
                    f"{listed(list(models))} may see rows of `{name}` of any age",
                    "say how old a row may be: `EventTimestamp(ttl=timedelta(days=...))`",
                )


def _asked(facts: Facts, contract: Contract) -> Iterator[Field]:
    """The inputs, and what they are made of that an as-of join has looked up."""
    ahead = [Field("view", used.view, used.feature) for used in contract.inputs]
    yield from ahead
    seen = set(ahead)
    while ahead:
        field = ahead.pop(0)
        view, feature = facts.features[field]
        looked_up: set[tuple[str, str]] = set()
        if isinstance(feature.compute, Raw) and not isinstance(view.input, SourceInput):
            looked_up = _looked_up(view.input, feature.compute.column)
        for edge in facts.lineage.into(field):
            given = edge.given
            if not edge.effect.is_direct or given.kind != "view" or given in seen:
                continue
            seen.add(given)
            ahead.append(given)
            if (given.owner, given.name) in looked_up:
                yield given


def _looked_up(rows: Rows, column: str) -> set[tuple[str, str]]:
    """The feature, as view and name, that an as-of join gives for a column, if one does."""
    while isinstance(rows, JoinInput | AsOfInput):
        for name, new in rows.columns:
            if new == column:
                return {(rows.right, name)} if isinstance(rows, AsOfInput) else set()
        rows = rows.left
    return set()


def _ends(view: View) -> bool:
    """Whether a row of a view with a time stops being the latest one known."""
    return view.ttl is not None or view.valid_to is not None or STATIC in view.tags


def _written_at(module: Module, view: View) -> str:
    """The view in which the time of a view is declared: a filtered one has it from another."""
    time = view.event_timestamp
    if time is None or is_declared(view, view.by_name[time]):
        return view.name
    below = views_in(view.input)
    return _written_at(module, module.view_by_name[below[0]]) if below else view.name


def _is_state(view: View, name: str) -> bool:
    """Whether a feature is of the latest row, or made of one that is."""
    ahead = [name]
    while ahead:
        match view.by_name[ahead.pop()].compute:
            case Raw():
                return True
            case Derived(expr=expr):
                ahead += columns_of(expr)
            case Aggregated():
                pass
    return False
