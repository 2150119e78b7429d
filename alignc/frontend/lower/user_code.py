"""Code of users -> an opaque node of the expression: its texts are checked, its inputs are named.

title = name.transform_polars(lambda x: x.str.to_titlecase(), as_dtype=String())
udf[name](polars="pl.col('name').str.to_titlecase()")
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from alignc.errors import Diagnostics, Span, did_you_mean
from alignc.frontend.features import Feature as Written
from alignc.frontend.features.origins import UdfOrigin
from alignc.frontend.functions import free_names
from alignc.frontend.lower.names import Names
from alignc.ir.expr import Expr, Udf, walk
from alignc.ir.module import Aggregated, Derived, Feature, View


def lower_user_code(
    feature: Written, origin: UdfOrigin, names: Names, found: Diagnostics
) -> Udf | None:
    span = feature._span
    given = _given(origin.inputs, names, span, found)
    if given is None:
        return None
    texts = dict(origin.texts)
    reads: dict[str, set[str]] = {}
    for target, text in texts.items():
        if target == "polars":
            expression = _polars(text, given, span, found)
            if expression is None:
                return None
            texts[target] = ast.unparse(expression)
            reads[target] = _columns_in(expression)
        else:
            columns = _sql_columns(text, target, span, found)
            if columns is None:
                return None
            reads[target] = columns
    known = set(names.own.values()) if origin.is_open else set(given)
    for target, columns in reads.items():
        for name in sorted(columns - known):
            there = (
                "unknown feature" if origin.is_open else "a feature that is not among its inputs:"
            )
            found.add(
                "ALN103",
                f"the {target} text reads {there} `{name}`",
                span,
                did_you_mean(name, known),
            )
            return None
    inputs = sorted(set().union(*reads.values())) if origin.is_open else given
    return Udf(
        dtype=feature.dtype, inputs=tuple(inputs), texts=tuple(sorted(texts.items())), span=span
    )


def check_functions(views: Iterable[View], found: Diagnostics) -> None:
    """Report functions of one name that differ: a program has each function once."""
    texts: dict[str, str] = {}
    for view in views:
        for feature in view.features:
            for part in _parts(feature):
                text = part.text_for("polars") if isinstance(part, Udf) else None
                if text is None or not text.startswith("def "):
                    continue
                name = text.removeprefix("def ").partition("(")[0]
                if texts.setdefault(name, text) != text:
                    found.add(
                        "ALN187",
                        f"feature `{feature.name}`: there is another function `{name}`",
                        feature.span,
                        "give functions that differ different names",
                    )


def _parts(feature: Feature) -> Iterator[Expr]:
    match feature.compute:
        case Derived(expr=expr) | Aggregated(value=expr):
            return walk(expr)
        case _:
            return iter(())


def _given(
    inputs: Sequence[Written], names: Names, span: Span, found: Diagnostics
) -> list[str] | None:
    given = [names.of(feature) for feature in inputs]
    if None in given:
        found.add(
            "ALN105",
            "user code reads a feature without a name",
            span,
            "assign it to an attribute first and use that",
        )
        return None
    return [name for name in given if name is not None]


def _polars(
    text: str, inputs: Sequence[str], span: Span, found: Diagnostics
) -> ast.expr | ast.FunctionDef | None:
    """The expression, of a lambda its value with the inputs as parameters; or the function."""
    tree = ast.parse(text).body[0]
    if isinstance(tree, ast.FunctionDef):
        takes = len(tree.args.args)
        return tree if _fits(takes - len(tree.args.defaults), takes, inputs, span, found) else None
    assert isinstance(tree, ast.Expr)
    expression = tree.value
    if isinstance(expression, ast.Lambda):
        parameters = [a.arg for a in expression.args.args]
        if not _fits(len(parameters), len(parameters), inputs, span, found):
            return None
        placed = dict(zip(parameters, inputs, strict=True))
        expression = _Placed(placed).visit(expression.body)
    free = free_names(expression) - {"pl"}
    if free:
        found.add(
            "ALN123",
            f"the expression uses `{min(free)}`, which generated code does not know",
            span,
            "only `pl` and literals can be used",
        )
        return None
    return expression


def _fits(least: int, most: int, inputs: Sequence[str], span: Span, found: Diagnostics) -> bool:
    """Whether a function takes as many features as there are."""
    if least <= len(inputs) <= most:
        return True
    takes = str(most) if least == most else f"{least} to {most}"
    found.add(
        "ALN123",
        f"the function takes {takes} features, not {len(inputs)}",
        span,
        "its parameters are the features, as Polars expressions",
    )
    return False


class _Placed(ast.NodeTransformer):
    """Parameters become the columns that they stand for."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.columns = columns

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.columns:
            return node
        column = ast.Attribute(ast.Name("pl", ast.Load()), "col", ast.Load())
        return ast.Call(column, [ast.Constant(self.columns[node.id])], [])


def _columns_in(tree: ast.AST) -> set[str]:
    """The names in `pl.col("...")`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pl.col":
            for arg in node.args:
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                    names.add(arg.value)
    return names


def _sql_columns(text: str, target: str, span: Span, found: Diagnostics) -> set[str] | None:
    """The columns that a SQL expression reads."""
    import sqlglot
    from sqlglot import exp

    reason: str | None = None
    try:
        parts = [p for p in sqlglot.parse(text, dialect=_DIALECTS[target]) if p is not None]
    except sqlglot.errors.SqlglotError as error:
        parts, reason = [], str(error).splitlines()[0]
    if reason is None and len(parts) != 1:
        reason = "it must be one expression"
    for kind, why in (
        (exp.Query, "a query cannot be inside of an expression of one row"),
        (exp.AggFunc, "an aggregate is not an expression of one row"),
        (exp.Window, "a window function is not an expression of one row"),
        (exp.Star, "`*` is not an expression"),
    ):
        if reason is None and parts[0].find(kind) is not None:
            reason = why
    if reason is None and not isinstance(parts[0], exp.Condition):
        reason = "it is not an expression"
    if reason is not None:
        found.add("ALN156", f"the {target} text cannot be used: {reason}", span)
        return None
    return {column.name for column in parts[0].find_all(exp.Column)}


_DIALECTS = {
    "duckdb": "duckdb",
    "postgres": "postgres",
    "pyspark": "spark",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "redshift": "redshift",
}
