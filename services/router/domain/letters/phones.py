"""The telephones of a decision, one number each, so that a page can dial them. Pure."""

from collections.abc import Iterator

_BY_DAY, _BY_NIGHT = "in office hours ", "(out of hours)"


def first_number(phone: str) -> str:
    """The number to ring at this hour, of a person's telephones as a decision writes them."""
    return next((number for _, number in numbers_in(phone)), "")


def numbers_in(phone: str) -> Iterator[tuple[str, str]]:
    """(when, number): `01632 960001 (out of hours); in office hours 01632 960002` is two."""
    for part in phone.split(";"):
        text = part.strip()
        if text.startswith(_BY_DAY):
            yield "in office hours", text.removeprefix(_BY_DAY)
        elif text.endswith(_BY_NIGHT):
            yield "out of hours", text.removesuffix(_BY_NIGHT).strip()
        elif text:
            yield "", text
