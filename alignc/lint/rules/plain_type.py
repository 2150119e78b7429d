from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from alignc.ir.expr import columns_of
from alignc.ir.lineage import Field
from alignc.ir.module import Derived, Feature, Raw, View, is_declared
from alignc.ir.types import FLOAT32, FLOAT64, STRING
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule

# Words of a name, and the type that says what they mean.
_TEXTS: Final[Mapping[str, str]] = {
    "email": "Email",
    "mail": "Email",
    "email address": "Email",
    "url": "Url",
    "website": "Url",
    "phone": "PhoneNumber",
    "phone number": "PhoneNumber",
    "telephone": "PhoneNumber",
    "telephone number": "PhoneNumber",
    "tel": "PhoneNumber",
    "ip": "IpAddress",
    "ip address": "IpAddress",
    "country code": "CountryCode",
}
_NORTH, _EAST = ("latitude", "lat"), ("longitude", "lon", "long", "lng")


class PlainType(Rule):
    """A feature is declared as plain text or numbers, and its name says that it is more.

    Why it matters: `Email()`, `Url()` or `Coordinate(...)` check their values, mark what is personal data,
    and have operations of their own, such as the domain of an address or the distance of two places.

    What to do: declare the type; nothing changes in the source.
    """

    code = "D102"
    BAD = """
    @feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
    class People:
        person = Int64().as_entity()
        work_email = String()


    @model_contract(name="churn", input_features=[People().work_email])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
    class People:
        person = Int64().as_entity()
        work_email = Email()


    @model_contract(name="churn", input_features=[People().work_email])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for view in facts.module.views:
            plain = [
                f
                for f in view.features
                if isinstance(f.compute, Raw) and f.semantic is None and is_declared(view, f)
            ]
            for feature in plain:
                wanted = _text_type(feature)
                if wanted is not None and not _is_told_below(facts, view, feature):
                    yield self.found(
                        f"{view.name}.{feature.name}",
                        feature.span,
                        f"`{view.name}.{feature.name}` is plain text, and looks like `{wanted}`",
                        f"declare it as `{wanted}()`",
                    )
            yield from self._places(view, plain)

    def _places(self, view: View, plain: list[Feature]) -> Iterator[Finding]:
        """Pairs of floats that are a place, and that nothing puts together."""
        floats = {f.name: f for f in plain if f.dtype in (FLOAT32, FLOAT64)}
        together = [
            columns_of(f.compute.expr) for f in view.features if isinstance(f.compute, Derived)
        ]
        for name, feature in floats.items():
            partner = _partner(name, floats)
            if partner is None or any({name, partner} <= columns for columns in together):
                continue
            yield self.found(
                f"{view.name}.{name}",
                feature.span,
                f"`{name}` and `{partner}` of `{view.name}` are a place",
                f"put them together: `Coordinate({partner}, {name})`",
                (Related(floats[partner].span, "the other half"),),
            )


def _is_told_below(facts: Facts, view: View, feature: Feature) -> bool:
    """Whether it is read as it is from another view, where its name says the same."""
    edges = facts.lineage.into(Field("view", view.name, feature.name))
    given = [facts.features[e.given][1] for e in edges if e.given in facts.features]
    return any(
        one.name == feature.name and one.dtype == STRING and one.semantic is None for one in given
    )


def _text_type(feature: Feature) -> str | None:
    if feature.dtype != STRING:
        return None
    words = " ".join(_words(feature.name))
    return next((t for w, t in _TEXTS.items() if words == w or words.endswith(f" {w}")), None)


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def _partner(name: str, names: Mapping[str, Feature]) -> str | None:
    """The longitude that belongs to a latitude."""
    words = _words(name)
    for north, east in ((n, e) for n in _NORTH for e in _EAST):
        if north in words:
            other = "_".join(east if word == north else word for word in words)
            if other in names:
                return other
    return None
