from __future__ import annotations

from collections.abc import Iterator

from alignc.lint.facts import Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.suppression import Needless
from alignc.lint.words import listed


class UnusedSuppression(Rule):
    """A comment tells rules to be quiet that have nothing to say there.

    Why it matters: it will hide the next finding, which nobody has thought about.

    What to do: remove the comment, or the codes that it does not need.
    """

    code = "S101"
    FIX = "the comment goes, or loses the codes that it does not need"
    SETTINGS = "lint: {select: [U, S]}"
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        has_left = Bool()
        amount = Float()  # alignc: ignore[U101] for the board


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        has_left = Bool()
        amount = Float()
        note = String()  # alignc: ignore[U101] for the board


    @model_contract(name="churn", input_features=[Orders().amount])
    class Churn:
        will_leave = Orders().has_left.as_classification_label()
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for needless in facts.needless:
            one = needless.suppression
            what = listed(needless.codes) if one.codes else "all rules"
            is_all = needless.codes == one.codes
            yield self.found(
                f"{one.span.file}: {', '.join(needless.codes)}",
                one.span,
                _message(needless),
                _hint(needless)
                + ("remove the comment" if is_all else f"take {what} out of the comment"),
            )


def _message(needless: Needless) -> str:
    unknown = [code for code, _ in needless.unknown]
    others = [code for code in needless.codes if code not in unknown]
    no_rule = "there is no rule" if len(unknown) == 1 else "there are no rules"
    said = [f"{no_rule} {listed(unknown)}"] if unknown else []
    if others or not unknown:
        what = listed(others) if others else "all rules"
        said.append(f"{what} would be quiet here anyway")
    return "; ".join(said)


def _hint(needless: Needless) -> str:
    """What may have been meant by the first code that no rule has."""
    hint = next((hint for _, hint in needless.unknown if hint), "")
    end = "" if hint.endswith("?") else ";"
    return f"{hint}{end} else " if hint else ""
