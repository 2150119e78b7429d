"""Types as text."""

from __future__ import annotations

import pytest

from alignc.ir.types import FLOAT32, INT64, STRING, DType, decimal, embedding, list_of, struct_of


@pytest.mark.parametrize(
    "text",
    [
        "Int64",
        "Duration",
        "Decimal(10, 2)",
        "Decimal(38, 38)",
        "Embedding(384)",
        "List[Decimal(3, 1)]",
        "Struct{a: Int64, b: Decimal(3, 1)}",
        "Struct{a: Struct{b: Struct{c: Json}}, d: Binary}",
        'Struct{"a b": Int64, "it\'s \\"quoted\\", {c: d}": String, "é\\n": Bool}',
    ],
)
def test_a_type_is_read_as_it_is_written(text: str) -> None:
    assert str(DType.parse(text)) == text


def test_types_have_parts() -> None:
    assert (decimal(10, 2).digits, decimal(10, 2).scale) == (10, 2)
    assert list_of(STRING).element == STRING
    assert embedding(3).element == FLOAT32
    assert DType.parse("Struct{a: Int64}") == struct_of((("a", INT64),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "int64",
        "Int64 ",
        "Decimal",
        "Decimal(39, 2)",
        "Decimal(2, 3)",
        "Decimal(0, 0)",
        "Embedding(0)",
        "List[Int64",
        "List[List[Int64]]",
        "Struct{}",
        "Struct{a: Int64, a: String}",
        "Struct{a: List[Int64]}",
    ],
)
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"data type|decimal|embedding|list|struct"):
        DType.parse(text)
