"""Small projects to lint."""

from __future__ import annotations

from pathlib import Path

SHOP = '''"""A shop."""

from datetime import timedelta

from alignc import *


@feature_view(
    name="orders",
    source=FileSource.parquet_at("orders.parquet"),
    description="What was bought.",
    contacts=["Shop team"],
)
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp(ttl=timedelta(days=30))
    amount = Float().lower_bound(0)
    note = String().max_length(100)
    words = note.length()
    many_words = (
        words
        > 10
    )


@model_contract(
    name="churn",
    description="Who leaves?",
    input_features=[Orders().amount],
    contacts=["Shop team"],
    output_source=FileSource.parquet_at("churn.parquet"),
)
class Churn:
    version = String().as_model_version()
    will_leave = Orders().amount.as_regression_label()
'''.replace(
    "input_features=[Orders().amount]", 'input_features=[Orders().amount.with_name("spent")]'
)
# The label is the input: that is an error.
FINDINGS = ["U102 orders.many_words", "T101 churn.spent"]


def shop(folder: Path, text: str = SHOP, settings: str = "") -> Path:
    """A project in a repository of its own."""
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    project = folder / "shop"
    project.mkdir(exist_ok=True)
    (project / "features").mkdir(exist_ok=True)
    (project / "features/orders.py").write_text(text, encoding="utf-8")
    (project / "alignc.yml").write_text(f"name: shop\n{settings}", encoding="utf-8")
    return project


def in_one_line(text: str) -> str:
    """What is printed for people, without the ends of its lines."""
    return " ".join(text.split())
