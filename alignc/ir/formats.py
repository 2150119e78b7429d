"""The formats of rich types, as patterns of the common subset.

Each is a published grammar, or a part of one; what is left out stands beside it. A pattern says
how a text looks, not whether somebody has that address.
"""

from __future__ import annotations

from typing import Final

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The e-mail address of HTML forms (WHATWG HTML, "valid e-mail address"): RFC 5322 without
# comments, quoted local parts and addresses in brackets; ASCII alone.
EMAIL: Final = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*$"

SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*"
# RFC 3986: an absolute URL with an authority. Which characters each part may have is left out,
# only white space, quotes and angle brackets are refused.
URL: Final = rf'^{SCHEME}://[^\s<>"/?#]+[^\s<>"]*$'

# ITU-T E.164: a plus sign and at most 15 digits, the country code first.
PHONE_NUMBER: Final = r"^\+[1-9][0-9]{1,14}$"

# ISO 3166-1 alpha-2: two capitals. Which codes are assigned changes, and is left out.
COUNTRY_CODE: Final = "^[A-Z]{2}$"

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"(?:{_BYTE}\.){{3}}{_BYTE}"
_H16 = "[0-9A-Fa-f]{1,4}"
_IPV6 = (
    f"(?:(?:{_H16}:){{6}}|::(?:{_H16}:){{5}}|(?:{_H16})?::(?:{_H16}:){{4}}"
    f"|(?:(?:{_H16}:){{0,1}}{_H16})?::(?:{_H16}:){{3}}|(?:(?:{_H16}:){{0,2}}{_H16})?::(?:{_H16}:){{2}}"
    f"|(?:(?:{_H16}:){{0,3}}{_H16})?::{_H16}:|(?:(?:{_H16}:){{0,4}}{_H16})?::)"
    f"(?:{_H16}:{_H16}|{_IPV4})"
    f"|(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}|(?:(?:{_H16}:){{0,6}}{_H16})?::"
)
# RFC 3986, `IPv4address` and `IPv6address` (the text forms of RFC 4291): no leading zeros in
# version 4, no zones and no lengths of prefixes.
IPV4: Final = f"^{_IPV4}$"
IPV6: Final = f"^(?:{_IPV6})$"
IP_ADDRESS: Final = f"^(?:{_IPV4}|{_IPV6})$"
# RFC 1918 and RFC 4193, of what is an address.
PRIVATE_IP: Final = r"^(?:10\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|[Ff][CcDd][0-9A-Fa-f]{2}:)"
