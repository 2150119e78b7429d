"""Random well-typed Modules: sources, views over them and over each other, contracts over several views.

One seed gives one Module. Ops, aggregates and types come from the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, Literal

from alignc.errors import Span
from alignc.fuzz.definitions import can_spell
from alignc.fuzz.expressions import Expressions
from alignc.fuzz.names import FEATURES, FILES, Names
from alignc.fuzz.relations import draw_relation
from alignc.ir.ahead import features_ahead
from alignc.ir.expr import Column, Expr, Scalar, columns_of
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
    Raw,
    Rows,
    SourceInput,
    TableSource,
    View,
    Window,
    views_in,
)
from alignc.ir.ops import AGGREGATES
from alignc.ir.state_plans import FEW_ROWS, MANY_ROWS
from alignc.ir.types import (
    BINARY,
    BOOL,
    FLOAT64,
    INT32,
    INT64,
    JSON,
    STRING,
    TIMESTAMP,
    UINT16,
    DType,
)
from alignc.verify.values import DECIMAL_TYPES, KINDS, NESTED_TYPES

HERE: Final = Span("fuzz.py", 1)
HOUR: Final = 3_600_000_000
RESOLUTIONS: Final = [60_000_000, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR]
LENGTHS: Final = (1_000_000, 90 * 60_000_000, HOUR, 24 * HOUR, 7 * 24 * HOUR, 90 * 24 * HOUR)
# What settings may say of the busiest key: few rows and many have plans of their own.
MOST_ROWS: Final = (FEW_ROWS, MANY_ROWS, None)
ZONES: Final = ("UTC", "UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata")
KEY_TYPES: Final = (STRING, STRING, INT64, INT32, UINT16, BOOL, TIMESTAMP, FLOAT64)
# Where a member of a struct is.
MEMBERS: Final = (("a",), ('it\'s "a"',), ("b.c", "d"), ("b.c", "{e}", "f"))
CLOSED: Final[tuple[Literal["right", "left", "both", "none"], ...]] = (
    "right",
    "right",
    "left",
    "both",
    "none",
)
Role = Literal["entity", "event_timestamp", "created_at", "valid_to", "feature"]
PARAMETERS: Final[dict[str, tuple[Scalar, ...]]] = {
    "percentile": (0.0, 0.1, 0.25, 0.5, 0.9, 1.0),
    "last_k": (1, 2, 5),
    "concat": ("", ", ", "'|\"\\\n", "\U0001f600"),
}


def draw_module(draw: Random, *, written: bool = False) -> Module:
    """A Module; what it can be is said by the tables and by the refusals of the frontend.

    A `written` one has a spelling as definitions, see `alignc.fuzz.definitions`.
    """
    return _Draft(draw, written).module()


class _Draft:
    def __init__(self, draw: Random, written: bool) -> None:
        self.draw = draw
        self.written = written
        self.strange = () if written else FEATURES
        self.names = Names(draw, ("entities",))
        column_names = Names(draw, ("event_timestamp", "weight of row"))
        self.column_names = column_names
        self.keys = {
            column_names.fresh(f"k{i}", self.strange): draw.choice(KEY_TYPES) for i in range(3)
        }
        self.sources: list[FileSource | TableSource] = []
        self.views: list[View] = []

    def module(self) -> Module:
        for _ in range(self.draw.choice([1, 1, 2, 2, 3])):
            self._add_source_view()
        for _ in range(self.draw.choice([0, 1, 1, 2, 3])):
            self._add_view_over_view()
        contracts = [self._contract() for _ in range(self.draw.choice([0, 1, 1, 1, 2]))]
        return Module(
            project="fuzz",
            sources=tuple(sorted(self.sources, key=lambda s: s.name)),
            views=tuple(sorted(self.views, key=lambda v: v.name)),
            contracts=tuple(sorted((c for c in contracts if c), key=lambda c: c.name)),
        )

    # -- views

    def _add_source_view(self) -> None:
        if self.sources and self.draw.random() < 0.3:
            source = self.draw.choice(self.sources).name
        else:
            source = self._source()
        name = self.names.fresh(f"view{len(self.views)}", FILES)
        names = Names(self.draw, (*self.keys, "event_timestamp"))
        features = [_feature(k, self.keys[k], Raw(column=k), "entity") for k in self._some_keys()]
        is_timed = self.draw.random() < 0.85
        if is_timed:
            zone = self.draw.choice(ZONES)
            time = names.fresh("t", self.strange)
            features.append(
                _feature(time, TIMESTAMP, self._raw(source, time, zone), "event_timestamp")
            )
        if is_timed and self.draw.random() < 0.2:
            created = names.fresh("created")
            features.append(_feature(created, TIMESTAMP, self._raw(source, created), "created_at"))
        if is_timed and self.draw.random() < 0.15:
            end = names.fresh("end")
            features.append(_feature(end, TIMESTAMP, self._raw(source, end), "valid_to"))
        for _ in range(self.draw.randint(1, 5)):
            dtype = self.draw.choice(
                [DType.parse(text) for text in (*KINDS, *DECIMAL_TYPES, *NESTED_TYPES)]
            )
            column = names.fresh(f"c{len(features)}", self.strange)
            zone = self.draw.choice(ZONES) if dtype == TIMESTAMP else "UTC"
            features.append(_feature(column, dtype, self._raw(source, column, zone)))
        is_file = any(s.name == source and isinstance(s, FileSource) for s in self.sources)
        if is_file and not self.written and self.draw.random() < 0.1:
            features += self._members(source, names)
        self._finish(name, SourceInput(source=source), features, names)

    def _members(self, source: str, names: Names) -> list[Feature]:
        """Some members of a struct that is a column of the source."""
        column = self._raw(source, names.fresh("s", self.strange)).column
        paths = self.draw.sample(MEMBERS, self.draw.randint(1, len(MEMBERS)))
        types = [DType.parse(text) for text in (*KINDS, *DECIMAL_TYPES) if text != str(TIMESTAMP)]
        return [
            _feature(
                names.fresh("m", self.strange),
                self.draw.choice(types),
                Raw(column=column, path=path),
            )
            for path in paths
        ]

    def _source(self) -> str:
        name = self.names.fresh(f"source{len(self.sources)}", FILES)
        if self.draw.random() < 0.8:
            self.sources.append(FileSource(name=name, path=f"{name}.parquet", format="parquet"))
        else:
            self.sources.append(TableSource(name=name, table=name, url_variable="DATABASE_URL"))
        return name

    def _raw(self, source: str, name: str, zone: str = "UTC") -> Raw:
        """The feature's column: of its own name, of another one, apart from other views' columns."""
        own = f"{name} of {len(self.views)}"
        is_first = all(v.input != SourceInput(source=source) for v in self.views)
        column = name if is_first and self.draw.random() < 0.7 else own
        return Raw(column=column, time_zone=zone)

    def _some_keys(self) -> list[str]:
        count = self.draw.choice([1, 1, 1, 2, 2, 3])
        return sorted(self.draw.sample(sorted(self.keys), count))

    def _add_view_over_view(self) -> None:
        base = draw_relation(self.draw, self.views, written=self.written)
        name = self.names.fresh(f"view{len(self.views)}", FILES)
        names = Names(self.draw, (*self.keys, "event_timestamp"))
        kept = [n for n in base.entities if self.draw.random() < 0.8] or base.entities
        features = [_feature(n, base.columns[n], Raw(column=n), "entity") for n in kept]
        if base.event_timestamp and self.draw.random() < 0.85:
            time = names.fresh(base.event_timestamp if self.written else "t", self.strange)
            features.append(
                _feature(time, TIMESTAMP, Raw(column=base.event_timestamp), "event_timestamp")
            )
        others = [n for n in base.columns if n not in (*base.entities, base.event_timestamp)]
        for other in self.draw.sample(others, min(len(others), self.draw.randint(1, 5))):
            is_same = self.written or self.draw.random() < 0.5
            own = names.fresh(other if is_same else "c", self.strange)
            features.append(_feature(own, base.columns[other], Raw(column=other)))
        self._finish(name, base.input, features, names)

    def _finish(
        self, name: str, given: SourceInput | Rows, features: list[Feature], names: Names
    ) -> None:
        """Add derived and aggregated features, and the view."""
        for _ in range(self.draw.randint(0, 4)):
            self._derive(features, names)
        timed = next((f for f in features if f.role == "event_timestamp"), None)
        row_level = list(features)
        below = max((self._by_name(v).availability_delay for v in views_in(given)), default=0)
        if timed and self.draw.random() < 0.6:
            windows = [self._window(below) for _ in range(self.draw.randint(1, 3))]
            for _ in range(self.draw.randint(1, 5)):
                self._aggregate(row_level, features, names, self.draw.choice(windows))
            for _ in range(self.draw.randint(0, 3)):
                self._derive(features, names)
        lives = [length for length in LENGTHS if length > below]
        ttl = self.draw.choice([None, None, *lives]) if timed else None
        delay = self.draw.choice([0] * 6 + [1_000_000, HOUR]) if timed else 0
        windows = [f.compute.window for f in features if isinstance(f.compute, Aggregated)]
        ends = [w.offset + w.length for w in windows if w.length is not None and not w.is_ahead]
        if delay >= min([*ends, ttl or delay + 1], default=delay + 1):
            delay = 0
        # A row is not known before the rows that it is made from.
        delay = max(delay, below)
        # Bytes and JSON are not compared; members of structs decide nothing.
        ordered = [f for f in row_level if f.dtype not in (BINARY, JSON) and not is_member(f)]
        others = [f.name for f in ordered if f.role == "feature"] if timed else []
        breakers = self.draw.sample(others, min(len(others), self.draw.choice([0] * 6 + [1, 2])))
        self.views.append(
            View(
                name=name,
                symbol="Fuzz",
                description=self.draw.choice([None, "A view.", 'quotes """ and \\ {{ x }} */ --']),
                input=given,
                ttl=ttl,
                availability_delay=delay,
                tie_breakers=tuple(f.name for f in features if f.name in breakers),
                # Not drawn, so that seeds keep their projects; settings say it, not definitions.
                rows_per_key=None if self.written else MOST_ROWS[len(features) % 3],
                features=tuple(features),
                span=HERE,
            )
        )

    def _derive(self, features: list[Feature], names: Names) -> None:
        columns = {f.name: f.dtype for f in features}
        made = Expressions(self.draw, columns).any_type()
        if made is not None and self._may_use(made[0]):
            expr, dtype = made
            features.append(_feature(names.fresh("d", self.strange), dtype, Derived(expr=expr)))

    def _may_use(self, expr: Expr) -> bool:
        return not self.written or can_spell(expr)

    def _window(self, delay: int) -> Window:
        """A window that has events which are known."""
        if self.draw.random() < 0.1:
            horizon = self.draw.choice(LENGTHS)
            return Window(length=horizon, offset=-horizon)
        length = self.draw.choice([None, *LENGTHS, *LENGTHS])
        offset = self.draw.choice([0, 0, 0, *LENGTHS])
        if length is not None and length + offset <= delay:
            length = None
        rows = self.draw.choice([None] * 6 + [1, 2, 5])
        # `over` says which edges count, and there is none without a length or a number of rows.
        plain = self.written and length is None and rows is None
        return Window(
            length=length,
            offset=offset,
            rows=rows,
            closed="right" if plain else self.draw.choice(CLOSED),
            resolution=self.draw.choice([None, None, None, None, *RESOLUTIONS]),
        )

    def _aggregate(
        self, row_level: Sequence[Feature], features: list[Feature], names: Names, window: Window
    ) -> None:
        spec = self.draw.choice(list(AGGREGATES.values()))
        fitting = [f for f in row_level if f.dtype in spec.accepts]
        if not fitting:
            return
        read = self.draw.choice(fitting)
        value: Expr = Column(name=read.name)
        dtype = read.dtype
        if self.draw.random() < 0.15:
            columns = {f.name: f.dtype for f in row_level}
            made = Expressions(self.draw, columns).any_type(depth=1)
            if made and made[1] in spec.accepts and self._may_use(made[0]):
                value, dtype = made
        result = spec.returns([dtype])
        if not isinstance(result, DType):
            # A sum of decimals that are too wide already.
            return
        parameter = self.draw.choice(PARAMETERS[spec.name]) if spec.parameter else None
        made_by = Aggregated(aggregate=spec.name, parameter=parameter, value=value, window=window)
        features.append(_feature(names.fresh("a", self.strange), result, made_by))

    # -- contracts

    def _contract(self) -> Contract | None:
        views = self.draw.sample(self.views, min(len(self.views), self.draw.randint(1, 3)))
        columns = Names(self.draw, (*self.keys, "event_timestamp", "weight of row"))
        inputs = [
            Input(view=view.name, feature=f.name, name=columns.fresh(f.name))
            for view in views
            for f in self._some_features(view)
        ]
        if not inputs:
            return None
        labels = [one for one in self._labels() if one.feature.lower() not in columns.taken][:1]
        names = dict.fromkeys([*(i.view for i in inputs), *(one.view for one in labels)])
        used = [self._by_name(n) for n in names]
        keys = dict.fromkeys(n for view in used for n in view.entities)
        timed = any(self._by_name(i.view).event_timestamp is not None for i in inputs) or any(
            one.feature in windowed_names(self._by_name(one.view)) for one in labels
        )
        return Contract(
            name=self.names.fresh("model", FILES),
            symbol="Fuzz",
            entities=tuple(EntityColumn(name=n, dtype=self.keys[n]) for n in keys),
            needs_event_timestamp=timed,
            inputs=tuple(inputs),
            labels=tuple(labels),
            span=HERE,
        )

    def _some_features(self, view: View) -> list[Feature]:
        ahead = features_ahead(view, {v.name: v for v in self.views})
        others = [f for f in view.features if f.role != "entity" and f.name not in ahead]
        return self.draw.sample(others, self.draw.randint(0, len(others)))

    def _labels(self) -> list[Label]:
        if self.draw.random() < 0.5:
            return []
        view = self.draw.choice(self.views)
        of_the_past = windowed_names(view) - features_ahead(view, {v.name: v for v in self.views})
        fitting = [f for f in view.features if f.role == "feature" and f.name not in of_the_past]
        self.draw.shuffle(fitting)
        return [
            Label(view=view.name, feature=f.name, prediction="p", problem="regression")
            for f in fitting
        ]

    def _by_name(self, name: str) -> View:
        return next(v for v in self.views if v.name == name)


def is_member(feature: Feature) -> bool:
    """Whether it is a member of a struct of the source."""
    return isinstance(feature.compute, Raw) and feature.compute.path is not None


def windowed_names(view: View) -> set[str]:
    """The aggregates of a view and what is computed from them."""
    found: set[str] = set()
    for feature in view.features:
        match feature.compute:
            case Aggregated():
                found.add(feature.name)
            case Derived(expr=expr) if columns_of(expr) & found:
                found.add(feature.name)
            case _:
                pass
    return found


def _feature(
    name: str, dtype: DType, compute: Raw | Derived | Aggregated, role: Role = "feature"
) -> Feature:
    return Feature(
        name=name, dtype=dtype, compute=compute, role=role, required=role == "entity", span=HERE
    )
