"""A letter as text and as HTML, from the two templates of this package. Pure."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.notifier.domain.letter import Letter

_WIDTH = 72
_LABEL = 22
_HARD_SPACE = "\u00a0"
_TOGETHER = re.compile(
    r" (?=[\dapnA-Z])(?:(?<=\d )(?=\d|am\b|pm\b|noon\b|[A-Z][a-z]+ \d{4}\b)|(?<=[a-z] )(?=20\d\d\b))"
)
"""Blanks inside a telephone number, a date or a time: people copy these. A weekday may stand on the line before."""
_DIGIT = re.compile(r"\d")
"""What is held together always has one; most sentences have none."""


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("services.notifier", "templates"),
        autoescape=lambda name: bool(name and ".html" in name),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"wrapped": wrapped, "row": row, "kind": _kind, "telephone": telephone_link, "held": held}
    return made


def as_text(letter: Letter) -> str:
    """The whole letter as plain text, lines of 72 at most (a link is never broken). Complete in itself."""
    return _templates().get_template("letter.txt.j2").render(letter=letter).strip("\n") + "\n"


def as_html(letter: Letter) -> str:
    """The whole letter as one HTML page without images, scripts, styles from elsewhere or anything that tracks."""
    return _templates().get_template("letter.html.j2").render(letter=letter)


def wrapped(text: str, first: str = "", rest: str | None = None) -> str:
    """`text` in lines of 72; `first` begins the first line and `rest` (else blanks as wide) the others."""
    if len(first) + len(text) <= _WIDTH:
        return first + text
    words, following = held(text), " " * len(first) if rest is None else rest
    begun = _line(_WIDTH - len(first)).match(words)
    if begun is None:
        return first
    others = _line(_WIDTH - len(following)).findall(words, begun.end())
    return f"\n{following}".join((first + begun[0], *others)).replace(_HARD_SPACE, " ")


@cache
def _line(width: int) -> re.Pattern[str]:
    """As many words as go into `width`, or one that is longer. A pattern: it runs over a letter's every paragraph."""
    return re.compile(rf"[^ ].{{0,{max(width - 1, 0)}}}(?= |\Z)|[^ ]+")


def held(text: str) -> str:
    """`text` with hard spaces inside telephone numbers, dates and times."""
    return _TOGETHER.sub(_HARD_SPACE, text) if _DIGIT.search(text) else text


def row(value: str, label: str) -> str:
    """A row of the table of facts: label and value, in columns where the label is short enough."""
    return wrapped(value, f"{label}: ".ljust(_LABEL), " " * _LABEL)


def telephone_link(number: str) -> str:
    """A telephone number for a `tel:` link: digits and a leading plus."""
    return "".join(symbol for symbol in number if symbol in "+0123456789")


def _kind(block: object) -> str:
    return type(block).__struct_config__.tag  # type: ignore[attr-defined, no-any-return]  # every block is a tagged Struct
