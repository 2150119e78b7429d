"""Python source from `ast` nodes, byte for byte as `ruff format` would leave it.

    x = f(Name("a"), ...)          x = f(a, b)      or, where that is too long,      x = f(
                                                                                        a,
                                                                                        b,
                                                                                    )

This file lays out statements; `flat` writes expressions on one line, `layout` and `doc` split those
that do not fit.

Not byte for byte yet: assignments to several names or to an index and lambdas, where the value is a
chain with an index that has to break or a negation; annotations, `except` types, targets of `for` and
items of `with` that do not fit on their line; docstrings with backslashes.
"""

import ast
from collections.abc import Callable, Iterator, Sequence

from alignc.backends.doc import (
    Doc,
    FirstThatFits,
    Group,
    Indent,
    Line,
    print_doc,
    text_width,
)
from alignc.backends.python.explode import exploded_element, exploded_value
from alignc.backends.python.flat import (
    Commented,
    HasComment,
    flat_expression,
    flat_parameter,
    parameters_of,
    string_text,
)
from alignc.backends.python.layout import (
    Parentheses,
    Place,
    bracketed,
    comment_text,
    element_doc,
    elements_doc,
    expression_doc,
    header_value,
    last_value,
    optional_parentheses,
    parentheses_for,
    parenthesized_if_broken,
)


class Comment(ast.stmt):
    """Comment lines between statements."""

    lines: tuple[str, ...]


class Blank(ast.stmt):
    """One blank line between statements."""


def comment(lines: Sequence[str]) -> ast.stmt:
    """Each line as `# line`, as a statement of its own."""
    node = Comment()
    node.lines = tuple(lines)
    return node


def blank() -> ast.stmt:
    """A blank line; Ruff keeps two at most at top level, one in a block, none at its start."""
    return Blank()


def commented(node: ast.expr, lines: Sequence[str]) -> ast.expr:
    """`node` with `# line`s above it; it must be an element of a bracket, then exploded."""
    wrapper = Commented()
    wrapper.value = node
    wrapper.lines = tuple(lines)
    return wrapper


def format_expression(node: ast.expr, *, indent: int = 0, width: int = 88) -> str:
    """`node` as an element of an exploded bracket at `indent`, first line not indented, no comma.

    >>> format_expression(ast.parse("f( 'a',b )", mode="eval").body)
    'f("a", b)'
    """
    try:
        flat = flat_expression(node)
    except HasComment:
        pass
    else:
        if text_width(flat) + 4 * indent < width:
            return flat
    text = exploded_element("", node, indent=indent, width=width)
    if text is not None:
        return text
    document: Doc = [element_doc(node), ",", Line.HARD]
    return print_doc(document, width=width, indent=4 * indent).rstrip().removesuffix(",")


def format_statements(statements: Sequence[ast.stmt], *, indent: int = 0, width: int = 88) -> str:
    """The statements as a block at `indent`, without a newline at the end.

    >>> print(format_statements(ast.parse("x=1;y='b'").body))
    x = 1
    y = "b"
    """
    pieces: list[str] = []
    for index, statement in enumerate(statements):
        if isinstance(statement, Blank):
            continue
        if pieces:
            pieces.append("\n" * (1 + _blank_lines_before(statements, index, nested=indent > 0)))
        margin = " " * (4 * indent)
        pieces.append(margin + _statement_text(statement, indent, width))
    return "".join(pieces)


def _blank_lines_before(statements: Sequence[ast.stmt], index: int, *, nested: bool) -> int:
    most = 1 if nested else 2
    explicit = 0
    previous = index - 1
    while isinstance(statements[previous], Blank):
        explicit += 1
        previous -= 1
    following = next(
        (node for node in statements[index:] if not isinstance(node, Blank | Comment)),
        None,
    )
    before = statements[previous]
    if isinstance(before, ast.FunctionDef):
        return most
    if isinstance(following, ast.FunctionDef) and (explicit or not isinstance(before, Comment)):
        return most
    imports = ast.Import | ast.ImportFrom
    if isinstance(before, imports) and not isinstance(statements[index], imports):
        explicit = max(explicit, 1)
    return min(explicit, most)


def _statement_text(statement: ast.stmt, indent: int, width: int) -> str:
    def block(statements: Sequence[ast.stmt]) -> str:
        # A function that opens a block has a blank line before it.
        opens = bool(statements) and isinstance(statements[0], ast.FunctionDef)
        return "\n" + "\n" * opens + format_statements(statements, indent=indent + 1, width=width)

    def line(
        flat: Callable[[], str],
        broken: Callable[[], Doc],
        simple: Callable[[], str | None] = lambda: None,
    ) -> str:
        """`flat()` if it fits, else `simple()` if there is such a way, else `broken()`."""
        try:
            text = flat()
        except HasComment:
            pass
        else:
            if text_width(text) + 4 * indent <= width:
                return text
        return simple() or print_doc(broken(), width=width, indent=4 * indent)

    def explode(prefix: str, value: ast.expr) -> str | None:
        return exploded_value(prefix, value, indent=indent, width=width)

    margin = " " * (4 * indent)
    match statement:
        case ast.Assign():
            heads = "".join(_flat_target(target) + " = " for target in statement.targets)
            return line(
                lambda: heads + flat_expression(statement.value),
                lambda: _assignment(statement.targets, heads, statement.value),
                lambda: (
                    explode(heads, statement.value)
                    if all(isinstance(target, ast.Name) for target in statement.targets)
                    else None
                ),
            )
        case ast.AnnAssign():
            target = flat_expression(statement.target)
            if not statement.simple and isinstance(statement.target, ast.Name):
                target = f"({target})"
            head = f"{target}: {flat_expression(statement.annotation)}"
            if statement.value is None:
                return head
            value = statement.value
            return line(
                lambda: f"{head} = {flat_expression(value)}",
                lambda: [head, " = ", last_value(value)],
                lambda: explode(f"{head} = ", value),
            )
        case ast.Expr():
            return line(
                lambda: flat_expression(statement.value),
                lambda: _bare_expression(statement.value),
            )
        case ast.Return(value=None):
            return "return"
        case ast.Return(value=ast.expr() as value):
            return line(
                lambda: "return " + flat_expression(value),
                lambda: ["return ", last_value(value)],
                lambda: explode("return ", value),
            )
        case ast.Assert():
            return line(lambda: _flat_assert(statement), lambda: _assertion(statement))
        case ast.Raise():
            return line(lambda: _flat_raise(statement), lambda: _raising(statement))
        case ast.If():
            return "".join(_branches(statement, line, block, margin))
        case ast.For():
            target = _flat_target(statement.target)
            header = line(
                lambda: f"for {target} in {flat_expression(statement.iter)}:",
                lambda: [
                    "for ",
                    optional_parentheses(target),
                    " in ",
                    header_value(statement.iter),
                    ":",
                ],
            )
            otherwise = f"\n{margin}else:{block(statement.orelse)}" if statement.orelse else ""
            return header + block(statement.body) + otherwise
        case ast.With():
            header = line(
                lambda: f"with {', '.join(_flat_item(item) for item in statement.items)}:",
                lambda: _with_header(statement.items),
            )
            return header + block(statement.body)
        case ast.Try():
            return _try_text(statement, block, margin)
        case ast.FunctionDef():
            decorators = "".join(
                f"@{flat_expression(decorator)}\n{margin}" for decorator in statement.decorator_list
            )
            header = line(lambda: _flat_header(statement), lambda: _function_header(statement))
            return decorators + header + _function_body(statement.body, block, margin + "    ")
        case ast.Import():
            return "import " + ", ".join(map(_alias_text, statement.names))
        case ast.ImportFrom():
            source = "." * statement.level + (statement.module or "")
            names = [_alias_text(alias) for alias in statement.names]
            return line(
                lambda: f"from {source} import {', '.join(names)}",
                lambda: [f"from {source} import ", elements_doc("(", names, ")", Place.STATEMENT)],
            )
        case ast.Pass():
            return "pass"
        case Comment():
            return f"\n{margin}".join(comment_text(text) for text in statement.lines)
        case _:
            raise TypeError(f"no layout for {type(statement).__name__}")


def _flat_target(target: ast.expr) -> str:
    if isinstance(target, ast.Tuple) and len(target.elts) > 1:
        return ", ".join(flat_expression(element) for element in target.elts)
    return flat_expression(target)


def _assignment(targets: Sequence[ast.expr], heads: str, value: ast.expr) -> Doc:
    """The value in parentheses before the last target is split, if that target has brackets or is several names."""
    target = targets[-1]
    if len(targets) == 1 and not isinstance(target, ast.Subscript | ast.Tuple | ast.List):
        return [heads, last_value(value)]
    plain = expression_doc(value, Place.STATEMENT)
    variants: list[Doc] = [
        [heads, plain],
        [heads, "(", Indent([Line.HARD, plain]), Line.HARD, ")"],
    ]
    flat_last = _flat_target(target)
    earlier = heads.removesuffix(flat_last + " = ")
    last: Doc = flat_last
    if isinstance(target, ast.Subscript):
        last = expression_doc(target, Place.STATEMENT)
        variants.append([earlier, Group(last, broken=True), " = ", plain])
    if isinstance(target, ast.Tuple) and len(target.elts) > 1:
        names = [element_doc(element) for element in target.elts]
        split = Group(elements_doc("(", names, ")", Place.STATEMENT), broken=True)
        variants.append([earlier, split, " = ", plain])
    match value:
        case ast.Name() | ast.Constant() | ast.JoinedStr():
            return FirstThatFits(variants)
        case ast.Attribute() | ast.Call() | ast.Subscript() if (
            parentheses_for(value) is Parentheses.IF_THEY_MAKE_IT_FIT
        ):
            variants.insert(1, [heads, Group(plain, broken=True)])
            return FirstThatFits(variants)
        case _:
            return [earlier, last, " = ", last_value(value)]


def _bare_expression(value: ast.expr) -> Doc:
    if isinstance(value, ast.BinOp | ast.BoolOp | ast.Compare):
        return parenthesized_if_broken(value)
    return expression_doc(value, Place.STATEMENT)


def _parenthesized_if_too_long(node: ast.expr) -> Doc:
    if parentheses_for(node) is Parentheses.NEVER:
        return expression_doc(node, Place.STATEMENT)
    return parenthesized_if_broken(node)


def _flat_assert(statement: ast.Assert) -> str:
    message = f", {flat_expression(statement.msg)}" if statement.msg is not None else ""
    return f"assert {flat_expression(statement.test)}{message}"


def _assertion(statement: ast.Assert) -> Doc:
    test: list[Doc] = ["assert ", header_value(statement.test)]
    if statement.msg is None:
        return test
    return [*test, ", ", _parenthesized_if_too_long(statement.msg)]


def _flat_raise(statement: ast.Raise) -> str:
    if statement.exc is None:
        return "raise"
    cause = f" from {flat_expression(statement.cause)}" if statement.cause is not None else ""
    return f"raise {flat_expression(statement.exc)}{cause}"


def _raising(statement: ast.Raise) -> Doc:
    if statement.exc is None:
        return "raise"
    exception: list[Doc] = ["raise ", _optional(statement.exc)]
    if statement.cause is None:
        return exception
    return [*exception, " from ", _optional(statement.cause)]


def _optional(node: ast.expr) -> Doc:
    if parentheses_for(node) is Parentheses.IF_BROKEN:
        return parenthesized_if_broken(node)
    return expression_doc(node, Place.STATEMENT)


def _branches(
    statement: ast.If,
    line: Callable[[Callable[[], str], Callable[[], Doc]], str],
    block: Callable[[Sequence[ast.stmt]], str],
    margin: str,
) -> Iterator[str]:
    word = "if"
    branch = statement
    while True:
        test = branch.test
        head = line(
            lambda: f"{word} {flat_expression(test)}:",  # noqa: B023
            lambda: [f"{word} ", header_value(test), ":"],  # noqa: B023
        )
        yield head + block(branch.body)
        match branch.orelse:
            case []:
                return
            case [ast.If() as branch]:
                word = "elif"
                yield f"\n{margin}"
            case orelse:
                yield f"\n{margin}else:{block(orelse)}"
                return


def _flat_item(item: ast.withitem) -> str:
    name = f" as {flat_expression(item.optional_vars)}" if item.optional_vars is not None else ""
    return flat_expression(item.context_expr) + name


def _with_header(items: Sequence[ast.withitem]) -> Doc:
    match items:
        case [ast.withitem(context_expr=value, optional_vars=None)]:
            return ["with ", header_value(value), ":"]
        case [ast.withitem(context_expr=value, optional_vars=ast.expr() as name)]:
            return ["with ", _parenthesized_if_too_long(value), f" as {flat_expression(name)}:"]
        case _:
            return [
                "with ",
                elements_doc("(", [_item_doc(item) for item in items], ")", Place.STATEMENT),
                ":",
            ]


def _item_doc(item: ast.withitem) -> Doc:
    name = f" as {flat_expression(item.optional_vars)}" if item.optional_vars is not None else ""
    return [expression_doc(item.context_expr, Place.BRACKET), name]


def _try_text(statement: ast.Try, block: Callable[[Sequence[ast.stmt]], str], margin: str) -> str:
    text = "try:" + block(statement.body)
    for handler in statement.handlers:
        kind = f" {flat_expression(handler.type)}" if handler.type is not None else ""
        name = f" as {handler.name}" if handler.name is not None else ""
        text += f"\n{margin}except{kind}{name}:{block(handler.body)}"
    if statement.orelse:
        text += f"\n{margin}else:{block(statement.orelse)}"
    if statement.finalbody:
        text += f"\n{margin}finally:{block(statement.finalbody)}"
    return text


def _flat_header(statement: ast.FunctionDef) -> str:
    parameters = ", ".join(
        flat_parameter(*parameter) for parameter in parameters_of(statement.args)
    )
    return f"def {statement.name}({parameters}){_flat_returns(statement)}:"


def _flat_returns(statement: ast.FunctionDef) -> str:
    return f" -> {flat_expression(statement.returns)}" if statement.returns is not None else ""


def _function_header(statement: ast.FunctionDef) -> Doc:
    parameters = [_parameter(*parameter) for parameter in parameters_of(statement.args)]
    content: list[Doc] = []
    for parameter in parameters:
        content += (parameter, ",", Line.HARD)
    bracket: Doc = bracketed("(", content[:-1], ")", Place.STATEMENT) if content else "()"
    return [f"def {statement.name}", bracket, f"{_flat_returns(statement)}:"]


def _parameter(name: str, annotation: ast.expr | None, default: ast.expr | None) -> Doc:
    if annotation is not None:
        name = f"{name}: {flat_expression(annotation)}"
    if default is None:
        return name
    return [name, "=" if annotation is None else " = ", expression_doc(default, Place.BRACKET)]


def _function_body(
    body: Sequence[ast.stmt], block: Callable[[Sequence[ast.stmt]], str], margin: str
) -> str:
    match body:
        case [ast.Expr(value=ast.Constant(value=str() as text)), *rest]:
            quoted = f"\n{margin}{_docstring(text, margin)}"
            if not rest:
                return quoted
            # A function after the docstring has a blank line before it and before its comments.
            apart = isinstance(rest[0], Comment) and _opens_with_function(rest)
            return quoted + "\n" * apart + block(rest)
        case [ast.FunctionDef(), *_]:
            return block(body).removeprefix("\n")
        case _:
            return block(body)


def _opens_with_function(body: Sequence[ast.stmt]) -> bool:
    first = next((node for node in body if not isinstance(node, Blank | Comment)), None)
    return isinstance(first, ast.FunctionDef)


def _docstring(text: str, margin: str) -> str:
    """`text` in triple quotes, later lines moved to `margin` as `inspect.cleandoc` would undo."""
    lines = text.expandtabs().strip().splitlines()
    plain = all(line.isprintable() for line in lines) and "\\" not in text
    if not lines or not plain or '"""' in text or lines[-1].endswith('"'):
        return string_text(text)
    lines = [lines[0].rstrip(), *_dedented(lines[1:])]
    body = f"\n{margin}".join(lines).replace(f"\n{margin}\n", "\n\n")
    closing = f"\n{margin}" if text.rstrip(" ").endswith("\n") else ""
    return f'"""{body}{closing}"""'


def _dedented(lines: Sequence[str]) -> list[str]:
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    common = min(indents, default=0)
    return [line[common:].rstrip() for line in lines]


def _alias_text(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
