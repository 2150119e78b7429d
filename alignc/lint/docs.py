"""The documentation of rules: on a page, of one in a terminal, as data."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from alignc.lint.rule import Documented
from alignc.lint.rules import FAMILIES
from alignc.wrapping import wrapped

_HEAD = r"""# Rules

`alignc lint` holds a project's definitions against these rules. This page is made from them.

An error or a warning ends the command with 1, a note does not. `lint` in alignc.yml says what is looked for:

```yaml
lint:
  select: [U, T, D101]      # families or codes; without it all rules
  ignore: [K102]            # of two entries the longer one decides
  severity: {D101: warning}
  per_file_ignores:
    "features/old_*.py": [U]
```

A comment in a definition makes a rule quiet about the statement that it is in, or about the one below:

```python
note = String()  # alignc: ignore[U101] the board reads it until May
```

`alignc lint --fix` mends in the definition files what can be mended without changing anything that is used, and
goes on until there is nothing left of that; `--diff` shows it and writes nothing. It needs `pip install 'alignc[fix]'`.
After a fix the definitions are read again: if they say anything else than before, without what was removed, it is
taken back.

`alignc lint --against git:main` shows beside what is unused who read it there: the place where its last reader was
removed.

`alignc breaking --against git:main` holds what has changed against those of the family B, and ends with 1 if anything
is found. Each has a category, which says whom the change hurts: `schema` those who read columns by name and type,
`meaning` those who trust what is in them, `time` those who count on when a value is known, `contract` those who train
and serve a model. What is meant to be is told with a reason:

```yaml
breaking:
  select: [schema, time, B112]      # categories or codes; without it all rules
  ignore:
    - {rule: B112, symbol: orders.total, reason: it was without tax by mistake}
    - {rule: schema, symbol: "drafts.*", reason: nobody reads it yet}
```

A contract that a change breaks needs a new version, also where the change is meant to be: `3 -> 4`. One that says no
version is the first one. All formats tell it; in JSON `versions` has the contracts that keep theirs, too.

What reads features, or models' datasets and predictions, elsewhere is an exposure. Its queries are read, too, if it has
any:

```yaml
exposures:
  sales_board:
    reads: [orders.amount, customers, churn.will_leave]
    queries: [boards/*.sql]
```

"""


def rules_page(rules: Sequence[Documented]) -> str:
    """docs/rules.md."""
    parts = [_HEAD, "| code | rule | | what it finds |\n| --- | --- | --- | --- |\n"]
    for rule in rules:
        what = rule.paragraphs()[0]
        link = f"[{rule.name()}](#{rule.code.lower()}-{rule.name()})"
        fix = ", `--fix`" if rule.FIX else ""
        kind = f", {rule.category}" if rule.category else ""
        parts.append(f"| {rule.code} | {link} | {rule.severity}{kind}{fix} | {what} |\n")
    for letter, words in FAMILIES.items():
        parts.append(f"\n## {words[0].upper()}{words[1:]}\n")
        parts += [_section(rule) for rule in rules if rule.code.startswith(letter)]
    return "".join(parts)


def _section(rule: Documented) -> str:
    lines = [f"\n### {rule.code} {rule.name()}\n"]
    lines += [f"\n{_emphasized(text)}\n" for text in rule.paragraphs()]
    if rule.FIX:
        lines.append(f"\n**With `--fix`:** {rule.FIX}.\n")
    if settings_of(rule):
        lines.append(f"\nWith these settings:\n\n```yaml\n{settings_of(rule)}\n```\n")
    for title, sample in _samples(rule):
        if sample:
            lines.append(f"\n{title}:\n\n```python\n{sample_of(sample)}\n```\n")
    return "".join(lines)


def _emphasized(text: str) -> str:
    for start in ("Why it matters:", "What to do:"):
        if text.startswith(start):
            return f"**{start}**{text.removeprefix(start)}"
    return text


def rule_text(rule: Documented) -> str:
    """What `alignc explain U101` says."""
    kind = f", {rule.category}" if rule.category else ""
    texts = [f"{rule.code} {rule.name()} ({rule.severity}{kind})", *rule.paragraphs()]
    if rule.FIX:
        texts.append(f"With --fix: {rule.FIX}.")
    parts = ["\n".join(wrapped(text)) for text in texts]
    if settings_of(rule):
        parts.append("With these settings:\n" + _indented(settings_of(rule)))
    for title, sample in _samples(rule):
        if sample:
            parts.append(f"{title}:\n{_indented(sample_of(sample))}")
    return "\n\n".join(parts) + "\n"


def rule_json(rule: Documented) -> dict[str, object]:
    """A rule as data."""
    what, *more = rule.paragraphs()
    return {
        "code": rule.code,
        "name": rule.name(),
        "family": FAMILIES[rule.code[0]],
        "category": rule.category or None,
        "severity": rule.severity,
        "finds": what,
        "docs": more,
        "fix": rule.FIX or None,
        "settings": settings_of(rule) or None,
        "before": sample_of(rule.BEFORE) or None,
        "bad": sample_of(rule.BAD) or None,
        "good": sample_of(rule.GOOD) or None,
    }


def rules_text(rules: Sequence[Documented]) -> str:
    """All rules, one a line."""
    return "".join(
        f"{rule.code} {rule.name():<28} {rule.severity:<8}{rule.category}".rstrip() + "\n"
        for rule in rules
    )


def _samples(rule: Documented) -> tuple[tuple[str, str], ...]:
    return (("Before", rule.BEFORE), ("Found", rule.BAD), ("Not found", rule.GOOD))


def sample_of(text: str) -> str:
    """A sample without the indent that it has in the code."""
    return inspect.cleandoc(text)


def settings_of(rule: Documented) -> str:
    """The settings of a rule's samples."""
    return inspect.cleandoc(rule.SETTINGS)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
