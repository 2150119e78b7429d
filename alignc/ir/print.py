"""The IR as text: what `alignc explain` shows and what pass tests compare.

view taxi_trips over source trips
  entity vendor_id: Int64 = column "vendor_id"
  distance: Float64 = sqrt(square(x1 - x2))
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import assert_never

from alignc.ir.expr import Call, Cast, Column, Expr, Literal, Udf
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Clustering,
    Contract,
    Derived,
    Feature,
    FileSource,
    JoinInput,
    Module,
    Ranking,
    Raw,
    Rows,
    RowsSource,
    Source,
    SourceInput,
    StackInput,
    TableSource,
    View,
    ViewInput,
    Window,
)
from alignc.ir.ops import OPS
from alignc.ir.plan import (
    AsOfJoin,
    Distinct,
    Filter,
    Group,
    GroupColumn,
    KeyJoin,
    Plan,
    Project,
    Running,
    Scan,
    Slice,
    Step,
    Union,
    WindowAggregate,
    WindowColumn,
    Write,
)
from alignc.ir.types import is_decimal

_UNITS = (
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
)


def show_duration(microseconds: int) -> str:
    """A duration in its largest whole unit: `90 d`, `20 min`."""
    for unit, size in _UNITS:
        if microseconds % size == 0:
            return f"{microseconds // size} {unit}"
    raise AssertionError("every integer is a number of microseconds")


def show_window(window: Window) -> str:
    """The edges of a window as an interval before `q`: `(q - 1 h, q]`, `last 3 of (-inf, q]`.

    With a resolution q is a point of its grid: `(floor(q, 15 m) - 1 h, floor(q, 15 m)]`.
    """
    return (
        _interval(window) if window.rows is None else f"last {window.rows} of {_interval(window)}"
    )


def _interval(window: Window) -> str:
    q = "q" if window.resolution is None else f"floor(q, {show_duration(window.resolution)})"
    end = show_moment(window.offset, q)
    left = "[" if window.closed in ("left", "both") else "("
    right = "]" if window.closed in ("right", "both") else ")"
    if window.length is None:
        return f"(-inf, {end}{right}"
    return f"{left}{show_moment(window.offset + window.length, q)}, {end}{right}"


def window_name(window: Window) -> str:
    """A short name: `1h`, `1h_every_15m`, `next_7d`, `last_3`, `lifetime`."""
    every = every_name(window)
    if window.rows is not None:
        return f"last_{window.rows}{every}"
    if window.length is None:
        return f"lifetime{every}"
    length = show_duration(window.length).replace(" ", "")
    return f"next_{length}" if window.is_ahead else f"{length}{every}"


def window_names(windows: Iterable[Window]) -> dict[Window, str]:
    """A name for each window: `1h`, with a number where that is not enough."""
    names: dict[Window, str] = {}
    for window in dict.fromkeys(windows):
        name, count = window_name(window), 2
        while name in names.values():
            name, count = f"{window_name(window)}_{count}", count + 1
        names[window] = name
    return names


def every_name(window: Window) -> str:
    """What a resolution adds to a name: `_every_15min`."""
    if window.resolution is None:
        return ""
    return f"_every_{show_duration(window.resolution).replace(' ', '')}"


def show_moment(before: int, q: str = "q") -> str:
    """A point in time `before` microseconds before q: `q - 1 h`."""
    if before == 0:
        return q
    return f"{q} - {show_duration(before)}" if before > 0 else f"{q} + {show_duration(-before)}"


def show_events(window: Window) -> str:
    """Which events a window has: `Events in (q - 1 h, q]`, `The last 3 events in (-inf, q]`."""
    if window.rows is None:
        return f"Events in {show_window(window)}"
    which = "The last event" if window.rows == 1 else f"The last {window.rows} events"
    return f"{which} in {_interval(window)}"


def show_aggregate(made: Aggregated | WindowColumn) -> str:
    """An aggregate in one line: `percentile(x, 0.9) over (q - 1 h, q]`."""
    parameter = "" if made.parameter is None else f", {json.dumps(made.parameter)}"
    return f"{made.aggregate}({show_expr(made.value)}{parameter}) over {show_window(made.window)}"


def show_expr(expr: Expr) -> str:
    """An expression in one line.

    >>> from alignc.ir.expr import call, literal
    >>> show_expr(call("add", Column(name="a"), literal(1)))
    'a + 1'
    """
    match expr:
        case Column():
            return expr.name if expr.name.isidentifier() else f"`{expr.name}`"
        case Literal(value=float()) | Literal(value=None):
            return str(expr.value) if expr.value is not None else "null"
        case Literal(value=str() as digits, dtype=dtype) if is_decimal(dtype):
            return digits
        case Literal():
            return json.dumps(expr.value, ensure_ascii=False)
        case Call():
            symbol = OPS[expr.op].symbol if expr.op in OPS else None
            if symbol and len(expr.args) == 2:
                left, right = (_operand(a) for a in expr.args)
                return f"{left} {symbol} {right}"
            return f"{expr.op}({', '.join(show_expr(a) for a in expr.args)})"
        case Cast():
            return f"cast({show_expr(expr.value)}, {expr.dtype})"
        case Udf():
            targets = ", ".join(f"{target}={_shown_text(text)}" for target, text in expr.texts)
            return f"udf[{', '.join(expr.inputs)}]({targets})"


def _operand(expr: Expr) -> str:
    text = show_expr(expr)
    is_operator = isinstance(expr, Call) and expr.op in OPS and OPS[expr.op].symbol is not None
    return f"({text})" if is_operator else text


def show_module(module: Module) -> str:
    """All sources, views and contracts."""
    blocks = [[f"project {module.project}"]]
    for source in module.sources:
        blocks.append([f"source {source.name} = {source.kind} {_show_place(source)}"])
    blocks += [list(_view_lines(v)) for v in module.views]
    blocks += [list(_contract_lines(c)) for c in module.contracts]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _show_place(source: Source) -> str:
    """Where a source is; of rows that are here, how many there are of which columns."""
    match source:
        case FileSource(path=path):
            return json.dumps(path)
        case TableSource():
            return json.dumps(f"{source.url_variable}/{source.table}")
        case RowsSource(columns=columns):
            count = len(columns[0].values) if columns else 0
            return f"{count} of {', '.join(c.name for c in columns)}"


def show_view(view: View) -> str:
    return "\n".join(_view_lines(view)) + "\n"


def _view_lines(view: View) -> Iterator[str]:
    over = show_input(view.input)
    ttl = f", ttl {show_duration(view.ttl)}" if view.ttl else ""
    delay = view.availability_delay
    known = f", known after {show_duration(delay)}" if delay else ""
    ties = f", ties by {', '.join(view.tie_breakers)}" if view.tie_breakers else ""
    yield f"view {view.name} over {over}{ttl}{known}{ties}{_at_most(view.rows_per_key)}"
    for feature in view.features:
        yield f"  {_feature_line(feature)}"


def show_input(given: SourceInput | Rows) -> str:
    """What a view reads, in one line."""
    match given:
        case SourceInput(source=source):
            return f"source {source}"
        case ViewInput(view=other, where=where):
            return f"view {other}" + (f" where {show_expr(where)}" if where is not None else "")
        case StackInput(views=views, source_column=name):
            return f"stack of {', '.join(views)}" + (f" named in {name}" if name else "")
        case JoinInput(how=how):
            return f"{show_input(given.left)} {how} join {given.right} on {_pairs(given.on)}"
        case AsOfInput(time=time):
            left = show_input(given.left)
            return f"{left} as-of join {given.right} on {_pairs(given.on)} at {time}"


def _feature_line(feature: Feature) -> str:
    role = "" if feature.role == "feature" else f"{feature.role} "
    required = "!" if feature.required else ""
    checks = "".join(f" {c.name}({', '.join(map(repr, c.values))})" for c in feature.constraints)
    return f"{role}{feature.name}: {feature.dtype}{required} = {show_compute(feature)}{checks}"


def show_compute(feature: Feature) -> str:
    """How a feature comes about, in one line."""
    match feature.compute:
        case Raw(column=column, path=path, time_zone=zone):
            shown = ".".join(map(json.dumps, (column, *(path or ()))))
            return f"column {shown}" + (f" in {zone}" if zone != "UTC" else "")
        case Derived(expr=expr):
            return show_expr(expr)
        case Aggregated() as made:
            return show_aggregate(made)
        case _:
            assert_never(feature.compute)


def _contract_lines(contract: Contract) -> Iterator[str]:
    yield f"contract {contract.name}"
    for entity in contract.entities:
        yield f"  entity {entity.name}: {entity.dtype}"
    for given in contract.inputs:
        alias = f" as {given.name}" if given.name != given.feature else ""
        yield f"  input {given.view}.{given.feature}{alias}"
    for label in contract.labels:
        when = f" when {show_expr(label.when)}" if label.when is not None else ""
        made = f" = {show_expr(label.expr)}" if label.expr is not None else ""
        yield f"  label {label.prediction} estimates {label.view}.{label.feature}{when}{made}"
    for output in contract.outputs:
        of = ""
        if (claim := output.probability) is not None:
            of = f" of {claim.prediction} == {show_expr(claim.value)}"
        yield f"  output {output.name}: {output.dtype} ({output.role}{of})"
    for ranking in contract.rankings:
        yield f"  ranking {show_ranking(ranking)}"
    for clustering in contract.clusterings:
        yield f"  clustering {show_clustering(clustering)}"
    for baseline in contract.baselines:
        yield f"  compared with {baseline}"


def show_ranking(ranking: Ranking) -> str:
    """What a ranking puts in order, and what it is judged by, in one line."""
    selected = ranking.view if ranking.feature is None else f"{ranking.view}.{ranking.feature}"
    keys = ", ".join(key.name for key in ranking.list_key)
    return (
        f"{ranking.output} is the {ranking.by} of {ranking.item.name} for {keys}, "
        f"the first {ranking.top_k} beside {selected}"
    )


def show_clustering(clustering: Clustering) -> str:
    """What clusters are of, in one line."""
    features = ", ".join(one.name for one in clustering.features)
    return f"{clustering.output} is a cluster of {features}"


def show_plan(plan: Plan) -> str:
    """A plan, one step after the other.

    A step is `name = node(inputs)` with its columns on lines of their own.
    """
    return "\n".join(line for step in plan.steps for line in _step_lines(step)) + "\n"


def _step_lines(step: Step) -> Iterator[str]:
    match step.node:
        case Scan() as node:
            row_id = f" numbered {node.row_id}" if node.row_id else ""
            others = " with others" if node.others else ""
            typed = " typed" if node.typed else ""
            yield f"{step.name} = scan {node.source}{row_id}{others}{typed}"
            for c in node.columns:
                shown = ".".join(map(json.dumps, (c.column, *(c.path or ()))))
                yield f"  {c.name}: {c.dtype} = column {shown}"
        case Project() as node:
            yield f"{step.name} = project {node.input}"
            for e in node.columns:
                yield f"  {e.name}: {e.dtype} = {show_expr(e.expr)}"
        case Filter() as node:
            yield f"{step.name} = filter {node.input} where {show_expr(node.predicate)}"
        case Slice() as node:
            older = "any time" if node.before is None else show_duration(node.before)
            reach = f" from {older} before" if node.before != 0 else ""
            reach += f" to {show_duration(node.after)} after" if node.after else ""
            yield f"{step.name} = slice {node.input} by {node.time} of {', '.join(node.by)}{reach}"
        case Distinct() as node:
            yield f"{step.name} = distinct {node.input} by {', '.join(node.columns)}"
        case Union() as node:
            yield f"{step.name} = union {', '.join(node.inputs)}"
            yield f"  take {', '.join(node.columns)}"
        case KeyJoin() as node:
            yield f"{step.name} = key_join {node.left} ({', '.join(node.left_columns)})"
            for right in node.rights:
                unique = f" unique {right.unique}" if right.unique else ""
                inner = "inner " if right.how == "inner" else ""
                columns = ", ".join(a if a == b else f"{a} as {b}" for a, b in right.columns)
                yield f"  with {inner}{right.input} on {_pairs(right.on)}{unique} take {columns}"
        case AsOfJoin() as node:
            delay = f" + {show_duration(node.delay)}" if node.delay else ""
            known = f" at {node.left_time} >= {node.right_time}{delay}" if node.left_time else ""
            valid = f" valid to {node.valid_to}" if node.valid_to else ""
            ttl = f" ttl {show_duration(node.ttl)}" if node.ttl else ""
            created = f" known from {node.created_at}" if node.created_at else ""
            yield (
                f"{step.name} = as_of_join {node.left} with {node.right} "
                f"on {_pairs(node.on)}{known}{ttl}{created}{valid}{_at_most(node.rows_per_key)}"
            )
            yield f"  latest by {', '.join((node.right_time, *node.order))}"
            yield f"  take {', '.join((*node.left_columns, *node.right_columns))}"
        case WindowAggregate() as node:
            created = f" known from {node.created_at}" if node.created_at else ""
            yield (
                f"{step.name} = window_aggregate {node.left} over {node.right} "
                f"on {_pairs(node.on)} at {node.left_time} of {node.right_time}{created}"
                f"{_at_most(node.rows_per_key)}"
            )
            if node.order:
                yield f"  order {', '.join((node.right_time, *node.order))}"
            yield f"  take {', '.join(node.left_columns)}"
            for a in node.aggregates:
                yield f"  {a.name}: {a.dtype} = {show_aggregate(a)}"
        case Running() as node:
            parts = f" of {', '.join(node.by)}" if node.by else ""
            yield f"{step.name} = running {node.input} by {', '.join(node.order)}{parts}"
            for r in node.columns:
                yield f"  {r.name}: {r.dtype} = {r.function} of {r.column}"
        case Group() as node:
            by = f" by {', '.join(node.by)}" if node.by else ""
            yield f"{step.name} = group {node.input}{by}"
            for g in node.columns:
                yield f"  {g.name}: {g.dtype} = {_show_group(g)}"
        case Write() as node:
            order = f" ordered by {node.order_by}" if node.order_by else ""
            rows = f", as many rows as {node.rows_of}" if node.rows_of else ""
            yield f"{step.name} = write {node.input}{order}{rows}"
            if node.others_of:
                yield f"  others of {node.others_of}"
            for e in node.columns:
                yield f"  {e.name}: {e.dtype} = {show_expr(e.expr)}"
        case _:
            assert_never(step.node)


def _show_group(made: GroupColumn) -> str:
    value = show_expr(made.value) if made.value is not None else ""
    if made.aggregate is None:
        return f"rows where {value}" if value else "rows"
    parameter = f", {made.parameter!r}" if made.parameter is not None else ""
    return f"{made.aggregate}({value}{parameter})"


def _at_most(rows_per_key: int | None) -> str:
    return f", at most {rows_per_key} rows a key" if rows_per_key else ""


def _pairs(on: tuple[tuple[str, str], ...]) -> str:
    return " and ".join(a if a == b else f"{a} = {b}" for a, b in on)


def _shown_text(text: str) -> str:
    """Code of users; of a function its name."""
    if text.startswith("def "):
        return text.removeprefix("def ").partition("(")[0]
    return json.dumps(text, ensure_ascii=False)
