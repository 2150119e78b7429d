from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.module import Raw, SourceInput
from alignc.ir.types import BINARY, BOOL, DATE, JSON, TIMESTAMP
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.predictions import prediction_views
from alignc.lint.rule import Rule

# Types of which every value is one that can be, or about whose values nothing more can be said.
_TOTAL = (BINARY, BOOL, DATE, JSON, TIMESTAMP)


class UnconstrainedFeature(Rule):
    """A column reaches a model or an exposure, and nothing is said about its values.

    Why it matters: when the source breaks (minus ones, an empty text, cents for dollars) there is
    nothing that a data test could find.

    What to do: say what you know: `is_required()`, `lower_bound(0)`, `accepted_values([...])`,
    `max_length(...)`, or a type that says more, such as `Email()`.
    """

    code = "D101"
    severity = "note"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float()


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        amount = Float().lower_bound(0)


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        implied = prediction_views(facts.module)
        for field, (view, feature) in facts.features.items():
            is_told = feature.required or feature.constraints or feature.semantic
            is_plain = isinstance(feature.compute, Raw) and feature.role == "feature"
            # What is read of another view is a column there, or computed.
            is_column = isinstance(view.input, SourceInput) and view.name not in implied
            readers = facts.is_read_by.get(field)
            if is_told or not is_plain or not is_column or not readers or feature.dtype in _TOTAL:
                continue
            yield self.found(
                str(field),
                feature.span,
                f"nothing is said about the values of `{field}`, which comes into "
                + ", ".join(readers[:3])
                + (f" and {len(readers) - 3} more" if len(readers) > 3 else ""),
                "say what you know: `is_required()`, bounds, `accepted_values([...])`",
            )
