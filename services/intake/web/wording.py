"""Fixed wording of pages, and how dates and telephone numbers are written. Pure."""

from datetime import date

PROBLEMS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: (
        "We could not read that address",
        ("Go back and try again, or start from the beginning.",),
    ),
    404: (
        "Page not found",
        (
            "If you typed the address, check it. A reference looks like WS-7K3-QM9-PX8.",
            "You can also type the reference into the box on the first page.",
        ),
    ),
    405: ("That cannot be done here", ("Go back and use the buttons of the page.",)),
    413: (
        "That is too much at once",
        ("Shorten the longest answers. Send attachments by your agency’s secure email and quote the reference.",),
    ),
    429: (
        "Too many tries from where you are",
        ("Wait a minute, then try again. What you typed is still on the page before this one.",),
    ),
    500: (
        "Something is wrong on our side",
        ("Try again in a minute. If you have a receipt with a reference, it still holds.",),
    ),
    503: (
        "We are starting",
        ("The list of partnerships is not here yet. Try again in a minute.",),
    ),
}

AGENCY_TYPES = {
    "childrens_social_care": "Children’s social care",
    "early_help": "Early help",
    "police": "Police",
    "health": "Health",
    "gp": "GP practices",
    "education": "Schools, colleges and early years",
    "probation": "Probation",
    "youth_justice": "Youth justice",
    "housing": "Housing",
    "voluntary": "Charities, voluntary and faith organisations",
    "cafcass": "Cafcass",
    "adult_services": "Adult services",
}


def agency_types(code: str) -> str:
    """The words for a kind of agency."""
    return AGENCY_TYPES.get(code, "Other agencies")


def long_date(iso: str) -> str:
    """ "30 December 2026" from an ISO date; an empty string stays empty."""
    return f"{date.fromisoformat(iso).day} {date.fromisoformat(iso):%B %Y}" if iso else ""


def tel(number: str) -> str:
    """A number as a telephone link dials it: digits, and a leading plus."""
    digits = "".join(sign for sign in number if sign.isdigit())
    return f"tel:+{digits}" if number.strip().startswith("+") else f"tel:{digits}"


def within(label: str) -> str:
    """A label as it stands inside a sentence: "the duty contact"; one that begins with initials keeps them."""
    words = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return words if words.startswith("the ") else f"the {words}"


def sentence(words: str) -> str:
    """The same words with a capital, as a sentence begins."""
    return words[:1].upper() + words[1:]
