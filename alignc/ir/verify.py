"""Whether a Module or a Plan is well formed: what every pass may assume and must keep.

Users never see these messages; a finding here is a fault of alignc.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alignc.errors import Diagnostics, InternalError
from alignc.ir.ahead import features_ahead
from alignc.ir.expr import Expr, columns_of
from alignc.ir.infer import infer_dtype
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Contract,
    Derived,
    Feature,
    JoinInput,
    Module,
    Raw,
    Rows,
    StackInput,
    View,
    ViewInput,
    are_of_one_truth,
    origins_in,
    views_in,
)
from alignc.ir.ops import AGGREGATES
from alignc.ir.ops.spec import SCALAR
from alignc.ir.ops.time import is_grid
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    Schema,
    Slice,
    Step,
    Union,
    WindowAggregate,
    Write,
    inputs_of,
    schemas,
)
from alignc.ir.time_frames import fits_frames
from alignc.ir.types import BOOL, FLOAT64, INT64, TIMESTAMP, DType


def verify_module(module: Module, after: str) -> None:
    """InternalError naming `after`, the step before, and all that is wrong."""
    _stop_if_any(after, _module_faults(module))


def verify_plan(plan: Plan, after: str) -> None:
    """InternalError naming `after`, the step before, and all that is wrong."""
    _stop_if_any(after, _plan_faults(plan))


def _stop_if_any(after: str, faults: Iterator[str]) -> None:
    found = list(faults)
    if found:
        raise InternalError(after, "; ".join(found))


def _module_faults(module: Module) -> Iterator[str]:
    for what, names in (
        ("source", [s.name for s in module.sources]),
        ("view", [v.name for v in module.views]),
        ("contract", [c.name for c in module.contracts]),
    ):
        yield from (
            f"{what} `{n}` is there twice" for n in sorted(set(names)) if names.count(n) > 1
        )
    for view in module.views:
        yield from _view_faults(module, view)
    for contract in module.contracts:
        for read in contract.inputs:
            if read.feature in features_ahead(module.view_by_name[read.view], module.view_by_name):
                yield f"contract `{contract.name}` reads `{read.view}.{read.feature}` of the future"
        for used in contract.uses:
            if used.feature not in module.view_by_name[used.view].by_name:
                yield f"contract `{contract.name}` reads unknown `{used.view}.{used.feature}`"
        yield from _prediction_faults(module, contract)
        yield from _baseline_faults(module, contract)


def _baseline_faults(module: Module, contract: Contract) -> Iterator[str]:
    for name in contract.baselines:
        other = module.contract_by_name.get(name)
        labels = other.labels if other is not None and other.prediction_source else ()
        if not any(are_of_one_truth(a, b) for a in contract.labels for b in labels):
            yield f"contract `{contract.name}` cannot be compared with `{name}`"


def _prediction_faults(module: Module, contract: Contract) -> Iterator[str]:
    columns = {output.name: output.dtype for output in contract.outputs}
    for label in contract.labels:
        truth = module.view_by_name[label.view].by_name.get(label.feature)
        if label.expr is not None and truth is not None:
            for fault in _type_faults(label.expr, columns, truth.dtype):
                yield f"prediction `{label.prediction}` of `{contract.name}` {fault}"
    for ranking in contract.rankings:
        view = module.view_by_name.get(ranking.view)
        read = ranking.reads(view) if view is not None else ()
        if ranking.output not in columns or view is None or not set(read) <= view.by_name.keys():
            yield f"ranking `{ranking.output}` of `{contract.name}` reads what is not there"
    for clustering in contract.clusterings:
        if clustering.output not in columns or not set(clustering.features) <= {*contract.inputs}:
            yield f"clustering `{clustering.output}` of `{contract.name}` reads what is not there"
    predictions = {label.prediction for label in contract.labels}
    for output in contract.outputs:
        if output.probability and output.probability.prediction not in predictions:
            yield f"output `{output.name}` of `{contract.name}` is the probability of no label"


def _view_faults(module: Module, view: View) -> Iterator[str]:
    columns = {f.name: f.dtype for f in view.features}
    if len(columns) < len(view.features):
        yield f"view `{view.name}` has a feature twice"
    match view.input:
        case ViewInput() | JoinInput() | AsOfInput() | StackInput() as given:
            unknown = [name for name in views_in(given) if name not in module.view_by_name]
            yield from (f"view `{view.name}` reads unknown view `{name}`" for name in unknown)
            if not unknown:
                yield from _column_faults(module, view, given)
        case given:
            if given.source not in module.source_by_name:
                yield f"view `{view.name}` reads unknown source `{given.source}`"
    for name in view.tie_breakers:
        if name not in columns:
            yield f"view `{view.name}` has no tie breaker `{name}`"
    if view.freshness is not None and columns.get(view.freshness) != TIMESTAMP:
        yield f"view `{view.name}` has no time `{view.freshness}` of its freshness"
    for feature in view.features:
        yield from (
            f"{view.name}.{feature.name}: {fault}" for fault in _compute_faults(feature, columns)
        )


def _column_faults(module: Module, view: View, given: Rows) -> Iterator[str]:
    for feature in view.raw:
        assert isinstance(feature.compute, Raw)
        for other, name in origins_in(given, feature.compute.column):
            original = module.view_by_name[other].by_name.get(name)
            if original is None:
                yield f"{view.name}.{feature.name} reads unknown `{other}.{name}`"
            elif original.dtype != feature.dtype:
                yield f"{view.name}.{feature.name} is {feature.dtype}, `{other}.{name}` is not"


def _compute_faults(feature: Feature, columns: Mapping[str, DType]) -> Iterator[str]:
    match feature.compute:
        case Derived(expr=expr):
            yield from _type_faults(expr, columns, feature.dtype)
        case Aggregated() as made:
            found = Diagnostics()
            dtype = infer_dtype(made.value, columns, found)
            yield from (d.message for d in found.items)
            if dtype and dtype not in AGGREGATES[made.aggregate].accepts:
                yield f"{made.aggregate} of {dtype}"
            if (made.parameter is None) != (AGGREGATES[made.aggregate].parameter is None):
                yield f"{made.aggregate} with the parameter {made.parameter!r}"
            step = made.window.resolution
            if step is not None and (made.window.is_ahead or not is_grid(step)):
                yield f"a resolution of {step} microseconds"
        case _:
            return


def _type_faults(expr: Expr, columns: Mapping[str, DType], declared: DType) -> Iterator[str]:
    found = Diagnostics()
    dtype = infer_dtype(expr, columns, found)
    yield from (d.message for d in found.items)
    if dtype is not None and dtype != declared:
        yield f"has type {dtype}, says {declared}"


def _plan_faults(plan: Plan) -> Iterator[str]:
    seen: set[str] = set()
    for step in plan.steps:
        if step.name in seen:
            yield f"step `{step.name}` is there twice"
        missing = [name for name in inputs_of(step.node) if name not in seen]
        if missing:
            yield f"step `{step.name}` reads {missing} before they are made"
            return
        seen.add(step.name)
    if not plan.steps or not isinstance(plan.steps[-1].node, Write):
        yield "the last step is not a write"
        return
    try:
        known = schemas(plan)
    except KeyError as error:
        yield f"a step takes column {error}, which is not there"
        return
    for step in plan.steps:
        yield from (f"step `{step.name}`: {fault}" for fault in _step_faults(step, known))


def _step_faults(step: Step, known: Mapping[str, Schema]) -> Iterator[str]:
    node = step.node
    match node:
        case Scan():
            names = [c.name for c in node.columns]
        case Project() | Write():
            names = [c.name for c in node.columns]
            for column in node.columns:
                yield from _type_faults(column.expr, known[node.input], column.dtype)
        case Filter():
            names = []
            yield from _type_faults(node.predicate, known[node.input], BOOL)
        case Slice():
            names = []
            lost = {node.time, *node.by} - known[node.input].keys()
            if lost:
                yield f"a slice reads {sorted(lost)}, which are not there"
        case Distinct():
            names = list(node.columns)
        case Union():
            names = list(node.columns)
            for given in node.inputs:
                kinds = {n: known[given].get(n) for n in node.columns}
                if kinds != known[step.name]:
                    yield f"`{given}` has the columns {kinds}"
        case KeyJoin():
            taken = (new for right in node.rights for _, new in right.columns)
            names = [*node.left_columns, *taken]
            for right in node.rights:
                yield from _key_faults(right.on, known[node.left], known[right.input])
        case AsOfJoin():
            names = [*node.left_columns, *node.right_columns]
            left, right_schema = known[node.left], known[node.right]
            yield from _key_faults(node.on, left, right_schema)
            if node.left_time is not None and node.left_time not in left:
                yield f"there is no time `{node.left_time}`"
            times = [t for t in (node.right_time, node.created_at, node.valid_to) if t is not None]
            for name in (*times, *node.order):
                if name not in right_schema:
                    yield f"there is no column `{name}` to order by"
        case Running():
            columns = known[node.input]
            names = [*columns, *(c.name for c in node.columns)]
            lost = {*node.order, *node.by, *(c.column for c in node.columns)} - columns.keys()
            if lost:
                yield f"running columns read {sorted(lost)}, which are not there"
                return
            for name in node.order:
                if columns[name] not in SCALAR:
                    yield f"rows are in the order of `{name}`, which is {columns[name]}"
            for running in node.columns:
                wanted = columns[running.column]
                if running.function == "sum" and wanted not in (INT64, FLOAT64):
                    yield f"`{running.name}` is a sum of {wanted}"
                if running.dtype != wanted:
                    yield f"`{running.name}` has type {wanted}, says {running.dtype}"
        case Group():
            names = [*node.by, *(c.name for c in node.columns)]
            yield from _group_faults(node, known[node.input])
        case WindowAggregate():
            names = [*node.left_columns, *(a.name for a in node.aggregates)]
            yield from _key_faults(node.on, known[node.left], known[node.right])
            for made in node.aggregates:
                lost = columns_of(made.value) - known[node.right].keys()
                if lost:
                    yield f"`{made.name}` reads {sorted(lost)}, which are not there"
            created = (node.created_at,) if node.created_at else ()
            for name in (node.right_time, *created, *node.order):
                if name not in known[node.right]:
                    yield f"there is no column `{name}` to order by"
            if not fits_frames(node) and len({a.window for a in node.aggregates}) > 1:
                yield "rows are matched for several windows at once"
    if len(set(names)) < len(names):
        yield f"a column is there twice among {names}"


def _group_faults(node: Group, schema: Schema) -> Iterator[str]:
    lost = set(node.by) - schema.keys()
    if lost:
        yield f"a group is by {sorted(lost)}, which are not there"
    for made in node.columns:
        if made.aggregate is None:
            dtype: DType | str | None = INT64
            if made.value is not None:
                yield from _type_faults(made.value, schema, BOOL)
        elif made.value is None:
            yield f"`{made.name}` is {made.aggregate} of nothing"
            continue
        else:
            found = Diagnostics()
            value = infer_dtype(made.value, schema, found)
            yield from (d.message for d in found.items)
            spec = AGGREGATES[made.aggregate]
            if spec.ordered:
                yield f"`{made.name}` is {made.aggregate}, and a group has no order"
            if value is None:
                continue
            if value not in spec.accepts:
                yield f"{made.aggregate} of {value}"
            dtype = spec.returns([value])
        if dtype != made.dtype:
            yield f"`{made.name}` has type {dtype}, says {made.dtype}"


def _key_faults(on: tuple[tuple[str, str], ...], left: Schema, right: Schema) -> Iterator[str]:
    for a, b in on:
        if a not in left or b not in right:
            yield f"the key {a} = {b} is not on both sides"
        elif left[a] != right[b]:
            yield f"the key {a} is {left[a]} on one side and {right[b]} on the other"
