"""Outputs that are scores or ranks of items -> rankings of the Module.

item = Int64().as_entity()                                 ranking score is the score of item for user,
score = Float64().is_recommendation_score(Bought(), item)  the first 10 beside bought
"""

from __future__ import annotations

from collections.abc import Sequence

from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.features import Feature as Written
from alignc.frontend.features.origins import MistakeOrigin, RawOrigin, ReferenceOrigin
from alignc.frontend.features.rankings import Recommendation
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.views import lower_view
from alignc.frontend.lower.windowed import windowed_names
from alignc.frontend.views import ViewDefinition, ViewReference, view_of
from alignc.ir.ahead import features_ahead
from alignc.ir.module import EntityColumn, Ranking, View
from alignc.ir.types import BOOL

# As many places are judged at most: metrics of more say little, and programs have a number for each.
MOST_PLACES = 100


class _Refused(Exception):
    """Why something cannot be a ranking, and what helps."""


def lower_rankings(
    written: ContractDefinition, entities: Sequence[EntityColumn], state: Lowering
) -> tuple[Ranking, ...]:
    """The rankings of a contract whose dataset has these entities; ALN230 for what cannot be one."""
    made: list[Ranking] = []
    for name, feature in written.outputs.items():
        given = feature._ranking
        if given is None:
            continue
        try:
            ranking = _ranking(name, feature, given, written, entities, state)
        except _Refused as refused:
            message, hint = refused.args
            state.found.add("ALN230", f"`{name}` {message}", given.span, hint)
            continue
        if ranking is not None:
            made.append(ranking)
    return tuple(made)


def _ranking(
    name: str,
    feature: Written,
    given: Recommendation,
    written: ContractDefinition,
    entities: Sequence[EntityColumn],
    state: Lowering,
) -> Ranking | None:
    """None for what has been reported already."""
    if feature._role != "feature" or not isinstance(feature._origin, RawOrigin):
        raise _Refused("is no output that a model writes", "such as `score = Float64()`")
    is_number = isinstance(given.top_k, int) and not isinstance(given.top_k, bool)
    if not is_number or not 1 <= given.top_k <= MOST_PLACES:
        message = f"is judged by the first {given.top_k!r} places"
        raise _Refused(message, f"`top_k` is a whole number from 1 to {MOST_PLACES}")
    item, keys = _keys(given, written, entities)
    definition, selected = _selected(given)
    view = lower_view(definition, state) if definition is not None else None
    if view is None or (selected is not None and selected not in view.by_name):
        return None
    if selected is not None and view.by_name[selected].dtype.name == "List":
        _check_list(view, selected, item, keys, state)
    else:
        _check_rows(view, selected, item, keys)
    return Ranking(
        output=name,
        by=given.by,
        view=view.name,
        feature=selected,
        item=item,
        list_key=keys,
        top_k=given.top_k,
        span=given.span,
    )


def _keys(
    given: Recommendation, written: ContractDefinition, entities: Sequence[EntityColumn]
) -> tuple[EntityColumn, tuple[EntityColumn, ...]]:
    """The item, and what else a list is told by."""
    known = {e.name: e for e in entities}
    declared = {
        name: known.get(name, EntityColumn(name=name, dtype=feature.dtype))
        for name, feature in written.outputs.items()
        if feature._role == "entity"
    }
    name = next((n for n in declared if written.outputs[n] is given.item_id), None)
    if name is None:
        message = "is about an item that is no entity of the contract"
        raise _Refused(message, "declare it: `item = Int64().as_entity()`, then `item_id=item`")
    keys = tuple(e for n, e in declared.items() if n != name)
    if not keys:
        message = f"puts all values of `{name}` in one list: the contract has no other entity"
        raise _Refused(message, "declare whose list it is: `user = Int64().as_entity()`")
    return declared[name], keys


def _selected(given: Recommendation) -> tuple[ViewDefinition | None, str | None]:
    """The view and the feature of it that say what was selected; no view if that is a mistake."""
    match given.selected_items:
        case Written(_origin=MistakeOrigin()):
            return None, None
        case Written(_origin=ReferenceOrigin(view=definition, feature=name)):
            return definition, name
        case ViewReference(_definition=definition):
            return definition, None
        case other:
            if (view := view_of(other)) is not None:
                return view, None
    hint = "a view with a row for each selected item, or a feature of a view that lists them"
    raise _Refused("is judged by something that is no view", f"`selected_items=` is {hint}")


def _check_rows(
    view: View, feature: str | None, item: EntityColumn, keys: Sequence[EntityColumn]
) -> None:
    """A row is a selected item, so its key is the item and those of the list."""
    if feature is not None and view.by_name[feature].dtype != BOOL:
        message = f"is judged by `{view.name}.{feature}`, which is {view.by_name[feature].dtype}"
        raise _Refused(message, "use a list of items, or whether an item was selected")
    if feature is not None and feature in windowed_names(view.features):
        message = f"is judged by `{view.name}.{feature}`, an aggregate"
        raise _Refused(message, "use a feature of the rows of the view")
    names = {key.name for key in keys}
    if item.name not in view.entities or not names.intersection(view.entities):
        message = (
            f"is judged by `{view.name}`, whose rows are not about one `{item.name}` of somebody"
        )
        listed = ", ".join(f"`{key.name}`" for key in (*keys, item))
        raise _Refused(message, f"a row is a selected item: its entities are {listed}")
    _check_entities(view, (item, *keys))


def _check_list(
    view: View,
    feature: str,
    item: EntityColumn,
    keys: Sequence[EntityColumn],
    state: Lowering,
) -> None:
    """A row has all selected items of a list's keys."""
    is_windowed = feature in windowed_names(view.features)
    if is_windowed and feature not in features_ahead(view, state.views):
        message = f"is judged by `{view.name}.{feature}`, an aggregate of the past"
        hint = "aggregate what comes after the point in time: `aggregate().over_next(days=7)`"
        raise _Refused(message, hint)
    if item.name in view.entities:
        message = f"is judged by a list of items for each `{item.name}`"
        raise _Refused(
            message, f"the entities of `{view.name}` are those of a list without the item"
        )
    dtype = view.by_name[feature].dtype
    if dtype.element != item.dtype:
        message = f"is judged by `{view.name}.{feature}`, which is {dtype}, and `{item.name}` is {item.dtype}"
        raise _Refused(message, "declare the same type for both")
    _check_entities(view, keys)


def _check_entities(view: View, known: Sequence[EntityColumn]) -> None:
    """Each entity of the view is one of a list, in the same type."""
    dtypes = {e.name: e.dtype for e in known}
    for name in view.entities:
        if name not in dtypes:
            message = f"is judged by `{view.name}`, which is looked up by `{name}`"
            raise _Refused(message, f"declare it in the contract, too: `{name} = ....as_entity()`")
        dtype = view.by_name[name].dtype
        if dtype != dtypes[name]:
            message = f"is judged by `{view.name}`, whose `{name}` is {dtype}, and here it is {dtypes[name]}"
            raise _Refused(message, "declare the same type in both")
    if not view.entities:
        raise _Refused(
            f"is judged by `{view.name}`, which has no entity", "mark its key with `.as_entity()`"
        )
