"""A letter before it is rendered: what is said, in order. One wording gives both the text and the HTML. Pure."""

import msgspec

from shared.private import Private


class Paragraph(Private, frozen=True, kw_only=True, tag="paragraph"):
    """strong: what must not be missed, at most one or two in a letter."""

    text: str
    strong: bool = False


class Heading(Private, frozen=True, kw_only=True, tag="heading"):
    text: str


class Facts(Private, frozen=True, kw_only=True, tag="facts"):
    """(label, value) rows. A row with an empty value is left out."""

    rows: tuple[tuple[str, str], ...]


class Points(Private, frozen=True, kw_only=True, tag="points"):
    """A list. numbered: the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


class Quoted(Private, frozen=True, kw_only=True, tag="quoted"):
    """What somebody wrote in a field that the page marks as emailed. whose: "" where the label says enough."""

    label: str
    text: str
    whose: str = "in the words of the person who raised it"


class BigCode(Private, frozen=True, kw_only=True, tag="code"):
    """The code alone on its line, so that it can be marked and copied."""

    code: str


class Link(Private, frozen=True, kw_only=True, tag="link"):
    """A link written out: what is shown is where it goes."""

    url: str


class Calls(Private, frozen=True, kw_only=True, tag="calls"):
    """Whom to ring, the first first. numbers: (label, number)."""

    numbers: tuple[tuple[str, str], ...]


class Danger(Private, frozen=True, kw_only=True, tag="danger"):
    """Whom to ring now. numbers: (label, number)."""

    text: str
    numbers: tuple[tuple[str, str], ...] = ()


Block = Paragraph | Heading | Facts | Points | Quoted | BigCode | Link | Calls | Danger


class Letter(Private, frozen=True, kw_only=True):
    """One email as words. subject: a constant and the reference, nothing else.

    banner: the first line of a demonstration's emails. dear: "" greets nobody by name.
    """

    subject: str
    partnership_name: str
    banner: str = ""
    dear: str = ""
    blocks: tuple[Block, ...]


def one_line(text: str) -> str:
    """`text` on one line and without control characters: a name can start no line of its own."""
    if text.isprintable():
        if "  " not in text and text[:1] != " " and text[-1:] != " ":
            return text  # as nearly all are: of blanks only the space is printable
    else:
        text = "".join(symbol if symbol.isprintable() else " " for symbol in text)
    return " ".join(text.split())


def several_lines(text: str) -> str:
    """`text` with its line ends kept, two at most in a row, and without other control characters."""
    lines = [one_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def tidied(block: Block) -> Block:
    """`block` with every string on one line, save quotations."""
    if isinstance(block, Quoted):
        return Quoted(label=one_line(block.label), text=several_lines(block.text), whose=one_line(block.whose))
    if isinstance(block, Facts):
        rows = tuple((one_line(label), one_line(value)) for label, value in block.rows)
        return Facts(rows=tuple(row for row in rows if row[1]))
    if isinstance(block, Points):
        items = tuple(one_line(item) for item in block.items)
        return msgspec.structs.replace(block, items=tuple(item for item in items if item))
    if isinstance(block, Danger | Calls):
        numbers = tuple((one_line(label), one_line(number)) for label, number in block.numbers)
        changes = {"text": one_line(block.text)} if isinstance(block, Danger) else {}
        return msgspec.structs.replace(block, numbers=numbers, **changes)
    if isinstance(block, BigCode):
        return BigCode(code=one_line(block.code))
    if isinstance(block, Link):
        return Link(url=one_line(block.url))
    return msgspec.structs.replace(block, text=one_line(block.text))


def is_empty(block: Block) -> bool:
    """Whether nothing is left to say."""
    if isinstance(block, Facts):
        return not block.rows
    if isinstance(block, Points):
        return not block.items
    if isinstance(block, Calls):
        return not block.numbers
    if isinstance(block, Paragraph | Heading | Quoted | Danger):
        return not block.text
    return False
