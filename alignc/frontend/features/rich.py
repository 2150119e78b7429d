"""Rich types: text of a known format, with what can be asked of it.

In a source they are text. The format is a claim, as `validate_regex` makes one: a value that does
not have it stays as it is, and is a violation. The formats are in `alignc.ir.formats`.
"""

from __future__ import annotations

from typing import ClassVar

from alignc.frontend.features.base import Bool, Float64, Int64, UInt16, op
from alignc.frontend.features.text import String
from alignc.ir import formats


class Formatted(String):
    """Text of a format; the name of the type stays with a feature of a source."""

    pattern: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._constrained("matches", self.pattern)


class Email(Formatted):
    """An e-mail address as HTML forms take it: no comments, no quoted parts, ASCII alone."""

    semantic = "Email"
    pii = True
    pattern = formats.EMAIL

    def local_part(self) -> String:
        """What is before the `@`, as it is."""
        return op(String, "email_local_part", self)

    def domain(self) -> String:
        """What is behind the `@`, in small letters."""
        return op(String, "email_domain", self)


class Url(Formatted):
    """An absolute URL with a host (RFC 3986): `scheme://host`, then a path, a query, a fragment.

    Of any other text all parts are null. Nothing is decoded.
    """

    semantic = "Url"
    pattern = formats.URL

    def scheme(self) -> String:
        """The scheme, in small letters."""
        return op(String, "url_scheme", self)

    def host(self) -> String:
        """The host, in small letters, an IPv6 address in its brackets; null if it is empty."""
        return op(String, "url_host", self)

    def port(self) -> UInt16:
        """The port that it says; null if it says none, or one above 65535."""
        return op(UInt16, "url_port", self)

    def path(self) -> String:
        """The path as it is, empty if there is none."""
        return op(String, "url_path", self)

    def query(self) -> String:
        """What is behind the `?`, as it is; null without one."""
        return op(String, "url_query", self)


class ImageUrl(Url):
    """The URL of an image."""

    semantic = "ImageUrl"


class PhoneNumber(Formatted):
    """A telephone number of ITU-T E.164: `+` and at most 15 digits, without spaces."""

    semantic = "PhoneNumber"
    pii = True
    pattern = formats.PHONE_NUMBER


class CountryCode(Formatted):
    """A country as ISO 3166-1 alpha-2 writes it: two capitals. That the code is assigned is not checked.

    The three letters of alpha-3 are another format: declare them as `String()`.
    """

    semantic = "CountryCode"
    pattern = formats.COUNTRY_CODE


class IpAddress(Formatted):
    """An IP address of version 4 or 6 as text (RFC 3986, RFC 4291): no zone, no prefix length."""

    semantic = "IpAddress"
    pii = True
    pattern = formats.IP_ADDRESS

    def version(self) -> Int64:
        """4 or 6."""
        return op(Int64, "ip_version", self)

    def is_private(self) -> Bool:
        """Whether it is in a range of RFC 1918, or of RFC 4193 for version 6."""
        return op(Bool, "ip_is_private", self)


class Latitude(Float64):
    """Degrees north of the equator (WGS 84), from -90 to 90."""

    semantic = "Latitude"
    pii = True

    def __init__(self) -> None:
        super().__init__()
        self.bounded_between(-90, 90)


class Longitude(Float64):
    """Degrees east of Greenwich (WGS 84), from -180 to 180."""

    semantic = "Longitude"
    pii = True

    def __init__(self) -> None:
        super().__init__()
        self.bounded_between(-180, 180)
