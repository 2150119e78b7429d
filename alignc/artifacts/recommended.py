"""What lists of items are: rankings of a contract, and the columns of their rows on the way to metrics."""

from __future__ import annotations

from dataclasses import dataclass

from alignc.artifacts.predictions import DAY, VERSION, subgroup_column, time_of
from alignc.artifacts.relations import windowed_features
from alignc.ir.expr import Column, Expr, call
from alignc.ir.module import Contract, Input, Module, Ranking, View
from alignc.ir.plan import AT
from alignc.ir.types import DATE, STRING, TIMESTAMP, DType

# Of a row: its item, what its place is by, whether its item was selected, and how many items were selected.
ITEM, ORDER, HIT, SELECTED = "__item", "__order", "__hit", "__selected"
# What its place would be by if the most popular items were first.
POPULARITY = "__popularity"


@dataclass(frozen=True)
class Recommended:
    """A ranking whose stored lists can be judged.

    `dtype` is the type of the score or the rank. `subgroups` are those of the contract that all items
    of a list are in: the others would take lists apart.
    """

    contract: Contract
    ranking: Ranking
    view: View
    dtype: DType
    subgroups: tuple[Input, ...]

    @property
    def name(self) -> str:
        return self.ranking.output

    @property
    def problem(self) -> str:
        return "recommendation"

    @property
    def truth(self) -> str:
        """What says which items were selected, for people."""
        feature = self.ranking.feature
        return self.view.name if feature is None else f"{self.view.name}.{feature}"

    @property
    def lists_items(self) -> bool:
        """Whether a row of the view has all selected items of a key, and not one of them."""
        feature = self.ranking.feature
        return feature is not None and self.view.by_name[feature].dtype.name == "List"

    @property
    def looks_ahead(self) -> bool:
        """Whether the items are those of a window after the prediction."""
        return self.ranking.feature in {f.name for f in windowed_features(self.view)}

    @property
    def has_times(self) -> bool:
        """Whether it is known when items were selected, and when predictions were made."""
        has_time = self.view.event_timestamp is not None and time_of(self.contract) is not None
        return has_time and not self.lists_items

    @property
    def owner(self) -> tuple[str, ...]:
        """The entities of the view without the item: whose selections they are."""
        return tuple(name for name in self.view.entities if name != self.ranking.item.name)

    @property
    def key(self) -> dict[str, DType]:
        """The columns that tell lists apart, with their types."""
        time = {AT: TIMESTAMP} if time_of(self.contract) is not None else {}
        keys = {f"__key_{n}": key.dtype for n, key in enumerate(self.ranking.list_key, start=1)}
        return {VERSION: STRING, DAY: DATE, **time, **keys}

    @property
    def parts(self) -> dict[str, DType]:
        """The columns with the values of subgroups."""
        return {subgroup_column(n): STRING for n, _ in enumerate(self.subgroups, start=1)}


def recommended(module: Module, contract: Contract) -> tuple[Recommended, ...]:
    """The rankings of a contract that can be judged; one by what comes later needs the time of a prediction."""
    dtypes = {output.name: output.dtype for output in contract.outputs}
    found: list[Recommended] = []
    for one in contract.rankings:
        keys = {key.name for key in one.list_key}
        whole = (s for s in contract.subgroups if keys >= {*module.view_by_name[s.view].entities})
        view = module.view_by_name[one.view]
        about = Recommended(contract, one, view, dtypes[one.output], tuple(whole))
        if time_of(contract) is not None or not about.looks_ahead:
            found.append(about)
    return tuple(found)


def is_there(name: str) -> Expr:
    """Whether a column has a value."""
    return call("is_not_null", Column(name=name))
