"""Reads what a manager typed about their partnership's settings, and says what to mend, field by field. Shell."""

import re
from collections.abc import Callable, Container, Mapping
from datetime import date, time

import msgspec

from services.router.console.asked import Form
from services.router.console.directory_forms import A_DAY, AN_ADDRESS, Problems
from services.router.domain.keeping.directory_check import is_address
from services.router.domain.keeping.importing import read_day
from services.router.domain.partnership import Area, DutyContact, Line, Partnership
from services.router.domain.wording_own import MOST, PLACEHOLDERS, strangers

replace = msgspec.structs.replace
_LINE = 200
_MOST_DAYS = 60
_NOON, _LEAST_HOURS = time(12), 4
_YEAR = 366
_WEB = ("https://", "http://")
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
NEEDED = "Fill this in."


class Reader:
    """A form, read field by field. wrong: what is to be mended, by field."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.wrong: Problems = {}

    def line(self, name: str, *, needed: bool = True) -> str:
        """One line of text."""
        text = self.form.one(name)
        if needed and not text:
            self.wrong[name] = NEEDED
        elif len(text) > _LINE:
            self.wrong[name] = f"Use at most {_LINE} characters."
        elif not text.isprintable():
            self.wrong[name] = "Write it on one line."
        return text

    def words(self, name: str) -> str:
        """Plain text of several lines, with the fixed placeholders alone."""
        text = "\n".join(line.strip() for line in self.form.one(name).splitlines())
        if len(text) > MOST:
            self.wrong[name] = f"Use at most {MOST} characters."
        elif not text.replace("\n", "").isprintable():
            self.wrong[name] = "Use letters, digits and signs alone."
        elif strangers(text):
            self.wrong[name] = f"In braces, use only {', '.join(PLACEHOLDERS)}."
        return text

    def address(self, name: str, *, needed: bool) -> str:
        text = self.form.one(name)
        if (text or needed) and not is_address(text):
            self.wrong[name] = AN_ADDRESS
        return text

    def number(self, name: str, *, least: int, most: int, empty: bool = False) -> int | None:
        text = self.form.one(name)
        if empty and not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
            self.wrong[name] = f"Enter a number from {least} to {most}."
            return None
        return int(text)

    def hour(self, name: str) -> time:
        found = _HOUR.fullmatch(self.form.one(name))
        if found is None:
            self.wrong[name] = "Enter an hour of the day, for example 08:00."
            return time()
        return time(int(found[1]), int(found[2]))

    def day(self, name: str) -> date | None:
        text = self.form.one(name)
        found = read_day(text) if text else None
        if text and found is None:
            self.wrong[name] = A_DAY
        return found

    def among(self, name: str, codes: Container[str]) -> str:
        code = self.form.one(name)
        if code and code not in codes:
            self.wrong[name] = "Choose one of the list."
        return code


Read = Callable[[Reader, Partnership], Partnership]


def read_telling(read: Reader, now: Partnership) -> Partnership:
    """At which stage the partnership is told. A stage that the policy does not have is refused by its page."""
    stage = read.number("told_from", least=1, most=9, empty=True)
    says, source = read.line("told_says", needed=False), read.line("told_source", needed=False)
    return replace(now, told_from=stage, told_says=says, told_source=source)


def read_time(read: Reader, now: Partnership) -> Partnership:
    """The usual time limit, and the hours in which people are reminded."""
    days = read.number("timeframe_days", least=1, most=_MOST_DAYS, empty=True)
    opens, shuts = read.hour("open_from"), read.hour("open_until")
    if not read.wrong and opens > _NOON:
        read.wrong["open_from"] = "Enter an hour before noon: what came overnight is asked about then."
    elif not read.wrong and shuts < time(opens.hour + _LEAST_HOURS, opens.minute):
        read.wrong["open_until"] = f"Enter an hour at least {_LEAST_HOURS} hours after the first."
    source = read.line("timeframe_source", needed=False)
    return replace(now, timeframe_days=days, timeframe_source=source, open_from=opens, open_until=shuts)


def read_duty(read: Reader, now: Partnership) -> Partnership:
    """The duty contact."""
    duty = DutyContact(
        name=read.line("duty_name"),
        role=read.line("duty_role"),
        mailbox=read.address("duty_mailbox", needed=True),
        phone=read.line("duty_phone"),
        told=read.address("duty_told", needed=False),
    )
    return replace(now, duty=duty)


def read_phones(read: Reader, now: Partnership) -> Partnership:
    """The telephones of each council area."""
    return replace(now, areas=tuple(_area(read, one, index) for index, one in enumerate(now.areas)))


def _area(read: Reader, now: Area, index: int) -> Area:
    return replace(
        now,
        name=read.line(f"area_{index}_name"),
        social_care=_phone(read, f"area_{index}_day"),
        out_of_hours=_phone(read, f"area_{index}_night"),
    )


def _phone(read: Reader, name: str) -> Line:
    number = read.line(f"{name}_number")
    if number and not any(one.isdigit() for one in number):
        read.wrong[f"{name}_number"] = "Enter a telephone number."
    return Line(label=read.line(f"{name}_label"), number=number, hours=read.line(f"{name}_hours", needed=False))


def read_words(read: Reader, now: Partnership) -> Partnership:
    """The partnership's own words."""
    url = read.line("complaints_url")
    if url and not url.startswith(_WEB):
        read.wrong["complaints_url"] = "Enter a whole address that begins with https://."
    return replace(
        now,
        page_words=read.words("page_words"),
        letter_words=read.words("letter_words"),
        retention=read.line("retention", needed=False),
        controller=read.line("controller"),
        privacy_contact=read.line("privacy_contact"),
        complaints_url=url,
    )


def read_care(read: Reader, now: Partnership) -> Partnership:
    """How the directory is looked after."""
    days = read.number("asked_every_days", least=28, most=_YEAR)
    return replace(
        now,
        second_approval=read.form.one("second_approval") == "yes",
        digest_admin=read.line("digest_admin", needed=False),
        asked_every_days=days if days is not None else now.asked_every_days,
        review_on=read.day("review_on"),
    )


def read_policy(read: Reader, now: Partnership) -> Partnership:
    """Which policy decides. One that is not on offer is refused by the directory's own check."""
    return replace(now, policy=read.line("policy"))


READS: Mapping[str, Read] = {
    "telling": read_telling,
    "time": read_time,
    "duty": read_duty,
    "phones": read_phones,
    "words": read_words,
    "care": read_care,
    "policy": read_policy,
}
