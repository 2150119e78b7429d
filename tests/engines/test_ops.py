"""The examples of every op with a constant as the last argument, on all engines.

That they give the same with all arguments in columns is a part of the conformance suite.
"""

from __future__ import annotations

import pytest

from alignc.conformance.examples import SOURCE, VIEW, Examples, op_examples
from alignc.ir.ops import AGGREGATES, OPS
from alignc.verify.compare import same
from tests.engines.everywhere import Engines


@pytest.mark.parametrize(
    "examples", [pytest.param(e, id=e.family) for e in op_examples(with_constants=True)]
)
def test_the_examples_of_a_family(engines: Engines, examples: Examples) -> None:
    rows = engines.check_view(examples.module, VIEW, {SOURCE: examples.source})
    for wanted, value in examples.found(rows):
        assert same(wanted.value, value), f"{wanted.example}: {value!r}, not {wanted.value!r}"


def test_the_examples_are_not_trivial() -> None:
    assert all(len(spec.examples) >= 2 for spec in OPS.values())
    assert all(len(spec.examples) >= 2 for spec in AGGREGATES.values())
