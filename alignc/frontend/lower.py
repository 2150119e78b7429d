"""Definitions as written -> Module: names for features, types for expressions, places for all.

Every mistake is collected; there is a Module only if there is none.
"""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alignc.errors import Diagnostics, Span, did_you_mean
from alignc.frontend.contracts import ContractDefinition
from alignc.frontend.features import EventTimestamp
from alignc.frontend.features import Feature as Written
from alignc.frontend.features import Label as WrittenLabel
from alignc.frontend.features.base import microseconds
from alignc.frontend.features.origins import (
    AggregateOrigin,
    CastOrigin,
    MistakeOrigin,
    OpOrigin,
    RawOrigin,
    ReferenceOrigin,
    UdfOrigin,
)
from alignc.frontend.sources import DataSource, _File, _Table
from alignc.frontend.views import ViewDefinition, ViewSource
from alignc.ir.expr import Call, Cast, Column, Expr, Scalar, Udf, columns_of, literal
from alignc.ir.infer import infer_dtype
from alignc.ir.module import (
    Aggregated,
    Contract,
    Derived,
    EntityColumn,
    Feature,
    FileSource,
    Input,
    Label,
    Module,
    Output,
    Raw,
    Source,
    SourceInput,
    TableSource,
    View,
    ViewInput,
)
from alignc.ir.ops import AGGREGATES
from alignc.ir.plan import ENTITIES
from alignc.ir.types import BOOL, DType


@dataclass
class Lowering:
    """What is known so far of a project that is being lowered."""

    project: str
    required_by_default: bool
    found: Diagnostics
    sources: dict[str, Source] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    # Views are lowered once; a view that others read is lowered before them.
    done: dict[int, View | None] = field(default_factory=dict)


def lower_definitions(
    project: str,
    views: Iterable[ViewDefinition],
    contracts: Iterable[ContractDefinition],
    found: Diagnostics,
    *,
    required_by_default: bool = False,
) -> Module:
    """The Module of a project; mistakes go to `found`, and what has one is left out."""
    state = Lowering(project, required_by_default, found)
    for view in views:
        _view(view, state)
    for contract in contracts:
        _contract(contract, state)
    by_name = lambda item: item.name
    return Module(
        project=project,
        sources=tuple(sorted(state.sources.values(), key=by_name)),
        views=tuple(sorted(state.views.values(), key=by_name)),
        contracts=tuple(sorted(state.contracts.values(), key=by_name)),
    )


# -- sources


def _source(given: DataSource, state: Lowering) -> str:
    source: Source
    match given:
        case _File():
            source = FileSource(
                name=given.name,
                path=given.path,
                format=given.format,
                separator=given.separator,
                span=given.span,
            )
        case _Table():
            source = TableSource(
                name=given.name,
                table=given.table,
                schema_name=given.schema,
                url_variable=given.env_var,
                span=given.span,
            )
        case _:
            raise AssertionError(given)
    known = state.sources.setdefault(source.name, source)
    if _identity(known) != _identity(source):
        state.found.add(
            "ALN106",
            f"two sources are called `{source.name}`, the other one is at {known.span}",
            given.span,
            'give one of them a name of its own: `name="..."`',
        )
    if source.name == ENTITIES:
        state.found.add(
            "ALN107",
            f"a source cannot be called `{ENTITIES}`: programs read the entity rows from there",
            given.span,
            'give it another name: `name="..."`',
        )
    return source.name


def _identity(source: Source) -> dict[str, object]:
    return source.model_dump(exclude={"span"})


# -- views


def _view(written: ViewDefinition, state: Lowering) -> View | None:
    if id(written) in state.done:
        return state.done[id(written)]
    state.done[id(written)] = None
    view = _lower_view(written, state)
    if view is None:
        return None
    if (other := state.views.get(view.name)) is not None:
        state.found.add(
            "ALN102",
            f"two views are called `{view.name}`, the other one is at {other.span}",
            view.span,
        )
        return None
    state.views[view.name] = view
    state.done[id(written)] = view
    return view


def _lower_view(written: ViewDefinition, state: Lowering) -> View | None:
    found = state.found
    _check_name("view", written.name, written.span, found)
    base: View | None = None
    given: SourceInput | ViewInput
    renames: DataSource | None = None
    match written.source:
        case ViewSource(view=other, where=where):
            base = _view(other, state)
            if base is None:
                return None
            given = ViewInput(view=base.name, where=_condition(where, other, base, state))
        case DataSource() as source:
            given = SourceInput(source=_source(source, state))
            renames = source
        case None:
            return None
    names = {id(f): name for name, f in reversed(written.features.items())}
    mistakes = len(found.items)
    dtypes: dict[str, DType | None] = {}
    features: list[Feature] = []
    for name, feature in written.features.items():
        place = written.places.get(name, feature._span)
        _check_name("feature", name, place, found)
        compute = _compute(name, feature, names, renames, base, written, state)
        dtype = _dtype(feature, compute, dtypes, place, found)
        dtypes[name] = dtype
        if compute is None or dtype is None:
            continue
        required = feature._required
        if required is None:
            required = state.required_by_default and isinstance(compute, Raw)
        features.append(
            Feature(
                name=name,
                dtype=dtype,
                compute=compute,
                role=feature._role,
                required=required or feature._role == "entity",
                semantic=feature.semantic if isinstance(compute, Raw) else None,
                description=feature._description,
                constraints=tuple(feature._constraints),
                tags=tuple(feature._tags),
                span=place,
            )
        )
    if not written.features:
        found.add("ALN108", f"view `{written.name}` has no features", written.span)
    _check_windows(written, features, found)
    _check_roles(written, features, found)
    _check_case("view", written.name, [f.name for f in features], written.span, found)
    if len(found.items) > mistakes:
        return None
    ttl = next((f.ttl for f in written.features.values() if _is_event(f)), None)  # type: ignore[attr-defined]
    return View(
        name=written.name,
        symbol=written.symbol,
        description=written.text,
        input=given,
        ttl=microseconds(ttl) if ttl is not None else None,
        features=tuple(features),
        tags=written.tags,
        contacts=written.contacts,
        span=written.span,
    )


def _is_event(feature: Written) -> bool:
    return isinstance(feature, EventTimestamp) and hasattr(feature, "ttl")


def _check_name(what: str, name: str, span: Span, found: Diagnostics) -> None:
    if name.startswith("__"):
        found.add(
            "ALN120",
            f"{what} `{name}`: names that start with `__` are kept for generated code",
            span,
        )
    elif _has_control_characters(name):
        found.add("ALN121", f"{what} {name!r} has control characters in its name", span)
    elif what != "feature" and not name.replace("_", "a").replace("-", "a").isalnum():
        found.add(
            "ALN121",
            f"{what} {name!r}: the name becomes a file's name",
            span,
            "use letters, digits, `_` and `-`",
        )


def _has_control_characters(name: str) -> bool:
    return any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in name)


def _compute(
    name: str,
    feature: Written,
    names: Mapping[int, str],
    renames: DataSource | None,
    base: View | None,
    written: ViewDefinition,
    state: Lowering,
) -> Raw | Derived | Aggregated | None:
    origin = feature._origin
    if names[id(feature)] != name:
        # The same feature under a second name.
        return Derived(expr=Column(name=names[id(feature)]))
    match origin:
        case MistakeOrigin():
            return None
        case RawOrigin():
            column = renames.column_of(name) if renames else name
            if _has_control_characters(column):
                message = f"column {column!r} has control characters in its name"
                state.found.add("ALN121", message, feature._span)
            if base is not None and column not in base.by_name:
                state.found.add(
                    "ALN103",
                    f"view `{base.name}` has no feature `{column}`",
                    feature._span,
                    did_you_mean(column, base.by_name),
                )
                return None
            return Raw(column=column, time_zone=origin.time_zone)
        case ReferenceOrigin(view=view, feature=referred) if (
            isinstance(written.source, ViewSource) and view is written.source.view
        ):
            return Raw(column=referred)
        case AggregateOrigin():
            value = _expr(origin.value, names, None, state.found)
            if value is None:
                return None
            return Aggregated(aggregate=origin.aggregate, value=value, window=origin.window)
        case _:
            expr = _expr(feature, names, feature, state.found)
            return Derived(expr=expr) if expr is not None else None


def _expr(
    operand: Written | Scalar,
    names: Mapping[int, str],
    top: Written | None,
    found: Diagnostics,
) -> Expr | None:
    """The expression of a feature; features with a name are referred to, except `top` itself."""
    if not isinstance(operand, Written):
        return literal(operand)
    if operand is not top and id(operand) in names:
        return Column(name=names[id(operand)])
    span = operand._span
    match operand._origin:
        case MistakeOrigin():
            return None
        case OpOrigin(op=op, args=args):
            lowered = [_expr(a, names, top, found) for a in args]
            known = [a for a in lowered if a is not None]
            return Call(op=op, args=tuple(known), span=span) if len(known) == len(args) else None
        case CastOrigin(value=value):
            inner = _expr(value, names, top, found)
            return Cast(value=inner, dtype=operand.dtype, span=span) if inner is not None else None
        case UdfOrigin(texts=texts):
            return _udf(operand, texts, set(names.values()), found)
        case AggregateOrigin():
            found.add(
                "ALN136",
                "an aggregate is used without a name",
                span,
                "assign it to an attribute first and use that",
            )
        case RawOrigin():
            found.add(
                "ALN105",
                "a feature of the source is used without a name",
                span,
                "assign it to an attribute first and use that",
            )
        case ReferenceOrigin(view=view, feature=name):
            found.add(
                "ALN122",
                f"feature `{name}` of view `{view.name}` is used inside another view",
                span,
                f"read that view: `source={view.symbol}`",
            )
    return None


def _udf(
    feature: Written, texts: Mapping[str, str], known: set[str], found: Diagnostics
) -> Udf | None:
    span = feature._span
    inputs = _columns_in(texts["polars"])
    free = _free_names(texts["polars"])
    if free - {"pl"}:
        found.add(
            "ALN123",
            f"the expression uses `{min(free - {'pl'})}`, which generated code does not know",
            span,
            "only `pl` and literals can be used",
        )
        return None
    for name in inputs:
        if name not in known:
            found.add(
                "ALN103",
                f"the expression reads unknown feature `{name}`",
                span,
                did_you_mean(name, known),
            )
            return None
    return Udf(dtype=feature.dtype, inputs=inputs, texts=tuple(sorted(texts.items())), span=span)


def _columns_in(text: str) -> tuple[str, ...]:
    """The names in `pl.col("...")`, in order."""
    names: list[str] = []
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pl.col":
            for arg in node.args:
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                    names.append(arg.value)
    return tuple(dict.fromkeys(sorted(names)))


def _free_names(text: str) -> set[str]:
    tree = ast.parse(text, mode="eval")
    bound = {a.arg for n in ast.walk(tree) if isinstance(n, ast.Lambda) for a in n.args.args}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - bound


def _dtype(
    feature: Written,
    compute: Raw | Derived | Aggregated | None,
    known: Mapping[str, DType | None],
    place: Span,
    found: Diagnostics,
) -> DType | None:
    match compute:
        case None:
            return None
        case Raw():
            return feature.dtype
        case Derived(expr=expr):
            return infer_dtype(expr, known, found, place)
        case Aggregated():
            value = infer_dtype(compute.value, known, found, place)
            if value is None:
                return None
            spec = AGGREGATES[compute.aggregate]
            if value not in spec.accepts:
                found.add(
                    "ALN104",
                    f"`{spec.name}` is over {spec.accepts.word}, not over {value}",
                    feature._span,
                )
                return None
            result = spec.returns([value])
            assert isinstance(result, DType)
            return result


def _check_windows(
    written: ViewDefinition, features: Sequence[Feature], found: Diagnostics
) -> None:
    aggregated = [f for f in features if isinstance(f.compute, Aggregated)]
    windowed = windowed_names(features)
    for feature in aggregated:
        assert isinstance(feature.compute, Aggregated)
        nested = sorted(columns_of(feature.compute.value) & windowed)
        if nested:
            found.add(
                "ALN124",
                f"`{feature.name}` aggregates `{nested[0]}`, which is an aggregate itself",
                feature.span,
                "aggregate it in a view that reads this one",
            )
    roles = {f.role for f in features}
    if aggregated and "created_at" in roles:
        found.add(
            "ALN134",
            f"view `{written.name}` has aggregates and a time of writing (`as_created_at`)",
            written.span,
            "aggregates do not look at when an event was written yet: "
            "make it a plain `Timestamp()`, or put the aggregates in a view of their own",
        )
    for role, what in (("entity", "an entity"), ("event_timestamp", "an event timestamp")):
        if aggregated and role not in roles:
            found.add(
                "ALN125",
                f"view `{written.name}` has aggregates and no {what.split(' ', 1)[1]}",
                written.span,
                f"an aggregate is over the events of {what}"
                if role == "entity"
                else "a window needs the time of each event: add an `EventTimestamp()`",
            )


def windowed_names(features: Iterable[Feature]) -> set[str]:
    """The features that are aggregates or computed from one."""
    windowed: set[str] = set()
    for feature in features:
        match feature.compute:
            case Aggregated():
                windowed.add(feature.name)
            case Derived(expr=expr) if columns_of(expr) & windowed:
                windowed.add(feature.name)
            case _:
                pass
    return windowed


def _check_case(
    what: str, name: str, columns: Sequence[str], span: Span, found: Diagnostics
) -> None:
    """DuckDB does not tell names apart that differ in case only."""
    seen: dict[str, str] = {}
    for column in columns:
        other = seen.setdefault(column.lower(), column)
        if other != column:
            found.add(
                "ALN135",
                f"{what} `{name}` has columns `{other}` and `{column}`, which differ in case only",
                span,
                "not every engine tells them apart: rename one",
            )


def _check_roles(written: ViewDefinition, features: Sequence[Feature], found: Diagnostics) -> None:
    for role in ("event_timestamp", "created_at"):
        extra = [f for f in features if f.role == role][1:]
        for feature in extra:
            found.add(
                "ALN126",
                f"view `{written.name}` has a second {role.replace('_', ' ')}: `{feature.name}`",
                feature.span,
                "make it a `Timestamp()`" if role == "event_timestamp" else None,
            )


def _condition(
    where: Written | None, written: ViewDefinition, base: View, state: Lowering
) -> Expr | None:
    """A condition over references to `written`, as an expression over the features of `base`."""
    if where is None:
        return None
    expr = _outside(where, written, state.found)
    if expr is None:
        return None
    dtype = infer_dtype(expr, {f.name: f.dtype for f in base.features}, state.found, where._span)
    if dtype is not None and dtype != BOOL:
        state.found.add("ALN104", f"a condition must be a boolean, it is {dtype}", where._span)
    return expr


def _outside(operand: Written | Scalar, view: ViewDefinition, found: Diagnostics) -> Expr | None:
    if not isinstance(operand, Written):
        return literal(operand)
    match operand._origin:
        case ReferenceOrigin(view=other, feature=name) if other is view:
            return Column(name=name)
        case ReferenceOrigin(view=other):
            found.add(
                "ALN127",
                f"the condition reads view `{other.name}`, it can only read `{view.name}`",
                operand._span,
            )
            return None
        case OpOrigin(op=op, args=args):
            lowered = [_outside(a, view, found) for a in args]
            known = [a for a in lowered if a is not None]
            if len(known) < len(args):
                return None
            return Call(op=op, args=tuple(known), span=operand._span)
        case MistakeOrigin():
            return None
        case _:
            found.add(
                "ALN127", "the condition must be computed from the view's features", operand._span
            )
            return None


# -- contracts


def _contract(written: ContractDefinition, state: Lowering) -> None:
    found = state.found
    mistakes = len(found.items)
    _check_name("contract", written.name, written.span, found)
    inputs = [i for feature in written.inputs if (i := _input(feature, written, state))]
    labels = [
        one
        for name, given in written.labels.items()
        if (one := _label(name, given, written, state))
    ]
    if not written.inputs:
        found.add("ALN108", f"contract `{written.name}` has no input features", written.span)
    names = [*(i.view for i in inputs), *(one.view for one in labels)]
    used = [state.views[n] for n in dict.fromkeys(names)]
    entities = _entities(written, used, found)
    _check_columns(written, inputs, labels, [e.name for e in entities], found)
    outputs = _outputs(written, found)
    source = _source(written.prediction_source, state) if written.prediction_source else None
    if written.name in state.contracts:
        other = state.contracts[written.name].span
        found.add(
            "ALN102",
            f"two contracts are called `{written.name}`, the other one is at {other}",
            written.span,
        )
    if len(found.items) > mistakes or len(inputs) < len(written.inputs):
        return
    state.contracts[written.name] = Contract(
        name=written.name,
        symbol=written.symbol,
        description=written.text,
        entities=entities,
        needs_event_timestamp=any(state.views[i.view].event_timestamp is not None for i in inputs),
        inputs=tuple(inputs),
        labels=tuple(labels),
        outputs=outputs,
        prediction_source=source,
        tags=written.tags,
        contacts=written.contacts,
        span=written.span,
    )


def _input(feature: Written, written: ContractDefinition, state: Lowering) -> Input | None:
    match feature._origin:
        case ReferenceOrigin(view=definition, feature=name):
            view = _view(definition, state)
            if view is None or name not in view.by_name:
                return None
            return Input(
                view=view.name, feature=name, name=feature._alias or name, span=feature._span
            )
        case _:
            return None


def _label(
    name: str, given: WrittenLabel, written: ContractDefinition, state: Lowering
) -> Label | None:
    origin = given.truth._origin
    place = written.places.get(name, given.span)
    if isinstance(origin, MistakeOrigin):
        return None
    if not isinstance(origin, ReferenceOrigin):
        state.found.add(
            "ALN128",
            f"label `{name}` has no ground truth",
            place,
            "use a feature of a view: `view.feature.as_regression_label()`",
        )
        return None
    view = _view(origin.view, state)
    if view is None or origin.feature not in view.by_name:
        return None
    if view.by_name[origin.feature].name in windowed_names(view.features):
        state.found.add(
            "ALN128",
            f"label `{name}`: an aggregate cannot be a ground truth",
            place,
            "use a feature that each row of the view has",
        )
        return None
    when = _condition(given.when, origin.view, view, state)
    return Label(
        view=view.name,
        feature=origin.feature,
        prediction=name,
        problem=given.problem,
        description=given.words,
        when=when,
        sink=given.sink.topic if given.sink else None,
        span=place,
    )


def _check_columns(
    written: ContractDefinition,
    inputs: Sequence[Input],
    labels: Sequence[Label],
    entities: Sequence[str],
    found: Diagnostics,
) -> None:
    taken: dict[str, str] = {"event_timestamp": "the entity rows' time"}
    columns = [(i.name, f"{i.view}.{i.feature}", i.span) for i in inputs]
    columns += [(one.feature, f"{one.view}.{one.feature}", one.span) for one in labels]
    for name, origin, span in columns:
        if name in taken:
            found.add(
                "ALN129",
                f"contract `{written.name}` has two columns called `{name}`: "
                f"`{taken[name]}` and `{origin}`",
                span,
                'rename an input: `.with_name("...")`',
            )
        taken[name] = origin
    for name in entities:
        if name in taken:
            found.add(
                "ALN129",
                f"contract `{written.name}` has two columns called `{name}`: "
                f"the entity and `{taken[name]}`",
                written.span,
                'rename the input: `.with_name("...")`',
            )
    _check_case("contract", written.name, [*entities, *taken], written.span, found)


def _entities(
    written: ContractDefinition, used: Sequence[View], found: Diagnostics
) -> tuple[EntityColumn, ...]:
    dtypes: dict[str, tuple[DType, str]] = {}
    for view in used:
        if not view.entities:
            found.add(
                "ALN130",
                f"contract `{written.name}` reads view `{view.name}`, which has no entity",
                written.span,
                "mark the view's key with `.as_entity()`",
            )
        for name in view.entities:
            dtype = view.by_name[name].dtype
            known, where = dtypes.setdefault(name, (dtype, view.name))
            if known != dtype:
                found.add(
                    "ALN131",
                    f"entity `{name}` is {known} in view `{where}` and {dtype} in `{view.name}`",
                    view.by_name[name].span,
                    "declare the same type in both",
                )
    declared = {n: f for n, f in written.outputs.items() if f._role == "entity"}
    for name in dtypes.keys() - declared.keys() if declared else ():
        found.add(
            "ALN132",
            f"contract `{written.name}` declares its entities but not `{name}`",
            written.span,
            f"view `{dtypes[name][1]}` is looked up by `{name}`",
        )
    order = [n for n in declared if n in dtypes] + [n for n in dtypes if n not in declared]
    columns = [EntityColumn(name=n, dtype=dtypes[n][0]) for n in order]
    # An entity that no view has is a key of the predictions only.
    return tuple(columns)


def _outputs(written: ContractDefinition, found: Diagnostics) -> tuple[Output, ...]:
    outputs: list[Output] = []
    for name, feature in written.outputs.items():
        place = written.places.get(name, feature._span)
        if feature._role == "entity" or isinstance(feature._origin, MistakeOrigin):
            continue
        if not isinstance(feature._origin, RawOrigin):
            found.add(
                "ALN133",
                f"`{name}` is computed in a contract",
                place,
                "compute it in a view and make it an input; a label needs `.as_..._label()`",
            )
            continue
        outputs.append(
            Output(
                name=name,
                dtype=feature.dtype,
                role="model_version"
                if feature._is_model_version
                else ("event_timestamp" if feature._role == "event_timestamp" else "feature"),
                description=feature._description,
                span=place,
            )
        )
    return tuple(outputs)
