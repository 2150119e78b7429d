"""Parts of addresses: e-mail, URLs, IP. What is no such address has no parts, they are null.

A URL here is `scheme://authority`, then a path, a query and a fragment, each where it is (RFC 3986).
"""

from __future__ import annotations

from alignc.ir.expr import Cast, Expr, call, literal
from alignc.ir.formats import IP_ADDRESS, IPV4, IPV6, PRIVATE_IP, SCHEME
from alignc.ir.ops.spec import TEXT, Example, OpSpec, Param, fixed
from alignc.ir.types import BOOL, INT64, STRING, UINT16

_X = Param("x", TEXT)
_NULL = Example((None,), None, (STRING,))
_EMOJI = "\U0001f600"

_URL = f"^{SCHEME}://"
_USER = "(?:[^/?#]*@)?"
_HOST = r"\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]\s]+"


def _part(x: Expr, pattern: str) -> Expr:
    return call("extract", x, literal(pattern), literal(1))


def _matches(x: Expr, pattern: str) -> Expr:
    return call("matches", x, literal(pattern))


def _email_local_part(x: Expr) -> Expr:
    return _part(x, r"^([^@\s]+)@[^@\s]+$")


def _email_domain(x: Expr) -> Expr:
    return call("lower", _part(x, r"^[^@\s]+@([^@\s]+)$"))


def _url_scheme(x: Expr) -> Expr:
    return call("lower", _part(x, f"^({SCHEME})://"))


def _url_host(x: Expr) -> Expr:
    return call("lower", _part(x, f"{_URL}{_USER}({_HOST})(?::[0-9]*)?(?:[/?#]|$)"))


def _url_port(x: Expr) -> Expr:
    digits = _part(x, f"{_URL}{_USER}(?:{_HOST}):([0-9]+)(?:[/?#]|$)")
    return Cast(value=digits, dtype=UINT16)


def _url_path(x: Expr) -> Expr:
    return _part(x, f"{_URL}[^/?#]*([^?#]*)")


def _url_query(x: Expr) -> Expr:
    return _part(x, rf"{_URL}[^?#]*\?([^#]*)")


def _ip_version(x: Expr) -> Expr:
    return call("if_else", _matches(x, IPV4), literal(4), _matches(x, IPV6), literal(6))


def _ip_is_private(x: Expr) -> Expr:
    return call("if_else", _matches(x, IP_ADDRESS), _matches(x, PRIVATE_IP))


OPS = (
    OpSpec(
        name="email_local_part",
        params=(_X,),
        returns=fixed(STRING),
        doc="What is before the `@` of an e-mail address, as it is.",
        expand=_email_local_part,
        examples=(
            Example(("Ada.L+x@example.org",), "Ada.L+x"),
            Example(("\u00e9@\u00e9.fr",), "\u00e9"),
            Example(("@example.org",), None),
            Example(("a@b@example.org",), None),
            Example(("a b@example.org",), None),
            Example(("ada",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="email_domain",
        params=(_X,),
        returns=fixed(STRING),
        doc="What is behind the `@` of an e-mail address, in small letters.",
        expand=_email_domain,
        examples=(
            Example(("Ada@Mail.EXAMPLE.org",), "mail.example.org"),
            Example(("a@\u0130.org",), "i.org"),
            Example(("a@localhost",), "localhost"),
            Example(("ada@",), None),
            Example(("a@b@example.org",), None),
            Example(("a@example.org\n",), None),
            Example(("ada",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="url_scheme",
        params=(_X,),
        returns=fixed(STRING),
        doc="The scheme of a URL, in small letters.",
        expand=_url_scheme,
        examples=(
            Example(("HTTPS://a.org/",), "https"),
            Example(("git+ssh://a",), "git+ssh"),
            Example(("file:///etc",), "file"),
            Example(("mailto:a@b.org",), None),
            Example(("//a.org/",), None),
            Example(("1a://b",), None),
            Example(("see http://a.org",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="url_host",
        params=(_X,),
        returns=fixed(STRING),
        doc="The host of a URL, in small letters, without user and port; of an IPv6 address with its "
        "brackets; null if it is empty.",
        expand=_url_host,
        examples=(
            Example(("http://WWW.Example.org:80/A?b#c",), "www.example.org"),
            Example(("http://good.org@evil.org/",), "evil.org"),
            Example(("http://u:p@w@a.org?x@y",), "a.org"),
            Example(("http://[2001:DB8::1]:80/",), "[2001:db8::1]"),
            Example(("http://a.org#x",), "a.org"),
            Example((f"http://{_EMOJI}.org",), f"{_EMOJI}.org"),
            Example(("http://a:b/",), None),
            Example(("http://a b/",), None),
            Example(("http://::1/",), None),
            Example(("http:///x",), None),
            Example(("http://",), None),
            Example(("a.org/x",), None),
            Example(("#x",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="url_port",
        params=(_X,),
        returns=fixed(UINT16),
        doc="The port of a URL if it says one, from 0 to 65535.",
        expand=_url_port,
        examples=(
            Example(("http://a.org:8080/x:9",), 8080),
            Example(("http://u:1@a.org:0065535",), 65535),
            Example(("http://[::1]:80?x",), 80),
            Example(("http://a.org:65536",), None),
            Example(("http://a.org:99999999999999999999",), None),
            Example(("http://a.org:/",), None),
            Example(("http://a.org:8a/",), None),
            Example(("http://[::1]/",), None),
            Example(("http://a.org/:80",), None),
            Example(("a.org:80",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="url_path",
        params=(_X,),
        returns=fixed(STRING),
        doc="The path of a URL as it is, without query and fragment; an empty text if there is none.",
        expand=_url_path,
        examples=(
            Example(("http://a.org/B%20c/../d;e?f#g",), "/B%20c/../d;e"),
            Example(("http://a.org",), ""),
            Example(("http://a.org?b/c",), ""),
            Example(("http://a.org/x\ny",), "/x\ny"),
            Example(("file:///etc/x",), "/etc/x"),
            Example(("/x",), None),
            Example(("mailto:a@b.org",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="url_query",
        params=(_X,),
        returns=fixed(STRING),
        doc="What is behind the `?` of a URL as it is, without the fragment; null without a `?`.",
        expand=_url_query,
        examples=(
            Example(("http://a.org/b?c=1&d=%20?#e?f",), "c=1&d=%20?"),
            Example(("http://a.org?x",), "x"),
            Example(("http://a.org/?#x",), ""),
            Example(("http://a.org/#x?y",), None),
            Example(("http://a.org/",), None),
            Example(("/b?c",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="ip_version",
        params=(_X,),
        returns=fixed(INT64),
        doc="4 or 6, the version of an IP address; null for a text that is none.",
        expand=_ip_version,
        examples=(
            Example(("192.0.2.1",), 4),
            Example(("255.255.255.255",), 4),
            Example(("256.0.0.1",), None),
            Example(("01.2.3.4",), None),
            Example(("1.2.3",), None),
            Example(("2001:DB8::1",), 6),
            Example(("::",), 6),
            Example(("::ffff:192.0.2.1",), 6),
            Example(("1:2:3:4:5:6:7:8",), 6),
            Example(("1:2:3:4:5:6:7::",), 6),
            Example(("1:2:3:4:5:6:7",), None),
            Example(("1::2::3",), None),
            Example(("1:2:3:4:5:6:7:8:9",), None),
            Example(("12345::",), None),
            Example(("fe80::1%eth0",), None),
            Example(("192.0.2.1\n",), None),
            Example(("\u0661.2.3.4",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
    OpSpec(
        name="ip_is_private",
        params=(_X,),
        returns=fixed(BOOL),
        doc="Whether an IP address is in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918) or in "
        "fc00::/7 (RFC 4193); null for a text that is none.",
        expand=_ip_is_private,
        examples=(
            Example(("10.255.0.1",), True),
            Example(("100.0.0.1",), False),
            Example(("172.15.0.1",), False),
            Example(("172.16.0.1",), True),
            Example(("172.31.0.1",), True),
            Example(("172.32.0.1",), False),
            Example(("192.168.1.1",), True),
            Example(("127.0.0.1",), False),
            Example(("FD00::1",), True),
            Example(("fc00::",), True),
            Example(("fc::1",), False),
            Example(("::ffff:10.0.0.1",), False),
            Example(("10.0.0.256",), None),
            Example(("fc00:",), None),
            Example(("",), None),
            _NULL,
        ),
    ),
)
