"""Views: the three ways to write one, and what a view gives to those who use it.

    @feature_view(name="trips", source=...)          class Trips(FeatureView):
    class Trips:                                         metadata = FeatureView.metadata_with(...)
        trip_id = UUID().as_entity()                     trip_id = UUID().as_entity()

Both become a `ViewDefinition`; calling one gives an object whose attributes refer to its features.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Generic, TypeVar, cast

from alignc.errors import Span, did_you_mean
from alignc.frontend.capture import a_type, checked_text, class_place, here, report
from alignc.frontend.claims import Claim, claims_in
from alignc.frontend.computed import (
    ComputedSource,
    Joins,
    StackSource,
)
from alignc.frontend.contacts import Contacts, contact_nodes
from alignc.frontend.examples import Examples
from alignc.frontend.features import Bool, EventTimestamp, Feature, Struct
from alignc.frontend.features.aggregation import Aggregation, AggregationByCategory
from alignc.frontend.features.base import Mistake, made, mistake
from alignc.frontend.features.origins import ReferenceOrigin
from alignc.frontend.freshness import ANY_AGE, Freshness, freshness_of
from alignc.frontend.sources import DataSource, Stream
from alignc.ir.module import Contact as ContactNode

T = TypeVar("T")


Tags = Iterable[str] | Mapping[str, str] | None


@dataclass(frozen=True)
class ViewSource(ComputedSource):
    """Another view as a source, with the condition that its rows must meet."""

    view: ViewDefinition
    where: Feature | None = None

    def vstack(self, view: Any, source_column: str | None = None) -> StackSource:
        """The rows of this view and those of another one with the same features."""
        return StackSource((self.view, view), source_column, here())


@dataclass(frozen=True)
class Metadata:
    """What stands beside the features in the first spelling."""

    name: str
    description: str | None
    source: DataSource | ComputedSource
    contacts: tuple[ContactNode, ...]
    tags: Tags
    freshness: Freshness = ANY_AGE
    stream: Stream | None = None
    examples: Examples = ()


class HasPredictions:
    """What writes predictions, which can be read like a view."""

    @property
    def predictions(self) -> ViewDefinition:
        raise NotImplementedError


class ViewDefinition(Joins):
    """A view as written: the features by name, in order, and where they stand."""

    def __init__(
        self,
        name: str,
        symbol: str,
        description: str | None,
        source: DataSource | ComputedSource | None,
        features: Mapping[str, Feature],
        span: Span,
        places: Mapping[str, Span],
        contacts: tuple[ContactNode, ...] = (),
        tags: Tags = None,
        freshness: Freshness = ANY_AGE,
        stream: Stream | None = None,
        examples: Examples = (),
        claims: tuple[Claim, ...] = (),
    ) -> None:
        self.name = checked_text("name", name) or snake_case(symbol.replace(".", "_"))
        self.symbol = symbol
        self.text = description and checked_text("description", description)
        self.source = source
        self.features = {n: f for n, f in features.items() if not isinstance(f, Struct)}
        # No features of their own: their members are.
        self.structs = {n: f for n, f in features.items() if isinstance(f, Struct)}
        self.span = span
        self.places = dict(places)
        self.contacts = contacts
        self.tags = tag_names(tags)
        self.freshness = freshness
        self.stream = stream
        self.examples = examples
        self.claims = claims

    def __call__(self) -> Any:
        return ViewReference(self)

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        # The class that is made tells that it takes none of them.
        return (type(self.symbol, (), dict(self.features)),)

    def as_source(self) -> ViewSource:
        """This view as the source of another one."""
        return ViewSource(self)

    def _rows(self) -> ComputedSource:
        return self.as_source()

    def vstack(self, view: Any, source_column: str | None = None) -> StackSource:
        """The rows of this view and those of another one with the same features.

        `source_column` is a text feature with the name of the view that a row is from.
        """
        return self.as_source().vstack(view, source_column)

    def filter(self, name: str, where: Callable[[Any], Bool] | Bool) -> ViewDefinition:
        """A view of the rows for which `where` is true, with the same features."""
        reference = ViewReference(self)
        condition = where if isinstance(where, Feature) else where(reference)
        copies = {n: _copied(self, n) for n in self.features}
        filtered = self._changed(name, "filter", ViewSource(self, condition), copies)
        # Of some rows the latest may be an old one.
        filtered.freshness = ANY_AGE
        return filtered

    def with_source(self, named: str, source: Any) -> ViewDefinition:
        """A view with the same features over another source."""
        view = self._changed(named, "with_source", _as_source(source, named), self.features)
        view.claims = self.claims
        return view

    def with_entity_renaming(self, named: str, renames: Mapping[str, str] | str) -> ViewDefinition:
        """A view of the same rows in which entities (keys) are called otherwise (values).

        Of a view with one entity its new name is enough.
        """
        entities = [n for n, f in self.features.items() if f._role == "entity"]
        given = dict.fromkeys(entities, renames) if isinstance(renames, str) else renames
        for name in given:
            # Of what is a mistake it is not known whether it was to be one.
            if name not in entities and not isinstance(self.features.get(name), Mistake):
                report(
                    "ALN103",
                    f"view `{self.name}` has no entity `{name}`",
                    here(),
                    did_you_mean(name, entities),
                )
        new = [given.get(n, n) if n in entities else n for n in self.features]
        if len(set(new)) < len(new):
            report("ALN129", f"view `{named}` would have two features of one name", here())
        copies = {name: _copied(self, n) for name, n in zip(new, self.features, strict=True)}
        return self._changed(named, "with_entity_renaming", ViewSource(self), copies)

    def _changed(
        self,
        name: str,
        by: str,
        source: DataSource | ComputedSource | None,
        features: Mapping[str, Feature],
    ) -> ViewDefinition:
        """A view that was made from this one where the definition says so."""
        span = here()
        return ViewDefinition(
            name,
            f"{self.symbol}.{by}",
            self.text,
            source,
            features,
            span,
            dict.fromkeys(features, span),
            self.contacts,
            self.tags,
            self.freshness,
        )


class ViewWrapper(ViewDefinition, Generic[T]):
    """A decorated view class; calling it gives an instance with the features of the class."""

    def __call__(self) -> T:
        return cast(T, ViewReference(self))


class ViewReference:
    """An instance of a view: its attributes are references to the view's features."""

    def __init__(self, definition: ViewDefinition) -> None:
        self._definition = definition

    def __getattr__(self, name: str) -> Feature:
        definition = self._definition
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in definition.features:
            report(
                "ALN103",
                f"view `{definition.name}` has no feature `{name}`",
                here(),
                did_you_mean(name, definition.features),
            )
            return mistake(Feature)
        return reference_to(definition, name)


def reference_to(definition: ViewDefinition, name: str) -> Feature:
    """A feature of a view, seen from outside; each call gives a new object."""
    original = definition.features[name]
    reference = made(original, ReferenceOrigin(definition, name), original)
    reference._description = original._description
    return reference


def _copied(definition: ViewDefinition, name: str) -> Feature:
    """A feature of a filtered view: read from the view below, with the same role and words."""
    copy = reference_to(definition, name)
    original = definition.features[name]
    copy._role = original._role
    copy._required = original._required
    copy._constraints = list(original._constraints)
    copy._reference = original._reference
    copy._tags = list(original._tags)
    copy._pii = original._pii
    copy._breaks_ties = original._breaks_ties
    copy._is_freshness = original._is_freshness
    if isinstance(copy, EventTimestamp) and isinstance(original, EventTimestamp):
        copy.ttl, copy.availability_delay = original.ttl, original.availability_delay
    return copy


class _ViewClass(type, Joins):
    """What the classes of the first spelling can do, like any view."""

    definition: ViewDefinition

    def _rows(cls) -> ComputedSource:
        return cls.definition.as_source()

    def as_source(cls) -> ViewSource:
        """This view as the source of another one."""
        return cls.definition.as_source()

    def filter(cls, name: str, where: Callable[[Any], Bool] | Bool) -> ViewDefinition:
        """A view of the rows for which `where` is true, with the same features."""
        return cls.definition.filter(name, where)

    def with_source(cls, named: str, source: Any) -> ViewDefinition:
        """See `ViewDefinition.with_source`."""
        return cls.definition.with_source(named, source)

    def with_entity_renaming(cls, named: str, renames: Mapping[str, str] | str) -> ViewDefinition:
        """See `ViewDefinition.with_entity_renaming`."""
        return cls.definition.with_entity_renaming(named, renames)

    def vstack(cls, view: Any, source_column: str | None = None) -> StackSource:
        """See `ViewDefinition.vstack`."""
        return cls.definition.vstack(view, source_column)


class FeatureView(metaclass=_ViewClass):
    """The base class of the first spelling: `metadata = FeatureView.metadata_with(...)`."""

    metadata: ClassVar[Metadata]

    @staticmethod
    def metadata_with(
        name: str,
        description: str | None = None,
        batch_source: DataSource | ComputedSource | ViewDefinition | None = None,
        *,
        source: DataSource | ComputedSource | ViewDefinition | None = None,
        contacts: Contacts = None,
        tags: Tags = None,
        acceptable_freshness: timedelta | None = None,
        unacceptable_freshness: timedelta | None = None,
        stream_source: Stream | None = None,
        examples: Examples = (),
    ) -> Metadata:
        given = _as_source(batch_source if batch_source is not None else source, name)
        fresh = freshness_of(acceptable_freshness, unacceptable_freshness)
        people, stream = contact_nodes(contacts), _stream(stream_source)
        return Metadata(name, description, given, people, tags, fresh, stream, examples)  # type: ignore[arg-type]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        metadata = cls.__dict__.get("metadata")
        span, places = class_place(cls.__name__, here())
        if not isinstance(metadata, Metadata):
            report(
                "ALN117",
                f"class `{cls.__name__}` has no metadata",
                span,
                "add `metadata = FeatureView.metadata_with(name=..., batch_source=...)`",
            )
            metadata = Metadata(snake_case(cls.__name__), None, None, (), None)  # type: ignore[arg-type]
        cls.definition = ViewDefinition(
            metadata.name,
            cls.__name__,
            metadata.description or docstring_of(cls),
            metadata.source,
            features_in(cls),
            span,
            places,
            metadata.contacts,
            metadata.tags,
            metadata.freshness,
            metadata.stream,
            metadata.examples,
            claims_in(vars(cls)),
        )

    def __new__(cls) -> Any:
        return ViewReference(cls.definition)


def feature_view(
    source: Any = None,
    name: Any = None,
    description: Any = None,
    *,
    batch_source: Any = None,
    contacts: Contacts = None,
    tags: Tags = None,
    acceptable_freshness: timedelta | None = None,
    unacceptable_freshness: timedelta | None = None,
    stream_source: Stream | None = None,
    examples: Examples = (),
) -> Callable[[type[T]], ViewWrapper[T]]:
    """Make a view of a class whose attributes are features.

    `name` defaults to the class's name in snake_case, `description` to its docstring. The
    positional order of 2023 (`name, description, batch_source`) is understood too. The latest row
    should not be older than `acceptable_freshness`, and must not be older than
    `unacceptable_freshness`. New rows are also sent to `stream_source`, which is how a model that
    answers at once has them. `examples` are run by `alignc test`.
    """
    is_first = batch_source is not None or name is None or description is not None
    if isinstance(source, str) and is_first:
        source, name, description = batch_source or description, source, name
    given = source if source is not None else batch_source
    people = contact_nodes(contacts)
    fresh = freshness_of(acceptable_freshness, unacceptable_freshness)
    stream = _stream(stream_source)

    def wrap(cls: type[T]) -> ViewWrapper[T]:
        span, places = class_place(cls.__name__, here())
        view_name = name or snake_case(cls.__name__)
        return ViewWrapper(
            view_name,
            cls.__name__,
            description or docstring_of(cls),
            _as_source(given, view_name),
            features_in(cls),
            span,
            places,
            people,
            tags,
            fresh,
            stream,
            examples,
            claims_in(vars(cls)),
        )

    return wrap


def _stream(given: object) -> Stream | None:
    """The stream that was given; ALN226 if it is something else."""
    if given is None or isinstance(given, Stream):
        return given
    report(
        "ALN226",
        f"{a_type(given)} is not a stream",
        here(),
        'such as `stream_source=RedisConfig().stream("orders")`',
    )
    return None


def view_of(given: object) -> ViewDefinition | None:
    """The view that something stands for: itself, a class of the first spelling, predictions."""
    if isinstance(given, type):
        given = getattr(given, "definition", given)
    if isinstance(given, HasPredictions):
        given = given.predictions
    return given if isinstance(given, ViewDefinition) else None


def _as_source(given: object, name: str) -> DataSource | ComputedSource | None:
    if isinstance(given, DataSource | ComputedSource):
        return given
    if (view := view_of(given)) is not None:
        return ViewSource(view)
    match given:
        case None:
            problem = f"view `{name}` has no source"
        case _:
            problem = f"view `{name}`: {a_type(given)} is not a source"
    report("ALN118", problem, here(), 'such as `source=FileSource.parquet_at("trips.parquet")`')
    return None


def features_in(cls: type) -> dict[str, Feature]:
    """The features among a class's attributes, in the order in which they were written; ALN134 for inherited ones."""
    own = _features_of(cls)
    for base in cls.__mro__[1:]:
        inherited = {n: mistake(Feature) for n in _features_of(base) if n not in own}
        if inherited:
            report(
                "ALN134",
                f"`{cls.__name__}` does not get the features of its base class `{base.__name__}`",
                class_place(cls.__name__, here())[0],
                f"write them down; those of a view are read from it with `source={base.__name__}`",
            )
        own |= inherited
    _report_without_aggregate(cls)
    return own


def _report_without_aggregate(cls: type) -> None:
    """ALN142 for windows that nothing was computed over: an aggregate that was forgotten."""
    for name, value in vars(cls).items():
        if isinstance(value, Aggregation | AggregationByCategory) and not value.made_of_it:
            place, names = class_place(cls.__name__, here())
            report(
                "ALN142",
                f"`{name}` says which events count, and computes nothing",
                names.get(name, place),
                "such as `.count()` behind it",
            )


def _features_of(cls: type) -> dict[str, Feature]:
    return {n: value for n, value in vars(cls).items() if isinstance(value, Feature)}


def snake_case(name: str) -> str:
    """
    >>> snake_case("TaxiDepartures")
    'taxi_departures'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def docstring_of(cls: type) -> str | None:
    import inspect

    return inspect.cleandoc(cls.__doc__) if cls.__doc__ else None


def tag_names(tags: Tags) -> tuple[str, ...]:
    if isinstance(tags, Mapping):
        return tuple(f"{key}:{value}" for key, value in tags.items())
    if isinstance(tags, str):
        hint = f'a list of texts: `tags=["{tags}"]`'
        report("ALN104", "`tags` is one text, and would be read letter by letter", here(), hint)
        return ()
    return tuple(checked_text("tags", tag) for tag in tags or ())
