"""Parts of addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from alignc.interpreter.ops.text import lower
from alignc.interpreter.values import Value, null_if_any_is_null

_WHITE_SPACE = frozenset(" \t\n\r\f")
_PRIVATE = [
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
]


def _email(x: str) -> tuple[str, str] | None:
    local, _, domain = x.partition("@")
    if not local or not domain or "@" in domain or _WHITE_SPACE & set(x):
        return None
    return local, domain


def email_local_part(x: str) -> str | None:
    parts = _email(x)
    return None if parts is None else parts[0]


def email_domain(x: str) -> str | None:
    parts = _email(x)
    return None if parts is None else lower(parts[1])


@dataclass(frozen=True)
class _Url:
    scheme: str
    authority: str
    path: str
    query: str | None


def _url(x: str) -> _Url | None:
    scheme, found, rest = x.partition("://")
    if not found or not scheme.isascii() or not scheme[:1].isalpha():
        return None
    if not all(c.isalnum() or c in "+.-" for c in scheme):
        return None
    before, _, _ = rest.partition("#")
    start, mark, query = before.partition("?")
    authority, slash, path = start.partition("/")
    return _Url(scheme, authority, slash + path, query if mark else None)


def url_scheme(x: str) -> str | None:
    url = _url(x)
    return None if url is None else lower(url.scheme)


def _host_and_port(x: str) -> tuple[str, str] | None:
    url = _url(x)
    if url is None:
        return None
    _, _, place = url.authority.rpartition("@")
    if place.startswith("["):
        inside, end, port = place[1:].partition("]")
        host = f"[{inside}]"
        is_host = end == "]" and inside and set(inside) <= set("0123456789abcdefABCDEF:.")
        if port and not port.startswith(":"):
            return None
        port = port[1:]
    else:
        host, _, port = place.partition(":")
        is_host = host and not set(host) & (_WHITE_SPACE | set("[]"))
    if not is_host or (port and not (port.isascii() and port.isdigit())):
        return None
    return host, port


def url_host(x: str) -> str | None:
    found = _host_and_port(x)
    return None if found is None else lower(found[0])


def url_port(x: str) -> int | None:
    found = _host_and_port(x)
    if found is None or not found[1]:
        return None
    port = int(found[1])
    return port if port <= 65535 else None


def url_path(x: str) -> str | None:
    url = _url(x)
    return None if url is None else url.path


def url_query(x: str) -> str | None:
    url = _url(x)
    return None if url is None else url.query


def _address(x: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return None if "%" in x else ipaddress.ip_address(x)
    except ValueError:
        return None


def ip_version(x: str) -> int | None:
    address = _address(x)
    return None if address is None else address.version


def ip_is_private(x: str) -> bool | None:
    address = _address(x)
    return None if address is None else any(address in network for network in _PRIVATE)


OPS: dict[str, Callable[..., Value]] = {
    "email_local_part": null_if_any_is_null(email_local_part),
    "email_domain": null_if_any_is_null(email_domain),
    "url_scheme": null_if_any_is_null(url_scheme),
    "url_host": null_if_any_is_null(url_host),
    "url_port": null_if_any_is_null(url_port),
    "url_path": null_if_any_is_null(url_path),
    "url_query": null_if_any_is_null(url_query),
    "ip_version": null_if_any_is_null(ip_version),
    "ip_is_private": null_if_any_is_null(ip_is_private),
}
