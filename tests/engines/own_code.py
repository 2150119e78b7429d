"""A view with code of its author, for the warehouses."""

from __future__ import annotations

OWN_CODE = r"""
@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    id = Int64().as_entity()
    order = String()
    amount = Int64()
    wanted = sql_expression(
        {
            "snowflake": "IFF(amount > 1, \"order\" || '''s', NULL)",
            "redshift": "CASE WHEN amount > 1 THEN \"order\" || '''s' END",
            "bigquery": "IF(amount > 1, CONCAT(`order`, '\\'s'), NULL)",
        },
        as_type=String(),
    )
"""
