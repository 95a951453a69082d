"""One notice of every wording, as router sends it for the demonstration's made-up people. Pure.

A contract test makes the files from router's own path and holds them to it.
"""

from functools import cache
from pathlib import Path

import msgspec

from services.notifier.domain.rendering import as_html, as_text
from services.notifier.domain.wording import compose
from shared.messages import Notice

PREVIEWS = Path(__file__).parents[1] / "previews"
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Codes", ("confirmation-code", "confirmation-code-early", "sign-in-code", "post-code")),
    (
        "To the one who raised it",
        (
            "raised",
            "raised-urgent",
            "raised-stage-three",
            "raised-referred",
            "raised-recorded",
            "raised-anew",
            "raised-successor",
        ),
    ),
    (
        "To those who are asked to act",
        (
            "act",
            "act-urgent",
            "act-own-side",
            "act-own-side-stage-four",
            "act-scrutineer",
            "act-convener",
            "act-chair",
            "act-reviewing-officer",
            "act-duty",
        ),
    ),
    ("To those who are told", ("challenged", "challenged-urgent", "staff-raised", "informed", "coded")),
    (
        "Nobody has taken it up",
        (
            "unacknowledged",
            "unacknowledged-deputy",
            "unacknowledged-lead",
            "unacknowledged-raiser",
            "unacknowledged-urgent",
            "unacknowledged-urgent-raiser",
        ),
    ),
    (
        "Who has it",
        (
            "news-acknowledged",
            "news-not-mine",
            "news-conflict",
            "news-handed-over",
            "news-reassigned",
            "news-raiser-replaced",
            "news-linked",
        ),
    ),
    ("What was added or read", ("news-action", "news-representation", "news-read")),
    (
        "Dates",
        (
            "date",
            "news-date-proposed",
            "news-date-agreed",
            "news-date-declined",
            "reminder-due-soon",
            "reminder-due-soon-raiser",
            "reminder-due",
            "reminder-due-raiser",
        ),
    ),
    (
        "The outcome and its written confirmation",
        (
            "outcome",
            "outcome-waits",
            "reminder-outcome",
            "coded-outcome-waits",
            "news-outcome-disputed",
            "confirmation",
            "confirmation-withdrawn",
        ),
    ),
    (
        "What was left open",
        ("issue-soon", "issue-soon-raiser", "issue-due", "issue-due-raiser", "news-issue-done", "news-issue-back"),
    ),
    ("Further stages", ("news-went-on", "news-reopened")),
    (
        "Panels and the scrutineer",
        ("panel", "news-panel-convened", "news-seat-accepted", "news-seat-declined", "news-process"),
    ),
    ("Other areas", ("news-handed-to-partnership", "news-area-offered", "news-area-accepted")),
    (
        "To the duty contact",
        (
            "waiting",
            "waiting-urgent",
            "waiting-urgent-contact",
            "waiting-act",
            "desk",
            "desk-handed-to-you",
            "desk-handed-to-partnership",
            "desk-offered-to-you",
            "desk-area-accepted",
            "desk-panel-short",
        ),
    ),
    ("About the directory of contacts", ("still-right", "still-right-again", "address-changed")),
    ("To a second person, about the directory", ("directory-digest", "directory-digest-duty")),
)
"""The previews by what they are about, in the order to show them."""

NAMES = tuple(name for _, names in GROUPS for name in names)
_DECODE = msgspec.json.Decoder(Notice)


@cache
def previews() -> tuple[tuple[str, Notice], ...]:
    """(name, notice) of every wording, kinds with several faces more than once, in the order to show them."""
    return tuple((name, _DECODE.decode((PREVIEWS / f"{name}.json").read_bytes())) for name in NAMES)


def render_preview(name: str) -> tuple[str, str]:
    """(text, HTML) of the preview called `name`. Raises: KeyError."""
    letter = compose(dict(previews())[name])
    return as_text(letter), as_html(letter)


def rendered_groups() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Every preview as (name, text, HTML), under the title of what it is about."""
    return tuple((title, tuple((name, *render_preview(name)) for name in names)) for title, names in GROUPS)
