"""The second part of `make demo`: disputed at stage 2, taken to stage 3, agreed there, confirmed in writing. Shell."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from deploy.one_machine.party import Party
from shared.clock import SystemClock, local_day
from shared.following import SeenEscalation
from shared.terms import Nation
from shared.working_days import holidays_of, next_working_day

_LINE = "─" * 100
_CONFIRMED = "written confirmation"


class Life:
    """The people of the example, each with a session of their own. raiser: their address."""

    def __init__(self, machine: OneMachine, book: dict[str, Any], example: dict[str, Any]) -> None:
        self._machine = machine
        self._book = book
        self._said: dict[str, Any] = example["life"]
        self.raiser = Party.of(machine, book, example["facts"]["raiser_email"])
        self.contact, self.manager, self.next_contact = (
            Party.of(machine, book, self._said[name]) for name in ("contact", "manager", "next_contact")
        )

    async def show(self, ref: str) -> None:
        """All of it, from stage 2's acknowledgement to the written confirmation at stage 3, printed."""
        seen = max(letter.number for letter in self._machine.letters())
        await self.disputed(ref)
        after = await self.taken_further(ref)
        await self.agreed(after)
        closed = await self.raiser.until(after, lambda page: page.state == "closed")
        everybody = {*(one.address for one in self._confirmers()), self._said["decision_maker"]}
        await self._machine.wait_for_letters(
            len(everybody), such=lambda one: is_confirmation(one, after) and one.recipient in everybody
        )
        print(_page(closed))
        for text in _printed(letter for letter in reversed(self._machine.letters()) if letter.number > seen):
            print(text)

    async def disputed(self, ref: str) -> None:
        """Stage 2: acknowledged, and an outcome that the one who raised it disputes."""
        await asyncio.gather(*(one.sign_in(ref) for one in (self.raiser, self.contact, self.manager)))
        page = await self.contact.see(ref)
        record = await self.contact.read(ref, page.added[0].submission)
        _say(f"4. {_asked(page)}, signs in with an emailed code and opens the record here: {len(record)} answers.")
        await self.contact.add(ref, "acknowledgement", sealed={"safe_meanwhile": self._said["meanwhile"]})
        await self.raiser.until(ref, lambda now: any(one.acknowledged for one in now.people))
        await self.contact.add(ref, "outcome", facts=self._said["first_outcome"])
        await self.raiser.until(ref, lambda now: now.outcome is not None)
        await self.raiser.answer_outcome(ref, agrees=False, reason=self._said["dispute"])
        _say("5. They acknowledge it and record an outcome. The person who raised it disputes it: it stays open.")

    async def taken_further(self, ref: str) -> str:
        """The next stage is opened; its reference."""
        page = await self.raiser.see(ref)
        facts = {
            "stage": page.next_stages[0].code,
            "entry": ["unresolved"],
            "immediate_harm": "no",
            "timeframe": {"unit": "working_days", "amount": 5},
        }
        await self.raiser.add(ref, "next-stage", facts=facts, sealed={"why_unresolved": self._said["unresolved"]})
        moved = await self.raiser.until(ref, lambda now: now.state == "moved-on")
        after = next(stage for stage in moved.stages if not stage.how)
        _say(f"6. They take it further, asked only for what is new: {after.ref}, {after.label.lower()}.")
        return after.ref

    async def agreed(self, ref: str) -> None:
        """Stage 3: acknowledged by both who are asked, and an outcome that each party confirms."""
        await self.next_contact.sign_in(ref)
        await asyncio.gather(
            self.next_contact.add(ref, "acknowledgement", sealed={"safe_meanwhile": self._said["next_acknowledged"]}),
            self.manager.add(ref, "acknowledgement"),
        )
        page = await self.next_contact.until(ref, lambda now: sum(bool(one.acknowledged) for one in now.people) == 2)
        owner = next(one.code for one in page.owners if one.words == _asked(page))
        issue = {"issue_1_owner": owner, "issue_1_by": self._in_two_weeks().isoformat()}
        facts = {**self._said["agreed_outcome"], **issue}
        await self.next_contact.add(ref, "outcome", facts=facts, sealed={"details": self._said["details"]})
        await self.raiser.until(ref, lambda now: now.outcome is not None)
        await asyncio.gather(*(one.answer_outcome(ref, agrees=True) for one in (self.raiser, self.manager)))
        _say(f"7. {_asked(page)}, records another. Each party confirms that very text, and it closes.\n")

    def _in_two_weeks(self) -> date:
        today = local_day(SystemClock().now(), self._book["partnership"]["zone"])
        return next_working_day(today + timedelta(days=13), holidays=holidays_of(Nation.ENGLAND))

    def _confirmers(self) -> tuple[Party, ...]:
        return (self.raiser, self.manager, self.next_contact)


def is_confirmation(letter: Letter, ref: str) -> bool:
    """Whether it is the written confirmation of this escalation's outcome."""
    return ref in letter.subject and _CONFIRMED in letter.subject.lower()


def _say(line: str) -> None:
    print(line, flush=True)


def _asked(page: SeenEscalation) -> str:
    return next(one.who for one in page.people if one.you)


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
