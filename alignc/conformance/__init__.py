"""What a definition means, as cases with expected values that any implementation can be held to.

The cases are data: one file a family in `cases/`. Each names the rule of docs/semantics.md that it
is about, definitions, the rows of their sources, and what a view or a dataset of them is. Expected
values are written by hand, they come from no engine.
"""

from alignc.conformance.case import Case, Expected, Family, Table, read_families

__all__ = ["Case", "Expected", "Family", "Table", "read_families"]
