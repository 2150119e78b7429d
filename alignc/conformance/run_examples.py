"""Run the examples of ops and aggregates and tell which engine gives what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from alignc.backends.support import UNSUPPORTED
from alignc.conformance.examples import SOURCE, VIEW, Examples, aggregate_examples, op_examples
from alignc.conformance.run import Outcome, Verdict
from alignc.interpreter import interpret_view
from alignc.verify.compare import same
from alignc.verify.engines import Engine
from alignc.verify.programs import programs_of
from alignc.verify.trial import INTERPRETER

_Rows = Callable[[], Sequence[Mapping[str, object]]]


def run_examples(engines: Mapping[str, Engine]) -> Iterator[tuple[str, Verdict]]:
    """The family and the verdict for each example, of the interpreter and of each engine."""
    for examples in _all(frozenset()):
        rows = {SOURCE: examples.source.to_dicts()}
        yield from _verdicts(
            examples, INTERPRETER, partial(interpret_view, examples.module, VIEW, rows)
        )
    for name, engine in engines.items():
        gaps = UNSUPPORTED[name]
        for examples in _all(gaps):
            yield from _verdicts(examples, name, partial(_run, examples, engine))
        for op, reason in gaps.items():
            yield "examples", Verdict(op, "all examples", name, "not run", reason)


def _run(examples: Examples, engine: Engine) -> list[dict[str, object]]:
    engine.load({SOURCE: examples.source})
    (program,) = programs_of(examples.module, twins=False)
    return engine.run(program, program.text_for(engine.name), None).to_dicts()


def _all(gaps: Mapping[str, str] | frozenset[str]) -> Iterator[Examples]:
    yield from op_examples(with_constants=False, without=gaps)
    yield aggregate_examples(without=gaps)


def _verdicts(examples: Examples, engine: str, rows: _Rows) -> Iterator[tuple[str, Verdict]]:
    family = f"ops: {examples.family}"
    try:
        found = rows()
    except Exception as error:  # each engine has a kind of its own
        said = f"{type(error).__name__}: {error}"
        yield family, Verdict(examples.family, "all examples", engine, "failed", said)
        return
    for wanted, value in examples.found(found):
        is_same = same(wanted.value, value)
        message = "" if is_same else f"{value!r}, not {wanted.value!r}"
        outcome: Outcome = "passed" if is_same else "failed"
        yield family, Verdict(wanted.op, wanted.example, engine, outcome, message)
