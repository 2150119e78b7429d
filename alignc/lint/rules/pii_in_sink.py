from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Field
from alignc.lint.facts import Facts
from alignc.lint.finding import Finding, Related
from alignc.lint.rule import Rule
from alignc.lint.rules.pii_in_model import personal_in


class PiiInSink(Rule):
    """Ground truth that is made of personal data is sent to a sink.

    Why it matters: a stream has many readers, and what was sent to it cannot be taken back.

    What to do: send something else, or name the sink under `lint.pii_sinks` when somebody has
    decided that it may have them.
    """

    code = "D104"
    BAD = """
    @feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
    class People:
        person = Int64().as_entity()
        visits = Int64()
        phone = PhoneNumber()


    @model_contract(name="guess", input_features=[People().visits])
    class Guess:
        number = (
            People()
            .phone.as_classification_label()
            .send_ground_truth_event(
                when=People().phone.is_not_null(),
                sink_to=RedisConfig.localhost().stream("numbers"),
            )
        )
    """
    GOOD = """
    @feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
    class People:
        person = Int64().as_entity()
        visits = Int64()
        has_left = Bool()


    @model_contract(name="guess", input_features=[People().visits])
    class Guess:
        will_leave = (
            People()
            .has_left.as_classification_label()
            .send_ground_truth_event(
                when=People().has_left.is_not_null(),
                sink_to=RedisConfig.localhost().stream("leavers"),
            )
        )
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            for label in contract.labels:
                if label.sink is None or label.sink in facts.settings.pii_sinks:
                    continue
                for field in personal_in(facts, Field("view", label.view, label.feature)):
                    yield self.found(
                        f"{contract.name}.{label.prediction}",
                        label.span or contract.span,
                        f"`{contract.name}` sends personal data (`{field}`) to `{label.sink}`",
                        "send something else, or name the sink under `lint.pii_sinks`",
                        (Related(facts.features[field][1].span, "personal data"),),
                    )
