"""Rich types: their formats, what is personal data, and what is kept of them."""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from alignc.errors import DefinitionError
from alignc.interpreter import evaluate
from alignc.interpreter.ops import OPS as MEANINGS
from alignc.ir import formats
from alignc.ir.expr import literal
from alignc.ir.module import Feature, Module, Raw
from alignc.ir.ops import FAMILIES
from alignc.ir.ops.spec import OpSpec
from alignc.ir.print import show_compute
from alignc.ir.regex import parse, spell
from alignc.verify.patterns import draw_match
from tests.engines.everywhere import module_of

HEAD = """
@feature_view(name="people", source=FileSource.parquet_at("people.parquet"))
class People:
    k = Int64().as_entity()
    t = EventTimestamp()
    email = Email()
    page = Url()
    picture = ImageUrl()
    phone = PhoneNumber().is_required()
    country = CountryCode()
    ip = IpAddress().not_pii()
    lon = Longitude()
    lat = Latitude()
    name = String().is_pii()
"""


def features_of(module: Module, view: str) -> Mapping[str, Feature]:
    return module.view_by_name[view].by_name


def test_a_rich_type_is_text_of_a_format(tmp_path: Path) -> None:
    people = features_of(module_of(HEAD, tmp_path), "people")
    assert {name: (str(f.dtype), f.semantic) for name, f in people.items() if f.semantic} == {
        "email": ("String", "Email"),
        "page": ("String", "Url"),
        "picture": ("String", "ImageUrl"),
        "phone": ("String", "PhoneNumber"),
        "country": ("String", "CountryCode"),
        "ip": ("String", "IpAddress"),
        "lon": ("Float64", "Longitude"),
        "lat": ("Float64", "Latitude"),
    }
    claims = {name: [(c.name, *c.values) for c in f.constraints] for name, f in people.items()}
    assert claims["email"] == [("matches", formats.EMAIL)]
    assert claims["picture"] == [("matches", formats.URL)]
    assert claims["phone"] == [("matches", formats.PHONE_NUMBER)]
    assert claims["country"] == [("matches", formats.COUNTRY_CODE)]
    assert claims["ip"] == [("matches", formats.IP_ADDRESS)]
    assert claims["lat"] == [("lower_bound", -90), ("upper_bound", 90)]
    assert claims["lon"] == [("lower_bound", -180), ("upper_bound", 180)]


def test_personal_data_is_what_is_declared_and_its_copies(tmp_path: Path) -> None:
    text = HEAD + (
        "    domain = email.domain()\n"
        "    same = email\n"
        "    local = email.local_part().is_pii()\n"
        "    filled = email.fill_na('')\n"
        "    seen = email.aggregate().over(days=1).count()\n"
        "people = People()\n"
        "adults = People.filter('adults', lambda p: p.name != '')\n"
        "@feature_view(name='again', source=People.join(adults, renames={'email': 'their_email'}))\n"
        "class Again:\n"
        "    k = Int64().as_entity()\n"
        "    email = String()\n"
        "    who = people.name\n"
        "    where = people.ip\n"
        "    page = people.page\n"
        "    their_email = String().not_pii()\n"
    )
    module = module_of(text, tmp_path)
    marked = {view.name: [f.name for f in view.features if f.pii] for view in module.views}
    declared = ["email", "phone", "lon", "lat", "name"]
    assert marked["people"] == [*declared, "same", "local"]
    assert marked["adults"] == [*declared, "same", "local"]
    assert marked["again"] == ["email", "who"]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("email.domain()", "String = email_domain(email)"),
        ("email.local_part()", "String = email_local_part(email)"),
        ("page.scheme()", "String = url_scheme(page)"),
        ("picture.host()", "String = url_host(picture)"),
        ("page.port()", "UInt16 = url_port(page)"),
        ("page.path()", "String = url_path(page)"),
        ("page.query()", "String = url_query(page)"),
        ("ip.version()", "Int64 = ip_version(ip)"),
        ("ip.is_private()", "Bool = ip_is_private(ip)"),
        ("name.cast(Email()).domain()", "String = email_domain(cast(name, String))"),
        ("page.extract('/(a+)/')", 'String = extract(page, "/(a+)/", 1)'),
        ("page.extract('a+|b', 0)", None),
        ("page.extract('aa|b', 0)", 'String = extract(page, "aa|b", 0)'),
        (
            "Coordinate(lon, lat).haversine_distance((10.75, 59.91))",
            "Float64 = haversine_distance(lon, lat, 10.75, 59.91)",
        ),
        (
            "Coordinate(lon, lat).eucledian_distance(Coordinate(0, lat))",
            "Float64 = euclidean_distance(lon, lat, 0, lat)",
        ),
    ],
)
def test_what_a_method_becomes(expression: str, wanted: str | None, tmp_path: Path) -> None:
    if wanted is None:
        with pytest.raises(DefinitionError, match=r"ALN112"):
            module_of(f"{HEAD}    made = {expression}\n", tmp_path)
        return
    made = features_of(module_of(f"{HEAD}    made = {expression}\n", tmp_path), "people")["made"]
    assert f"{made.dtype} = {show_compute(made)}" == wanted


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("page.extract('a')", "ALN112", "it has no group 1"),
        ("page.extract('(a)', 2)", "ALN112", "it has no group 2"),
        ("page.extract('(a)', -1)", "ALN112", "it has no group -1"),
        ("page.extract('(a)?b')", "ALN112", "group 1 may take no part in a match"),
        ("page.extract('(?:(aa)b|cd)')", "ALN112", "group 1 may take no part in a match"),
        ("page.extract('(aa)|b')", "ALN112", "group 1 may take no part in a match"),
        ("page.extract('(a+?)b')", "ALN112", "`*?` and the like are not supported here"),
        ("page.extract('(Mr|Mrs)')", "ALN112", "of alternatives the longer one must come first"),
        ("page.extract('(a')", "ALN112", "pattern '(a'"),
        (
            "Coordinate(lon, lat).haversine_distance((59.91, 110.75))",
            "ALN151",
            "110.75 is not a latitude: it is from -90 to 90",
        ),
        (
            "Coordinate(lon, lat).haversine_distance((float('nan'), 0))",
            "ALN151",
            "nan is not a longitude: it is from -180 to 180",
        ),
    ],
)
def test_a_mistake_is_told(expression: str, code: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        module_of(f"{HEAD}    made = {expression}\n", tmp_path)
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert message in found.message


def is_of(pattern: str, text: str) -> bool:
    return re.search(spell(parse(pattern), "python"), text) is not None


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (
            formats.EMAIL,
            ["a@b", "Ada.L+x_1@mail.example.org", "!#$%&'*/=?^`{|}~-@a-b.c", f"a@{'b' * 63}.c"],
            [
                "",
                "a",
                "@b",
                "a@",
                "a@-b",
                "a@b-",
                "a@b..c",
                "a@b.",
                "a b@c",
                "a@b\n",
                '"a"@b',
                "é@b",
                f"a@{'b' * 64}",
            ],
        ),
        (
            formats.URL,
            ["http://a", "HTTPS://a:1/b?c#d", "s3+x.y-z://u:p@h", "http://é.fr/ö", "x://[::1]"],
            [
                "",
                "a.org",
                "//a",
                "mailto:a@b",
                "http://",
                "file:///x",
                "http://a b",
                "1x://a",
                "http://a\n",
                "http://a/<b>",
                'http://a"b',
                " http://a",
            ],
        ),
        (
            formats.PHONE_NUMBER,
            ["+4712345678", "+123456789012345", "+12"],
            ["", "+", "+1", "4712345678", "+012", "+1234567890123456", "+47 12", "+47\u0661"],
        ),
        (formats.COUNTRY_CODE, ["NO", "ZZ"], ["", "no", "N", "NOR", "NO\n", "ÅB"]),
    ],
)
def test_what_has_a_format(pattern: str, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not is_of(pattern, text)] == []
    assert [text for text in bad if is_of(pattern, text)] == []


def version_of(text: str) -> int | None:
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return None


def test_the_patterns_of_ip_addresses_are_what_python_takes() -> None:
    draw = random.Random(4)
    parts = [
        "0",
        "1",
        "12",
        "255",
        "256",
        "00",
        "abcd",
        "F",
        "12345",
        "g",
        "",
        "1.2.3.4",
        "300.1.1.1",
    ]
    found: dict[int | None, int] = {4: 0, 6: 0, None: 0}
    for _ in range(6_000):
        separator = draw.choice([".", ":", ":"])
        text = separator.join(draw.choice(parts) for _ in range(draw.randint(1, 9)))
        if draw.random() < 0.3:
            text = text.replace(":", "::", 1)
        if draw.random() < 0.3:
            text = draw.choice(["1", "12:", "a:b:c:d:", "::", "1:2:3:4:5:6:"]) + text
        version = version_of(text)
        found[version] += 1
        assert is_of(formats.IPV4, text) == (version == 4), text
        assert is_of(formats.IPV6, text) == (version == 6), text
        assert is_of(formats.IP_ADDRESS, text) == (version is not None), text
    assert min(found.values()) > 20


@pytest.mark.parametrize("spec", FAMILIES["web"], ids=lambda spec: str(spec.name))
def test_an_expansion_means_what_the_op_means(spec: OpSpec) -> None:
    assert spec.expand is not None
    draw = random.Random(7)
    parts = [
        "http",
        "://",
        "a",
        "B.c",
        ":",
        "80",
        "/",
        "?",
        "#",
        "@",
        "[",
        "]",
        "::1",
        " ",
        "\n",
        "é",
        "65536",
        "10.0.0.1",
        "fd00::",
        "+",
        "172.16.",
        "x=1",
        "",
    ]
    found = set()
    for _ in range(2_000):
        text = "".join(draw.choice(parts) for _ in range(draw.randint(1, 7)))
        text = draw.choice(["", "http://", "http://a:80", "a@"]) + text
        value = MEANINGS[spec.name](text)
        found.add(value)
        assert evaluate(spec.expand(literal(text)), {}) == value, text
    assert len(found) > 1


NESTED = """
class Geo:
    at = Timestamp(time_zone="Europe/Oslo")
    email = Email().description("Who to ask.").is_required()

class Address:
    city = String().max_length(9)
    geo = Struct(Geo)

@feature_view(
    name="shops",
    source=FileSource.parquet_at("s.parquet", mapping_keys={"where is it": "address"}),
)
class Shops:
    k = Int64().as_entity()
    address = Struct(Address)
    x = Json()
    photo = Binary()
    city = address.fields.city
    geo = address.fields.geo
    at = geo.fields.at
    email = geo.field("email", Email())
    hour = at.hour()
    domain = email.domain()
    made = """


def test_members_of_structs_are_columns(tmp_path: Path) -> None:
    shops = features_of(module_of(NESTED + "city.length()", tmp_path), "shops")
    assert "address" not in shops
    assert "geo" not in shops
    assert shops["city"].compute == Raw(column="where is it", path=("city",))
    assert [c.name for c in shops["city"].constraints] == ["max_length"]
    assert show_compute(shops["at"]) == 'column "where is it"."geo"."at" in Europe/Oslo'
    assert show_compute(shops["hour"]) == 'date_component(at, "hour", "Europe/Oslo")'
    email = shops["email"]
    assert (email.semantic, email.required, email.pii) == ("Email", True, True)
    assert email.description == "Who to ask."
    assert email.constraints[0].values == (formats.EMAIL,)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("x.json_path_value_at('a.b', String())", 'String = json_string(x, "$.a.b")'),
        ("x.json_path_value_at('$[0][1]', Bool)", 'Bool = json_boolean(x, "$[0][1]")'),
        (
            "x.json_path_value_at('''$[\"a\"]['b c']''', Int64())",
            'Int64 = json_integer(x, "$.a.\\"b c\\"")',
        ),
        ("x.json_path_value_at('$.é', Int8())", 'Int8 = cast(json_integer(x, "$.\\"é\\""), Int8)'),
        ("x.json_path_value_at('a-b', Float())", 'Float64 = json_float(x, "$.\\"a-b\\"")'),
        ("x.json_path_value_at('a', Float32())", 'Float32 = cast(json_float(x, "$.a"), Float32)'),
        ("x.json_path_value_at('a', Date())", 'Date = cast(json_string(x, "$.a"), Date)'),
        (
            "x.json_path_value_at('a', Email()).domain()",
            'String = email_domain(json_string(x, "$.a"))',
        ),
        ("x.cast(String())", "String = cast(x, String)"),
        ("photo.length()", "Int64 = byte_length(photo)"),
        ("photo.fill_na(photo)", "Binary = fill_na(photo, photo)"),
    ],
)
def test_what_is_read_of_what_is_stored(expression: str, wanted: str, tmp_path: Path) -> None:
    made = features_of(module_of(NESTED + expression, tmp_path), "shops")["made"]
    assert f"{made.dtype} = {show_compute(made)}" == wanted


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("x.json_path_value_at('', String())", "ALN174", "'.' is neither a key nor a position"),
        ("x.json_path_value_at('$', String())", "ALN174", "it is the whole text"),
        ("x.json_path_value_at('a[-1]', String())", "ALN174", "'[-1]' is neither a key"),
        ("x.json_path_value_at('a.*', String())", "ALN174", "'.*' is neither a key"),
        ("x.json_path_value_at('a[\"*\"]', String())", "ALN174", "not every engine has a key '*'"),
        ("x.json_path_value_at('a.\"\"', String())", "ALN174", "not every engine has a key ''"),
        ("x.json_path_value_at('a b', String())", "ALN174", "' b' is neither a key"),
        ("x.json_path_value_at('a[2147483648]', String())", "ALN174", "no list is as long as"),
        ("x.json_path_value_at('a', Decimal(5, 2))", "ALN174", "JSON is not a Decimal(5, 2)"),
        ("x.json_path_value_at('a', Json())", "ALN174", "a value of JSON is not a Json"),
        ("x.cast(Int64())", "ALN104", "Json is not converted to Int64"),
        ("photo == photo", "ALN104", "`x` must be a scalar, it is Binary"),
        ("photo.hash_value()", "ALN104", "it is Binary"),
        ("address.is_null()", "ALN176", "a struct is no value"),
        ("address.field('town')", "ALN176", "the struct has no member `town`"),
        ("address.fields.town.lower()", "ALN176", "the struct has no member `town`"),
        ("address.field('city', Int64())", "ALN176", "the member `city` is String, not Int64"),
        ("address.fields.city.as_entity()", "ALN176", "neither a key nor a time"),
        ("address.fields.city.lower()", "ALN105", "a feature of the source is used without a name"),
        ("Struct(Geo).fields.at", "ALN105", "a struct of the source is used without a name"),
        ("Struct(str)", "ALN172", "a struct needs members"),
        ("Binary().as_tie_breaker()", "ALN173", "such values are not compared"),
        ("Struct(Geo).as_entity()", "ALN176", "`made` is a struct"),
    ],
)
def test_a_mistake_with_what_is_stored_is_told(
    expression: str, code: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DefinitionError) as raised:
        module_of(NESTED + expression, tmp_path)
    (found,) = raised.value.diagnostics
    assert found.code == code
    assert message in found.message


def test_a_key_of_a_join_can_be_compared(tmp_path: Path) -> None:
    text = NESTED + (
        "x.is_null()\n"
        "@feature_view(name='both', source=Shops.join(Shops, on='x'))\n"
        "class Both:\n"
        "    k = Int64().as_entity()\n"
    )
    with pytest.raises(DefinitionError, match=r"ALN173.*`x` is Json"):
        module_of(text, tmp_path)


def test_another_view_has_no_structs(tmp_path: Path) -> None:
    text = NESTED + (
        "x.is_null()\n"
        "@feature_view(name='other', source=Shops)\n"
        "class Other:\n"
        "    k = Int64().as_entity()\n"
        "    address = Struct(Address)\n"
        "    city = address.fields.city\n"
    )
    with pytest.raises(
        DefinitionError, match=r"ALN175.*only parquet files and delta tables have structs"
    ):
        module_of(text, tmp_path)
    with pytest.raises(DefinitionError, match=r"ALN103.*view `shops` has no feature `address`"):
        module_of(NESTED + "x.is_null()\nshops = Shops()\nshops.address", tmp_path)


def test_verify_draws_texts_that_match(tmp_path: Path) -> None:
    draw = random.Random(1)
    for pattern in (
        formats.EMAIL,
        formats.URL,
        formats.IP_ADDRESS,
        formats.PHONE_NUMBER,
        r"^(?:a|bc){2,3}[^\w\s]?x*\.$",
        "^a{2}b{1,}?.+$",
    ):
        texts = {draw_match(pattern, draw) for _ in range(300)}
        assert len(texts) > 10
        assert all(is_of(pattern, text) for text in texts)


def test_a_contract_has_no_structs(tmp_path: Path) -> None:
    text = NESTED + (
        "x.is_null()\n"
        "shops = Shops()\n"
        "@model_contract(name='m', input_features=[shops.city])\n"
        "class M:\n"
        "    address = Struct(Address)\n"
    )
    with pytest.raises(DefinitionError, match=r"ALN176.*`address` is a struct"):
        module_of(text, tmp_path)
