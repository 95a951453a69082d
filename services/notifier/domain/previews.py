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
NAMES = (
    "confirmation-code",
    "confirmation-code-early",
    "sign-in-code",
    "raised",
    "raised-urgent",
    "raised-stage-three",
    "raised-referred",
    "raised-recorded",
    "act",
    "act-urgent",
    "act-own-side",
    "act-own-side-stage-four",
    "act-scrutineer",
    "act-convener",
    "act-chair",
    "act-reviewing-officer",
    "act-duty",
    "challenged",
    "challenged-urgent",
    "staff-raised",
    "informed",
    "coded",
    "waiting",
    "waiting-urgent",
    "waiting-urgent-contact",
    "desk",
)
_DECODE = msgspec.json.Decoder(Notice)


@cache
def previews() -> tuple[tuple[str, Notice], ...]:
    """(name, notice) of every wording, kinds with several faces more than once, in the order to show them."""
    return tuple((name, _DECODE.decode((PREVIEWS / f"{name}.json").read_bytes())) for name in NAMES)


def render_preview(name: str) -> tuple[str, str]:
    """(text, HTML) of the preview called `name`. Raises: KeyError."""
    letter = compose(dict(previews())[name])
    return as_text(letter), as_html(letter)
