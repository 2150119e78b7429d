"""How fast programs are: alignc's, the ones that people write by hand, and rivals, run in turn.

    python -m benchmarks.time [--work asof,windows,pruning] [--shapes uniform,zipf,hot,sparse]

docs/benchmarks.md says what is measured, and what came out.
"""

from __future__ import annotations

from benchmarks.contest import FACTOR, contest
from benchmarks.machine import facts
from benchmarks.options import parsed
from benchmarks.table import table
from benchmarks.works import WORKS


def main(arguments: list[str] | None = None) -> None:
    options = parsed(arguments)
    parts = [f"{facts(options.threads)}.\n"]
    print(parts[0])
    for name in options.works:
        for shape in options.shapes:
            work = WORKS[name]
            scores = contest(options, work, shape)
            size = f"{options.events:,} events, " if shape not in ("taxi", "zones") else ""
            title = f"### {work.title}: {shape}, {size}{options.rows:,} entity rows\n"
            parts.append(f"{title}\n{table(scores, FACTOR)}")
            print(parts[-1], flush=True)
            if options.markdown is not None:
                options.markdown.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
