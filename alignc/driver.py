"""The order of work: definitions -> Module -> Plans -> passes -> texts.

Nothing is printed and nothing is written here; see `alignc.tree` for the folder of results.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath

from alignc.artifacts.dataset import dataset_plan
from alignc.artifacts.drift import drift_of
from alignc.artifacts.evaluation import embargo_of, latest_plan, mistakes_plan, windows_ahead
from alignc.artifacts.outcomes import judged_labels
from alignc.artifacts.predictions import PREDICTIONS
from alignc.artifacts.subjects import subjects_of
from alignc.artifacts.validation import validation_of
from alignc.artifacts.view import view_plan
from alignc.backends.job import Evaluation, Job, Judge, LabelColumn
from alignc.backends.output import Output as Output
from alignc.backends.path_clashes import check_paths
from alignc.backends.support import unsupported_features
from alignc.errors import Diagnostics, InternalError, Span, UnsupportedOpError
from alignc.frontend.loader import Loaded, load_project
from alignc.hints import with_hints
from alignc.ir.fixture import Fixture
from alignc.ir.module import Contract, Module, View, module_to_json
from alignc.ir.passes import PIPELINE
from alignc.ir.plan import Plan
from alignc.ir.verify import verify_module, verify_plan
from alignc.monitoring.drift.options import check_thresholds
from alignc.settings import Project, definition_files, name_in, test_files


@dataclass(frozen=True)
class Compiled:
    """All outputs of a project, the digest of its IR, and the files that it was read from by name."""

    module: Module
    outputs: tuple[Output, ...]
    ir_digest: str
    files: dict[str, str]
    # The tests that dbt projects have.
    fixtures: tuple[Fixture, ...] = ()
    # Where it is recorded what was written, below the folder that it is written to.
    lock: str = "alignc.lock"


def tests_digest(fixtures: Sequence[Fixture]) -> str | None:
    """Changes whenever a test does; None if there are none."""
    return hashlib.sha256(repr(fixtures).encode()).hexdigest() if fixtures else None


def load(project: Project, texts: Mapping[str, str] | None = None) -> Loaded:
    """The Module of a project; DefinitionError with all mistakes.

    `texts` are read instead of the files of these names.
    """
    loaded = load_project(
        project.root,
        definition_files(project),
        project.settings.name,
        required_by_default=project.settings.defaults.required,
        texts=texts,
    )
    verify_module(loaded.module, "lowering of the definitions")
    return replace(loaded, module=with_hints(loaded.module, project))


def fixtures_of(project: Project, loaded: Loaded) -> tuple[Fixture, ...]:
    """The tests of a project: examples of definitions, then those of its files; DefinitionError."""
    from alignc.frontend.fixtures.files import read_fixture_file
    from alignc.frontend.fixtures.lower import lower_fixtures, report_repeats

    found = Diagnostics()
    written = [
        fixture
        for path in test_files(project)
        for fixture in read_fixture_file(
            name_in(project, path),
            _text_of_tests(path, project, found),
            found,
        )
    ]
    report_repeats([*loaded.fixtures, *written], found)
    made = lower_fixtures(written, loaded.module, found)
    found.raise_if_any()
    return (*loaded.fixtures, *made)


def with_tests(project: Project, loaded: Loaded) -> Loaded:
    """A project that is read with the files of its tests if it writes a dbt project; DefinitionError."""
    if not project.settings.adapters:
        return replace(loaded, fixtures=())
    fixtures = fixtures_of(project, loaded)
    texts = {name_in(project, p): p.read_text(encoding="utf-8") for p in test_files(project)}
    return replace(loaded, files={**loaded.files, **texts}, fixtures=fixtures)


def _text_of_tests(path: Path, project: Project, found: Diagnostics) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        place = Span(name_in(project, path), 1)
        found.add("ALN801", f"cannot be read: {' '.join(str(error).split())}", place)
        return ""


def compile_project(project: Project, *, optimize: bool = True, has_dbt: bool = True) -> Compiled:
    """All files of a project; UnsupportedOpError if a target cannot express a feature.

    If it has no dbt, its models are written elsewhere: see `alignc.beside`.
    """
    loaded = with_tests(project, load(project))
    module = loaded.module
    check_thresholds(project, module)
    targets = project.settings.programs
    text = module_to_json(module)
    outputs = [Output("ir.json", text, ("project",))]
    depth = len(PurePosixPath(project.settings.output).parts)
    found = Diagnostics()
    # One plan at a time: those of a large project are much larger than the texts made from them.
    for plan, definition in plans_of(module, optimize=optimize):
        for target in project.settings.engines:
            found.items.extend(unsupported_features(module, plan, definition, target))
        if not found.items:
            job = job_of(module, plan, definition, depth)
            outputs += [_emitted(job, definition, target) for target in targets]
            job = _alone(job)
            outputs += _validation(job, definition, targets, found, optimize=optimize)
            outputs += _monitors(job, definition, targets, found, optimize=optimize)
            outputs += _drift(project, job, definition, targets, found, optimize=optimize)
            outputs += _dashboard(module, definition, targets)
    if found.items:
        raise UnsupportedOpError(found.items)
    outputs += _source_files(module, targets)
    if has_dbt:
        outputs += _dbt_files(module, project, loaded.fixtures, optimize=optimize)
    check_paths(outputs, module)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Compiled(module, tuple(outputs), digest, loaded.files, loaded.fixtures)


def validations_of(
    project: Project, module: Module, definition: View | Contract, targets: Sequence[str]
) -> Iterator[Output]:
    """The programs that validate all that a definition is about, for some targets."""
    depth = len(PurePosixPath(project.settings.output).parts)
    job = _alone(job_of(module, plan_of(module, definition), definition, depth))
    known = [target for target in targets if target in project.settings.programs]
    yield from _validation(job, definition, known, Diagnostics(), optimize=True)


def _alone(job: Job) -> Job:
    """The job of what watches a dataset, which has nothing to do with how that is parted."""
    return replace(job, evaluation=Evaluation())


def _validation(
    job: Job,
    definition: View | Contract,
    targets: Sequence[str],
    found: Diagnostics,
    *,
    optimize: bool,
) -> Iterator[Output]:
    """The programs that validate rows; what a target cannot express goes to `found`."""
    from alignc.validation.files import validation_files
    from alignc.validation.plans import plans_of

    if not targets:
        return
    for subject in subjects_of(job.module, definition):
        if not validation_of(subject):
            continue
        plans = plans_of(subject, partial(optimized, enabled=optimize))
        for target in targets:
            for plan in plans.values():
                found.items.extend(unsupported_features(job.module, plan, definition, target))
        if not found.items:
            yield from validation_files(job, subject, plans, targets)


def monitors_of(project: Project, module: Module, contract: Contract) -> Iterator[Output]:
    """The programs that judge a model, and its dashboard."""
    depth = len(PurePosixPath(project.settings.output).parts)
    job = _alone(job_of(module, plan_of(module, contract), contract, depth))
    targets = project.settings.programs
    yield from _monitors(job, contract, targets, Diagnostics(), optimize=True)
    yield from _dashboard(module, contract, targets)


def _export_metrics(targets: Sequence[str]) -> bool:
    """Whether programs of some target tell Prometheus something, so that there are rules about it."""
    return any(target in ("polars", "pyspark") for target in targets)


def _dashboard(
    module: Module, definition: View | Contract, targets: Sequence[str]
) -> Iterator[Output]:
    """The dashboard of a model."""
    from alignc.monitoring.dashboard import dashboard_files

    if isinstance(definition, Contract) and _export_metrics(targets):
        yield from dashboard_files(module, definition)


def _monitors(
    job: Job,
    definition: View | Contract,
    targets: Sequence[str],
    found: Diagnostics,
    *,
    optimize: bool,
) -> Iterator[Output]:
    """The programs that judge a model; what a target cannot express goes to `found`.

    Rules are of what the Python programs export.
    """
    if not targets or isinstance(definition, View):
        return
    from alignc.monitoring.performance.files import monitor_files, shared_files
    from alignc.monitoring.performance.plans import monitored

    labels = monitored(job.module, definition, partial(optimized, enabled=optimize))
    if not labels:
        return
    for label in labels:
        for target in targets:
            for _, plan in label.functions():
                found.items.extend(unsupported_features(job.module, plan, definition, target))
    if not found.items:
        yield from monitor_files(job, definition, labels, targets)
        yield from shared_files(definition, labels) if _export_metrics(targets) else ()


def drift_of_contract(
    project: Project, module: Module, contract: Contract, targets: Sequence[str]
) -> Iterator[Output]:
    """The programs that compare datasets of a contract for some targets."""
    depth = len(PurePosixPath(project.settings.output).parts)
    job = _alone(job_of(module, plan_of(module, contract), contract, depth))
    known = [target for target in targets if target in project.settings.programs]
    yield from _drift(project, job, contract, known, Diagnostics(), optimize=True)


def _drift(
    project: Project,
    job: Job,
    definition: View | Contract,
    targets: Sequence[str],
    found: Diagnostics,
    *,
    optimize: bool,
) -> Iterator[Output]:
    """The programs that compare datasets of a contract; what a target cannot express goes to `found`."""
    from alignc.monitoring.drift.files import contract_file, shared_files
    from alignc.monitoring.drift.options import options_of
    from alignc.monitoring.drift.plans import plans_of

    if not isinstance(definition, Contract):
        return
    asked = drift_of(job.module, definition)
    if not asked.columns:
        return
    options = options_of(project.settings.monitoring.drift)
    passes = partial(optimized, enabled=optimize)
    for target in targets:
        plans = plans_of(job.module, definition, target, options, passes)
        for plan in plans.values():
            found.items.extend(unsupported_features(job.module, plan, definition, target))
        if not found.items:
            yield contract_file(job, definition, plans, target, options)
    if not found.items and _export_metrics(targets):
        yield from shared_files(definition, asked)


def plans_of(module: Module, *, optimize: bool) -> Iterator[tuple[Plan, View | Contract]]:
    """The plan of every view and dataset of a project."""
    for definition in definitions_of(module):
        yield plan_of(module, definition, optimize=optimize), definition


def definitions_of(module: Module) -> list[View | Contract]:
    """All that programs are written for."""
    return [*module.views, *module.contracts]


def plan_of(module: Module, definition: View | Contract, *, optimize: bool = True) -> Plan:
    """The plan of a view or of a contract's dataset."""
    if isinstance(definition, View):
        return optimized(view_plan(module, definition), enabled=optimize)
    return optimized(dataset_plan(module, definition), enabled=optimize)


def optimized(plan: Plan, *, enabled: bool = True) -> Plan:
    """The plan after the passes; it is verified before and after them."""
    verify_plan(plan, f"the plan of {plan.name}")
    if not enabled:
        return plan
    for rewrite in PIPELINE:
        try:
            plan = rewrite(plan)
        except (AssertionError, KeyError) as error:
            raise InternalError(f"{rewrite.__name__} of {plan.name}", repr(error)) from error
    verify_plan(plan, f"the passes over {plan.name}")
    return plan


def job_of(module: Module, plan: Plan, definition: View | Contract, depth: int) -> Job:
    """What a backend needs to know of a view or a contract."""
    is_view = isinstance(definition, View)
    what = "Feature view" if is_view else "Dataset of the model"
    place = f"{definition.span.file}:{definition.span.line}"
    about = definition.description.splitlines() if definition.description else []
    return Job(
        module=module,
        plan=plan,
        kind="view" if is_view else "dataset",
        title=f"{what} `{definition.name}`.",
        pointer=f"{place} ({definition.symbol})",
        about=tuple(" ".join(line.split()) for line in about),
        # generated / polars / views / file
        depth=depth + 2,
        evaluation=Evaluation()
        if isinstance(definition, View)
        else _evaluation(module, definition),
    )


def _evaluation(module: Module, contract: Contract) -> Evaluation:
    """What test sets of a dataset are cut by."""
    ahead = windows_ahead(module, contract)
    predictions = PREDICTIONS
    while predictions in module.source_by_name:
        predictions += "_"
    plans: dict[str, Plan] = {}
    functions: dict[str, str] = {}
    labels: list[LabelColumn] = []
    for label in contract.labels:
        if label.feature not in ahead:
            labels.append(LabelColumn(label.feature))
            continue
        if label.view not in functions:
            functions[label.view] = f"latest_{len(functions) + 1}"
            plans[functions[label.view]] = optimized(latest_plan(module, label.view))
        labels.append(LabelColumn(label.feature, ahead[label.feature], functions[label.view]))
    judges: list[Judge] = []
    for judged in judged_labels(module, contract):
        if judged.time is not None or not contract.needs_event_timestamp:
            function = f"judged_{len(judges) + 1}"
            plans[function] = optimized(mistakes_plan(module, judged, predictions))
            judges.append(Judge(judged.label.prediction, judged.label.problem, function))
    embargo = embargo_of(module, contract)
    return Evaluation(embargo, tuple(labels), tuple(judges), plans, predictions)


def emit(job: Job, target: str) -> str:
    """The program of a job in the words of a target."""
    _, write = _EMITTERS[target]
    return write(job)


def files_of(name: str, *, is_view: bool, targets: Iterable[str]) -> Iterator[str]:
    """The program of a view or a dataset for each target, below the output folder."""
    folder = "views" if is_view else "datasets"
    for target in targets:
        path, _ = _EMITTERS[target]
        yield f"{path}/{folder}/{name}.{'sql' if path.startswith('sql/') else 'py'}"


def validation_files_of(
    about: View | Contract, module: Module, targets: Iterable[str]
) -> Iterator[str]:
    """The programs that validate what a definition is about, below the output folder."""
    from alignc.validation.files import paths_of

    subjects = [s for s in subjects_of(module, about) if validation_of(s)]
    for target in targets:
        for subject in subjects:
            yield from paths_of(subject, target)


def monitor_files_of(
    about: View | Contract, module: Module, targets: Sequence[str]
) -> Iterator[str]:
    """The programs that judge a model and its dashboard, below the output folder; of views there are none."""
    from alignc.monitoring.dashboard import dashboard_paths
    from alignc.monitoring.performance.files import paths_of, shared_paths
    from alignc.monitoring.performance.plans import monitored

    if isinstance(about, Contract):
        labels = monitored(module, about, lambda plan: plan)
        for target in targets if labels else ():
            yield from paths_of(about, labels, target)
        if _export_metrics(targets):
            yield from shared_paths(about) if labels else ()
            yield from dashboard_paths(module, about)


def drift_files_of(about: View | Contract, module: Module, targets: Sequence[str]) -> Iterator[str]:
    """The programs that compare datasets of a contract, below the output folder; of views there are none."""
    from alignc.monitoring.drift.files import path_of, shared_paths

    if isinstance(about, Contract) and drift_of(module, about).columns:
        yield from (path_of(about, target) for target in targets)
        yield from shared_paths(about) if _export_metrics(targets) else ()


def dbt_files_of(about: View | Contract, module: Module, adapters: Iterable[str]) -> Iterator[str]:
    """The models of a view or a contract for each adapter, below the output folder."""
    from alignc.dbt.models import model_files

    for adapter in adapters:
        yield from (f"dbt/{adapter}/{path}" for path in model_files(about, module))


def _emitted(job: Job, definition: View | Contract, target: str) -> Output:
    (path,) = files_of(definition.name, is_view=job.kind == "view", targets=(target,))
    used = sorted({s.name for s in job.sources})
    symbols = (f"{job.kind}:{definition.name}", *(f"source:{name}" for name in used))
    return Output(path, emit(job, target), symbols)


def _sql(dialect: str) -> Callable[[Job], str]:
    def emit(job: Job) -> str:
        from alignc.backends.sql.files import emit as emit_sql

        return emit_sql(job, dialect)

    return emit


def _polars(job: Job) -> str:
    from alignc.backends.polars.files import emit

    return emit(job)


def _pyspark(job: Job) -> str:
    from alignc.backends.pyspark.files import emit

    return emit(job)


# Target -> folder below the output and the function that writes a program.
_EMITTERS: dict[str, tuple[str, Callable[[Job], str]]] = {
    "duckdb": ("sql/duckdb", _sql("duckdb")),
    "postgres": ("sql/postgres", _sql("postgres")),
    "spark": ("sql/spark", _sql("spark")),
    "databricks": ("sql/databricks", _sql("databricks")),
    "snowflake": ("sql/snowflake", _sql("snowflake")),
    "bigquery": ("sql/bigquery", _sql("bigquery")),
    "redshift": ("sql/redshift", _sql("redshift")),
    "polars": ("polars", _polars),
    "pyspark": ("pyspark", _pyspark),
}


def _dbt_files(
    module: Module, project: Project, fixtures: tuple[Fixture, ...], *, optimize: bool
) -> Iterator[Output]:
    """The dbt projects, one for each adapter."""
    for adapter in project.settings.adapters:
        for file in dbt_files(module, project, adapter, fixtures, optimize=optimize):
            yield Output(f"dbt/{adapter}/{file.path}", file.text, file.symbols)


def dbt_files(
    module: Module,
    project: Project,
    adapter: str,
    fixtures: tuple[Fixture, ...] = (),
    *,
    beside: Path | None = None,
    optimize: bool = True,
) -> Iterator[Output]:
    """The files of a dbt project: one of its own, or models beside others in the user's project."""
    from alignc.backends.sql.dialect import DIALECTS
    from alignc.dbt.project import Options, project_files

    hints = project.settings.hints.items()
    late = {name: hint.lateness for name, hint in hints if hint.lateness is not None}
    options = Options(
        entities=project.settings.dbt.entities,
        lateness={name: span // timedelta(microseconds=1) for name, span in late.items()},
        severity=project.settings.dbt.severity,
        fixtures=fixtures,
        is_beside=beside is not None,
    )
    folder = project.output / "dbt" / adapter if beside is None else beside
    root = Path(os.path.relpath(project.root, folder)).as_posix()
    passes = partial(optimized, enabled=optimize)
    yield from project_files(module, DIALECTS[adapter], options, root, passes)


def _source_files(module: Module, targets: Iterable[str]) -> Iterator[Output]:
    from alignc.backends.sql.dialect import DIALECTS
    from alignc.backends.sql.sources import emit_sources

    for target in targets:
        if target in DIALECTS:
            text = emit_sources(module, DIALECTS[target])
            if text is not None:
                names = tuple(f"source:{s.name}" for s in module.sources if s.kind != "table")
                yield Output(sources_path(target), text, names)


def sources_path(target: str) -> str:
    """Where the relations that the queries of a dialect read are made, below the output folder."""
    return f"sql/{target}/sources.sql"


def source_files(targets: Iterable[str]) -> Iterator[str]:
    """The files with the relations that the queries of some targets read, below the output folder."""
    from alignc.backends.sql.dialect import DIALECTS

    yield from (sources_path(target) for target in targets if target in DIALECTS)
