"""Asks the duty contact again, where nobody else can make an escalation go on. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.domain.changes import Change, Happened, SentNotice, What
from services.router.domain.escalation import Escalation, State
from services.router.domain.letters.notices import desk_row, to_desk
from services.router.domain.living.clocks import Prompt, PromptKind
from services.router.domain.living.desk import is_left_to_the_desk
from services.router.domain.place import Place
from services.router.handlers.owing import owe_all
from services.router.ports import World
from shared.messages import Notice
from shared.terms import Instant

NOBODY = "gap"
_REASONS = {State.WAITING_RELEASE: "unregistered", State.REFERRED: "referred"}
Pairs = tuple[tuple[Notice, SentNotice], ...]


def desk_again(escalation: Escalation, prompts: Sequence[Prompt], place: Place, *, at: Instant) -> Pairs:
    """What the duty contact is told for these prompts: silence of theirs is never the end of it."""
    if not is_left_to_the_desk(escalation):
        return ()
    reason = _REASONS.get(escalation.state, NOBODY)
    looked = (one for one in prompts if one.kind is PromptKind.HOLDERS)
    notices = (to_desk(place, ref=escalation.ref, reason=reason, cause=one.key) for one in looked)
    return tuple((notice, desk_row(notice, at=at)) for notice in notices)


def nobody_called(escalation: Escalation, prompt: Prompt, place: Place, *, at: Instant) -> Pairs:
    """A contact is silent, and the directory names neither a deputy nor a lead whom one could call."""
    notice = to_desk(place, ref=escalation.ref, reason=NOBODY, cause=prompt.key)
    return ((notice, desk_row(notice, at=at)),)


def with_desk(change: Change, desk: Pairs, *, world: World) -> Change:
    """`change`, with these told and kept in the history."""
    return msgspec.structs.replace(
        change,
        happened=(*change.happened, *(_told(notice, at=change.at) for notice, _ in desk)),
        sent=(*change.sent, *(row for _, row in desk)),
        owed=(*change.owed, *owe_all((notice for notice, _ in desk), world.notifier)),
    )


def _told(notice: Notice, *, at: Instant) -> Happened:
    return Happened(ref=notice.ref, at=at, what=What.DESK_TOLD, note=notice.waiting.reason if notice.waiting else "")
