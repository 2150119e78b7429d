"""Imports that a fix has left without use go; all others stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from alignc.cli import app
from tests.lint.projects import shop

VIEW = """

@feature_view(name="orders", source=FileSource.parquet_at("orders.parquet"))
class Orders:
    customer = Int64().as_entity()
    amount = Float()
    note = String().max_length(math.floor(9.5))
    kind = Bool()


@model_contract(name="churn", input_features=[Orders().amount])
class Churn:
    pass
"""
NEEDED = "from alignc import FileSource, Float, Int64, feature_view, model_contract\n"


def mended(folder: Path, head: str, view: str = VIEW) -> str:
    """What is above the view after `--fix`."""
    project = shop(folder, head + view)
    done = CliRunner().invoke(app, ["lint", str(project), "--select", "U", "--fix"])
    assert done.stderr.startswith("2 findings mended"), (done.stderr, done.exception)
    text = (project / "features/orders.py").read_text(encoding="utf-8")
    assert "note" not in text
    return text[: text.index("\n\n@feature_view")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import math\n\nfrom alignc import Bool, FileSource, Float, Int64, String, feature_view, model_contract\n",
            NEEDED,
        ),
        # One a line, with what is said about it.
        (
            "import math  # for notes\n\nfrom alignc import (\n    Bool,\n    FileSource,  # where it is\n    Float,\n    Int64,\n"
            "    feature_view,\n    model_contract,  # churn\n    String,  # notes\n)\n",
            "from alignc import (\n    FileSource,  # where it is\n    Float,\n    Int64,\n    feature_view,\n"
            "    model_contract,  # churn\n)\n",
        ),
        # The text of the file, comments above, other statements.
        (
            '"""Math."""\n\n# Above math.\nimport math\n\n# About alignc.\n' + NEEDED + "from alignc import String, Bool as Bool\n\nX = 1\n",
            '"""Math."""\n\n# About alignc.\n' + NEEDED + "\nX = 1\n",
        ),
        # What was of no use before stays, so does what is used elsewhere in the file.
        (
            "import math\nimport os\nimport sys as math2\nfrom alignc import *\n",
            "import os\nimport sys as math2\nfrom alignc import *\n",
        ),
        (
            "import math\n" + NEEDED + "from alignc import String, Bool\n\n__all__ = ['String']\nROUND = math.ceil\n",
            "import math\n" + NEEDED + "from alignc import String\n\n__all__ = ['String']\nROUND = math.ceil\n",
        ),
        (
            "import math\nfrom alignc import *\n\n\ndef f(x: 'math.inf') -> None:\n    pass\n",
            "import math\nfrom alignc import *\n\n\ndef f(x: 'math.inf') -> None:\n    pass\n",
        ),
        # Not at the top of the file.
        (
            "try:\n    import math\nexcept ImportError:\n    math = None\nfrom alignc import *\n",
            "try:\n    import math\nexcept ImportError:\n    math = None\nfrom alignc import *\n",
        ),
    ],
)  # fmt: skip
def test_imports(tmp_path: Path, before: str, after: str) -> None:
    assert mended(tmp_path, before) == after


def test_line_ends_stay(tmp_path: Path) -> None:
    project = shop(tmp_path)
    file = project / "features/orders.py"
    text = f"import math\n{NEEDED}from alignc import String, Bool\n{VIEW}".replace("\n", "\r\n")
    file.write_bytes(text.encode())
    CliRunner().invoke(app, ["lint", str(project), "--select", "U", "--fix"])
    assert file.read_bytes().startswith((NEEDED + VIEW).replace("\n", "\r\n").encode()[:200])
    assert b"math" not in file.read_bytes()


@pytest.mark.parametrize(
    ("other", "stays"),
    [
        ("from orders import math\n", True),
        ("from features.orders import String, math\n", True),
        ("from .orders import math\n", True),
        ("from features.orders import *\n", True),
        ("from alignc import String\nimport math\n# orders\n", False),
        ("this is no python: from orders import math", False),
    ],
)
def test_what_another_file_imports_from_here_stays(tmp_path: Path, other: str, stays: bool) -> None:
    project = shop(tmp_path)
    (project / "report.py").write_text(other, encoding="utf-8")
    head = "import math\nfrom alignc import *\n"
    assert ("import math" in mended(tmp_path, head)) is stays


def test_an_import_that_another_definition_needs_to_be_there(tmp_path: Path) -> None:
    """Only the definitions, read again, can tell: the feature goes, the import stays."""
    project = shop(tmp_path)
    other = (
        "import sys\n\nfrom alignc import *\n\nimport features.orders\n\n"
        'SIZE = int(vars(features.orders)["".join(("ma", "th"))].floor(3.5))\n'
    )
    (project / "features/zoo.py").write_text(other, encoding="utf-8")
    head = "import math\nfrom alignc import *\n"
    assert mended(tmp_path, head) == head
