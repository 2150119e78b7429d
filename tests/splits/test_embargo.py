"""How far the labels of a model look ahead: the gap that programs leave by themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from alignc.artifacts.evaluation import embargo_of
from tests.engines.everywhere import module_of
from tests.splits.project import DEFINITIONS

MORE = """
@feature_view(name="large", source=Orders.filter("large_orders", lambda o: o.amount > 5))
class Large:
    customer = Int64().as_entity()
    at = EventTimestamp()
    next_3d = Float()


@model_contract(name="over", input_features=[who.country])
class Over:
    customer = Int64().as_entity()
    spent = Large().next_3d.as_regression_label()


@model_contract(name="derived", input_features=[who.country])
class ForDerived:
    customer = Int64().as_entity()
    is_large = order.is_large.as_classification_label()


@model_contract(name="short", input_features=[who.country])
class Short:
    customer = Int64().as_entity()
    orders = order.next_12h.as_regression_label()
"""


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        # The longest of its two labels, and the delay of the view.
        ("spending", timedelta(days=3, hours=2)),
        ("short", timedelta(hours=14)),
        ("derived", timedelta(days=3, hours=2)),
        # Through views over the view, which themselves have no delay.
        ("over", timedelta(days=3, hours=2)),
        # A label of a row counts as known at once, and without labels there is nothing to wait for.
        ("kinds", timedelta(0)),
        ("plain", timedelta(0)),
    ],
)
def test_the_longest_label_decides(tmp_path: Path, contract: str, expected: timedelta) -> None:
    module = module_of(DEFINITIONS + MORE, tmp_path)
    found = embargo_of(module, module.contract_by_name[contract])
    assert timedelta(microseconds=found) == expected
