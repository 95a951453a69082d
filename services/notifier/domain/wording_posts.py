"""What is said to whoever holds a post: is it still right?, and the code to answer with. Pure."""

from services.notifier.domain.letter import BigCode, Block, Heading, Link, Paragraph, Points
from services.notifier.domain.when import day_in_words
from services.notifier.domain.wording_common import Unsayable, no_details, reference_of, to_check
from services.notifier.domain.wording_people import on
from shared.messages import Notice, PostsFacts

YOUR_POSTS = "Is your post still right?"
"""The link at the foot of the first page that leads to the posts. A test holds it to the page."""


def still_right(notice: Notice) -> tuple[Block, ...]:
    """To the address that the directory has for a post. posts: which. It is about no escalation."""
    facts = _posts_of(notice)
    day = day_in_words(facts.answer_by) if facts.answer_by is not None else ""
    by = f" by {day}" if day else ""
    again = "We asked before and have no answer yet. " if facts.again else ""
    several = len(facts.posts) > 1
    return (
        Paragraph(
            text=f"{again}Please look at what the directory of contacts says of your {'posts' if several else 'post'}, "
            f"and answer{by}.",
            strong=True,
        ),
        Points(items=facts.posts),
        Paragraph(
            text="An escalation about a child’s safety goes to whoever is named there, so a wrong address sends it "
            "astray. It takes a minute: yes, still right; no, this has changed; or the days on which you are away."
        ),
        Heading(text="To answer"),
        Paragraph(
            text=f"Go to {notice.base_url} in your browser and choose “{YOUR_POSTS}” at the foot of the page. We then "
            "email you a code. This link leads to the same page:"
        ),
        Link(url=f"{notice.base_url}/p/{notice.partnership}/post"),
        Heading(text="No longer yours, or never was?"),
        Paragraph(text=f"Say so on that page, or ring {on(notice.duty_phone)}."),
        *to_check(notice, "say that you were asked whether your post is still right"),
        *no_details(notice),
    )


def post_code(notice: Notice) -> tuple[Block, ...]:
    """To the holder of a post who asked to sign in."""
    if reference_of(notice) or notice.code is None or not notice.code.code.strip():
        raise Unsayable
    return (
        Paragraph(text=f"Type this code into the page “{YOUR_POSTS}” you have open, to sign in:"),
        BigCode(code=notice.code.code.strip()),
        Paragraph(text="It works for 30 minutes, once. You can paste it. Nobody will ring or write to ask you for it."),
        Heading(text="Not you, or not sure?"),
        Paragraph(
            text="Somebody asked to sign in with this address. If it was not you, do not use the code. To ask, ring "
            f"{on(notice.duty_phone)}. This email has no link, no attachment and no password."
        ),
        *no_details(notice),
    )


def _posts_of(notice: Notice) -> PostsFacts:
    if reference_of(notice) or notice.posts is None or not notice.posts.posts:
        raise Unsayable
    return notice.posts
