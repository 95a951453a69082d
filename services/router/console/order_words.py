"""What was ordered, done and refused, in words. Pure."""

from collections.abc import Mapping

from services.router.domain.admin.orders import Do, No, kind_of
from shared.failures import Code

ASKED: Mapping[str, str] = {
    "redirect": "Somebody else is to be asked.",
    "resend": "An email is to be sent again.",
    "retry": "A parked message is to be tried again.",
    "settle": "A parked message is to be marked as dealt with.",
    "convene-panel": "A resolution panel is to be convened.",
    "record-process": "The scrutineer’s process is to be recorded.",
    "reassign": "Another contact is to be asked to act.",
}
"""What was asked for, while it is not done."""

_DONE: Mapping[str, str] = {
    "redirect": "Somebody else is asked now. Everybody concerned is told.",
    "resend": "The email goes out again. What becomes of it stands on the escalation’s page.",
    "retry": "It could be opened now, and goes on.",
    "settle": "It is marked as dealt with. The message is kept.",
    "convene-panel": "The panel is convened. Each member is asked by email; everybody in it is told.",
    "record-process": "The process is recorded. Everybody in it is told, in its words.",
    "reassign": "The contact whom you chose is asked now. Everybody in it is told.",
}
_REFUSED: Mapping[str, str] = {
    No.NOT_HERE.value: "There is no such thing in this escalation any more.",
    No.ENDED.value: "Nobody is asked in this escalation any more.",
    No.REPLACED.value: "Another was asked instead. Name a holder or put the address right, then send it again.",
    No.CHANGED.value: "Something else happened to it meanwhile. Look at it again.",
    No.NOT_THEIRS.value: "Whoever asked for it is not a manager here any more. Another manager can ask for it.",
    No.NOT_ALLOWED.value: "The policy does not let it be done.",
    No.NOBODY_FREE.value: "Nobody who may act holds that post today, nor deputises for it. Choose another.",
    No.BESIDE.value: "They would be asked beside the contact of another agency, in place of nobody. Choose a post of "
    "the agency that is asked.",
    No.NO_SCRUTINEER.value: "No independent scrutineer is asked to act in it now.",
}
_CODES: Mapping[Code, str] = {
    Code.UNKNOWN_KEY: "It still cannot be opened: the key it was sealed to is not here.",
    Code.CANNOT_OPEN: "It still cannot be opened.",
    Code.UNREADABLE: "It cannot be read. Only whoever runs Candour for you can look further.",
    Code.FACTS_REFUSED: "Its answers still do not fit together, or it was taken in another way.",
    Code.ACT_REFUSED: "Whoever sent it may not do this now, or it was taken in another way.",
    Code.RECORD_MISMATCH: "What was sealed is not what was stored. Only whoever runs Candour for you can look further.",
    Code.UNKNOWN_PARTNERSHIP: "The partnership is not in the directory.",
    Code.UNKNOWN_FORM: "The form is not known here.",
}
_UNKNOWN = "It could not be done. Whoever runs Candour for you finds the reason in router’s log."


def done_words(do: Do) -> str:
    """What is so now."""
    return _DONE[kind_of(do)]


def refused_words(code: str) -> str:
    """Why nothing was changed."""
    return _REFUSED.get(code) or next((words for one, words in _CODES.items() if one == code), _UNKNOWN)
