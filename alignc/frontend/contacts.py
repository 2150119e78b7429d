"""Whom to ask: people and teams."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alignc.frontend.capture import a_type, here, report
from alignc.ir import formats
from alignc.ir.module import Contact as ContactNode


class Contact:
    """A person or a team."""

    def __init__(
        self, name: str, email: str | None = None, slack_member_id: str | None = None
    ) -> None:
        if not name.strip():
            report("ALN220", "a contact has no name", here(), 'such as `Contact("Trips team")`')
        if email is not None and not re.fullmatch(formats.EMAIL, email):
            report(
                "ALN220",
                f"contact {name!r}: {email!r} is not an e-mail address",
                here(),
                'such as `email="trips@example.com"`',
            )
        self.node = ContactNode(name=name, email=email, slack_member_id=slack_member_id)


Contacts = str | Contact | Iterable[str | Contact] | None


def contact_nodes(given: Contacts) -> tuple[ContactNode, ...]:
    """The contacts as the Module has them; one alone needs no list."""
    several = [given] if isinstance(given, str | Contact) else given or ()
    return tuple(node for one in several if (node := _node(one)) is not None)


def _node(one: object) -> ContactNode | None:
    match one:
        case Contact():
            return one.node
        case str() if one.strip():
            return ContactNode.model_validate(one)
        case str():
            problem = "a contact has no name"
        case _:
            problem = f"{a_type(one)} is not a contact"
    report("ALN220", problem, here(), 'such as `contacts=["Trips team"]`')
    return None
