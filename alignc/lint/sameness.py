"""When two features are one computation, however it is written down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from alignc.ir.expr import (
    Call,
    Column,
    Expr,
    Udf,
    columns_of,
    rewrite,
    substitute,
    walk,
    without_spans,
)
from alignc.ir.lineage import Field
from alignc.ir.module import Aggregated, Derived, Feature, Module, Raw, SourceInput, View

Item = TypeVar("Item")

# Their arguments may stand in any order, floats included.
_COMMUTES: Final = frozenset(("add", "mul", "eq", "ne", "and", "or", "xor", "least", "greatest"))
_TURNED: Final[Mapping[str, str]] = {"gt": "lt", "ge": "le"}


def canonical(expr: Expr) -> Expr:
    """An expression that is equal for `2 * a` and `a * 2`, and for `a > b` and `b < a`."""
    return rewrite(without_spans(expr), _ordered)


def _ordered(expr: Expr) -> Expr:
    match expr:
        case Call(op=op, args=args) if op in _COMMUTES:
            return Call(op=op, args=tuple(sorted(args, key=repr)))
        case Call(op=op, args=(left, right)) if op in _TURNED:
            return Call(op=_TURNED[op], args=(right, left))
        case _:
            return expr


def meaning_in(view: View, feature: Feature) -> Hashable:
    """Equal for features of one view that have the same value in every row."""
    match feature.compute:
        case Raw() as raw:
            return (raw, feature.dtype)
        case Derived(expr=expr):
            return (canonical(expr), feature.dtype)
        case Aggregated() as made:
            return (made.aggregate, made.parameter, canonical(made.value), made.window)


class Columns:
    """The features of a view in terms of the columns that it reads, whatever it calls these."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[str, Expr] = {}

    def expr(self, name: str) -> Expr:
        """A feature as an expression over columns; what cannot be said so is a column of its own."""
        if name not in self._known:
            self._known[name] = self._expr(self._view.by_name[name])
        return self._known[name]

    def _expr(self, feature: Feature) -> Expr:
        match feature.compute:
            case Raw(column=column, path=path, time_zone=zone):
                said = (column, *(path or ()), str(feature.dtype), zone)
                return Column(name="\0".join(said))
            case Derived(expr=expr) if not any(isinstance(e, Udf) for e in walk(expr)):
                return self._over_columns(expr)
            case _:
                return Column(name=f"{self._view.name}\0{feature.name}")

    def _over_columns(self, expr: Expr) -> Expr:
        return substitute(expr, {column: self.expr(column) for column in columns_of(expr)})

    def rows(self) -> Hashable:
        """Equal for views of one source that know the same rows of a key at any time."""
        view = self._view
        times = (view.event_timestamp, view.created_at, view.valid_to)
        return (
            frozenset(map(self.expr, view.entities)),
            tuple(name and self.expr(name) for name in times),
            view.availability_delay,
            view.ttl,
        )

    def outline(self, feature: Feature) -> Hashable:
        """Equal for features of views of one source with one meaning, and quickly told."""
        match feature.compute:
            case Aggregated() as made:
                return (
                    made.aggregate,
                    made.window,
                    frozenset(columns_of(self._over_columns(made.value))),
                )
            case _:
                return frozenset(columns_of(self.expr(feature.name)))

    def meaning(self, feature: Feature) -> Hashable:
        """Equal for features of views with the same rows that have the same value in each."""
        match feature.compute:
            case Aggregated() as made:
                value = canonical(self._over_columns(made.value))
                return (made.aggregate, made.parameter, value, made.window)
            case _:
                return (canonical(self.expr(feature.name)), feature.dtype)


def views_by_source(module: Module) -> list[list[View]]:
    """The views that read a source themselves, by that, as they are written down."""
    found: dict[str, list[View]] = defaultdict(list)
    for view in sorted(module.views, key=lambda view: view.span):
        if isinstance(view.input, SourceInput):
            found[view.input.source].append(view)
    return list(found.values())


def repeated(
    items: Iterable[Item],
    outline: Callable[[Item], Hashable],
    meaning: Callable[[Item], Hashable],
) -> Iterator[tuple[Item, Item]]:
    """The items with the meaning of an earlier one, after that; outlines are told more quickly."""
    outlined = [(outline(item), item) for item in items]
    likely = Counter(short for short, _ in outlined)
    seen: dict[Hashable, Item] = {}
    for short, item in outlined:
        if likely[short] > 1:
            first = seen.setdefault(meaning(item), item)
            if first is not item:
                yield first, item


class Alike:
    """Features that are computed of the same columns in the same way; a source is looked at once it is asked for.

    Of which rows a view knows a computation of one row does not ask; an aggregate does.
    """

    def __init__(self, module: Module) -> None:
        self._sources = {view.name: views for views in views_by_source(module) for view in views}
        self._known: dict[str, dict[Field, list[Field]]] = {}

    def of(self, field: Field) -> Sequence[Field]:
        """Those that are what a feature is, itself among them, if there are others."""
        views = self._sources.get(field.owner) if field.kind == "view" else None
        if views is None:
            return ()
        first = views[0].name
        if first not in self._known:
            self._known[first] = _computed_alike(views)
        return self._known[first].get(field, ())


def _computed_alike(views: Sequence[View]) -> dict[Field, list[Field]]:
    found: dict[Field, list[Field]] = {}
    computed = [
        (columns, view, feature)
        for view, columns in [(view, Columns(view)) for view in views]
        for feature in view.features
        if not isinstance(feature.compute, Raw)
    ]
    pairs = repeated(computed, lambda one: one[0].outline(one[2]), _value)
    for (_, first_view, first), (_, view, second) in pairs:
        one = Field("view", first_view.name, first.name)
        alike = found.setdefault(one, [one])
        other = Field("view", view.name, second.name)
        alike.append(other)
        found[other] = alike
    return found


def _value(computed: tuple[Columns, View, Feature]) -> Hashable:
    columns, _, feature = computed
    rows = columns.rows() if isinstance(feature.compute, Aggregated) else None
    return rows, columns.meaning(feature)
