"""The clusters artefact: how close rows that a model has put in a cluster are to each other.

A point is a stored prediction with a cluster and with all numbers that it is by, as they were known when the
prediction was made, none of them infinite. Numbers are scaled, so that years and money count alike:

    z = (x - mean) / standard deviation (n - 1) of all points, 0 if all x are one

The centroid of a cluster is the mean of its points, those of one version of the model on all days, and the
distance of a point is the Euclidean one from the centroid of its cluster. Distances and their squares are
summed here by version, day and subgroup; what is compared with what is up to who reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from alignc.artifacts.predictions import (
    DAY,
    ROWS,
    VERSION,
    by_subgroup,
    day_expr,
    joined,
    kept,
    known_sides,
    stored_predictions,
    subgroup_column,
    summed,
    version_expr,
)
from alignc.artifacts.relations import PlanBuilder
from alignc.ir.expr import Cast, Column, call, literal
from alignc.ir.module import Clustering, Contract, Module
from alignc.ir.plan import (
    Filter,
    Group,
    GroupColumn,
    JoinSide,
    KeyJoin,
    NamedExpr,
    Plan,
    Project,
)
from alignc.ir.types import BOOL, DATE, FLOAT64, STRING, DType

CLUSTER = "cluster"
_SQUARED, _DISTANCE = "__squared", "__distance"


@dataclass(frozen=True)
class Clustered:
    """A clustering whose stored clusters can be judged; `dtype` is the type of a cluster."""

    contract: Contract
    clustering: Clustering
    dtype: DType

    @property
    def name(self) -> str:
        return self.clustering.output

    @property
    def problem(self) -> str:
        return "clustering"

    @property
    def truth(self) -> str:
        """The inputs that it is by, for people."""
        return ", ".join(self.features)

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.clustering.features)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The places of the features, from 1."""
        return tuple(range(1, len(self.features) + 1))


def clustered(contract: Contract) -> tuple[Clustered, ...]:
    """The clusterings of a contract."""
    dtypes = {output.name: output.dtype for output in contract.outputs}
    return tuple(Clustered(contract, one, dtypes[one.output]) for one in contract.clusterings)


def distances_plan(module: Module, about: Clustered) -> Plan:
    """Counts of predictions, and sums of the distances of points, by version, day, subgroup and cluster.

    `rows` predictions, `points` of them, and the sums of distances and of their squares. What is no point
    has no cluster.
    """
    plan = PlanBuilder(module)
    points = _scaled(module, about, plan)
    centroids = plan.add(
        "centroids", _centroids(about, points, plan), "The centroid of each cluster."
    )
    keys = (VERSION, CLUSTER)
    side = JoinSide(
        input=centroids,
        on=tuple((key, key) for key in keys),
        columns=tuple((f"__centroid_{n}", f"__centroid_{n}") for n in about.numbers),
    )
    schema = plan.schemas[points]
    node = KeyJoin(left=points, left_columns=tuple(schema), rights=(side,))
    beside = plan.add("beside_centroids", node)
    parts = (
        call("square", call("sub", Column(name=f"__x_{n}"), Column(name=f"__centroid_{n}")))
        for n in about.numbers
    )
    squared = reduce(lambda a, b: call("add", a, b), parts)
    others = [kept(name, dtype) for name, dtype in schema.items() if not name.startswith("__x_")]
    columns = (*others, NamedExpr(name=_SQUARED, expr=squared, dtype=FLOAT64))
    comment = "The squared distance of each point from the centroid of its cluster."
    step = plan.add("squares", Project(input=beside, columns=columns), comment)
    distance = call("sqrt", Column(name=_SQUARED))
    values = (
        kept(CLUSTER, STRING),
        kept(_SQUARED, FLOAT64),
        NamedExpr(name=_DISTANCE, expr=distance, dtype=FLOAT64),
    )
    sums = (
        GroupColumn(name=ROWS),
        GroupColumn(name="points", value=call("is_not_null", Column(name=_SQUARED))),
        summed("distance_sum", Column(name=_DISTANCE)),
        summed("squared_distance_sum", Column(name=_SQUARED)),
    )
    found = by_subgroup(step, about.contract.subgroups, values, (CLUSTER,), sums, plan)
    plan.write_all(found)
    return plan.finish(about.contract.name)


def centroids_plan(module: Module, about: Clustered) -> Plan:
    """The points of each cluster by version, and its centroid: the means of the inputs and of their scaled values."""
    plan = PlanBuilder(module)
    points = _scaled(module, about, plan)
    centroids = plan.add(
        "centroids", _centroids(about, points, plan), "The centroid of each cluster."
    )
    schema = plan.schemas[centroids]
    names = {f"__mean_{n}": f"mean_{n}" for n in about.numbers}
    names |= {f"__centroid_{n}": f"centroid_{n}" for n in about.numbers}
    columns = tuple(
        NamedExpr(name=names.get(name, name), expr=Column(name=name), dtype=dtype)
        for name, dtype in schema.items()
    )
    plan.write_all(plan.add("written_centroids", Project(input=centroids, columns=columns)))
    return plan.finish(about.contract.name)


def _scaled(module: Module, about: Clustered, plan: PlanBuilder) -> str:
    """The step with all predictions; of points with their numbers, as they are and scaled."""
    rows = _points(module, about, plan)
    moments = [
        GroupColumn(
            name=f"__{short}_{n}", aggregate=name, value=Column(name=f"__value_{n}"), dtype=FLOAT64
        )
        for n in about.numbers
        for short, name in (("middle", "mean"), ("spread", "std"))
    ]
    scale = plan.add(
        "scale", Group(input=rows, columns=tuple(moments)), "What numbers are scaled by."
    )
    side = JoinSide(input=scale, on=(), columns=tuple((m.name, m.name) for m in moments))
    schema = plan.schemas[rows]
    node = KeyJoin(left=rows, left_columns=tuple(schema), rights=(side,))
    beside = plan.add("beside_scale", node)
    columns = [kept(name, dtype) for name, dtype in schema.items()]
    for n in about.numbers:
        value = Column(name=f"__value_{n}")
        above = call("sub", value, Column(name=f"__middle_{n}"))
        scaled = call("fill_na", call("div", above, Column(name=f"__spread_{n}")), literal(0.0))
        expr = call("if_else", call("is_not_null", value), scaled)
        columns.append(NamedExpr(name=f"__x_{n}", expr=expr, dtype=FLOAT64))
    return plan.add("scaled", Project(input=beside, columns=tuple(columns)))


def _points(module: Module, about: Clustered, plan: PlanBuilder) -> str:
    """The step with all predictions, their clusters, numbers and subgroups; null of what is no point."""
    contract = about.contract
    stored = [(e.name, e.dtype) for e in contract.entities]
    stored += [(o.name, o.dtype) for o in contract.outputs if o.role != "feature"]
    stored.append((about.name, about.dtype))
    keys = stored_predictions(contract, stored, plan)
    known = [(one.view, one.feature) for one in (*about.clustering.features, *contract.subgroups)]
    names = {one: f"__known_{n}" for n, one in enumerate(dict.fromkeys(known), start=1)}
    sides: list[JoinSide] = []
    for view in dict.fromkeys(view for view, _ in names):
        wanted = {feature: name for (owner, feature), name in names.items() if owner == view}
        sides += known_sides(module, contract, view, wanted, keys, plan)
    step = joined(keys, sides, plan)
    numbers = [
        Cast(value=Column(name=names[one.view, one.feature]), dtype=FLOAT64)
        for one in about.clustering.features
    ]
    there = [call("fill_na", call("is_finite", number), literal(False)) for number in numbers]
    is_point = reduce(
        lambda a, b: call("and", a, b), [call("is_not_null", Column(name=about.name)), *there]
    )
    told = [
        NamedExpr(name=VERSION, expr=version_expr(contract), dtype=STRING),
        NamedExpr(name=DAY, expr=day_expr(contract), dtype=DATE),
    ]
    for n, one in enumerate(contract.subgroups, start=1):
        value = Cast(value=Column(name=names[one.view, one.feature]), dtype=STRING)
        told.append(NamedExpr(name=subgroup_column(n), expr=value, dtype=STRING))
    cluster = Cast(value=Column(name=about.name), dtype=STRING)
    of_points = [
        NamedExpr(name=CLUSTER, expr=cluster, dtype=STRING),
        *(
            NamedExpr(name=f"__value_{n}", expr=number, dtype=FLOAT64)
            for n, number in enumerate(numbers, start=1)
        ),
    ]
    only = NamedExpr(name="__is_point", expr=is_point, dtype=BOOL)
    rows = plan.add("told", Project(input=step, columns=(*told, *of_points, only)))
    columns = [kept(each.name, each.dtype) for each in told]
    for each in of_points:
        expr = call("if_else", Column(name=only.name), Column(name=each.name))
        columns.append(NamedExpr(name=each.name, expr=expr, dtype=each.dtype))
    comment = "Each prediction; one that is no point has neither a cluster nor numbers."
    return plan.add("points", Project(input=rows, columns=tuple(columns)), comment)


def _centroids(about: Clustered, scaled: str, plan: PlanBuilder) -> Group:
    is_point = call("is_not_null", Column(name=CLUSTER))
    points = plan.add("only_points", Filter(input=scaled, predicate=is_point))
    means = [
        GroupColumn(name=name, aggregate="mean", value=Column(name=value), dtype=FLOAT64)
        for n in about.numbers
        for name, value in ((f"__mean_{n}", f"__value_{n}"), (f"__centroid_{n}", f"__x_{n}"))
    ]
    columns = (GroupColumn(name="points"), *means)
    return Group(input=points, by=(VERSION, CLUSTER), columns=columns)
