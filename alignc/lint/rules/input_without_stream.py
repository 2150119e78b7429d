from __future__ import annotations

from collections.abc import Iterator

from alignc.ir.lineage import Field
from alignc.ir.module import Contract, Module, SourceInput, TableSource, View
from alignc.lint.facts import STATIC, Facts
from alignc.lint.finding import Finding
from alignc.lint.rule import Rule
from alignc.lint.words import listed


class InputWithoutStream(Rule):
    """A model answers at once, and one of its inputs comes from files that are loaded now and then.

    Why it matters: the training set knows a row from its time on, the model that answers only after
    the next load. It learns from values that it will not have (training-serving skew).

    What to do: say which stream has the rows as they happen (`stream_source=`), or after which
    time a row is there (`EventTimestamp(availability_delay=...)`), so that training waits as well. A view that
    never changes has the tag `static`. A model answers at once if it has `exposed_at_url`, or reads a view
    with a stream. Tables of a database can be asked at any time.
    """

    code = "T108"
    severity = "note"
    BAD = """
    @feature_view(name="visits", source=FileSource.parquet_at("visits.parquet"))
    class Visits:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=1))
        pages = Int64()


    @model_contract(
        name="churn", input_features=[Visits().pages], exposed_at_url="https://churn.example.com"
    )
    class Churn:
        pass
    """
    GOOD = """
    @feature_view(
        name="visits",
        source=FileSource.parquet_at("visits.parquet"),
        stream_source=RedisConfig().stream("visits"),
    )
    class Visits:
        customer = Int64().as_entity()
        at = EventTimestamp(ttl=timedelta(days=1))
        pages = Int64()


    @model_contract(
        name="churn", input_features=[Visits().pages], exposed_at_url="https://churn.example.com"
    )
    class Churn:
        pass
    """

    def check(self, facts: Facts) -> Iterator[Finding]:
        for contract in facts.module.contracts:
            inputs = _by_view(facts, contract)
            views = [facts.module.view_by_name[name] for name in inputs]
            if contract.exposed_at_url is None and not any(view.stream for view in views):
                continue
            for view in views:
                if not _comes_at_once(facts.module, view):
                    yield self.found(
                        contract.name,
                        contract.span,
                        f"`{contract.name}` answers at once, and `{view.name}` has new rows only when "
                        f"its files are loaded: {listed(inputs[view.name])}",
                        "say where its rows are sent: `stream_source=...`",
                    )


def _by_view(facts: Facts, contract: Contract) -> dict[str, list[str]]:
    """The views over sources that inputs of a contract come from, with the inputs."""
    found: dict[str, dict[str, None]] = {}
    for used in contract.inputs:
        field = Field("view", used.view, used.feature)
        above = [field, *(edge.given for edge in facts.lineage.above([field]))]
        for name in dict.fromkeys(one.owner for one in above if one.kind == "view"):
            if isinstance(facts.module.view_by_name[name].input, SourceInput):
                found.setdefault(name, {}).setdefault(used.name)
    return {name: list(inputs) for name, inputs in found.items()}


def _comes_at_once(module: Module, view: View) -> bool:
    """Whether a row is known when it happens, or as late in training as in service."""
    assert isinstance(view.input, SourceInput)
    source = module.source_by_name[view.input.source]
    is_asked = isinstance(source, TableSource) or STATIC in view.tags
    return is_asked or view.stream is not None or view.availability_delay > 0
