"""`alignc trace`: which definition made a line of a generated file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignc.cli import app
from alignc.driver import load
from alignc.errors import DefinitionError
from alignc.ir.module import Module
from alignc.settings import Project, find_project
from alignc.trace.file import Made, TracedFile, traced_file

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = ("credit_scoring", "taxi", "titanic")

# What users can write: quotes, braces, signs of the private use area, empty lines in texts.
SHOP = r"""
from alignc import *

orders = FileSource.csv_at("da'ta/{{ orders }}.csv")


@feature_view(name="orders", source=orders, description="What was {{ bought }}. \ue000 🛒")
class Orders:
    customer = Int64().as_entity()
    at = EventTimestamp()
    note = String().description('Said "so".\n-- DROP {{ it }} \ue000\n🛒')
    amount = Float()
    doubled = amount * 2
    is_odd = note.contains("a\n\n\"SELECT\" '{{ b }}' \ue000\ue001")
    spent = doubled.aggregate().over(days=30).sum()
    share = (
        spent
        / 3
    )


@model_contract(name="churn", input_features=[Orders().share.with_name("mean"), Orders().is_odd])
class Churn:
    version = String().as_model_version()
    leaves = Orders().amount.as_regression_label()
"""


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["trace", *arguments])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def fails_with(*arguments: str) -> str:
    """The report of a trace that is refused."""
    result = CliRunner().invoke(app, ["trace", *arguments])
    assert isinstance(result.exception, DefinitionError), result.output
    return str(result.exception)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that is built."""
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "shop.py").write_text(SHOP, encoding="utf-8")
    settings = "name: shop\ntargets: [duckdb, polars]\n"
    (tmp_path / "alignc.yml").write_text(settings, encoding="utf-8")
    built = CliRunner().invoke(app, ["build", "-C", str(tmp_path)])
    assert built.exit_code == 0, (built.output, built.exception)
    return tmp_path


def line_of(file: Path, text: str) -> int:
    """The number of the only line that has a text."""
    lines = file.read_text(encoding="utf-8").split("\n")
    found = [number for number, line in enumerate(lines, start=1) if text in line]
    assert len(found) == 1, (text, found)
    return found[0]


def traced(file: Path, line: int | str) -> dict[str, object]:
    """The trace of a line, or of the only line that has a text."""
    number = line if isinstance(line, int) else line_of(file, line)
    made = json.loads(shown(f"{file}:{number}", "--format", "json"))
    assert isinstance(made, dict)
    return made


def names_in(made: dict[str, object]) -> list[str]:
    definitions = made["definitions"]
    assert isinstance(definitions, list)
    return [f"{d['kind']} {d['name']}" for d in definitions]


# -- every line of the examples


def generated(name: str) -> tuple[Project, Module, list[str]]:
    project = find_project(EXAMPLES / name)
    lock = json.loads((project.output / "alignc.lock").read_text(encoding="utf-8"))
    # Those of dbt have tests of their own.
    paths = sorted(path for path in lock["files"] if not path.startswith("dbt/"))
    return project, load(project).module, paths


def files_of(name: str) -> list[tuple[TracedFile, Module]]:
    project, module, paths = generated(name)
    found = []
    for path in paths:
        there = (project.output / path).read_text(encoding="utf-8")
        file = traced_file(project, module, path, there)
        assert file is not None, path
        assert file.text == there, path
        found.append((file, module))
    return found


def must_be_traced(path: str, lines: tuple[Made, ...]) -> list[Made]:
    """The lines that only this file has, as its text shows them."""
    texts = [line.text for line in lines]
    if path.endswith("sources.sql"):
        first = next(i for i, text in enumerate(texts) if text.startswith("-- source: "))
    elif path.endswith(".sql"):
        first = texts.index("") + 1
    elif path.startswith(("validation/", "monitoring/")) and path.endswith(".py"):
        # What is computed, up to what all programs have.
        first = next(i for i, text in enumerate(texts) if re.match(r"def \w+\(sources: ", text))
        last = next(i for i, text in enumerate(texts) if text.startswith("# Below:"))
        return [line for line in lines[first:last] if line.text]
    elif path.endswith(".py"):
        # After the signature, up to the next function.
        first = next(i for i, text in enumerate(texts) if re.match(r"\) -> |def build\(.*:$", text))
        after = texts[first + 1 :]
        length = next(i for i, text in enumerate(after) if re.match(r"\S", text))
        chosen = lines[first + 1 : first + 1 + length]
        first_source = next(i for i, text in enumerate(texts) if text.startswith("SOURCES"))
        last_source = texts.index("", first_source)
        sources = [x for x in lines[first_source + 1 : last_source] if x.text != "}"]
        return [line for line in (*sources, *chosen) if line.text]
    else:
        lines = tuple(x for x in lines if x.text.startswith("    "))
        first = 0
    return [line for line in lines[first:] if line.text]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_an_example_has_its_definition(name: str) -> None:
    for file, _ in files_of(name):
        required = must_be_traced(file.path, file.lines)
        assert len(required) > 5, file.path
        for line in required:
            assert not line.is_boilerplate, (file.path, line.text)
            assert line.definitions, (file.path, line.text)
        for line in file.lines:
            for definition in line.definitions:
                span = definition.span
                assert span is not None, (file.path, line.text)
                written = (EXAMPLES / name / span.file).read_text(encoding="utf-8").split("\n")
                assert written[span.line - 1][span.column - 1 :].strip(), (file.path, line.text)


COLUMN = re.compile(
    r"""^\s* (?: (?: "[^"]+" \. )? "(?P<plain>[^"]+)"
         | .* \ AS \  "(?P<sql>[^"]+)"
         | .* \.alias\("(?P<python>[^"]+)"\) ) ,? $""",
    re.VERBOSE,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_line_that_ends_with_a_feature_is_that_features(name: str) -> None:
    seen = 0
    for file, module in files_of(name):
        if not file.path.endswith((".sql", ".py")):
            continue
        features = {feature.name for view in module.views for feature in view.features}
        for line in must_be_traced(file.path, file.lines):
            match = COLUMN.match(line.text)
            column = match and (match["plain"] or match["sql"] or match["python"])
            if column not in features or line.definitions[0].kind != "feature":
                continue
            seen += 1
            assert line.definitions[0].name.endswith(f".{column}"), (file.path, line.text)
            if match and (match["sql"] or match["python"]):
                assert line.definitions[0].field is not None
    assert seen > 100


@pytest.mark.parametrize("name", NAMES)
def test_a_computed_feature_is_never_just_its_view(name: str) -> None:
    """A line with `AS "feature"` or `.alias("feature")` is about a feature, not about its step."""
    for file, module in files_of(name):
        features = {feature.name for view in module.views for feature in view.features}
        for line in must_be_traced(file.path, file.lines):
            match = COLUMN.match(line.text)
            computed = match and (match["sql"] or match["python"])
            if computed in features and not is_of_entities(file, line, computed):
                kinds = {definition.kind for definition in line.definitions}
                assert "feature" in kinds, (file.path, line.text)


def is_of_entities(file: TracedFile, line: Made, column: str) -> bool:
    """Whether a line is about the time that somebody asks for, or the keys."""
    is_dataset = file.path.startswith("validation/") and "/datasets/" in file.path
    return line.step == "entity_keys" or (is_dataset and column == "event_timestamp")


# -- the command


def test_a_line_of_sql_tells_its_feature_and_what_that_is_made_of(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    file = shop / "generated/sql/duckdb/datasets/churn.sql"
    line = line_of(file, ' AS "share"')
    first, *rest = shown(f"{file}:{line}").split("\n")
    assert first == f"generated/sql/duckdb/datasets/churn.sql:{line}"
    text = "\n".join(rest)
    assert "feature orders.share = spent / 3\n  features/shop.py:16:5\n" in text
    assert (
        "    16 |     share = (\n    17 |         spent\n    18 |         / 3\n    19 |     )\n"
    ) in text
    assert "  view orders.spent: computed  [features/shop.py:15:5]\n" in text
    assert "    view orders.doubled: aggregated  [features/shop.py:13:5]\n" in text
    assert "        source {{ orders }}.amount: as it is  [features/shop.py:4:10]\n" in text


@pytest.mark.parametrize("program", ["sql/duckdb/views/orders.sql", "polars/views/orders.py"])
def test_texts_of_users_do_not_lead_astray(shop: Path, program: str) -> None:
    file = shop / "generated" / program
    lines = file.read_text(encoding="utf-8").split("\n")
    found = {
        name
        for number, text in enumerate(lines, start=1)
        if "DROP" in text or "🛒" in text
        for name in names_in(traced(file, number))
    }
    assert found == {"feature orders.note", "view orders"}
    is_odd = next(n for n, text in enumerate(lines, start=1) if "{{ b }}" in text)
    assert names_in(traced(file, is_odd)) == ["feature orders.is_odd"]


def test_a_column_of_a_dataset_is_the_feature_behind_its_name(shop: Path) -> None:
    file = shop / "generated/sql/duckdb/datasets/churn.sql"
    lines = file.read_text(encoding="utf-8").split("\n")
    last = max(n for n, text in enumerate(lines, start=1) if text.rstrip(",").endswith('"mean"'))
    assert names_in(traced(file, last)) == ["feature orders.share"]


def test_a_step_is_made_by_its_view_and_the_rest_by_the_contract(shop: Path) -> None:
    file = shop / "generated/sql/duckdb/datasets/churn.sql"
    scan = line_of(file, 'FROM "{{ orders }}"')
    assert names_in(traced(file, scan)) == ["view orders", "source {{ orders }}"]
    keys = line_of(file, "-- The entity rows, numbered.")
    assert names_in(traced(file, keys)) == ["contract churn"]
    made = traced(file, 1)
    assert made["is_boilerplate"] is True
    assert names_in(made) == ["contract churn"]


def test_helpers_of_a_script_are_nobodys(shop: Path) -> None:
    file = shop / "generated/polars/views/orders.py"
    report = shown(f"{file}:{line_of(file, 'def open_source(')}")
    assert "it is of alignc itself\nthe file is made by\n\nview orders\n" in (report)
    assert "comes from" not in report


@pytest.mark.parametrize("program", ["sql/duckdb/views/orders.sql", "polars/views/orders.py"])
def test_the_description_of_a_file_is_its_definitions(shop: Path, program: str) -> None:
    made = traced(shop / "generated" / program, "What was {{ bought }}.")
    assert names_in(made) == ["view orders"]
    assert made["is_boilerplate"] is False


def test_an_excerpt_is_the_definition_alone(shop: Path) -> None:
    made = traced(shop / "generated/sql/duckdb/sources.sql", "FROM READ_CSV")
    assert made["definitions"] == [
        {
            "kind": "source",
            "name": "{{ orders }}",
            "how": None,
            "place": {"file": "features/shop.py", "line": 4, "column": 10},
            "excerpt": ['orders = FileSource.csv_at("da\'ta/{{ orders }}.csv")'],
        }
    ]


def test_sources_and_their_columns(shop: Path) -> None:
    file = shop / "generated/sql/duckdb/sources.sql"
    column = line_of(file, ' AS "amount"')
    assert names_in(traced(file, column)) == ["feature orders.amount", "source {{ orders }}"]
    below = line_of(file, "FROM READ_CSV")
    assert names_in(traced(file, below)) == ["source {{ orders }}"]
    script = shop / "generated/polars/views/orders.py"
    assert names_in(traced(script, "{{ orders }}.csv")) == ["source {{ orders }}"]


def test_lines_of_the_ir(shop: Path) -> None:
    file = shop / "generated/ir.json"
    places = {
        '"span": "features/shop.py:16:5"': ["feature orders.share", "view orders"],
        '"path": "da\'ta/{{ orders }}.csv"': ["source {{ orders }}"],
        '"name": "mean"': ["input churn.mean", "contract churn"],
        '"role": "model_version"': ["output churn.version", "contract churn"],
    }
    for text, wanted in places.items():
        assert names_in(traced(file, text)) == wanted
    assert traced(file, 2)["is_boilerplate"] is True


def test_a_project_is_named_or_found(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "generated/sql/duckdb/views/orders.sql:1"
    for folder, arguments in ((shop, [place]), (shop.parent, [place, "-C", str(shop)])):
        monkeypatch.chdir(folder)
        seen = place if folder == shop else f"{shop.name}/{place}"
        assert shown(*arguments).startswith(f"{seen}\n")
    short = "sql/duckdb/views/orders.sql:1:7"
    assert shown(short, "-C", str(shop)).startswith(f"{shop.name}/{place}\n")
    monkeypatch.chdir(shop / "generated")
    assert shown(short).startswith("sql/duckdb/views/orders.sql:1\n")
    assert "\n  ../features/shop.py:8:1\n" in shown(short)


# -- files that are not as they should be


def test_a_file_edited_by_hand_is_said_to_be_and_traced_by_its_lines(shop: Path) -> None:
    file = shop / "generated/sql/duckdb/views/orders.sql"
    file.write_text("-- mine\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    made = traced(file, 1)
    assert (made["state"], made["is_found"]) == ("edited", False)
    assert names_in(made) == ["view orders"]
    moved = traced(file, ' AS "share"')
    assert (moved["state"], moved["is_found"]) == ("edited", True)
    assert names_in(moved) == ["feature orders.share"]


def test_lines_that_mean_several_things_are_not_guessed(shop: Path) -> None:
    file = shop / "generated/sql/duckdb/datasets/churn.sql"
    lines = ["-- mine", *file.read_text(encoding="utf-8").split("\n")]
    # The end of a relation, of which some are the contract's and some are the view's.
    end = lines.index("),") + 1
    file.write_text("\n".join(lines), encoding="utf-8")
    made = traced(file, end)
    assert (made["state"], made["is_found"]) == ("edited", False)
    assert names_in(made) == ["contract churn"]


def test_a_file_that_is_out_of_date_is_said_to_be(shop: Path) -> None:
    definitions = shop / "features" / "shop.py"
    changed = definitions.read_text(encoding="utf-8").replace("/ 3", "/ 4")
    definitions.write_text(changed, encoding="utf-8")
    file = shop / "generated/sql/duckdb/views/orders.sql"
    line = line_of(file, ' AS "share"')
    report = shown(f"{file}:{line}")
    assert "the file is out of date" in report
    assert "nothing in what is made now tells what this line is about" in report
    kept = traced(file, '"amount" * 2')
    assert (kept["state"], kept["is_found"]) == ("out of date", True)
    assert names_in(kept) == ["feature orders.doubled"]


def test_a_file_written_without_the_passes_is_traced_as_it_is(shop: Path) -> None:
    built = CliRunner().invoke(app, ["build", "--no-optimize", "-C", str(shop)])
    assert built.exit_code == 0
    file = shop / "generated/sql/duckdb/datasets/churn.sql"
    made = traced(file, ' AS "share"')
    assert made["state"] == "same"
    assert names_in(made) == ["feature orders.share"]


# -- mistakes


def test_a_place_must_have_a_file_and_a_line(shop: Path) -> None:
    for place in ("orders.sql", ":3", "orders.sql:x", "orders.sql:-1"):
        assert fails_with(place, "-C", str(shop)).startswith("ALN701 "), place


def test_a_line_must_be_in_the_file(shop: Path) -> None:
    for line in (0, 10_000):
        report = fails_with(f"generated/sql/duckdb/views/orders.sql:{line}", "-C", str(shop))
        assert "ALN704" in report
        assert "hint: its lines are 1 to " in report


def test_a_file_must_be_there(shop: Path) -> None:
    file = shop / "generated/sql/duckdb/views/orders.sql"
    file.unlink()
    report = fails_with(f"{file}:1", "-C", str(shop))
    assert report.startswith("ALN702 generated/sql/duckdb/views/orders.sql is not there")
    assert "`alignc build`" in report


def test_a_file_must_be_generated(shop: Path) -> None:
    for name in ("features/shop.py", "generated/alignc.lock", "/etc/hostname", "a {{ b }}'🛒"):
        assert "ALN703 no definition makes" in fails_with(f"{name}:1", "-C", str(shop))
    report = fails_with("generated/sql/duckdb/views/order.sql:1", "-C", str(shop))
    assert "hint: did you mean `sql/duckdb/views/orders.sql`?" in report


def test_a_stale_file_is_made_by_nobody(shop: Path) -> None:
    definitions = shop / "features" / "shop.py"
    text = definitions.read_text(encoding="utf-8").replace('name="churn"', 'name="leaving"')
    definitions.write_text(text, encoding="utf-8")
    report = fails_with("generated/sql/duckdb/datasets/churn.sql:1", "-C", str(shop))
    assert "ALN703" in report
    assert "any more\n    hint: `alignc build` deletes it" in report


# -- user code


CODE = """
from alignc import *
import polars as pl


def build(x):
    return x + 1


@feature_view(name="v", source=FileSource.csv_at("v.csv"))
class V:
    k = Int64().as_entity()
    x = Float()
    more = x.transform_polars(build, Float())
"""


def test_a_function_of_a_user_is_the_features_that_call_it(tmp_path: Path) -> None:
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "v.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "alignc.yml").write_text("name: v\ntargets: [polars]\n", encoding="utf-8")
    built = CliRunner().invoke(app, ["build", "-C", str(tmp_path)])
    assert built.exit_code == 0, built.exception
    file = tmp_path / "generated/polars/views/v.py"
    assert names_in(traced(file, "return x + 1")) == ["feature v.more"]
