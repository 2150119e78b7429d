from __future__ import annotations

from collections.abc import Iterator

from alignc.changes.compare import Comparison
from alignc.changes.rule import BreakingRule, changed, was
from alignc.ir.types import DType
from alignc.lint.finding import Finding


class ChangedType(BreakingRule):
    """A column has a type that does not hold all values of the old one.

    Why it matters: tables that were made with the old type cannot take the new values, or the other way
    round, and readers that expect the old type stop or cut values off.

    What to do: make a new feature with the new type. A wider type of the same kind is fine.
    """

    code = "B105"
    category = "schema"
    BEFORE = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Int64()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """
    BAD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Int32()
        tax = Float()
        has_left = Bool()
        total = amount + tax
    """
    GOOD = """
    @feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
    class Orders:
        customer = Int64().as_entity()
        at = EventTimestamp()
        amount = Int64()
        tax = Float()  # euros
        has_left = Bool()
        total = amount + tax
    """

    def check(self, comparison: Comparison) -> Iterator[Finding]:
        for change in changed(comparison, "feature", "output"):
            for one in change.differences:
                old, new = one.old.value, one.new.value
                if one.name != "type" or not isinstance(old, DType) or not isinstance(new, DType):
                    continue
                if not holds(new, old):
                    yield self.found(
                        change.symbol,
                        change.span,
                        f"`{change.symbol}` has another type: {was(change, 'type')}",
                        "make a new feature with the new type",
                    )


def holds(wide: DType, narrow: DType) -> bool:
    """Whether every value of one type is the same value in the other one, of the same kind."""
    if wide == narrow:
        return True
    for kind in ("Int", "UInt", "Float"):
        if _is_of(wide, kind) and _is_of(narrow, kind):
            return _bits(wide) >= _bits(narrow)
    if _is_of(wide, "Int") and _is_of(narrow, "UInt"):
        return _bits(wide) > _bits(narrow)
    if wide.name == narrow.name == "Decimal":
        before, after = (d.sizes[0] - d.sizes[1] for d in (narrow, wide))
        return after >= before and wide.sizes[1] >= narrow.sizes[1]
    if wide.name == narrow.name == "List":
        return holds(wide.element, narrow.element)
    return False


def _is_of(dtype: DType, kind: str) -> bool:
    return dtype.name.startswith(kind) and dtype.name.removeprefix(kind).isdigit()


def _bits(dtype: DType) -> int:
    return int("".join(sign for sign in dtype.name if sign.isdigit()))
