"""Whom to ask about a view or a model: texts, contacts, and what an older `ir.json` has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from alignc.ir.module import Contact, Module, module_from_json, module_to_json
from tests.engines.everywhere import module_of

SOURCE = 'FileSource.parquet_at("s.parquet")'
DECORATED = f"""
@feature_view(name="v", source={SOURCE}, contacts={{contacts}})
class V:
    k = Int64().as_entity()
    x = Float()

@model_contract(name="m", input_features=[V().x], contacts={{contacts}})
class M:
    pass
"""
THESIS = f"""
class V(FeatureView):
    metadata = FeatureView.metadata_with("v", batch_source={SOURCE}, contacts={{contacts}})
    k = Int64().as_entity()
    x = Float()

class M(Model):
    metadata = Model.metadata_with("m", features=[V().x], contacts={{contacts}})
"""
# What `module_of` puts before a text.
IMPORTS = "from datetime import timedelta\nfrom alignc import *\n"
TEAM = Contact(name="Trips team", email="trips@example.com")


def module(contacts: str, folder: Path, text: str = DECORATED) -> Module:
    return module_of(text.replace("{contacts}", contacts), folder)


@pytest.mark.parametrize("text", [DECORATED, THESIS])
@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("None", ()),
        ("[]", ()),
        ('["Trips team"]', (Contact(name="Trips team"),)),
        ('"Trips team"', (Contact(name="Trips team"),)),
        ('Contact("Trips team", "trips@example.com")', (TEAM,)),
        ('["Trips team <trips@example.com>"]', (TEAM,)),
        ('["a <b"]', (Contact(name="a <b"),)),
        ('["<trips@example.com>"]', (Contact(name="<trips@example.com>"),)),
        ('["Trips <not an address>"]', (Contact(name="Trips <not an address>"),)),
        (
            "[\"Ola 'O\\\" 🚕 {{ x }}\", Contact('Kari', slack_member_id='U012AB')]",
            (Contact(name="Ola 'O\" 🚕 {{ x }}"), Contact(name="Kari", slack_member_id="U012AB")),
        ),
    ],
)
def test_contacts(written: str, wanted: tuple[Contact, ...], text: str, tmp_path: Path) -> None:
    made = module(written, tmp_path, text)
    assert made.view_by_name["v"].contacts == wanted
    assert made.contract_by_name["m"].contacts == wanted
    assert module_from_json(module_to_json(made)) == made


def test_a_filtered_view_and_predictions_have_those_of_the_original(tmp_path: Path) -> None:
    more = """
Some = V.filter("some", lambda v: v.x > 0)

@model_contract(name="n", input_features=[V().x], contacts=[Contact("N", "n@x.org")], output_source=FileSource.csv_at("n.csv"))
class N:
    y = Float()

@feature_view(name="read", source=N)
class Read:
    k = Int64().as_entity()
    y = Float()
"""
    made = module('[Contact("T", "t@x.org")]', tmp_path, DECORATED + more)
    assert made.view_by_name["some"].contacts == (Contact(name="T", email="t@x.org"),)
    assert made.view_by_name["n_predictions"].contacts == (Contact(name="N", email="n@x.org"),)


def test_an_older_file_has_texts(tmp_path: Path) -> None:
    made = module('[Contact("Trips team", "trips@example.com"), "Ola"]', tmp_path)
    old = json.loads(module_to_json(made))
    for about in (*old["views"], *old["contracts"]):
        about["contacts"] = ["Trips team <trips@example.com>", "Ola"]
    del old["contracts"][0]["version"]
    assert module_from_json(json.dumps(old)) == made


@pytest.mark.parametrize("text", [DECORATED, THESIS])
@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('[Contact("T", "t@@x.org")]', "contact 'T': 't@@x.org' is not an e-mail address"),
        ('[Contact("T", "")]', "contact 'T': '' is not an e-mail address"),
        ('[Contact("T", "t@x.org\\n")]', "contact 'T': 't@x.org\\n' is not an e-mail address"),
        ('[Contact(" ")]', "a contact has no name"),
        ('["Ola", ""]', "a contact has no name"),
        ("[7]", "an int is not a contact"),
    ],
)
def test_mistakes(written: str, message: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        module(written, tmp_path, text)
    first = caught.value.diagnostics[0]
    assert (first.code, first.message) == ("ALN220", message)
    assert first.hint is not None
    assert first.span is not None
    lines = (IMPORTS + text).splitlines()
    assert "{contacts}" in lines[first.span.line - 1]
