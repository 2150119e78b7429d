"""A Module as the definitions that a user would have written for it.

Reading them back must give the Module again: so the vocabulary and its lowering are fuzzed too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alignc.ir.expr import Call, Column, Expr, Literal
from alignc.ir.module import (
    Aggregated,
    AsOfInput,
    Contract,
    Derived,
    Feature,
    FileSource,
    JoinInput,
    Module,
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
    origins_in,
    views_in,
)
from alignc.ir.ops import OPS
from alignc.ir.regex import PatternError, check_extractable, literal_text, parse
from alignc.ir.types import BOOL, FLOAT64, INT64, STRING, DType


class NoSpellingError(Exception):
    """An expression that has no spelling, such as a constant of a type that Python lacks."""


_PLAIN = (BOOL, INT64, FLOAT64, STRING)

# The ops that are not operators, from the texts of their arguments.
_SPELLINGS: Mapping[str, Callable[..., str]] = {
    "neg": lambda x: f"(-{x})",
    "not": lambda x: f"(~{x})",
    "abs": lambda x: f"abs({x})",
    "floor": lambda x: f"math.floor({x})",
    "ceil": lambda x: f"math.ceil({x})",
    "round": lambda x, digits: f"round({x}, {digits})",
    "sqrt": lambda x: f"{x}.sqrt()",
    "is_null": lambda x: f"{x}.is_null()",
    "is_not_null": lambda x: f"{x}.is_not_null()",
    "fill_na": lambda x, value: f"{x}.fill_na({value})",
    "is_in": lambda x, *values: f"{x}.is_in([{', '.join(values)}])",
    "ordinal": lambda x, *labels: f"{x}.ordinal_categories([{', '.join(labels)}])",
    "contains": lambda x, part: f"{x}.contains({part}, literal=True)",
    "matches": lambda x, pattern: f"{x}.contains({pattern})",
    "split": lambda x, separator: f"{x}.split({separator})",
    "list_length": lambda x: f"{x}.length()",
    "list_count_distinct": lambda x: f"{x}.count_distinct()",
    "list_contains": lambda x, value: f"{x}.contains({value})",
    "list_contains_any": lambda x, other: f"{x}.contains_any({other})",
    "list_at": lambda x, index: f"{x}.at_index({index})",
    "dot_product": lambda x, y: f"{x}.dot_product({y})",
    "vector_distance": lambda x, y: f"{x}.euclidean_distance({y})",
    "cosine_similarity": lambda x, y: f"{x}.cosine_similarity({y})",
    "haversine_distance": lambda a, b, c, d: (
        f"Coordinate({a}, {b}).haversine_distance(Coordinate({c}, {d}))"
    ),
    "extract": lambda x, pattern, group: f"{x}.extract({pattern}, {group})",
    "seconds_between": lambda end, start: f"({end} - {start})",
    "euclidean_distance": lambda a, b, c, d: (
        f"Coordinate({a}, {b}).euclidean_distance(Coordinate({c}, {d}))"
    ),
}


def can_spell(expr: Expr) -> bool:
    """Whether there is a spelling."""
    try:
        _spelled(expr)
    except NoSpellingError:
        return False
    return True


def definitions_of(module: Module) -> str:
    """The text of a definition file; NoSpellingError if there is none."""
    lines = ["import math", "from datetime import timedelta", "from alignc import *", ""]
    done: set[str] = set()
    left = list(module.views)
    while left:
        ready = [v for v in left if done.issuperset(views_in(v.input))]
        for view in ready:
            lines += _view(module, view)
            done.add(view.name)
        left = [v for v in left if v.name not in done]
    for number, contract in enumerate(module.contracts):
        lines += _contract(contract, number)
    return "\n".join(lines) + "\n"


def _view(module: Module, view: View) -> list[str]:
    match view.input:
        case SourceInput(source=name):
            source = _source(module.source_by_name[name], view)
        case given:
            source = _rows(module, given)
    about = f", description={view.description!r}" if view.description else ""
    return [
        f"@feature_view(name={view.name!r}, source={source}{about})",
        f"class {_symbol(view.name)}:",
        *(
            f"    {f.name} = {_feature(f, view)}"
            + (".as_tie_breaker()" if f.name in view.tie_breakers else "")
            for f in view.features
        ),
        f"{_instance(view.name)} = {_symbol(view.name)}()",
        "",
    ]


def _rows(module: Module, given: Rows) -> str:
    match given:
        case ViewInput(view=base, where=None):
            return _symbol(base)
        case ViewInput(view=base):
            raise NoSpellingError(f"{base}: a condition comes with a view of its own")
        case StackInput(views=(first, *others), source_column=name):
            origin = f", source_column={name!r}" if name is not None else ""
            return _symbol(first) + "".join(f".vstack({_symbol(o)}{origin})" for o in others)
        case JoinInput(left=left, right=right, on=on, columns=columns):
            words = [f"{_rows(module, left)}.join({_symbol(right)}", f"how={given.how!r}"]
        case AsOfInput(left=left, right=right, on=on, columns=columns):
            words = [f"{_rows(module, left)}.join_asof({_symbol(right)}"]
        case _:
            raise NoSpellingError(given.kind)
    names = [a for a, _ in on], [b for _, b in on]
    if set(names[1]) != set(module.view_by_name[right].entities) or names[0] != names[1]:
        words += [f"on_left={names[0]!r}", f"on_right={names[1]!r}"]
    if renames := {name: new for name, new in columns if name != new}:
        words.append(f"renames={renames!r}")
    return ", ".join(words) + ")"


def _source(source: Source, view: View) -> str:
    keys = {
        f.compute.column: f.name
        for f in view.raw
        if isinstance(f.compute, Raw) and f.compute.column != f.name
    }
    renames = f", mapping_keys={keys!r}" if keys else ""
    match source:
        case FileSource(path=path, name=name):
            return f"FileSource.parquet_at({path!r}{renames}, name={name!r})"
        case TableSource(url_variable=variable, table=table, name=name):
            return f"PostgreSQLConfig({variable!r}).table({table!r}{renames}, name={name!r})"
        case RowsSource(kind=kind):
            raise NoSpellingError(kind)


def _feature(feature: Feature, view: View) -> str:
    match feature.compute:
        case Raw(column=column) if not isinstance(view.input, SourceInput):
            origins = origins_in(view.input, column)
            if feature.role == "feature" and len(origins) == 1:
                ((base, name),) = origins
                if _is_once(view.input, base):
                    return f"{_instance(base)}.{name}"
            if column != feature.name:
                raise NoSpellingError(feature.name)
            return _raw(feature, view)
        case Raw():
            return _raw(feature, view)
        case Derived(expr=Column() as expr):
            return expr.name
        case Derived(expr=expr):
            return _spelled(expr)
        case Aggregated(aggregate=aggregate, parameter=parameter, value=value, window=window):
            made = f"{aggregate}({'' if parameter is None else repr(parameter)})"
            return f"{_spelled(value)}.aggregate(){_over(window)}.{made}"


def _is_once(given: Rows, view: str) -> bool:
    """Whether an instance of the view means one side of the joins."""
    match given:
        case ViewInput():
            return True
        case StackInput():
            return False
        case JoinInput(left=left, right=right) | AsOfInput(left=left, right=right):
            if right == view:
                return view not in views_in(left)
            return _is_once(left, view)


def _over(window: Window) -> str:
    if window.is_ahead:
        return f".over_next(seconds={-window.offset / 1e6!r})"
    parts = []
    if window.length is not None:
        parts.append(f"seconds={window.length / 1e6!r}")
    if window.rows is not None:
        parts.append(f"rows={window.rows}")
    over = f".over({', '.join([*parts, f'closed={window.closed!r}'])})" if parts else ""
    if window.resolution is not None:
        over += f".every(seconds={window.resolution / 1e6!r})"
    return over + (f".offset(seconds={window.offset / 1e6!r})" if window.offset else "")


def _raw(feature: Feature, view: View) -> str:
    assert isinstance(feature.compute, Raw)
    zone = feature.compute.time_zone
    match feature.role:
        case "entity":
            return f"{_made(feature.dtype)}.as_entity()"
        case "event_timestamp":
            options = [f"time_zone={zone!r}"]
            if view.ttl is not None:
                options.append(f"ttl=timedelta(microseconds={view.ttl})")
            if view.availability_delay:
                options.append(
                    f"availability_delay=timedelta(microseconds={view.availability_delay})"
                )
            return f"EventTimestamp({', '.join(options)})"
        case "created_at" | "valid_to":
            return f"Timestamp(time_zone={zone!r}).as_{feature.role}()"
        case _ if str(feature.dtype) == "Timestamp":
            return f"Timestamp(time_zone={zone!r})"
        case _:
            return _made(feature.dtype)


def _made(dtype: DType) -> str:
    """The feature of a type, `Int64()`; sizes are the arguments, or the type of the elements."""
    if dtype.name == "List":
        return f"List({_made(dtype.element)})"
    return f"{dtype.name}({', '.join(map(str, dtype.sizes))})"


def _spelled(expr: Expr) -> str:
    match expr:
        case Column():
            return expr.name
        case Literal(value=float() as value) if expr.dtype == FLOAT64 and value != value:
            return 'float("nan")'
        case Literal(value=float() as value) if expr.dtype == FLOAT64 and abs(value) == float(
            "inf"
        ):
            return f'float("{value}")'
        case Literal() if expr.dtype in _PLAIN and expr.value is not None:
            return repr(expr.value)
        case Call(op="matches", args=(_, Literal(value=str() as pattern))) if (
            literal_text(parse(pattern)) is not None
        ):
            raise NoSpellingError(pattern)
        case Call(
            op="extract",
            args=(_, Literal(value=str() as pattern), Literal(value=int() as group)),
        ) if not _is_extractable(pattern, group):
            raise NoSpellingError(pattern)
        case Call(op="haversine_distance", args=args) if any(isinstance(a, Literal) for a in args):
            # A constant that is no place on the Earth is refused.
            raise NoSpellingError("haversine_distance")
        case Call(op=op, args=(Literal(), *_)):
            # Python turns a comparison with a constant on its left around.
            raise NoSpellingError(op)
        case Call(op=op, args=args):
            parts = [_spelled(a) for a in args]
            symbol = OPS[op].symbol
            if symbol is not None and len(parts) == 2:
                return f"({parts[0]} {symbol} {parts[1]})"
            if op in _SPELLINGS:
                return _SPELLINGS[op](*parts)
            raise NoSpellingError(op)
        case _:
            raise NoSpellingError(repr(expr))


def _is_extractable(pattern: str, group: int) -> bool:
    """Whether definitions may have a pattern; ops have some that are right for what they do."""
    try:
        check_extractable(parse(pattern), group)
    except PatternError:
        return False
    return True


def _contract(contract: Contract, number: int) -> list[str]:
    inputs = [
        f"{_instance(i.view)}.{i.feature}"
        + (f".with_name({i.name!r})" if i.name != i.feature else "")
        for i in contract.inputs
    ]
    labels = [
        f"    {x.prediction} = {_instance(x.view)}.{x.feature}.as_{x.problem}_label()"
        for x in contract.labels
    ]
    return [
        f"@model_contract(name={contract.name!r}, input_features=[{', '.join(inputs)}])",
        f"class Model{number}:",
        *(labels or ["    pass"]),
        "",
    ]


def _symbol(view: str) -> str:
    return "View_" + "".join(c if c.isalnum() else "_" for c in view)


def _instance(view: str) -> str:
    return "the_" + _symbol(view).lower()
