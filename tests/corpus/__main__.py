"""`python -m tests.corpus` prints how well the rules do on the corpus."""

from __future__ import annotations

import sys

from tests.corpus.measure import complaints, outcomes_of, table
from tests.corpus.variant import all_variants


def main() -> int:
    outcomes = outcomes_of(all_variants())
    print(table(outcomes))
    found = complaints(outcomes)
    if found:
        print("", *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
