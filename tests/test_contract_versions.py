"""The version of a contract, and where the model answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from alignc.ir.module import Contract, module_from_json, module_to_json
from tests.engines.everywhere import module_of

VIEW = """
@feature_view(name="v", source=FileSource.parquet_at("s.parquet"))
class V:
    k = Int64().as_entity()
    x = Float()
"""
DECORATED = """
@model_contract(name="m", input_features=[V().x]{more})
class M:
    pass
"""
THESIS = """
class M(Model):
    metadata = Model.metadata_with("m", features=[V().x]{more})
"""
SPELLINGS = pytest.mark.parametrize("text", [DECORATED, THESIS], ids=["decorated", "thesis"])


def contract(more: str, text: str, folder: Path) -> Contract:
    module = module_of(VIEW + text.replace("{more}", more), folder)
    assert module_from_json(module_to_json(module)) == module
    return module.contract_by_name["m"]


@SPELLINGS
def test_a_contract_that_says_nothing_is_the_first_one(text: str, tmp_path: Path) -> None:
    made = contract("", text, tmp_path)
    assert (made.version, made.exposed_at_url) == (1, None)


@SPELLINGS
@pytest.mark.parametrize(
    "url",
    [
        "https://models.example.com/eta",
        "HTTP://localhost:8080",
        "https://[::1]:8000/a?b={{c}}&d='e'#f",
    ],
)
def test_version_and_address(url: str, text: str, tmp_path: Path) -> None:
    made = contract(f", version=12, exposed_at_url={url!r}", text, tmp_path)
    assert (made.version, made.exposed_at_url) == (12, url)


@SPELLINGS
@pytest.mark.parametrize(
    ("more", "message"),
    [
        (", version=0", "ALN222 0 is not a version of a contract"),
        (", version=-1", "ALN222 -1 is not a version of a contract"),
        (", version=True", "ALN222 True is not a version of a contract"),
        (", version='2'", "ALN222 '2' is not a version of a contract"),
        (", version=1.0", "ALN222 1.0 is not a version of a contract"),
        *(
            (f", exposed_at_url={url!r}", f"ALN223 {url!r} is not an address that a model can answer at")
            for url in (
                "",
                "models.example.com",
                "ftp://models.example.com",
                "https://",
                "https:///eta",
                "https://a b",
                "https://a\n",
                "https://a/\0",
                'https://a/"',
            )
        ),
    ],
)  # fmt: skip
def test_mistakes(more: str, message: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        contract(more, text, tmp_path)
    (found,) = caught.value.diagnostics
    assert f"{found.code} {found.message}" == message
    assert found.span is not None
    assert found.hint is not None
