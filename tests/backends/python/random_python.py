"""Random trees of the Python that alignc emits, names long and short to break lines anywhere."""

import ast
import random

from alignc.backends.python.printer import blank, comment, commented

NAMES = (
    "a",
    "pl",
    "F",
    "rows",
    "window",
    "departures",
    "pickup_longitude",
    "a_rather_long_name_to_break_at",
)
METHODS = ("col", "cast", "alias", "when", "then", "otherwise", "partitionBy", "with_columns", "x")
STRINGS = (
    "",
    "a",
    "event_timestamp",
    "some name",
    "It's",
    'say "hi"',
    "back\\slash\n\ttab",
    "\N{ROCKET} to the moon",
    "\N{CJK UNIFIED IDEOGRAPH-6F22}" * 9,
    "a longer text that fills a good part of the line",
    "z" * 70,
)
BINARY = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.Pow,
    ast.BitAnd,
    ast.BitOr,
)
RARE_BINARY = (ast.BitXor, ast.LShift, ast.RShift, ast.MatMult)
COMPARE = (ast.Eq, ast.NotEq, ast.Lt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn)


class RandomPython:
    def __init__(self, seed: int, *, comments: bool = True) -> None:
        self.random = random.Random(seed)
        self.comment_share = 0.03 if comments else 0.0

    def expression(self, depth: int) -> ast.expr:
        pick = self.random.random()
        if depth <= 0 or pick < 0.12:
            return self.atom()
        if pick < 0.50:
            return self.chain(depth)
        if pick < 0.65:
            return self.binary(depth)
        if pick < 0.71:
            op = self.random.choice((ast.And, ast.Or))()
            return ast.BoolOp(op=op, values=self.some(depth, 2, 4))
        if pick < 0.77:
            others = self.some(depth, 1, 2)
            ops: list[ast.cmpop] = [self.random.choice(COMPARE)() for _ in others]
            return ast.Compare(left=self.expression(depth - 1), ops=ops, comparators=others)
        if pick < 0.83:
            unary = self.random.choice((ast.Not, ast.USub, ast.Invert))()
            return ast.UnaryOp(op=unary, operand=self.expression(depth - 1))
        if pick < 0.86:
            return ast.IfExp(*self.some(depth, 3, 3))
        if pick < 0.88:
            parameters = [
                ast.arg(arg=name) for name in self.random.sample(NAMES, self.random.randint(0, 3))
            ]
            body = self.expression(depth - 1)
            return ast.Lambda(arguments(parameters), self.atom() if has_index(body) else body)
        return self.collection(depth)

    def atom(self) -> ast.expr:
        kind = self.random.random()
        if kind < 0.5:
            return ast.Name(self.random.choice(NAMES))
        if kind < 0.75:
            return ast.Constant(self.random.choice(STRINGS))
        return ast.Constant(
            self.random.choice((0, 1, 42, 1.5, 1e20, 1e-7, None, True, False, ..., b"\x00\xffx"))
        )

    def some(self, depth: int, least: int, most: int) -> list[ast.expr]:
        return [self.expression(depth - 1) for _ in range(self.random.randint(least, most))]

    def elements(self, depth: int, least: int, most: int, *, star: bool = True) -> list[ast.expr]:
        found = []
        for node in self.some(depth, least, most):
            if star and self.random.random() < 0.03:
                node = ast.Starred(node)
            found.append(self.maybe_commented(node))
        return found

    def maybe_commented(self, node: ast.expr) -> ast.expr:
        if self.random.random() < self.comment_share:
            return commented(node, ["What this is, in so many words."] * self.random.randint(1, 2))
        return node

    def chain(self, depth: int) -> ast.expr:
        node = (
            self.expression(depth - 2)
            if self.random.random() < 0.3
            else ast.Name(self.random.choice(NAMES))
        )
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.random()
            if kind < 0.75:
                if self.random.random() < 0.9:
                    node = ast.Attribute(node, self.random.choice(METHODS))
                keywords = [
                    ast.keyword(
                        arg=self.random.choice((*NAMES, None)), value=self.maybe_commented(value)
                    )
                    for value in self.some(depth, 0, 2)
                    if self.random.random() < 0.5
                ]
                unique = {keyword.arg: keyword for keyword in keywords}
                node = ast.Call(node, self.elements(depth, 0, 2), list(unique.values()))
            elif kind < 0.88:
                node = ast.Attribute(node, self.random.choice(METHODS))
            else:
                node = ast.Subscript(node, self.index(depth))
        return node

    def index(self, depth: int) -> ast.expr:
        kind = self.random.random()
        if kind < 0.6:
            return self.expression(depth - 1)
        bounds = [
            self.expression(depth - 2) if self.random.random() < 0.6 else None for _ in range(3)
        ]
        if kind < 0.85:
            return ast.Slice(*bounds)
        return ast.Tuple([ast.Slice(*bounds), *self.some(depth, 1, 2)])

    def binary(self, depth: int) -> ast.expr:
        op = self.random.choice(BINARY if self.random.random() < 0.9 else RARE_BINARY)()
        return ast.BinOp(self.expression(depth - 1), op, self.expression(depth - 1))

    def collection(self, depth: int) -> ast.expr:
        kind = self.random.random()
        if kind < 0.4:
            return ast.List(self.elements(depth, 0, 4))
        if kind < 0.65:
            return ast.Tuple(self.elements(depth, 0, 4))
        if kind < 0.75:
            return ast.Set(self.elements(depth, 1, 3))
        values = [self.maybe_commented(value) for value in self.some(depth, 0, 4)]
        keys = [self.atom() if self.random.random() < 0.9 else None for _ in values]
        return ast.Dict(keys, values)

    def target(self, *, plain: bool) -> ast.expr:
        kind = self.random.random() * (0.8 if plain else 1)
        name = ast.Name(self.random.choice(NAMES))
        if kind < 0.7:
            return name
        if kind < 0.8:
            return ast.Attribute(name, self.random.choice(METHODS))
        if kind < 0.9:
            return ast.Tuple([name, ast.Name("other")])
        return ast.Subscript(name, ast.Constant(self.random.choice(STRINGS[1:4])))

    def statement(self, depth: int, *, level: int = 0) -> ast.stmt:
        kind = self.random.random()
        value = self.expression(depth)
        if kind < 0.4:
            return ast.Assign(
                [self.target(plain=has_index(value) or isinstance(value, ast.UnaryOp))], value
            )
        if kind < 0.5:
            annotation = ast.Name("DataFrame")
            return ast.AnnAssign(ast.Name(self.random.choice(NAMES)), annotation, value, simple=1)
        if kind < 0.6:
            return ast.Return(value)
        if kind < 0.7:
            return ast.Expr(value if not is_string(value) else ast.Name("a"))
        if kind < 0.74:
            return ast.Assert(value, self.random.choice((None, self.expression(1))))
        if kind < 0.78:
            return ast.Raise(value, None)
        if kind < 0.83:
            return comment(["Something to know about what follows."])
        if level > 1:
            return ast.Pass()
        if kind < 0.88:
            orelse = self.block(depth, level) if self.random.random() < 0.5 else []
            return ast.If(value, self.block(depth, level), orelse)
        if kind < 0.91:
            return ast.For(ast.Name(self.random.choice(NAMES)), value, self.block(depth, level), [])
        if kind < 0.93:
            names = [ast.Name("handle"), None, ast.Name("a_second_name")]
            contexts = [self.chain(depth) for _ in range(self.random.randint(1, 2))]
            items = [ast.withitem(context, self.random.choice(names)) for context in contexts]
            return ast.With(items, self.block(depth, level))
        if kind < 0.95:
            return ast.ImportFrom(
                "pyspark.sql", [ast.alias(name) for name in NAMES[: self.random.randint(1, 8)]], 0
            )
        return self.function(depth, level)

    def function(self, depth: int, level: int) -> ast.stmt:
        parameters = [
            ast.arg(name, ast.Name("DataFrame") if self.random.random() < 0.5 else None)
            for name in self.random.sample(NAMES, self.random.randint(0, 6))
        ]
        defaults = [self.expression(1) for _ in parameters if self.random.random() < 0.3]
        body = self.block(depth, level)
        if self.random.random() < 0.4:
            body.insert(0, ast.Expr(ast.Constant("What this computes.")))
        returns = ast.Name("DataFrame") if self.random.random() < 0.5 else None
        name = self.random.choice(METHODS)
        return ast.FunctionDef(name, arguments(parameters, defaults), body, [], returns)

    def block(self, depth: int, level: int) -> list[ast.stmt]:
        body = self.statements(self.random.randint(1, 3), depth - 1, level=level + 1)
        return [*body, ast.Expr(ast.Call(ast.Name("run"), [], []))]

    def statements(self, count: int, depth: int, *, level: int = 0) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for _ in range(count):
            found.append(
                self.statement(self.random.randint(0, depth) if depth > 0 else 0, level=level)
            )
            if self.random.random() < 0.1:
                found.append(blank())
        return found


def has_index(node: ast.expr) -> bool:
    """Whether there is an index in a chain; as `printer` says, it does not lay out all of these."""
    match node:
        case ast.Attribute(value=value) | ast.Call(func=value):
            return has_index(value)
        case _:
            return isinstance(node, ast.Subscript)


def is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def arguments(parameters: list[ast.arg], defaults: list[ast.expr] | None = None) -> ast.arguments:
    return ast.arguments([], parameters, None, [], [], None, defaults or [])
