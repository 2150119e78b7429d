"""Claims about rows that are no constraint of one feature: rules, expectations and references.

    class Trips:
        fare = Float().lower_bound(0).is_required()
        total = Float()
        is_paid = Bool()

        rules = [
            rule("total covers the fare", when=is_paid, then=total >= fare),
            total.expect_mean(at_least=5, at_most=50),
        ]

An attribute of a view may be a claim or a list of them; what the attribute is called decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TypeGuard, get_args

from alignc.errors import Diagnostics
from alignc.frontend.capture import here, report
from alignc.frontend.constraints import is_number
from alignc.ir.module import MeasureName, Severity

if TYPE_CHECKING:
    from alignc.frontend.features import Feature
    from alignc.frontend.views import ViewDefinition

_SEVERITIES: Final = get_args(Severity)

# The claims that were made while definitions are read; set by the loader.
_made: ContextVar[list[Claim] | None] = ContextVar("made", default=None)


class Claim:
    """What rules and expectations have in common; `is_used` once a view has it."""

    def __init__(self, severity: str | None, allow: float = 0.0) -> None:
        self.span = here()
        self.severity, self.allow = checked(severity, allow)
        self.is_used = False
        made = _made.get()
        if made is not None:
            made.append(self)


class Rule(Claim):
    """See `rule`."""

    def __init__(
        self,
        name: str,
        when: Feature | None,
        then: Feature,
        severity: str | None,
        allow: float,
        description: str | None,
    ) -> None:
        super().__init__(severity, allow)
        self.name = name
        self.when = when
        self.then = then
        self.text = description


class Expectation(Claim):
    """A measure of all rows, or of a feature, between two bounds."""

    def __init__(
        self,
        measure: MeasureName,
        feature: Feature | None,
        at_least: float | None,
        at_most: float | None,
        severity: str | None,
        parameter: float | None = None,
    ) -> None:
        super().__init__(severity)
        self.measure = measure
        self.feature = feature
        self.parameter = parameter
        self.at_least, self.at_most = at_least, at_most
        for name, bound in (("at_least", at_least), ("at_most", at_most)):
            if bound is not None and not is_number(bound):
                report("ALN227", f"`{name}={bound!r}` is no number", self.span)
                self.at_least, self.at_most = None, None
                return
        if at_least is None and at_most is None:
            report("ALN227", f"a {measure} of any size is no claim", self.span, "say `at_most=...`")
        elif at_least is not None and at_most is not None and at_least > at_most:
            report("ALN227", f"no {measure} is from {at_least} to {at_most}", self.span)


class Reference:
    """Each value of a feature is one of a feature of another view."""

    def __init__(
        self, view: ViewDefinition, feature: str, severity: str | None, allow: float
    ) -> None:
        self.view = view
        self.feature = feature
        self.severity, self.allow = checked(severity, allow)


def rule(
    name: str,
    when: Feature | None = None,
    then: Feature | None = None,
    *,
    severity: str | None = None,
    allow: float = 0.0,
    description: str | None = None,
) -> Rule:
    """A rule about several features of a row: where `when` is true, `then` is not false.

    With one condition it is about all rows. A row violates it only if both are known. Up to the share
    `allow` of all rows may violate it; more is an `error`, or with `severity="warn"` a warning.
    """
    from alignc.frontend.features.base import Bool, mistake

    condition = then if then is not None else when
    if condition is None:
        report("ALN227", f"rule {name!r} has no condition", here(), "say `then=...`")
        condition = mistake(Bool)
    if (
        not isinstance(name, str)
        or not name
        or name != name.strip()
        or not name.isprintable()
        or "," in name
    ):
        report("ALN227", f"{name!r} is no name of a rule: one line without commas", here())
    given = when if then is not None else None
    return Rule(str(name), given, condition, severity, allow, description)


def expect_row_count(
    *, at_least: float | None = None, at_most: float | None = None, severity: str | None = None
) -> Expectation:
    """How many rows there are."""
    return Expectation("row_count", None, at_least, at_most, severity)


def checked(severity: str | None, allow: float) -> tuple[Severity | None, float]:
    """Both if they can be; ALN227 if not. Without a severity the project decides."""
    if not isinstance(allow, int | float) or not 0 <= allow < 1:
        report("ALN227", f"`allow={allow!r}` is no share of rows", here(), "such as `allow=0.01`")
        allow = 0.0
    if severity is None or _is_severity(severity):
        return severity, float(allow)
    report("ALN227", f"`severity={severity!r}` is neither 'error' nor 'warn'", here())
    return None, float(allow)


def _is_severity(text: str) -> TypeGuard[Severity]:
    return text in _SEVERITIES


def claims_in(attributes: Mapping[str, object]) -> tuple[Claim, ...]:
    """The claims among the attributes of a class, in their order."""
    return tuple(_claims(attributes))


def _claims(attributes: Mapping[str, object]) -> Iterator[Claim]:
    for value in attributes.values():
        listed = value if isinstance(value, list | tuple) else [value]
        yield from (one for one in listed if isinstance(one, Claim))


def report_unused(made: list[Claim], found: Diagnostics) -> None:
    """Report claims that no view has: nobody would check them."""
    for claim in made:
        if not claim.is_used:
            what = f"rule {claim.name!r}" if isinstance(claim, Rule) else "an expectation"
            found.add(
                "ALN228",
                f"{what} is no attribute of a view, and nobody would check it",
                claim.span,
                "assign it in the body of a view: `rules = [...]`",
            )
