"""Fixed texts about what waits for a person: they carry references, and nothing that a visitor typed. Pure."""

from services.notifier.domain.letter import Block, Heading, Link, Paragraph, Points
from services.notifier.domain.wording_common import FOLLOW, Unsayable, no_details, reference_of, to_check
from services.notifier.domain.wording_people import on
from shared.messages import Notice
from shared.references import parse_reference

WAITING_REASONS = {
    "unconfirmed": "The sender’s email address has not been confirmed with the code we sent.",
    "unopenable": "The form arrived damaged or sealed to a key that is gone, and cannot be opened.",
    "invalid": "The form arrived with answers that do not fit together.",
    "act": "Something that was sent to be added to an escalation could not be taken in. Please ask who sent it.",
    "unregistered": "The raiser’s address is confirmed, but its domain is not in the directory. Please release it.",
}
DESK_REASONS = {
    "gap": "The directory gives nobody for a post that the policy names.",
    "referred": "The policy does not say who acts. A person must decide.",
    "not-listed": "An agency is not in the directory.",
    "release": "An address that somebody else typed waits for your release.",
    "refused": "A mail system refused a notice for good, and nobody stands in for its reader.",
    "delayed": "A mail system has refused a notice for 15 minutes, and nobody stands in for its reader.",
    "expired": "A notice was tried for five days and is not accepted.",
    "bounced": "A mail system took a notice and sent it back later, and nobody stands in for its reader.",
    "informed-refused": "Somebody who was only to be informed could not be reached by email. Please tell them.",
    "unrenderable": "A notice could not be written. Its reader has not been told.",
    "unregistered": WAITING_REASONS["unregistered"],
    "handed-to-you": "Your partnership’s policy was applied. Please see who is asked to act, and if that is right.",
    "offered-to-you": "Until you take it over it stays where it is, and goes on there. The clock is not set back.",
    "panel-short": "Have the panel convened again: another agency is then asked, where the directory has one.",
    "act-set-aside": WAITING_REASONS["act"],
}
NO_LONGER_YOURS = {
    "handed-to-partnership": "It was handed to the other partnership, as your partnership asked.",
    "area-accepted": "The other area has taken it over, as your partnership asked.",
}
_DESK_OPENINGS = {
    "handed-to-you": "Another partnership has handed an escalation to yours.",
    "offered-to-you": "The child in an escalation has moved to your area: you are asked to take it over.",
    "panel-short": "A seat on a resolution panel is empty.",
}
_DESK_OPENING = "Something about an escalation needs you."
OTHERWISE = "It needs a person to look at it."


def waiting(notice: Notice) -> tuple[Block, ...]:
    """To the duty contact: submissions wait."""
    says = "Escalations have arrived that cannot go on by themselves. Please sign in and look at them, or telephone."
    return (Paragraph(text=says, strong=True), *_waiting_list(notice, WAITING_REASONS), *_the_way(notice))


def waiting_urgent(notice: Notice) -> tuple[Block, ...]:
    """To the stage's contact and the duty contact, at once. Until it is confirmed only the latter can open it."""
    phone = notice.duty_phone
    to_duty = notice.address.casefold() == notice.duty_mailbox.casefold()
    first = "Sign in now, as below" if to_duty else f"Ring {on(phone)} now and quote the reference"
    return (
        Paragraph(
            text="An unconfirmed urgent escalation waits: its sender says that a child may be at risk of immediate "
            f"harm. {first}.",
            strong=True,
        ),
        Paragraph(
            text="We have not yet confirmed who sent it, so this email repeats nothing they wrote. Treat it as real "
            "until you know."
        ),
        *_waiting_list(notice, WAITING_REASONS),
        *(_the_way(notice) if to_duty else _by_telephone(notice)),
    )


def desk(notice: Notice) -> tuple[Block, ...]:
    """To the duty contact: something about a routed escalation needs a person."""
    reason = notice.waiting.reason if notice.waiting is not None else ""
    if reason in NO_LONGER_YOURS:
        says = "An escalation is no longer your partnership’s. Nothing more is asked of you."
        return (
            Paragraph(text=says, strong=True),
            *_waiting_list(notice, NO_LONGER_YOURS, heading="The escalation"),
            *to_check(notice, "quote the reference"),
            *no_details(notice),
        )
    says = f"{_DESK_OPENINGS.get(reason, _DESK_OPENING)} Please sign in and look, as below."
    return (Paragraph(text=says, strong=True), *_waiting_list(notice, DESK_REASONS), *_the_way(notice))


def _waiting_list(notice: Notice, texts: dict[str, str], *, heading: str = "Waiting") -> tuple[Block, ...]:
    waits = notice.waiting
    if waits is None:
        raise Unsayable
    urgent, others = _references(waits.urgent), _references(waits.references)
    others = tuple(ref for ref in others if ref not in urgent)
    if not urgent and not others:
        raise Unsayable
    return (
        *((Heading(text="Urgent"), Points(items=urgent)) if urgent else ()),
        *((Heading(text=heading), Points(items=others)) if others else ()),
        Paragraph(text=texts.get(waits.reason, OTHERWISE)),
    )


def _references(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Only what is a reference is shown: these letters repeat nothing that was typed."""
    found = (parse_reference(text) for text in texts)
    return tuple(dict.fromkeys(ref for ref in found if ref))


def _by_telephone(notice: Notice) -> tuple[Block, ...]:
    says = (
        "The duty contact can see who sent it, and whom to ring. Once the sender is confirmed, we email you what is "
        "asked, and you can sign in."
    )
    return (*to_check(notice, "quote the reference"), Heading(text="What happens next"), Paragraph(text=says))


def _the_way(notice: Notice) -> tuple[Block, ...]:
    first = reference_of(notice) or _first(notice)
    return (
        Heading(text="To see it"),
        Paragraph(
            text=f"Go to {notice.base_url} in your browser. Under “{FOLLOW}” type the reference. We then email you a "
            "code. This link leads to the same page:"
        ),
        Link(url=f"{notice.base_url}/e/{first}"),
        *to_check(notice, "quote the reference"),
        *no_details(notice),
    )


def _first(notice: Notice) -> str:
    waits = notice.waiting
    return (*_references(waits.urgent), *_references(waits.references))[0] if waits else ""
