"""Several mistakes in definition files are told in one run, and nothing that only follows from them."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from alignc.driver import load
from alignc.errors import DefinitionError, Diagnostic
from alignc.settings import definition_files, find_project, name_in

ROOT = Path(__file__).resolve().parent.parent
PROJECTS = sorted([*(ROOT / "tests/corpus/projects").iterdir(), *(ROOT / "examples").glob("*/")])
PROJECTS = [p for p in PROJECTS if (p / "alignc.yml").exists()]

HEAD = "from alignc import *\n\n"
VIEW = """@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    amount = Float()
"""


def mistakes(folder: Path, **files: str) -> list[Diagnostic]:
    """What is told of a project with these definition files."""
    (folder / "features").mkdir(exist_ok=True)
    (folder / "alignc.yml").write_text("name: shop\n", encoding="utf-8")
    for name, text in files.items():
        (folder / f"features/{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(find_project(folder))
    return caught.value.diagnostics


def told(found: Sequence[Diagnostic]) -> list[tuple[int, str | None]]:
    """Lines and hints, those of one line once."""
    return list(dict.fromkeys((one.span.line, one.hint) for one in found if one.span))


def test_each_statement_of_a_class_is_told(tmp_path: Path) -> None:
    body = (
        "    a = Flot()\n    b = amount.squareroot()\n    c = amount.is_inn([1])\n    d = a + c\n"
    )
    assert told(mistakes(tmp_path, orders=HEAD + VIEW + body)) == [
        (8, "did you mean `Float`?"),
        (9, None),
        (10, "did you mean `is_in`?"),
    ]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("x = FileSource.cvs_at('a.csv')", "did you mean `csv_at`?"),
        ("x = FileSource.csv_at('a.csv', csv_confg=None)", "did you mean `csv_config`?"),
        ("from alignc import feature_vew, Int64", "did you mean `feature_view`?"),
        ("import features.ordrs", "did you mean `features.orders`?"),
        ("x = Ordrs()", "did you mean `Orders`?"),
        ("x = Orders.filtr('x', where=lambda o: o.amount > 1)", "did you mean `filter`?"),
        ("x = rule('a', thn=None)", "did you mean `then`?"),
    ],
)
def test_what_may_be_meant(tmp_path: Path, line: str, hint: str) -> None:
    found = told(mistakes(tmp_path, orders=f"{HEAD}{VIEW}\n\n{line}\ny = Int32().as_entt()\n"))
    assert found == [(10, hint), (11, "did you mean `as_entity`?")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("    x = amount.description(3)", "`description` is a text, not of the type int"),
        ("    x = (amount * 2).with_tag(amount)", "`with_tag` is a text, not of the type Float64"),
        ("\n\nx = Orders().amount.with_name(3)", "`with_name` is a text, not of the type int"),
        (
            f"\n\n{VIEW}".replace('name="orders"', 'name="o", description=3'),
            "`description` is a text, not of the type int",
        ),
        (
            f"\n\n{VIEW}".replace('name="orders"', 'name="o", tags=[3]'),
            "`tags` is a text, not of the type int",
        ),
        (
            f"\n\n{VIEW}".replace('name="orders"', 'name="o", tags="static"'),
            "`tags` is one text, and would be read letter by letter",
        ),
    ],
)
def test_what_is_no_text(tmp_path: Path, line: str, said: str) -> None:
    found = mistakes(tmp_path, orders=f"{HEAD}{VIEW}{line}\ny = Flot()\n")
    assert [(one.code, one.message) for one in found if one.code != "ALN100"] == [("ALN104", said)]
    assert len(found) == 2


def test_what_needs_something_that_is_missing_is_not_told(tmp_path: Path) -> None:
    orders = VIEW.replace("Int64().as_entity()", "Int64().as_entit()").replace("at = Ev", "at = E")
    models = """from features.orders import Gone, Orders, source

order = Orders()
GONE = Gone().x


@model_contract(name="m", input_features=[order.amount, order.customer, GONE])
class M:
    label = order.amount.as_regression_label()
    more = order.amount.as_regression_labl()


@feature_view(name="v", source=source)
class V:
    key = Int64().as_entity()
    x = Int64().as_tie_breakr()
"""
    found = mistakes(
        tmp_path,
        orders=f"{HEAD}source = FileSource.parquet('x')\n{orders}\n\nclass Gone(Nothing):\n    pass\n",
        models=HEAD + models,
    )
    assert [(one.span.file, one.span.line) for one in found if one.span] == [
        ("features/models.py", 12),
        ("features/models.py", 18),
        ("features/orders.py", 3),
        ("features/orders.py", 6),
        ("features/orders.py", 7),
        ("features/orders.py", 11),
    ]


def test_a_class_that_is_no_view_is_read_on(tmp_path: Path) -> None:
    view = VIEW.replace("source=", "sorce=") + "    note = Strng()\n"
    spelled = """
class Others(FeatureView):
    metadata = FeatureView.metadata_with(nam="others", source=FileSource.parquet_at("x"))
    key = Int64().as_entity()
    note = Strin()
"""
    found = told(mistakes(tmp_path, orders=HEAD + view + spelled))
    assert [line for line, _ in found] == [3, 8, 11, 13]


def test_rules_of_a_view_that_is_read_again_are_used(tmp_path: Path) -> None:
    body = '    positive = rule("positive", then=amount > 0)\n'
    found = mistakes(tmp_path, orders=f"{HEAD}{VIEW}{body}\n\nx = Flot()\n")
    assert [one.code for one in found] == ["ALN100"]


def test_a_file_that_cannot_be_parsed_is_one_mistake(tmp_path: Path) -> None:
    models = "from features.orders import Orders\n\nx = Orders().amount\ny = Flot()\n"
    found = mistakes(tmp_path, orders="x = (\n", models=models)
    assert [(one.span.file, one.span.line) for one in found if one.span] == [
        ("features/models.py", 4),
        ("features/orders.py", 1),
    ]


def test_what_is_missing_in_a_package_is_told_once(tmp_path: Path) -> None:
    package = tmp_path / "features/shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .base import Orders\n", encoding="utf-8")
    (package / "base.py").write_text(HEAD + VIEW.replace("name=", "nam="), encoding="utf-8")
    found = mistakes(tmp_path, models="from features.shop import Orders\n\norder = Orders()\n")
    assert [(one.span.file, one.span.line) for one in found if one.span] == [
        ("features/shop/base.py", 3)
    ]


def test_two_statements_of_a_line_and_a_helper(tmp_path: Path) -> None:
    text = "def half(x):\n    return x.halved()\n\n\na = 1; b = Flot(); c = half(Int64())\nd = half(Int64())\n"
    found = mistakes(tmp_path, orders=HEAD + VIEW + text)
    assert [(one.span.line, one.span.column) for one in found if one.span] == [(9, 12), (12, 12)]


@dataclass(frozen=True)
class Name:
    """A method that is called when a file is read: where its name ends, and the lines of the statement."""

    file: str
    line: int
    column: int
    lines: range

    def misspelt_in(self, text: str) -> str:
        rows = text.splitlines(keepends=True)
        row = rows[self.line - 1].encode()
        rows[self.line - 1] = (row[: self.column] + b"q" + row[self.column :]).decode()
        return "".join(rows)


def names_in(file: str, body: Sequence[ast.stmt]) -> Iterator[Name]:
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from names_in(file, statement.body)
            parts: Sequence[ast.AST] = statement.decorator_list
        else:
            parts = [statement]
        for node in (n for part in parts for n in ast.walk(part)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = min([statement.lineno, *(getattr(part, "lineno", 0) for part in parts)])
                last = statement.end_lineno or 0
                end = (node.func.end_lineno or 0, node.func.end_col_offset or 0)
                yield Name(file, *end, range(first, last + 1))


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_methods_that_are_misspelt_anywhere(project: Path) -> None:
    """Of four in a project nothing is told but these, and nearly all of them."""
    found = find_project(project)
    texts = {
        name_in(found, path): path.read_text(encoding="utf-8") for path in definition_files(found)
    }
    everywhere = [n for file, text in texts.items() for n in names_in(file, ast.parse(text).body)]
    random_ = random.Random(project.name)
    made = missed = 0
    for _ in range(20):
        chosen = random_.sample(everywhere, 4)
        changed = dict(texts)
        for name in sorted(chosen, key=lambda one: (one.line, one.column), reverse=True):
            changed[name.file] = name.misspelt_in(changed[name.file])
        with pytest.raises(DefinitionError) as caught:
            load(found, changed)
        places = [one.span for one in caught.value.diagnostics if one.span]
        assert len(places) == len(caught.value.diagnostics)
        for one in places:
            assert any(one.file == name.file and one.line in name.lines for name in chosen), (
                chosen,
                caught.value,
            )
        for name in chosen:
            made += 1
            missed += not any(p.file == name.file and p.line in name.lines for p in places)
    # What is missed needs something that another mistake has kept from being made.
    assert missed / made < 0.15


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a = amount.aggregate().over(days='7').sum()", "`over` takes a number as `days`, not '7'"),
        (
            "a = amount.aggregate().over(rows='3').sum()",
            "`over` takes a whole number or None as `rows`, not '3'",
        ),
        ("a = amount.aggregate().over(days=10**12).sum()", "a window cannot be that long"),
        ("a = amount.aggregate().over(days=1).offset(days=1e999).sum()", "a window cannot be that long"),
        ("a = amount.aggregate().over(days=4_000_000).sum()", "a window cannot be that long"),
        ("a = amount.aggregate().over(rows=2.5).sum()", "a window has whole rows, not 2.5"),
        ("a = amount.aggregate().over(days=1, closed='mid').sum()", "a window cannot be closed 'mid'"),
        ("a = String().contains(amount)", "`contains` takes a text as `pattern`, not a feature"),
    ],
)  # fmt: skip
def test_an_argument_of_the_wrong_type(tmp_path: Path, line: str, said: str) -> None:
    found = mistakes(tmp_path, orders=f"{HEAD}{VIEW}    {line}\n")
    assert [(one.span.line, one.message) for one in found if one.span] == [(8, said)]


def test_a_window_without_an_aggregate(tmp_path: Path) -> None:
    lines = (
        "recent = amount.aggregate().over(days=1)",
        "total = recent.sum()",
        "forgot = amount.aggregate().over(days=7)",
        "apart = amount.aggregate().by(customer, [1, 2])",
    )
    found = mistakes(tmp_path, orders=HEAD + VIEW + "".join(f"    {line}\n" for line in lines))
    assert [(one.code, one.span.line, one.message) for one in found if one.span] == [
        ("ALN142", 10, "`forgot` says which events count, and computes nothing"),
        ("ALN142", 11, "`apart` says which events count, and computes nothing"),
    ]


@pytest.mark.parametrize(
    ("ttl", "said"),
    [("max", "a TTL cannot be that long"), ("min", "a TTL is longer than nothing")],
)
def test_an_impossible_ttl(tmp_path: Path, ttl: str, said: str) -> None:
    view = VIEW.replace("EventTimestamp()", f"EventTimestamp(ttl=timedelta.{ttl})")
    found = mistakes(tmp_path, orders=f"from datetime import timedelta\n{HEAD}{view}")
    assert [(one.span.line, one.message) for one in found if one.span] == [(7, said)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = FileSource.parquet_at(4)", "`parquet_at` takes a text as `path`, not 4"),
        ("raise BaseException('x')", "cannot be read: BaseException: x"),
        (
            "@feature_view(name='o', source='x')\nclass O:\n    k = Int64().as_entity()",
            "view `o`: a str is not a source",
        ),
        (
            "@model_contract(name=3, input_features=[Orders().amount])\nclass M:\n    pass",
            "`name` is a text, not of the type int",
        ),
        (
            "@model_contract(name='m', input_features='orders.amount')\nclass M:\n    pass",
            "a str is not an input feature",
        ),
        (
            "@feature_view(name='o', source=Orders)\nclass O(Orders):\n    at = EventTimestamp()\n\n"
            "@model_contract(name='m', input_features=[O().amount])\nclass M:\n    pass",
            "`O` does not get the features of its base class `Orders`",
        ),
        (
            "class Base:\n    customer = Int64().as_entity()\n\n"
            "@feature_view(name='o', source=Orders)\nclass O(Base):\n    at = EventTimestamp()\n\n"
            "@model_contract(name='m', input_features=[O().at])\nclass M:\n    pass",
            "`O` does not get the features of its base class `Base`",
        ),
        ("O = Orders.filter(3, where=lambda o: o.amount > 1)", "`name` is a text, not of the type int"),
    ],
)  # fmt: skip
def test_a_wrong_cause_is_not_told(tmp_path: Path, text: str, said: str) -> None:
    assert [one.message for one in mistakes(tmp_path, orders=f"{HEAD}{VIEW}\n\n{text}\n")] == [said]


def test_a_package_that_is_not_there_is_like_no_file(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, orders=f"import pandaz\n{HEAD}{VIEW}")
    assert found.hint == "no such file in the project, and no such package beside alignc"


def test_what_a_file_prints_is_beside_the_output_and_there_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mistakes(tmp_path, orders=f"{HEAD}print('orders')\n{VIEW}    a = Flot()\n    b = Flot()\n")
    assert capsys.readouterr() == ("", "orders\n")
