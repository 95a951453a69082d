"""The second part of `make demo`: disputed at stage 2, taken to stage 3, agreed there, confirmed in writing. Shell."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from deploy.one_machine.party import Party
from shared.clock import SystemClock, local_day
from shared.following import PersonSeen, SeenEscalation
from shared.terms import Nation
from shared.working_days import holidays_of, next_working_day

_LINE = "─" * 100
_CONFIRMED = "written confirmation"
_ACT, _CONFIRM = "You are asked to act", "Please confirm or dispute"


class Life:
    """The people of the example, each found by the email that asks something of them, with a session of their own."""

    def __init__(self, machine: OneMachine, book: dict[str, Any], example: dict[str, Any]) -> None:
        self._machine = machine
        self._book = book
        self._said: dict[str, Any] = example["life"]
        self._known: dict[str, Party] = {}
        self._raiser: str = example["facts"]["raiser_email"]

    async def show(self, ref: str) -> None:
        """All of it, from stage 2's acknowledgement to the written confirmation at stage 3, printed."""
        seen = max(letter.number for letter in self._machine.letters())
        await self.disputed(ref)
        after = await self.taken_further(ref)
        closed = await self.agreed(after)
        everybody = [one for one in closed.people if not one.told.startswith("In codes only")]
        await self._machine.wait_for_letters(len(everybody), such=lambda letter: is_confirmation(letter, after))
        print(_page(closed))
        for text in _printed(letter for letter in reversed(self._machine.letters()) if letter.number > seen):
            print(text)

    async def disputed(self, ref: str) -> None:
        """Stage 2: acknowledged, and an outcome that the one who raised it disputes."""
        raiser = await self._signed_in(self._raiser, ref)
        [contact] = await self._all_of(_ACT, ref, 1)
        page = await contact.see(ref)
        record = await contact.read(ref, page.added[0].submission)
        _say(f"4. {_you(page).who}, signs in with an emailed code and opens the record here: {len(record)} answers.")
        await contact.add(ref, "acknowledgement", sealed={"safe_meanwhile": self._said["meanwhile"]})
        await raiser.until(ref, lambda now: _acknowledged(now) == 1)
        await contact.add(ref, "outcome", facts=self._said["first_outcome"])
        await raiser.until(ref, lambda now: now.outcome is not None)
        await raiser.answer_outcome(ref, agrees=False, reason=self._said["dispute"])
        _say("5. They acknowledge it and record an outcome. The person who raised it disputes it: it stays open.")

    async def taken_further(self, ref: str) -> str:
        """The next stage is opened; its reference."""
        raiser = self._known[self._raiser]
        page = await raiser.see(ref)
        facts = {
            "stage": page.next_stages[0].code,
            "entry": ["unresolved"],
            "immediate_harm": "no",
            "timeframe": {"unit": "working_days", "amount": 5},
        }
        await raiser.add(ref, "next-stage", facts=facts, sealed={"why_unresolved": self._said["unresolved"]})
        moved = await raiser.until(ref, lambda now: now.state == "moved-on")
        after = next(stage for stage in moved.stages if not stage.how)
        _say(f"6. They take it further, asked only for what is new: {after.ref}, {after.label.lower()}.")
        return after.ref

    async def agreed(self, ref: str) -> SeenEscalation:
        """Stage 3: acknowledged by all who are asked, and an outcome that each party confirms; its last page."""
        raiser = self._known[self._raiser]
        count = sum(one.label.startswith("Asked to act") for one in (await raiser.see(ref)).people)
        asked = await self._all_of(_ACT, ref, count)
        meanwhile = {"safe_meanwhile": self._said["next_acknowledged"]}
        await asyncio.gather(*(one.add(ref, "acknowledgement", sealed=meanwhile) for one in asked))
        await raiser.until(ref, lambda now: _acknowledged(now) == count)
        pages = [await one.see(ref) for one in asked]
        contact, page = next(pair for pair in zip(asked, pages, strict=True) if _you(pair[1]).label == "Asked to act")
        owner = next(one.code for one in page.owners if one.words == _you(page).who)
        issue = {"issue_1_owner": owner, "issue_1_by": self._in_two_weeks().isoformat()}
        facts = {**self._said["agreed_outcome"], **issue}
        await contact.add(ref, "outcome", facts=facts, sealed={"details": self._said["details"]})
        put = (await raiser.until(ref, lambda now: now.outcome is not None)).outcome
        assert put is not None
        others = await self._all_of(_CONFIRM, ref, sum(one.answer == "waits" for one in put.answers))
        await asyncio.gather(*(one.answer_outcome(ref, agrees=True) for one in others))
        _say(f"7. {_you(page).who}, records another. Each party confirms that very text, and it closes.\n")
        return await raiser.until(ref, lambda now: now.state == "closed")

    async def _all_of(self, subject: str, ref: str, count: int) -> list[Party]:
        """Everybody who gets such an email about it, signed in."""
        letters = await self._machine.wait_for_letters(
            count, such=lambda letter: letter.subject.startswith(subject) and ref in letter.subject
        )
        return await asyncio.gather(*(self._signed_in(letter.recipient, ref) for letter in letters))

    async def _signed_in(self, address: str, ref: str) -> Party:
        """One sign-in opens all of an address's escalations."""
        if address not in self._known:
            party = Party.of(self._machine, self._book, address)
            await party.sign_in(ref)
            self._known[address] = party
        return self._known[address]

    def _in_two_weeks(self) -> date:
        today = local_day(SystemClock().now(), self._book["partnership"]["zone"])
        return next_working_day(today + timedelta(days=13), holidays=holidays_of(Nation.ENGLAND))


def is_confirmation(letter: Letter, ref: str) -> bool:
    """Whether it is the written confirmation of this escalation's outcome."""
    return ref in letter.subject and _CONFIRMED in letter.subject.lower()


def _say(line: str) -> None:
    print(line, flush=True)


def _you(page: SeenEscalation) -> PersonSeen:
    return next(one for one in page.people if one.you)


def _acknowledged(page: SeenEscalation) -> int:
    return sum(bool(one.acknowledged) for one in page.people)


def _page(page: SeenEscalation) -> str:
    stages = "\n".join(f"  {one.ref}  {one.label}\n      {one.who}\n      {one.how}" for one in page.stages)
    return f"The page as the person who raised it sees it now: {page.state}\n{stages}\n"


def _printed(letters: Iterable[Letter]) -> Iterable[str]:
    """Each email's head; its text where it is the first of its kind, and every written confirmation's."""
    known: set[str] = set()
    for letter in letters:
        kind = letter.subject.rpartition(":")[0]
        whole = kind not in known or _CONFIRMED in letter.subject.lower()
        known.add(kind)
        text = f"\n{letter.text.strip()}\n" if whole else ""
        yield f"{_LINE}\nSubject: {letter.subject}\nTo: {letter.recipient}\n{text}"
