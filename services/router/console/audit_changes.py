"""What a row of the audit says was changed, field by field, where it holds an entry before and after. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

_NOT_SAID = frozenset({"id"})


class Changed(NamedTuple):
    """One field, as text; "" for nothing."""

    field: str
    before: str
    after: str


def changes(before: str, after: str) -> tuple[Changed, ...]:
    """The fields that differ. None where either is no entry: the row's own words are then all there is."""
    was, became = _entry(before), _entry(after)
    if was is None or became is None or not (was or became):
        return ()
    names = [name for name in {**was, **became} if name not in _NOT_SAID and was.get(name) != became.get(name)]
    found = (Changed(name.replace("_", " "), _text(was.get(name)), _text(became.get(name))) for name in names)
    return tuple(one for one in found if one.before or one.after)


def _entry(text: str) -> Mapping[str, object] | None:
    if not text:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None


def _text(value: object) -> str:
    match value:
        case None | "" | False:
            return ""
        case True:
            return "yes"
        case dict():
            return " ".join(filter(None, map(_text, value.values())))
        case list():
            return "; ".join(filter(None, map(_text, value)))
    return str(value)
