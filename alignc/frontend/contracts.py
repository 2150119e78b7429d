"""Contracts: what a model reads, writes and is judged by, in the three spellings.

@model_contract(name="eta", input_features=[trip.distance])     class Eta(Model):
class Eta:                                                          metadata = Model.metadata_with(...)
    predicted = arrival.duration.as_regression_label()              predicted = arrival...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Generic, Literal, TypeVar, cast

from alignc.errors import Span
from alignc.frontend.baselines import Baselines, WrittenBaselines, baselines_of
from alignc.frontend.capture import a_type, checked_text, class_place, here, report
from alignc.frontend.contacts import Contacts, contact_nodes
from alignc.frontend.examples import Examples
from alignc.frontend.features import Feature, Label
from alignc.frontend.features.base import mistake
from alignc.frontend.features.origins import MistakeOrigin, RawOrigin, ReferenceOrigin
from alignc.frontend.freshness import Freshness, freshness_of
from alignc.frontend.sources import DataSource
from alignc.frontend.views import (
    HasPredictions,
    Tags,
    ViewDefinition,
    ViewReference,
    ViewSource,
    docstring_of,
    features_in,
    reference_to,
    snake_case,
    tag_names,
    view_of,
)
from alignc.ir import formats
from alignc.ir.module import Contact as ContactNode

T = TypeVar("T")


class ContractDefinition(HasPredictions):
    """A contract as written; calling it gives an object whose attributes are its predictions."""

    def __init__(
        self,
        name: str,
        symbol: str,
        description: str | None,
        inputs: list[Feature],
        body: type,
        span: Span,
        places: dict[str, Span],
        prediction_source: DataSource | None,
        contacts: tuple[ContactNode, ...],
        tags: Tags,
        freshness: Freshness,
        version: int,
        exposed_at_url: str | None,
        examples: Examples = (),
        subgroups: Sequence[Feature] = (),
        baselines: WrittenBaselines | None = None,
    ) -> None:
        self.name = checked_text("name", name) or snake_case(symbol.replace(".", "_"))
        self.symbol = symbol
        self.text = description and checked_text("description", description)
        self.inputs = inputs
        self.labels = {n: v for n, v in vars(body).items() if isinstance(v, Label)}
        self.outputs = features_in(body)
        self.span = span
        self.places = places
        self.prediction_source = prediction_source
        self.contacts = contacts
        self.tags = tag_names(tags)
        self.freshness = freshness
        self.version = version
        self.exposed_at_url = exposed_at_url
        self.examples = examples
        self.subgroups = subgroups
        self.baselines = baselines or WrittenBaselines()

    def __call__(self) -> Any:
        return ViewReference(self.predictions)

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        # The class that is made tells that it takes none of them.
        return (type(self.symbol, (), dict(self.outputs)),)

    @cached_property
    def predictions(self) -> ViewDefinition:
        """What the model has written to its `output_source`, as a view.

        Its key is that of the contract: the entities declared there, else those of its inputs.
        """
        if self.prediction_source is None:
            report(
                "ALN165",
                f"model `{self.name}` has no `output_source`, so its predictions cannot be read",
                here(),
                f"say where they are: `output_source=...` of `{self.symbol}`",
            )
        features = {n: _column(f) for n, f in self._keys().items()}
        features |= {n: _column(f) for n, f in self.outputs.items()}
        features |= {n: _column(label.truth, "feature") for n, label in self.labels.items()}
        for name, label in self.labels.items():
            features[name]._description = label.words
        return ViewDefinition(
            f"{self.name}_predictions",
            self.symbol,
            f"Predictions of the model `{self.name}`.",
            self.prediction_source,
            features,
            self.span,
            {n: self.places.get(n, self.span) for n in features},
            self.contacts,
            self.tags,
            self.freshness,
        )

    def as_source(self) -> ViewSource:
        """The predictions as the source of a view."""
        return ViewSource(self.predictions)

    def _keys(self) -> dict[str, Feature]:
        """The entities of the inputs, unless the contract declares its own."""
        if any(f._role == "entity" for f in self.outputs.values()):
            return {}
        keys: dict[str, Feature] = {}
        for given in self.inputs:
            if isinstance(given._origin, ReferenceOrigin):
                features = given._origin.view.features
                keys |= {n: f for n, f in features.items() if f._role == "entity"}
        return keys


def _column(original: Feature, role: Literal["feature"] | None = None) -> Feature:
    """A column of the predictions that is like a feature."""
    column = copy(original)
    is_raw = isinstance(original._origin, RawOrigin | MistakeOrigin)
    column._origin = original._origin if is_raw else RawOrigin()
    column._role = role or original._role
    column._ranking = None
    column._clusters = None
    column._constraints = list(original._constraints)
    column._tags = list(original._tags)
    column._alias = None
    return column


class ContractWrapper(ContractDefinition, Generic[T]):
    """A decorated contract class; calling it gives an instance with the predictions."""

    def __call__(self) -> T:
        return cast(T, ViewReference(self.predictions))


def model_contract(
    name: str | None = None,
    input_features: Iterable[Any] | None = None,
    *,
    features: Iterable[Any] | None = None,
    description: str | None = None,
    output_source: DataSource | None = None,
    prediction_source: DataSource | None = None,
    contacts: Contacts = None,
    tags: Tags = None,
    version: int = 1,
    exposed_at_url: str | None = None,
    acceptable_freshness: timedelta | None = None,
    unacceptable_freshness: timedelta | None = None,
    examples: Examples = (),
    subgroups: Iterable[Any] = (),
    baselines: Baselines = (),
) -> Callable[[type[T]], ContractWrapper[T]]:
    """Make a contract of a class whose attributes are labels and outputs.

    `input_features` (or `features`, as in 2023) are features of view instances, whole views, or
    lists of these. `output_source` (or `prediction_source`) is where predictions are stored. The
    model answers at `exposed_at_url`. `version` is that of the contract. The latest prediction
    should not be older than `acceptable_freshness`, and must not be older than
    `unacceptable_freshness`. `examples` are run by `alignc test`. The model is judged as a whole and for
    each value of the features in `subgroups`, and beside the contracts in `baselines`: classes, or
    names, of contracts that predict the same.
    """
    if _is_inputs(name):
        # The later positional order: `input_features, name`.
        name, input_features = input_features if isinstance(input_features, str) else None, name
    given = input_features if input_features is not None else features
    inputs = _flatten(given or [], here())
    people = contact_nodes(contacts)
    fresh = freshness_of(acceptable_freshness, unacceptable_freshness)
    number, url = _version(version), _url(exposed_at_url)
    parts = _flatten(list(subgroups), here())
    others = baselines_of(baselines)

    def wrap(cls: type[T]) -> ContractWrapper[T]:
        span, places = class_place(cls.__name__, here())
        return ContractWrapper(
            name or snake_case(cls.__name__),
            cls.__name__,
            description or docstring_of(cls),
            inputs,
            cls,
            span,
            places,
            output_source or prediction_source,
            people,
            tags,
            fresh,
            number,
            url,
            examples,
            parts,
            others,
        )

    return wrap


class Model:
    """The base class of the first spelling: `metadata = Model.metadata_with(...)`."""

    definition: ClassVar[ContractDefinition]

    @staticmethod
    def metadata_with(
        name: str,
        description: str | None = None,
        features: Iterable[Any] = (),
        *,
        contacts: Contacts = None,
        tags: Tags = None,
        predictions_source: DataSource | None = None,
        version: int = 1,
        exposed_at_url: str | None = None,
        acceptable_freshness: timedelta | None = None,
        unacceptable_freshness: timedelta | None = None,
        examples: Examples = (),
        subgroups: Iterable[Any] = (),
        baselines: Baselines = (),
    ) -> dict[str, Any]:
        return {
            "name": name,
            "description": description,
            "inputs": _flatten(features, here()),
            "prediction_source": predictions_source,
            "contacts": contact_nodes(contacts),
            "tags": tags,
            "freshness": freshness_of(acceptable_freshness, unacceptable_freshness),
            "version": _version(version),
            "exposed_at_url": _url(exposed_at_url),
            "examples": examples,
            "subgroups": _flatten(list(subgroups), here()),
            "baselines": baselines_of(baselines),
        }

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        span, places = class_place(cls.__name__, here())
        metadata = vars(cls).get("metadata")
        if not isinstance(metadata, dict):
            report(
                "ALN117",
                f"class `{cls.__name__}` has no metadata",
                span,
                "add `metadata = Model.metadata_with(name=..., features=[...])`",
            )
            metadata = Model.metadata_with(snake_case(cls.__name__))
        description = metadata.pop("description") or docstring_of(cls)
        cls.definition = ContractDefinition(
            symbol=cls.__name__,
            description=description,
            body=cls,
            span=span,
            places=places,
            **metadata,
        )

    def __new__(cls) -> Any:
        return cls.definition()

    @classmethod
    def as_source(cls) -> ViewSource:
        """The predictions as the source of a view."""
        return cls.definition.as_source()


def _version(given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and given > 0:
        return given
    report("ALN222", f"{given!r} is not a version of a contract", here(), "count from 1")
    return 1


def _url(given: str | None) -> str | None:
    if given is None:
        return None
    is_http = given.lower().startswith(("http://", "https://"))
    if is_http and given.isprintable() and re.fullmatch(formats.URL, given):
        return given
    hint = 'such as `exposed_at_url="https://models.example.com/eta"`'
    report("ALN223", f"{given!r} is not an address that a model can answer at", here(), hint)
    return None


def _is_inputs(given: object) -> bool:
    is_one = isinstance(given, Feature | ViewReference | list | tuple | set)
    return is_one or view_of(given) is not None


def _flatten(given: Any, span: Span) -> list[Feature]:
    match given:
        case Feature(_origin=ReferenceOrigin() | MistakeOrigin()):
            return [given]
        case ViewReference(_definition=definition):
            return _value_features(definition)
        case list() | tuple() | set():
            return [feature for item in given for feature in _flatten(item, span)]
    if (view := view_of(given)) is not None:
        return _value_features(view)
    report(
        "ALN119",
        f"{a_type(given)} is not an input feature",
        span,
        "use an attribute of a view's instance: `trips = Trips()`, then `trips.distance`",
    )
    return [mistake(Feature)]


def _value_features(definition: ViewDefinition) -> list[Feature]:
    """All features of a view but its key and its times."""
    return [
        reference_to(definition, name)
        for name, feature in definition.features.items()
        if feature._role == "feature" and not feature._is_freshness
    ]
