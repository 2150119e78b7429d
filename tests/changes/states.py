"""Two states of a project, from the text of its definitions."""

from __future__ import annotations

from pathlib import Path

from alignc.changes.compare import Comparison
from alignc.ir.module import Module
from tests.engines.everywhere import module_of


def compared(before: str, after: str, folder: Path) -> Comparison:
    """The comparison of two texts."""
    return Comparison(state(before, folder / "before"), state(after, folder / "after"))


def state(text: str, folder: Path) -> Module:
    folder.mkdir()
    return module_of(text, folder)


SHOP = """
orders = FileSource.parquet_at("orders.parquet")

@feature_view(name="orders", source=orders)
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float().description("Euros.")
    tax = Float()
    has_left = Bool()
    total = amount + tax
    doubled = total * 2
    spent = total.aggregate().over(days=30).sum()

@feature_view(name="visits", source=FileSource.csv_at("visits.csv"))
class Visits:
    customer = Int64().as_entity()
    at = EventTimestamp()
    pages = Int64()

Large = Orders.filter("large", where=lambda orders: orders.amount > 10)

@model_contract(
    name="churn",
    input_features=[Orders().spent, Visits().pages, Large().doubled],
    output_source=FileSource.parquet_at("churn.parquet"),
)
class Churn:
    will_leave = Orders().has_left.as_classification_label()

@feature_view(name="warned", source=Churn.as_source())
class Warned:
    customer = Int64().as_entity()
    will_leave = Bool()

@model_contract(name="rebate", input_features=[Warned().will_leave.with_name("warned"), Visits().pages])
class Rebate:
    pass
"""


def edited(*pairs: tuple[str, str]) -> str:
    """The shop with texts in place of others."""
    text = SHOP
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text
