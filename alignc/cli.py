"""The command line: the only place that prints.

Exit codes: 0 clean, 1 findings or drift, 2 usage or definition error, 3 internal error, 141 not read to its end.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from alignc.driver import Compiled
    from alignc.errors import DefinitionError, Diagnostic, Span
    from alignc.explain import Explanation, Origin
    from alignc.paths import Paths
    from alignc.settings import Project
    from alignc.tree import Difference

CLEAN, FINDINGS, USAGE, INTERNAL = 0, 1, 2, 3
# What shells say of programs that are interrupted, and of those whose reader has gone.
STOPPED, UNREAD = 130, 141


class Format(StrEnum):
    """How a report is printed."""

    text = "text"
    json = "json"


class LineageFormat(StrEnum):
    """How lineage is shown."""

    text = "text"
    json = "json"
    mermaid = "mermaid"
    dot = "dot"
    openlineage = "openlineage"


class DiffFormat(StrEnum):
    """How changes are shown."""

    text = "text"
    json = "json"
    markdown = "markdown"


class LintFormat(StrEnum):
    """How findings are printed."""

    full = "full"
    concise = "concise"
    json = "json"
    github = "github"
    gitlab = "gitlab"
    sarif = "sarif"
    junit = "junit"
    markdown = "markdown"


class TestFormat(StrEnum):
    """How tests are reported."""

    text = "text"
    json = "json"
    junit = "junit"


class Baseline(StrEnum):
    """What is done with findings that are known."""

    write = "write"
    check = "check"


class Reporting(TyperCommand):
    """A command whose errors are also told in the format that was asked for."""

    # The class of its argument is one of typer's own, or of click, by version.
    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        from alignc.errors import DefinitionError

        try:
            return super().invoke(ctx)
        except DefinitionError as error:
            error.root = _root_of(ctx.params)
            _report_in_format(error, ctx.params["format"].value, str(ctx.info_name))
            raise


app = typer.Typer(
    name="alignc",
    help="Compile feature views and model contracts to SQL, Polars and PySpark programs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ProjectOption = Annotated[
    Path, typer.Option("--project", "-C", help="The project's folder.", show_default=False)
]
PostgresOption = Annotated[
    str | None,
    typer.Option(
        "--postgres", envvar="ALIGNC_POSTGRES", metavar="URL", help="A PostgreSQL server."
    ),
]
AgainstOption = Annotated[
    str,
    typer.Option("--against", metavar="WHAT", help="git:REVISION, a folder, or an ir.json."),
]
DbtIntoOption = Annotated[
    Path | None,
    typer.Option(
        "--dbt-into",
        metavar="FOLDER",
        help="Models become part of the dbt project there, in folders `alignc` of their own.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to report.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to start a project.")] = Path(),
) -> None:
    """Write a small project to start from."""
    from alignc.scaffold import write_scaffold

    written = write_scaffold(folder)
    for path in written:
        print(f"wrote {path}")
    print("next: alignc build, alignc test")


@app.command(cls=Reporting)
def build(
    project: ProjectOption = Path(),
    no_optimize: Annotated[
        bool, typer.Option("--no-optimize", help="Write the programs without the passes.")
    ] = False,
    dbt_into: DbtIntoOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Write the programs of a project."""
    from alignc.cache import is_up_to_date, remember
    from alignc.settings import find_project

    found = find_project(project.resolve())
    is_plain = not no_optimize and dbt_into is None and found.settings.dbt.into is None
    if is_plain and is_up_to_date(found):
        _report_build([], found.root, format)
        return
    from alignc import tree

    _collect_garbage_rarely()
    trees = _trees(found, dbt_into, optimize=not no_optimize)
    written: list[tuple[Path, Difference]] = []
    for folder, compiled in trees:
        differences = tree.compare(folder, compiled)
        tree.write(folder, compiled, differences)
        written += [(folder, difference) for difference in differences]
    if is_plain:
        remember(found, trees[0][1])
    _report_build(written, found.root, format)
    if any(d.is_harmful for _, d in written):
        raise typer.Exit(FINDINGS)


@app.command(cls=Reporting)
def check(
    project: ProjectOption = Path(),
    format: FormatOption = Format.text,
    diff: Annotated[bool, typer.Option(help="Show what differs.")] = True,
    dbt_into: DbtIntoOption = None,
) -> None:
    """Tell whether the programs are what the definitions say; writes nothing."""
    from alignc import tree
    from alignc.settings import find_project

    found = find_project(project.resolve())
    _collect_garbage_rarely()
    trees = _trees(found, dbt_into)
    differences = [
        (folder, d) for folder, compiled in trees for d in tree.compare(folder, compiled)
    ]
    if format is Format.json:
        _print_json(
            {
                "differences": [
                    {"path": d.path, "state": d.state, "diff": d.diff} for _, d in differences
                ]
            }
        )
    else:
        for folder, difference in differences:
            path = _from_here(found.root, folder / difference.path)
            print(f"{path}: {_WORDS[difference.state]}")
            if diff and difference.diff:
                print(difference.diff, end="")
        if differences:
            print(f"{len(differences)} files differ; {_mend([d for _, d in differences])}")
        else:
            count = sum(len(compiled.outputs) + 1 for _, compiled in trees)
            print(f"{count} files are up to date")
    if differences:
        raise typer.Exit(FINDINGS)


@app.command(cls=Reporting)
def explain(
    name: Annotated[
        str, typer.Argument(help="A view, a contract, view.feature, or the code or name of a rule.")
    ],
    project: ProjectOption = Path(),
    format: FormatOption = Format.text,
) -> None:
    """Show how something comes about, or a rule.

    Of a view, contract or feature: where it comes from, the plan before and after the passes, what was
    pruned. Of a rule: what it finds, why that matters, what to do.
    """
    if _is_about_a_rule(name, project):
        _explain_rule(name, format)
        return
    from alignc.driver import load
    from alignc.explain import explain as explained
    from alignc.paths import from_here, from_repository
    from alignc.settings import find_project

    found = find_project(project.resolve())
    explanation = explained(load(found).module, name, found.settings.engines)
    if format is Format.json:
        _print_json(_explanation_json(explanation, from_repository(found.root)))
    else:
        print(_explanation_text(explanation, from_here(found.root)), end="")


@app.command(cls=Reporting)
def lint(
    path: Annotated[
        Path, typer.Argument(help="The project's folder, or a file or folder in it.")
    ] = Path(),
    select: Annotated[
        str, typer.Option("--select", help="Only these rules or families, by comma.")
    ] = "",
    ignore: Annotated[
        str, typer.Option("--ignore", help="Not these rules or families, by comma.")
    ] = "",
    format: Annotated[
        LintFormat, typer.Option("--format", help="How to report.")
    ] = LintFormat.full,
    baseline: Annotated[
        Baseline | None,
        typer.Option(
            "--baseline",
            help="write: record what there is, or take out what is gone; check: show only what is new.",
        ),
    ] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Count the findings of each rule, as text or JSON.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="End with 0 whatever is found.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend in the definition files what is safe to mend.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would do; writes nothing.")
    ] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option(
            "--unsafe-fixes",
            help="With --fix or --diff: also what may change which of two rows of one time is the later.",
        ),
    ] = False,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="WHAT",
            help="Show who read there what is unused now: git:REVISION, a folder, or an ir.json.",
        ),
    ] = "",
) -> None:
    """Find unused features, leaks and cascades.

    docs/rules.md has all rules, `alignc explain CODE` tells of one.
    """
    if unsafe_fixes and not (fix or diff):
        raise typer.BadParameter("--unsafe-fixes is about --fix and --diff")
    if diff and baseline is Baseline.write:
        raise typer.BadParameter("--diff writes nothing, --baseline write does")
    if statistics and format not in (LintFormat.full, LintFormat.concise, LintFormat.json):
        raise typer.BadParameter("--statistics is for --format full, concise and json")
    if against and (fix or diff):
        raise typer.BadParameter("--against shows, --fix and --diff mend")
    if fix or diff:
        _needs("libcst", "alignc[fix]")
    from alignc.lint.command import Request, lint_command, project_at

    told_more = None
    if against:
        from alignc.changes.against import old_module
        from alignc.changes.last_readers import Earlier, with_last_readers

        earlier = Earlier(against, old_module(project_at(path), against))
        told_more = partial(with_last_readers, earlier=earlier)
    _collect_garbage_rarely()
    request = Request(
        path,
        select=_by_comma(select),
        ignore=_by_comma(ignore),
        format=format.value,
        baseline=baseline.value if baseline else None,
        statistics=statistics,
        colours=_has_colours(),
        fix=fix,
        diff=diff,
        unsafe=unsafe_fixes,
        told_more=told_more,
    )
    answer = lint_command(request)
    print(answer.text, end="")
    _print_summary(answer.summary)
    if not answer.is_clean and not exit_zero:
        raise typer.Exit(FINDINGS)


@app.command("rules")
def show_rules(format: FormatOption = Format.text) -> None:
    """List the rules of `lint` and `breaking`.

    `alignc explain CODE` says more about one.
    """
    from alignc.changes.rules import BREAKING
    from alignc.lint.docs import rule_json, rules_text
    from alignc.lint.rules import RULES

    rules = (*RULES, *BREAKING)
    if format is Format.json:
        _print_json([rule_json(rule) for rule in rules])
    else:
        print(rules_text(rules), end="")


@app.command(cls=Reporting)
def lineage(
    name: Annotated[
        str,
        typer.Argument(
            help="A view, contract, source or exposure, or one of its fields: view.feature."
        ),
    ],
    up: Annotated[bool, typer.Option("--up", help="Only what it comes from.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what it comes into.")] = False,
    project: ProjectOption = Path(),
    format: Annotated[
        LineageFormat, typer.Option("--format", help="How to show it.")
    ] = LineageFormat.text,
    event_time: Annotated[
        datetime,
        typer.Option(
            "--event-time", formats=["%Y-%m-%dT%H:%M:%S%z"], help="The time of OpenLineage events."
        ),
    ] = datetime(1970, 1, 1, tzinfo=UTC),
) -> None:
    """Show what a column comes from and comes into.

    OpenLineage events are one a line, as its clients write and send them. Their time is the same in
    every run unless --event-time says which, so that the same definitions are the same text.
    """
    from alignc.driver import load
    from alignc.errors import Diagnostics
    from alignc.ir.lineage import lineage_of, with_exposures
    from alignc.lineage.data import lineage_json
    from alignc.lineage.drawings import lineage_dot, lineage_mermaid
    from alignc.lineage.openlineage import openlineage_events
    from alignc.lineage.selection import select
    from alignc.lineage.text import lineage_text
    from alignc.lint.exposures import exposed, queries_in, tell_unknown_reads
    from alignc.lint.queries import unread
    from alignc.settings import find_project

    found = find_project(project.resolve())
    module = load(found).module
    exposures = found.settings.exposures
    mistakes = Diagnostics()
    tell_unknown_reads(mistakes, found, module)
    mistakes.raise_if_any()
    queries = queries_in(found, module)
    readers = exposed(exposures, queries, module)
    graph = with_exposures(lineage_of(module), readers)
    selection = select(graph, name, up=up or not down, down=down or not up)
    match format:
        case LineageFormat.text:
            print(lineage_text(selection), end="")
        case LineageFormat.json:
            _print_json(lineage_json(selection))
        case LineageFormat.mermaid:
            print(lineage_mermaid(selection), end="")
        case LineageFormat.dot:
            print(lineage_dot(selection), end="")
        case LineageFormat.openlineage:
            for event in openlineage_events(module, selection, event_time.astimezone(UTC)):
                print(json.dumps(event, ensure_ascii=False))
    _print_lines(unread(queries))


@app.command("diff", cls=Reporting)
def show_changes(
    against: AgainstOption = "git:HEAD",
    project: ProjectOption = Path(),
    format: Annotated[
        DiffFormat, typer.Option("--format", help="How to report.")
    ] = DiffFormat.text,
) -> None:
    """Show what has changed, and all that it reaches."""
    from alignc.changes.against import old_module
    from alignc.changes.compare import Comparison
    from alignc.changes.exposed import exposed_in
    from alignc.changes.formats import FORMATS
    from alignc.changes.report import Written, places_of, report_of
    from alignc.driver import load
    from alignc.paths import from_here, from_repository
    from alignc.settings import find_project

    found = find_project(project.resolve())
    _collect_garbage_rarely()
    comparison = Comparison(old_module(found, against), load(found).module)
    is_shown = format is DiffFormat.text
    paths = from_here(found.root) if is_shown else from_repository(found.root)
    places = places_of(found, paths)
    exposures = exposed_in(found, comparison)
    written = Written(found.settings.programs, found.settings.adapters)
    report = report_of(comparison, written, places, exposures)
    print(FORMATS[format.value](report), end="")
    _print_lines(exposures.unread)


@app.command(cls=Reporting)
def breaking(
    against: AgainstOption = "git:HEAD",
    project: ProjectOption = Path(),
    format: Annotated[
        LintFormat, typer.Option("--format", help="How to report.")
    ] = LintFormat.full,
) -> None:
    """Tell which changes break a reader or a model."""
    from alignc.changes.command import breaking_command
    from alignc.settings import find_project

    found = find_project(project.resolve())
    _collect_garbage_rarely()
    text, summary, is_clean = breaking_command(found, against, format.value, colours=_has_colours())
    print(text, end="")
    _print_summary(summary)
    if not is_clean:
        raise typer.Exit(FINDINGS)


@app.command(cls=Reporting)
def trace(
    place: Annotated[
        str, typer.Argument(metavar="FILE:LINE", help="A line of a file that alignc has written.")
    ],
    project: ProjectOption = Path(),
    format: FormatOption = Format.text,
) -> None:
    """Show the definition that a line of a generated file was made by, and what that comes from."""
    from alignc.trace.command import trace as traced
    from alignc.trace.report import trace_json, trace_text

    found = traced(place, project)
    if format is Format.json:
        _print_json(trace_json(found))
    else:
        print(trace_text(found), end="")


@app.command(cls=Reporting)
def verify(
    project: ProjectOption = Path(),
    rows: Annotated[int, typer.Option("--rows", min=0, help="Rows for each source.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other rows.")] = 1,
    sample: Annotated[
        list[str] | None,
        typer.Option("--sample", metavar="SOURCE=PATH", help="Rows to use for a source."),
    ] = None,
    postgres: PostgresOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Run the programs on all engines found here and tell whether their answers are the same."""
    from alignc.driver import load
    from alignc.settings import find_project

    found = find_project(project.resolve())
    module = load(found).module
    _needs("polars")
    from alignc.verify.project import verify_module_on_engines
    from alignc.verify.report import report_json, report_text

    report = verify_module_on_engines(
        module,
        found.settings.engines,
        rows=rows,
        seed=seed,
        samples=sample or (),
        postgres=postgres,
    )
    if format is Format.json:
        _print_json(report_json(report))
    else:
        print(report_text(report), end="")
    if not report.is_clean:
        raise typer.Exit(FINDINGS)


@app.command("test", cls=Reporting)
def run_tests(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Only tests of these views and models, or of these names."),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="ENGINES",
            help="duckdb, postgres, polars, pyspark, by comma; each must be there. "
            "Else those of the project's targets that are found.",
        ),
    ] = "",
    project: ProjectOption = Path(),
    postgres: PostgresOption = None,
    format: Annotated[
        TestFormat, typer.Option("--format", help="How to report.")
    ] = TestFormat.text,
    conformance: Annotated[
        bool,
        typer.Option(
            "--conformance",
            help="Instead: the cases of what definitions mean, and what targets support.",
        ),
    ] = False,
) -> None:
    """Run the tests of a project: rows in, rows out, on the engines found here.

    They are examples of definitions, and the files `*.alignc.yml` in the folder `tests`.
    """
    from alignc.testing.command import Request, check_engines, chosen_tests
    from alignc.testing.command import run_tests as run

    engines = _by_comma(engine)
    check_engines(engines)
    if conformance:
        if names or format is TestFormat.junit:
            raise typer.BadParameter("--conformance takes no names and no --format junit")
        _run_conformance(engines, postgres, format)
        return
    from alignc.settings import find_project

    found = find_project(project.resolve())
    chosen = chosen_tests(found, names or ())
    if not chosen.fixtures and format is TestFormat.text:
        print("there are no tests" + (f" of {', '.join(names)}" if names else ""))
        return
    _needs("polars")
    text, is_clean = run(chosen, Request(found, engines, format.value, postgres))
    print(text, end="")
    if not is_clean:
        raise typer.Exit(FINDINGS)


def _run_conformance(engines: tuple[str, ...], postgres: str | None, format: TestFormat) -> None:
    _needs("polars")
    from alignc.conformance.suite import run_suite, suite_json, suite_text
    from alignc.settings import TARGETS

    suite = run_suite(engines or TARGETS, postgres, is_asked=bool(engines))
    if format is TestFormat.json:
        _print_json(suite_json(suite))
    else:
        print(suite_text(suite), end="")
    if suite.failures:
        raise typer.Exit(FINDINGS)


@app.command(hidden=True)
def fuzz(
    projects: Annotated[int, typer.Option("--projects", min=1, help="How many.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="The first seed.")] = 1,
    engines: Annotated[str, typer.Option("--engines", help="Targets, by comma.")] = "duckdb,polars",
    spark_every: Annotated[
        int, typer.Option("--spark-every", min=1, help="PySpark runs one project in so many.")
    ] = 20,
    twins: Annotated[bool, typer.Option(help="Also programs without the passes.")] = True,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Where failing cases are written.")
    ] = None,
    postgres: PostgresOption = None,
) -> None:
    """Compare engines on random projects and random rows."""
    _needs("polars")
    from alignc.fuzz.campaign import Campaign, Tally, run_campaign
    from alignc.verify.engines import MissingEngineError

    campaign = Campaign(
        seeds=range(seed, seed + projects),
        engines=tuple(engines.split(",")),
        rarely={"pyspark": spark_every},
        twins=twins,
        folder=keep,
        postgres=postgres,
    )
    tally = Tally()
    try:
        for line in run_campaign(campaign, tally):
            print(line, flush=True)
    except MissingEngineError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(USAGE) from None
    print(tally.summary())
    if tally.failures:
        raise typer.Exit(FINDINGS)


def _needs(package: str, extra: str | None = None) -> None:
    """Stop with a usage error where a package that a command needs is not installed.

    `extra` is what to install to have it.
    """
    from importlib.util import find_spec

    if find_spec(package) is None:
        how = f": pip install '{extra}'" if extra else ""
        print(f"error: this needs the package {package}{how}", file=sys.stderr)
        raise typer.Exit(USAGE)


_WORDS = {
    "missing": "missing",
    "changed": "out of date",
    "stale": "stale, nothing makes it any more",
    "edited": "edited by hand",
    "foreign": "not written by alignc",
    "unlocked": "not recorded in alignc.lock",
}

_DONE = {
    "missing": "wrote",
    "changed": "updated",
    "stale": "deleted",
    "edited": "kept, edited by hand:",
    "foreign": "kept, not written by alignc:",
    "unlocked": "recorded",
}


def _collect_garbage_rarely() -> None:
    """Compiling makes many small values and hardly any cycles: looking for them costs a quarter."""
    import gc

    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)


def _trees(
    project: Project, dbt_into: Path | None, *, optimize: bool = True
) -> list[tuple[Path, Compiled]]:
    """What is to be written, and where: the output folder, and the user's dbt project if there is one."""
    from alignc.beside import compile_beside, folder_beside
    from alignc.driver import compile_project

    folder = folder_beside(project, dbt_into)
    compiled = compile_project(project, optimize=optimize, has_dbt=folder is None)
    trees = [(project.output, compiled)]
    if folder is not None:
        trees.append((folder, compile_beside(project, compiled, folder, optimize=optimize)))
    return trees


def _report_build(written: list[tuple[Path, Difference]], root: Path, format: Format) -> None:
    if format is Format.json:
        _print_json({"changes": [{"path": d.path, "state": d.state} for _, d in written]})
        return
    for folder, difference in written:
        print(f"{_DONE[difference.state]} {_from_here(root, folder / difference.path)}")
    if not written:
        print("nothing to do")
    if any(d.is_harmful for _, d in written):
        print("move or delete the kept files and build again; `alignc check` shows the difference")


def _from_here(root: Path, file: Path) -> str:
    """A file as people at this terminal know it."""
    from alignc.paths import from_here

    return from_here(root).of(os.path.relpath(file, root))


def _mend(differences: list[Difference]) -> str:
    if any(d.is_harmful for d in differences):
        return "`alignc build` mends them, except those not written by it or edited by hand"
    return "`alignc build` mends them"


def _is_about_a_rule(name: str, project: Path) -> bool:
    """Whether it is written like the code or the name of a rule, and is not that of a view or model."""
    import re

    if re.fullmatch("[A-Z][0-9]{3}|[a-z]+(-[a-z]+)+", name):
        return True
    if not re.fullmatch("[A-Za-z][0-9]+", name):
        return False
    from alignc.driver import load
    from alignc.errors import DefinitionError
    from alignc.lint.rules import FAMILIES
    from alignc.settings import find_project

    if name[0].upper() not in FAMILIES:
        return False

    try:
        module = load(find_project(project.resolve())).module
    except DefinitionError:
        return True
    return name not in module.view_by_name and name not in module.contract_by_name


def _explain_rule(name: str, format: Format) -> None:
    from alignc.changes.rules import BREAKING
    from alignc.errors import DefinitionError, Diagnostic, did_you_mean
    from alignc.lint.codes import hint_about
    from alignc.lint.docs import rule_json, rule_text
    from alignc.lint.rules import RULES

    by_code = {rule.code: rule for rule in (*RULES, *BREAKING)}
    by_name = {rule.name(): rule for rule in by_code.values()}
    rule = by_code.get(name.upper()) or by_name.get(name)
    if rule is None:
        hint = did_you_mean(name, by_name) if "-" in name else hint_about(name, [*by_code])
        hint = hint or "`alignc rules` lists them"
        raise DefinitionError([Diagnostic("ALN005", f"there is no rule `{name}`", None, hint)])
    if format is Format.json:
        _print_json(rule_json(rule))
    else:
        print(rule_text(rule), end="")


def _by_comma(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _has_colours() -> bool:
    # https://no-color.org: an empty one says nothing.
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not is_plain


def _print_lines(lines: Iterable[str]) -> None:
    _print_summary("".join(f"{line}\n" for line in lines))


def _print_summary(summary: str) -> None:
    """What is said beside a report: each line is one thing."""
    from alignc.wrapping import wrapped_lines

    print(wrapped_lines(summary), file=sys.stderr, end="")


def _explanation_text(explanation: Explanation, paths: Paths) -> str:
    from alignc.wrapping import wrapped_lines

    place = paths.at(explanation.place)
    parts = [f"{explanation.title}\n  {place}\n\n{explanation.text}".rstrip("\n")]
    parts.append("lineage\n" + "\n".join(_lineage_lines(explanation.lineage, 1, paths)))
    if explanation.before:
        parts.append("plan before the passes\n" + _indented(explanation.before))
        parts.append("plan after the passes\n" + _indented(explanation.after))
    sections = {
        "windows": explanation.windows,
        "state": explanation.state,
        "pruned": explanation.pruned,
        "costs": explanation.costs,
        "hints: with `rows_per_key` it would be": explanation.hints,
    }
    for title, lines in sections.items():
        if lines:
            parts.append("\n".join((title, *(f"  {line}" for line in lines))))
    return wrapped_lines("\n\n".join(parts)) + "\n"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.rstrip("\n").split("\n"))


def _lineage_lines(origins: tuple[Origin, ...], depth: int, paths: Paths) -> list[str]:
    lines: list[str] = []
    for origin in origins:
        place = f"  [{paths.at(origin.place)}]" if origin.place else ""
        lines.append(f"{'  ' * depth}{origin.label} = {origin.how}{place}")
        lines += _lineage_lines(origin.inputs, depth + 1, paths)
    return lines


def _explanation_json(explanation: Explanation, paths: Paths) -> dict[str, object]:
    from dataclasses import asdict

    return {
        **asdict(explanation),
        "place": str(paths.at(explanation.place)),
        "lineage": [_origin_json(origin, paths) for origin in explanation.lineage],
    }


def _origin_json(origin: Origin, paths: Paths) -> dict[str, object]:
    return {
        "label": origin.label,
        "how": origin.how,
        "place": str(paths.at(origin.place)) if origin.place else "",
        "inputs": [_origin_json(one, paths) for one in origin.inputs],
    }


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def main() -> NoReturn:
    """Run a command; all failures end here, as one report and an exit code."""
    try:
        code = _run()
        print(end="", flush=True)
    except BrokenPipeError:
        code = UNREAD
        # Python writes what is left in the buffers when it ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
    sys.exit(code)


def _run() -> int:
    """The exit code of a command; BrokenPipeError if nobody reads what it prints."""
    from alignc.errors import DefinitionError, InternalError

    try:
        # Without standalone mode a command's `typer.Exit` comes back as its code.
        code = app(standalone_mode=False)
    except DefinitionError as error:
        _report(error)
        return USAGE
    except InternalError as error:
        print(error, file=sys.stderr)
        return INTERNAL
    except SystemExit as error:
        # Typer ends the program by itself when a pipe is closed.
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        raise
    except typer.Abort:
        return STOPPED
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None:
            return _fault(error)
        # What alignc may not read or write is no fault of it.
        print(f"error: {error.filename}: {error.strerror}", file=sys.stderr)
        return USAGE
    except Exception as error:
        if hasattr(error, "format_message"):
            from alignc.wrapping import wrapped

            lines = wrapped(f"error: {error.format_message()}", " " * 7)
            print("\n".join(lines), file=sys.stderr)
            return USAGE
        return _fault(error)
    return code if isinstance(code, int) else CLEAN


def _fault(error: Exception) -> int:
    """Show an error that nobody has thought of, and where it came from."""
    import traceback

    from alignc.errors import InternalError

    traceback.print_exception(error)
    said = traceback.format_exception_only(error)[-1].strip()
    command = " ".join(["alignc", *sys.argv[1:2]])
    print(InternalError(f"`{command}`", said), file=sys.stderr)
    return INTERNAL


def _root_of(params: Mapping[str, object]) -> Path | None:
    """The folder of the project that a command is about, from its arguments."""
    from alignc.settings import root_of

    given = params.get("project") or params.get("path") or Path()
    assert isinstance(given, Path)
    if "place" in params:
        from alignc.trace.command import folder_of

        given = folder_of(str(params["place"]).partition(":")[0], given)
    folder = given.resolve()
    return root_of(folder if folder.is_dir() else folder.parent)


def _report_in_format(error: DefinitionError, format: str, command: str) -> None:
    from alignc.mistakes import mistakes_text
    from alignc.paths import from_repository

    root = error.root or Path.cwd()
    text = mistakes_text(error.diagnostics, format, from_repository(root), command)
    print(text or "", end="")


def _report(error: DefinitionError) -> None:
    from alignc.paths import from_here

    paths = from_here(error.root) if error.root else None
    for diagnostic in error.diagnostics:
        print("\n".join(_shown(diagnostic, paths)), file=sys.stderr)
    if len(error.diagnostics) > 1:
        print(f"{len(error.diagnostics)} errors", file=sys.stderr)


def _shown(diagnostic: Diagnostic, paths: Paths | None) -> list[str]:
    """The diagnostic with the line that it is about, where that can be read."""
    from alignc.wrapping import wrapped

    span = diagnostic.span
    if span is not None and paths is not None:
        diagnostic = replace(diagnostic, span=paths.at(span))
    lines = wrapped(str(replace(diagnostic, hint=None)), "    ")
    if span is not None and paths is not None:
        lines += _excerpt(span, paths.root)
    if diagnostic.hint:
        lines += wrapped(f"    hint: {diagnostic.hint}", " " * 10)
    return lines


def _excerpt(span: Span, root: Path) -> list[str]:
    """The line of a place with a mark below it, nothing if it cannot be read."""
    try:
        lines = (root / span.file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    if not 1 <= span.line <= len(lines):
        return []
    number = str(span.line)
    return [
        f"    {number} | {lines[span.line - 1]}".replace("\t", " "),
        f"    {' ' * len(number)} | {' ' * (span.column - 1)}^",
    ]


if __name__ == "__main__":
    main()
