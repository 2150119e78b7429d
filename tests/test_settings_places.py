"""Mistakes in the settings are told where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.settings import line_of_setting

TEXT = """name: shop
exposures:
  board:
    reads: [orders, orders.amount,
      visits.pages]
    queries:
    - boards/*.sql
    - a.sql
lint:
  select: [U1, U]
"""


@pytest.mark.parametrize(
    ("path", "value", "line", "column"),
    [
        (("exposures", "board"), None, 3, 3),
        (("exposures", "board", "reads"), "orders", 4, 13),
        (("exposures", "board", "reads"), "orders.amount", 4, 21),
        (("exposures", "board", "reads"), "visits.pages", 5, 7),
        (("exposures", "board", "queries"), "boards/*.sql", 7, 7),
        (("exposures", "board", "queries"), "a.sql", 8, 7),
        (("lint", "select"), "U", 10, 16),
        # It is of another setting.
        (("exposures", "board", "queries"), "U1", 6, 5),
        (("exposures", "desk"), None, 2, 1),
    ],
)
def test_places(
    tmp_path: Path, path: tuple[str, ...], value: str | None, line: int, column: int
) -> None:
    file = tmp_path / "alignc.yml"
    file.write_text(TEXT, encoding="utf-8")
    place = line_of_setting(path, file, value)
    assert (place.file, place.line, place.column) == ("alignc.yml", line, column)
