"""What a build says of something that a target cannot have as it is meant."""

from __future__ import annotations

from dataclasses import dataclass

from alignc.errors import Diagnostic, Span
from alignc.ir.module import Contract, View


@dataclass(frozen=True)
class Refusal:
    """Says of parts of one definition that one target cannot have them."""

    definition: View | Contract
    target: str

    def of(
        self, name: str, what: str, reason: str, span: Span | None, kind: str = "feature"
    ) -> Diagnostic:
        """The diagnostic about a feature, or another kind of part, that needs `what`."""
        return Diagnostic(
            "ALN302",
            f"{kind} `{name}` of `{self.definition.name}`: "
            f"{what} is not supported by target {self.target}: {reason}",
            span or self.definition.span,
            f"leave {self.target} out of `targets`",
        )
