"""One wording per kind of notice: `compose` turns a notice into a letter. Pure."""

from collections.abc import Callable

from services.notifier.domain import (
    wording_asked,
    wording_codes,
    wording_directory,
    wording_life_news,
    wording_life_outcome,
    wording_life_panel,
    wording_life_prompts,
    wording_life_settling,
    wording_posts,
    wording_raising,
    wording_told,
    wording_waiting,
)
from services.notifier.domain.letter import Block, Letter, Quoted, is_empty, one_line, tidied
from services.notifier.domain.wording_common import (
    BANNER,
    RECORDED,
    Unsayable,
    danger_first,
    danger_last,
    genuine,
    no_details,
    reference_of,
)
from shared.messages import Notice, NoticeKind

SUBJECTS = {
    NoticeKind.CONFIRMATION_CODE: "Candour: your code to confirm your work address",
    NoticeKind.SIGN_IN_CODE: "Candour: your code to sign in",
    NoticeKind.RAISED: "Your escalation is confirmed",
    NoticeKind.ACT: "You are asked to act on an escalation",
    NoticeKind.CHALLENGED: "A decision of yours is challenged",
    NoticeKind.STAFF_RAISED: "A member of your staff has raised an escalation",
    NoticeKind.INFORMED: "An escalation, for your information",
    NoticeKind.CODED: "An escalation, coded notice for the partnership",
    NoticeKind.WAITING: "An escalation waits for you",
    NoticeKind.WAITING_URGENT: "Urgent: an unconfirmed escalation waits",
    NoticeKind.NEWS: "News of an escalation",
    NoticeKind.REMINDER: "Reminder of an escalation",
    NoticeKind.UNACKNOWLEDGED: "Nobody has taken up an escalation yet",
    NoticeKind.DATE: "Another date is proposed for an escalation",
    NoticeKind.OUTCOME: "Please confirm or dispute an outcome",
    NoticeKind.CONFIRMATION: "Written confirmation of an outcome",
    NoticeKind.ISSUE: "Something left open in an escalation",
    NoticeKind.PANEL: "You are asked to sit on a resolution panel",
    NoticeKind.DESK: "An escalation needs you",
    NoticeKind.ADDRESS_CHANGED: "Candour: your address was taken out of the directory",
    NoticeKind.STILL_RIGHT: "Candour: please say if your post is still right",
    NoticeKind.POST_CODE: "Candour: your code to sign in to your posts",
    NoticeKind.DIRECTORY_DIGEST: "Candour: what was changed in the directory",
}
"""Constants: nothing that anybody typed stands in a header. The reference is added."""

ON_RECORD = "Your disagreement is on record"
NO_LONGER_YOURS = "An escalation is no longer with you"
RAISED_AGAIN = {"decided-anew": "Who acts on your escalation", "raiser-new": "An escalation is yours to take on"}
CODES = (NoticeKind.CONFIRMATION_CODE, NoticeKind.SIGN_IN_CODE, NoticeKind.POST_CODE)
_FIXED = (NoticeKind.WAITING, NoticeKind.WAITING_URGENT, NoticeKind.DESK)
_NO_ESCALATION = (*CODES, NoticeKind.STILL_RIGHT, NoticeKind.ADDRESS_CHANGED, NoticeKind.DIRECTORY_DIGEST)
_UNNAMED = (*CODES, *_FIXED, NoticeKind.CODED)

_WORDINGS: dict[NoticeKind, Callable[[Notice], tuple[Block, ...]]] = {
    NoticeKind.CONFIRMATION_CODE: wording_codes.confirmation_code,
    NoticeKind.SIGN_IN_CODE: wording_codes.sign_in_code,
    NoticeKind.RAISED: wording_raising.raised,
    NoticeKind.ACT: wording_asked.act,
    NoticeKind.CHALLENGED: wording_asked.challenged,
    NoticeKind.STAFF_RAISED: wording_raising.staff_raised,
    NoticeKind.INFORMED: wording_told.informed,
    NoticeKind.CODED: wording_told.coded,
    NoticeKind.WAITING: wording_waiting.waiting,
    NoticeKind.WAITING_URGENT: wording_waiting.waiting_urgent,
    NoticeKind.NEWS: wording_life_news.news,
    NoticeKind.REMINDER: wording_life_prompts.reminder,
    NoticeKind.UNACKNOWLEDGED: wording_life_prompts.unacknowledged,
    NoticeKind.DATE: wording_life_prompts.date,
    NoticeKind.OUTCOME: wording_life_outcome.outcome,
    NoticeKind.CONFIRMATION: wording_life_outcome.confirmation,
    NoticeKind.ISSUE: wording_life_settling.issue,
    NoticeKind.PANEL: wording_life_panel.panel,
    NoticeKind.DESK: wording_waiting.desk,
    NoticeKind.ADDRESS_CHANGED: wording_directory.address_changed,
    NoticeKind.STILL_RIGHT: wording_posts.still_right,
    NoticeKind.POST_CODE: wording_posts.post_code,
    NoticeKind.DIRECTORY_DIGEST: wording_directory.directory_digest,
}


def compose(notice: Notice) -> Letter:
    """The letter that tells `notice` to its one reader. Raises: Unsayable when the notice lacks what it needs."""
    said = (*danger_first(notice), *_WORDINGS[notice.kind](notice), *_ending(notice), *danger_last(notice))
    blocks = (tidied(block) for block in said)
    return Letter(
        subject=subject_of(notice),
        partnership_name=one_line(notice.partnership_name),
        banner=BANNER if notice.demonstration else "",
        dear=one_line(notice.name) if notice.kind not in _UNNAMED else "",
        blocks=tuple(block for block in blocks if not is_empty(block)),
    )


def subject_of(notice: Notice) -> str:
    """The kind's constant and the reference. Raises: Unsayable where an escalation has no sound reference."""
    ref = reference_of(notice)
    if not ref and notice.kind in _NO_ESCALATION:
        return SUBJECTS[notice.kind]
    if not ref:
        raise Unsayable
    return f"{_constant(notice)}: {ref}"


def _constant(notice: Notice) -> str:
    if notice.kind is NoticeKind.RAISED and notice.route is not None and notice.route.ruling == RECORDED:
        return ON_RECORD
    if notice.kind is NoticeKind.RAISED and notice.life is not None:
        return RAISED_AGAIN.get(notice.life.what, SUBJECTS[notice.kind])
    left = notice.waiting is not None and notice.waiting.reason in wording_waiting.NO_LONGER_YOURS
    return NO_LONGER_YOURS if left and notice.kind is NoticeKind.DESK else SUBJECTS[notice.kind]


def _ending(notice: Notice) -> tuple[Block, ...]:
    if notice.kind in (*_NO_ESCALATION, *_FIXED):
        return ()
    own = Quoted(label=f"From {notice.partnership_name}", text="\n".join(notice.own_words), whose="")
    if notice.kind is NoticeKind.CODED:
        return (own, *no_details(notice))
    return (own, *genuine(notice))
