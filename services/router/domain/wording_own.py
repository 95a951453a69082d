"""A partnership's own words on its page and in letters: plain text in which placeholders are filled in. Pure."""

import re
from collections.abc import Mapping

from services.router.domain.partnership import Partnership

PLACEHOLDERS: Mapping[str, str] = {
    "{partnership}": "the partnership’s name",
    "{duty role}": "what the duty contact is called",
    "{duty phone}": "the duty contact’s telephone",
    "{privacy contact}": "where questions about personal data go",
    "{complaints}": "the address of the complaints page",
}
MOST = 1000
_HELD = re.compile(r"\{[^{}]*\}")


def strangers(text: str) -> tuple[str, ...]:
    """What stands in braces and is no placeholder; a brace that is alone."""
    known = _HELD.sub(lambda found: "" if found[0] in PLACEHOLDERS else found[0], text)
    found = tuple(dict.fromkeys(_HELD.findall(known)))
    return found or tuple(one for one in "{}" if one in known)


def filled(text: str, partnership: Partnership) -> tuple[str, ...]:
    """The paragraphs with the placeholders filled in: one for each line that is not empty."""
    values = {
        "{partnership}": partnership.name,
        "{duty role}": partnership.duty.role,
        "{duty phone}": partnership.duty.phone,
        "{privacy contact}": partnership.privacy_contact,
        "{complaints}": partnership.complaints_url,
    }
    said = _HELD.sub(lambda found: values.get(found[0], found[0]), text)
    return tuple(line.strip() for line in said.splitlines() if line.strip())
