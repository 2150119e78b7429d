"""Views as written -> views of the Module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignc.errors import Diagnostics, Span, did_you_mean
from alignc.frontend.computed import ComputedSource
from alignc.frontend.features import EventTimestamp
from alignc.frontend.features import Feature as Written
from alignc.frontend.features.base import ALL_TIME, microseconds
from alignc.frontend.features.origins import (
    AggregateOrigin,
    MemberOrigin,
    MistakeOrigin,
    RawOrigin,
    ReferenceOrigin,
)
from alignc.frontend.lower.claims import lower_claims, lower_reference
from alignc.frontend.lower.constants import with_exact_constants
from alignc.frontend.lower.expressions import lower_expr
from alignc.frontend.lower.names import Names, check_case, check_name, has_control_characters
from alignc.frontend.lower.relations import Base, lower_base
from alignc.frontend.lower.sources import check_stored, lower_source
from alignc.frontend.lower.state import Lowering
from alignc.frontend.lower.windowed import windowed_names
from alignc.frontend.sources import DataSource, _File
from alignc.frontend.views import ViewDefinition
from alignc.ir.ahead import is_chosen_ahead
from alignc.ir.expr import Column, Literal, call, columns_of
from alignc.ir.infer import infer_dtype
from alignc.ir.module import (
    Aggregated,
    Derived,
    Feature,
    Raw,
    Reference,
    Rows,
    SourceInput,
    View,
    origins_in,
    views_in,
)
from alignc.ir.ops import AGGREGATES
from alignc.ir.ops.spec import SCALAR
from alignc.ir.print import show_duration
from alignc.ir.types import DType


def lower_view(written: ViewDefinition, state: Lowering) -> View | None:
    if id(written) in state.done:
        return state.done[id(written)]
    state.done[id(written)] = None
    view = _lowered(written, state)
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


def _lowered(written: ViewDefinition, state: Lowering) -> View | None:
    found = state.found
    check_name("view", written.name, written.span, found)
    base: Base | None = None
    given: SourceInput | Rows
    renames: DataSource | None = None
    match written.source:
        case ComputedSource() as source:
            base = lower_base(source, state, lower_view)
            if base is None:
                return None
            if is_chosen_ahead(base.input, base.columns, state.views):
                found.add(
                    "ALN140",
                    f"view `{written.name}` is filtered by what happens after its rows",
                    written.span,
                    "a feature with `over_next(...)` can only be a label",
                )
            given = base.input
        case DataSource() as source:
            given = SourceInput(source=lower_source(source, state))
            renames = source
        case None:
            return None
    own = {id(f): name for name, f in reversed(written.features.items())}
    names = Names(own, _taken(written, base))
    structs = {id(f): name for name, f in reversed(written.structs.items())}
    mistakes = len(found.items)
    dtypes: dict[str, DType | None] = {}
    features: list[Feature] = []
    for name, feature in written.features.items():
        place = written.places.get(name, feature._span)
        check_name("feature", name, place, found)
        if feature._ranking is not None:
            message = f"`{name}` of view `{written.name}` is no output of a model"
            found.add("ALN230", message, place, "a model ranks items: say so in its contract")
        if feature._clusters is not None:
            message = f"`{name}` of view `{written.name}` is no output of a model"
            found.add("ALN233", message, place, "a model makes clusters: say so in its contract")
        compute = _compute(name, feature, names, renames, base, dtypes, structs, state)
        dtype = _dtype(feature, compute, base, dtypes, place, found)
        dtypes[name] = dtype
        if compute is None or dtype is None:
            continue
        if renames is not None and isinstance(compute, Raw):
            check_stored(name, dtype, renames, place, found)
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
                pii=_is_pii(feature, compute, given, features, state),
                description=feature._description,
                constraints=tuple(feature._constraints),
                reference=_reference(feature, state),
                tags=tuple(feature._tags),
                span=place,
            )
        )
    if not written.features:
        found.add("ALN108", f"view `{written.name}` has no features", written.span)
    below = [state.views[name] for name in views_in(given)]
    ttl, delay = _ttl_and_delay(written, max((v.availability_delay for v in below), default=0))
    _check_windows(written, features, found)
    _check_roles(written, features, found)
    _check_delay(features, ttl, delay, found)
    fresh = _freshness(written, features, found)
    rules, expectations = lower_claims(written, names, dtypes, windowed_names(features), state)
    check_case("view", written.name, [f.name for f in features], written.span, found)
    if len(found.items) > mistakes:
        return None
    return View(
        name=written.name,
        symbol=written.symbol,
        description=written.text,
        input=given,
        ttl=ttl,
        availability_delay=delay,
        tie_breakers=tuple(n for n, f in written.features.items() if f._breaks_ties),
        freshness=fresh,
        acceptable_freshness=written.freshness.acceptable,
        unacceptable_freshness=written.freshness.unacceptable,
        stream=written.stream.topic if written.stream else None,
        features=tuple(features),
        rules=rules,
        expectations=expectations,
        tags=written.tags,
        contacts=written.contacts,
        span=written.span,
    )


def _reference(feature: Written, state: Lowering) -> Reference | None:
    given = feature._reference
    if given is None:
        return None
    state.referenced.append(given.view)
    return lower_reference(given)


def _taken(written: ViewDefinition, base: Base | None) -> Mapping[tuple[int, str], str]:
    """What the features of the views below are called here, if they are."""
    if base is None:
        return {}
    by_column: dict[str, str] = {}
    for name, feature in written.features.items():
        match feature._origin:
            case RawOrigin():
                by_column.setdefault(name, name)
            case ReferenceOrigin(view=view, feature=referred):
                column = base.references.get((id(view), referred))
                if column is not None:
                    by_column.setdefault(column, name)
            case _:
                pass
    return {key: by_column[c] for key, c in base.references.items() if c in by_column}


def _is_pii(
    feature: Written,
    compute: Raw | Derived | Aggregated,
    given: SourceInput | Rows,
    before: Sequence[Feature],
    state: Lowering,
) -> bool:
    """What the definition says, else what its type does; a copy is what the original is."""
    if feature._pii is not None:
        return feature._pii
    match compute:
        case Derived(expr=Column(name=name)):
            return any(f.pii for f in before if f.name == name)
        case Derived() | Aggregated():
            return False
        case Raw(column=column):
            pass
    if feature.pii and isinstance(feature._origin, RawOrigin | MemberOrigin):
        return True
    if isinstance(given, SourceInput):
        return False
    copied = (state.views[view].by_name.get(name) for view, name in origins_in(given, column))
    return any(f is not None and f.pii for f in copied)


def _ttl_and_delay(written: ViewDefinition, delay: int) -> tuple[int | None, int]:
    """How long a row holds, and how long after it has happened it is known, in microseconds.

    `delay` is that of the views that are read.
    """
    for feature in written.features.values():
        if isinstance(feature, EventTimestamp) and feature._role == "event_timestamp":
            own = microseconds(feature.availability_delay)
            ttl = microseconds(feature.ttl) if feature.ttl is not None else None
            # A row is not known before the rows that it is made from.
            return ttl, own if own < 0 else max(own, delay)
    return None, delay


def _compute(
    name: str,
    feature: Written,
    names: Names,
    renames: DataSource | None,
    base: Base | None,
    dtypes: Mapping[str, DType | None],
    structs: Mapping[int, str],
    state: Lowering,
) -> Raw | Derived | Aggregated | None:
    origin = feature._origin
    if names.own[id(feature)] != name:
        # The same feature under a second name.
        return Derived(expr=Column(name=names.own[id(feature)]))
    match origin:
        case MistakeOrigin():
            return None
        case RawOrigin():
            column = renames.column_of(name) if renames else name
            if has_control_characters(column):
                message = f"column {column!r} has control characters in its name"
                state.found.add("ALN121", message, feature._span)
            if base is not None:
                return _of_base(column, feature, base, state.found)
            return Raw(column=column, time_zone=origin.time_zone)
        case MemberOrigin():
            return _member(feature, structs, renames, state.found)
        case ReferenceOrigin(view=view, feature=referred) if (
            base is not None and (id(view), referred) in base.references
        ):
            return Raw(column=base.references[id(view), referred])
        case AggregateOrigin():
            return _aggregated(origin, feature._span, names, dtypes, state.found)
        case _:
            expr = lower_expr(feature, names, feature, state.found)
            return Derived(expr=with_exact_constants(expr, dtypes)) if expr is not None else None


def _member(
    feature: Written,
    structs: Mapping[int, str],
    source: DataSource | None,
    found: Diagnostics,
) -> Raw | None:
    """A member of a struct, by the column of the struct and the names within."""
    path: list[str] = []
    struct = feature
    while isinstance(struct._origin, MemberOrigin):
        path.insert(0, struct._origin.name)
        struct = struct._origin.struct
    name = structs.get(id(struct))
    if name is None:
        hint = "assign it to an attribute first and use that"
        found.add("ALN105", "a struct of the source is used without a name", feature._span, hint)
    elif not isinstance(source, _File) or source.format not in ("parquet", "delta"):
        found.add(
            "ALN175",
            f"`{name}` is a struct, and only parquet files and delta tables have structs",
            struct._span,
            "read values from a text with `Json()`",
        )
    elif feature._role != "feature" or feature._breaks_ties:
        found.add(
            "ALN176",
            "a member of a struct is neither a key nor a time, nor does it decide between rows",
            feature._span,
        )
    else:
        zone = feature._zone or "UTC"
        return Raw(column=source.column_of(name), path=tuple(path), time_zone=zone)
    return None


def _aggregated(
    origin: AggregateOrigin,
    span: Span,
    names: Names,
    dtypes: Mapping[str, DType | None],
    found: Diagnostics,
) -> Aggregated | None:
    """The aggregate; a value for which the condition is not true is null, which aggregates skip."""
    value = lower_expr(origin.value, names, None, found)
    if value is None:
        return None
    value = with_exact_constants(value, dtypes)
    if origin.where is not None:
        where = lower_expr(origin.where, names, None, found)
        dtype = infer_dtype(value, dtypes, Diagnostics())
        if where is None or dtype is None:
            return None
        where = with_exact_constants(where, dtypes)
        value = call("if_else", where, value, Literal(dtype=dtype), span=span)
    return Aggregated(
        aggregate=origin.aggregate,
        parameter=origin.parameter,
        value=value,
        window=origin.window,
    )


def _of_base(name: str, feature: Written, base: Base, found: Diagnostics) -> Raw | None:
    """A feature that is declared by the name and the type that it has in another view."""
    if name in base.ambiguous:
        message = f"`{name}` means two features of {base.label}"
        found.add("ALN164", message, feature._span, base.ambiguous[name])
        return None
    if name not in base.columns:
        why = base.different.get(name)
        hint = f"{why}: every view of a stack needs it" if why else did_you_mean(name, base.columns)
        message = f"{base.label} has no feature `{name}`"
        found.add("ALN103", message, feature._span, hint)
        return None
    if base.columns[name] != feature.dtype:
        found.add(
            "ALN104",
            f"`{name}` is {feature.dtype} here and {base.columns[name]} in {base.label}",
            feature._span,
            "declare it as it is there, and convert it with `.cast(...)`",
        )
        return None
    return Raw(column=name)


def _dtype(
    feature: Written,
    compute: Raw | Derived | Aggregated | None,
    base: Base | None,
    known: Mapping[str, DType | None],
    place: Span,
    found: Diagnostics,
) -> DType | None:
    match compute:
        case None:
            return None
        case Raw(column=column) if base is not None and isinstance(
            feature._origin, ReferenceOrigin
        ):
            # What is computed may have another type than the class of its spelling.
            return base.columns[column]
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
            if isinstance(result, str):
                found.add("ALN104", f"`{spec.name}`: {result}", feature._span)
                return None
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


def _check_roles(written: ViewDefinition, features: Sequence[Feature], found: Diagnostics) -> None:
    for role in ("event_timestamp", "created_at", "valid_to"):
        extra = [f for f in features if f.role == role][1:]
        for feature in extra:
            found.add(
                "ALN126",
                f"view `{written.name}` has a second {role.replace('_', ' ')}: `{feature.name}`",
                feature.span,
                "make it a `Timestamp()`" if role == "event_timestamp" else None,
            )
    roles = {f.role for f in features}
    if "valid_to" in roles and "event_timestamp" not in roles:
        found.add(
            "ALN138",
            f"view `{written.name}` says until when a row holds and not from when",
            written.span,
            "add the beginning of its validity: `ValidFrom()`",
        )
    for name, struct in written.structs.items():
        if struct._role != "feature" or struct._breaks_ties:
            message = f"`{name}` is a struct: it is neither a key nor does it decide between rows"
            found.add("ALN176", message, struct._span)
    told: set[int] = set()
    for feature in features:
        given = written.features[feature.name]
        # Lists have an order, but are no keys.
        is_ordered = feature.dtype in SCALAR or feature.dtype.name in ("List", "Embedding")
        is_mistaken = (feature.role == "entity" and feature.dtype not in SCALAR) or (
            given._breaks_ties and not is_ordered
        )
        # A feature may have two names.
        if is_mistaken and id(given) not in told:
            told.add(id(given))
            found.add(
                "ALN173",
                f"`{feature.name}` is {feature.dtype}: such values are not compared, they cannot be "
                "a key or decide between rows",
                feature.span,
            )
    windowed = windowed_names(features)
    for name, given in written.features.items():
        if given._breaks_ties and name in windowed:
            found.add(
                "ALN141",
                f"`{name}` is an aggregate, it cannot decide between rows of the same time",
                given._span,
            )


def _freshness(
    written: ViewDefinition, features: Sequence[Feature], found: Diagnostics
) -> str | None:
    """The feature that says when a row was loaded: a column, and one alone."""
    marked: dict[int, Feature] = {}
    for feature in features:
        # A feature may have two names.
        if written.features[feature.name]._is_freshness:
            marked.setdefault(id(written.features[feature.name]), feature)
    for feature in marked.values():
        if not isinstance(feature.compute, Raw) or feature.compute.path is not None:
            message = f"`{feature.name}` says when a row was loaded, and is no column of the source"
            found.add("ALN221", message, feature.span, "mark a `Timestamp()`")
    first, *others = marked.values() or (None,)
    for feature in filter(None, others):
        message = f"view `{written.name}` has a second freshness: `{feature.name}`"
        found.add("ALN126", message, feature.span)
    return first.name if first is not None else None


def _check_delay(
    features: Sequence[Feature], ttl: int | None, delay: int, found: Diagnostics
) -> None:
    """A delay must leave something to be known."""
    time = next((f for f in features if f.role == "event_timestamp"), None)
    if time is None:
        return
    if delay < 0:
        found.add("ALN139", "a row cannot be known before it has happened", time.span)
    if ttl is not None and ttl > microseconds(ALL_TIME):
        hint = "without a TTL rows live for ever"
        found.add("ALN139", "a TTL cannot be that long", time.span, hint)
    if ttl is not None and ttl <= 0:
        found.add("ALN139", "a TTL is longer than nothing", time.span)
    elif ttl is not None and ttl <= delay:
        found.add(
            "ALN139",
            f"rows are known after {show_duration(delay)}, when they are too old: "
            f"the TTL is {show_duration(ttl)}",
            time.span,
        )
    for feature in features:
        match feature.compute:
            case Aggregated(window=window) if window.length is not None and not window.is_ahead:
                if window.offset + window.length <= delay:
                    found.add(
                        "ALN139",
                        f"no event in the window of `{feature.name}` is known: events are known "
                        f"after {show_duration(delay)}",
                        feature.span,
                        "make the window longer than the delay",
                    )
            case _:
                pass
