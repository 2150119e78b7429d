"""What YAML says of columns that are compared: where SQL takes different texts for one, a form of them."""

from __future__ import annotations

from alignc.backends.sql.dialect import Dialect, column
from alignc.backends.sql.ops.comparison import told_apart
from alignc.backends.sql.style import styled_expression
from alignc.backends.sql.style.words import written
from alignc.dbt.documents import Jinja
from alignc.ir.types import DType


def compared(name: str, dtype: DType, dialect: Dialect) -> str:
    """What to compare in place of a column: the column, or a form that is another one for each value."""
    if not is_told_apart(dtype, dialect):
        return written(name, dialect)
    form = told_apart(column(name), dtype, dialect)
    return Jinja(styled_expression(dialect.print(form), dialect))


def is_told_apart(dtype: DType, dialect: Dialect) -> bool:
    """Whether values of a type are compared in another form than their own."""
    value = column("x")
    return told_apart(value, dtype, dialect) is not value
