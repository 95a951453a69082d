"""What is said to somebody about the directory of contacts itself, not about an escalation. Pure."""

from services.notifier.domain.letter import Block, Facts, Heading, Link, Paragraph
from services.notifier.domain.when import day_in_words
from services.notifier.domain.wording_common import Unsayable, no_details, reference_of, to_check
from services.notifier.domain.wording_people import capital, listed, on
from shared.messages import AskedAs, DigestLine, Notice


def address_changed(notice: Notice) -> tuple[Block, ...]:
    """To an address that a post, or the partnership itself, no longer has. It is about no escalation alone.

    why_you: which post of which agency, or what it was to the partnership. asked_as: DUTY for the partnership's own.
    """
    if reference_of(notice) or not notice.why_you:
        raise Unsayable
    own = notice.asked_as is AskedAs.DUTY
    stood_for = "the partnership itself in its" if own else "a post in the partnership’s"
    open_one = (
        "At least one escalation of the partnership is still open. What is sent about it from now on goes to the "
        "address that stands there now."
        if own
        else "At least one escalation that was sent to this address is still open. It stays with whomever it was "
        "decided for; what is decided from now on goes to whoever the directory names."
    )
    return (
        Paragraph(
            text=f"This address no longer stands for {stood_for} directory of contacts. If that is right, you need do "
            "nothing.",
            strong=True,
        ),
        Paragraph(text=notice.why_you),
        Paragraph(text=open_one),
        Heading(text="You did not expect this?"),
        Paragraph(text=f"Then ring {on(notice.duty_phone)} today: somebody may have changed it by mistake."),
        *to_check(notice, "say that your address was taken out of the directory"),
        *no_details(notice),
    )


def directory_digest(notice: Notice) -> tuple[Block, ...]:
    """To one who changed nothing of it that day. digest: which entries, and by whom. It is about no escalation."""
    digest = notice.digest
    if reference_of(notice) or digest is None or not digest.lines:
        raise Unsayable
    count = len(digest.lines) + digest.more
    entries = "1 entry" if count == 1 else f"{count} entries"
    to_duty = notice.address.casefold() == notice.duty_mailbox.casefold()
    why = (
        "This comes to the duty contact because no other manager can look at it: each changed something, or there is "
        "none."
        if to_duty
        else "This comes to you because you changed none of it: somebody else should see what was done."
    )
    return (
        Paragraph(
            text=f"Please look whether this is right. On {day_in_words(digest.day)}, {entries} of the directory of "
            f"contacts {'was' if count == 1 else 'were'} changed.",
            strong=True,
        ),
        Facts(rows=tuple((line.entry, _done(line)) for line in digest.lines)),
        Paragraph(text=f"And {digest.more} more, which the console shows." if digest.more else ""),
        Paragraph(text=f"Escalations go to whoever stands there. {why}"),
        Heading(text="Something is not right?"),
        Paragraph(
            text=f"Ring whoever changed it{'' if to_duty else ', or ' + on(notice.duty_phone)}. A manager can see each "
            "change and take it back in the console, under Directory, “What was changed”."
        ),
        *((Link(url=digest.url),) if digest.url and not to_duty else ()),
        *to_check(notice, "say that you were told what was changed in the directory"),
        *no_details(notice),
    )


def _done(line: DigestLine) -> str:
    fields = f": {listed(line.fields)}" if line.fields and line.did == "changed" else ""
    return f"{capital(line.did)}{fields}. By {line.who}."
