"""Redshift's rule about spaces, put into a query for DuckDB: at the end of a text they do not count.

Every comparison, group and order is about texts without them, and so is what is distinct. Where a group has
several texts it shows any of them, and of equal texts the longest comes first: whoever counts on anything
else gets a wrong answer.
"""

from __future__ import annotations

from sqlglot import exp

MACROS = """
CREATE MACRO without_end(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' THEN rtrim(CAST(x AS VARCHAR), ' ') ELSE CAST(x AS VARCHAR)
END;
CREATE MACRO only_text(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN without_end(x) END;
CREATE MACRO longest_first(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN -len(CAST(x AS VARCHAR)) END;
CREATE MACRO no_text(x) AS CASE WHEN typeof(x) <> 'VARCHAR' THEN x END;
"""
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def compared(node: exp.Expr) -> exp.Expr:
    """The node with that rule; what is below it has it already."""
    match node:
        case exp.Binary() if isinstance(node, _COMPARISONS):
            return _comparison(type(node), node.this, node.expression)
        case exp.Between():
            bounds = ((exp.GTE, node.args["low"]), (exp.LTE, node.args["high"]))
            return exp.paren(exp.and_(*(_comparison(kind, node.this, x) for kind, x in bounds)))
        case exp.In():
            return exp.paren(
                exp.or_(*(_comparison(exp.EQ, node.this, x) for x in node.expressions))
            )
        case exp.Nullif():
            is_same = _comparison(exp.EQ, node.this, node.expression)
            return exp.Case(ifs=[exp.If(this=is_same, true=exp.Null())], default=node.this)
        case exp.Case() if node.this is not None:
            ifs = [
                exp.If(this=_comparison(exp.EQ, node.this, part.this), true=part.args["true"])
                for part in node.args["ifs"]
            ]
            return exp.Case(ifs=ifs, default=node.args.get("default"))
        case exp.Order() if not isinstance(node.parent, exp.WithinGroup):
            return exp.Order(expressions=[key for part in node.expressions for key in _order(part)])
        case exp.Window(args={"partition_by": [_, *_] as keys}):
            node.set("partition_by", [_call("without_end", key) for key in keys])
        case exp.Min() | exp.Max():
            names = ("only_text", "longest_first", "no_text")
            place = _call("ROW", *(_call(name, node.this) for name in names))
            return _call("ARG_MIN" if isinstance(node, exp.Min) else "ARG_MAX", node.this, place)
        case exp.Distinct() if isinstance(node.parent, exp.Count):
            return exp.Distinct(expressions=[_call("without_end", x) for x in node.expressions])
        case exp.Select():
            _compare_rows(node)
        case _:
            pass
    return node


def _comparison(kind: type[exp.Expr], x: exp.Expr, y: exp.Expr) -> exp.Expr:
    is_text = exp.EQ(this=_call("TYPEOF", x), expression=exp.Literal.string("VARCHAR"))
    texts = kind(this=_call("without_end", x), expression=_call("without_end", y))
    others = kind(this=exp.paren(x.copy()), expression=exp.paren(y.copy()))
    return exp.paren(exp.Case(ifs=[exp.If(this=is_text, true=texts)], default=others))


def _order(part: exp.Ordered) -> list[exp.Expr]:
    keys: list[exp.Expr] = []
    for name in ("only_text", "longest_first", "no_text"):
        key = part.copy()
        key.set("this", _call(name, part.this))
        keys.append(key)
    return keys


def _compare_rows(select: exp.Select) -> None:
    """What is one row in the result: of a group, or of rows that are not distinct."""
    if select.args.get("distinct") is not None:
        shown = [_call("without_end", part.unalias()) for part in select.expressions]
        select.set("distinct", exp.Distinct(on=exp.Tuple(expressions=shown)))
    if (group := select.args.get("group")) is None:
        return
    by = list(group.expressions)
    having = select.args.get("having")
    for part in (*select.expressions, *([having] if having is not None else [])):
        for one in list(part.walk(bfs=False)):
            if one in by and one.find_ancestor(exp.AggFunc, exp.Select) is select:
                found = _call("ANY_VALUE", one)
                is_shown = one is part and isinstance(one, exp.Column)
                one.replace(exp.alias_(found, one.name, quoted=True) if is_shown else found)
    group.set("expressions", [_call("without_end", key) for key in by])


def _call(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[arg.copy() for arg in args])
