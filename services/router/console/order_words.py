"""What was ordered, done and refused, in words. Pure."""

from collections.abc import Mapping

from services.router.domain.orders import Do, No, kind_of

ASKED: Mapping[str, str] = {
    "redirect": "Somebody else is to be asked.",
}
"""What was asked for, while it is not done."""

_DONE: Mapping[str, str] = {
    "redirect": "Somebody else is asked now. Everybody concerned is told.",
}
_REFUSED: Mapping[str, str] = {
    No.NOT_HERE.value: "There is no such thing in this escalation any more.",
    No.ENDED.value: "Nobody is asked in this escalation any more.",
    No.CHANGED.value: "Something else happened to it meanwhile. Look at it again.",
    No.NOT_ALLOWED.value: "The policy does not let it be done.",
}
_UNKNOWN = "It could not be done. Whoever runs Candour for you finds the reason in router’s log."


def done_words(do: Do) -> str:
    """What is so now."""
    return _DONE[kind_of(do)]


def refused_words(code: str) -> str:
    """Why nothing was changed."""
    return _REFUSED.get(code, _UNKNOWN)
