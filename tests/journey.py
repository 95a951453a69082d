"""Escalations sent through a whole machine's public API, as a page sends them: for fault tests, benches and the canary.
Shell."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from deploy.examples.send import published, sealed_submission, send
from deploy.one_machine.asking import Asker
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from shared.questions import CodeSent, SendConfirmationCode
from shared.references import mint_submission_id

PARTNERSHIP = "west-sussex"
SCHOOL_DOMAIN = "oakfield-primary.example"
EMAILS_EACH = 4
"""To the raiser, the contact, the decision-maker, the raiser's manager. The code's email goes before the receipt."""
NO_LIMITS = {
    "SUBMISSIONS_A_MINUTE": "600000",
    "SUBMISSIONS_A_MINUTE_PER_SOURCE": "600000",
    "QUESTIONS_A_MINUTE": "600000",
    "QUESTIONS_A_MINUTE_PER_SOURCE": "600000",
}
"""Settings of intake for one source that sends as much as a whole country."""
CODE = re.compile(r"\b(\d{6})\b")

FACTS: Mapping[str, Any] = {
    "immediate_harm": "no",
    "raiser_name": "Robin Marlowe",
    "raiser_role": "Designated safeguarding lead",
    "raiser_phone": "01632 960 111",
    "raising_agency": "oakfield-primary",
    "receiving_agency": "ws-social-care",
    "receiving_team": "ws-social-care.assessment",
    "decision_maker_name": "Quinn Quaverley",
    "decision_maker_role": "Social worker",
    "decision_maker_email": "quinn.quaverley@west-sussex-council.example",
    "child_status": "in_need",
    "stage_one": "yes",
    "stage": "2",
    "entry": ["unresolved"],
    "timeframe": {"unit": "working_days", "amount": 5, "until": None},
}
RECORD: Mapping[str, Any] = {
    "child_name": "A child of a test",
    "account": "The referral was closed without a visit, and the risk is unchanged.",
}


class Journey:
    """Raises escalations at one machine. Each raiser has an address of their own in the school's registered domain."""

    def __init__(self, machine: OneMachine, book: dict[str, Any]) -> None:
        self.machine = machine
        self.book = book
        self._count = 0

    @classmethod
    async def at(cls, machine: OneMachine, partnership: str = PARTNERSHIP) -> "Journey":
        book = await asyncio.to_thread(published, machine.layout.intake_url, partnership)
        return cls(machine, book)

    def fresh_address(self) -> str:
        """An address nobody has used: a code a day is limited for each."""
        self._count += 1
        return self.last_address

    @property
    def last_address(self) -> str:
        """The newest of them."""
        return f"raiser.{self._count}@{SCHOOL_DOMAIN}"

    async def confirmed(self, address: str, submission: str) -> dict[str, Any]:
        """Ask for a code, take it from the inbox; what the facts carry as proof."""
        asker = Asker(self.machine.layout.intake_url, self.book)
        answer = await asker.ask(SendConfirmationCode(submission=submission, address=address))
        assert isinstance(answer, CodeSent)
        letters = await self.machine.wait_for_letters(1, such=lambda letter: letter.recipient == address)
        found = CODE.search(letters[0].text)
        assert found is not None
        return {"secret": asker.secret, "code": found[1]}

    def sealed(
        self,
        *,
        address: str,
        facts: Mapping[str, Any] | None = None,
        record: Mapping[str, Any] | None = None,
        submission: str | None = None,
        confirmation: dict[str, Any] | None = None,
    ) -> bytes:
        """The bytes to send."""
        area = self.book["partnership"]["policy"]["areas"][0]["code"]
        answers = {
            "facts": {**FACTS, "area": area, "raiser_email": address, **(facts or {})},
            "record": {**RECORD, **(record or {})},
        }
        return sealed_submission(self.book, answers, submission=submission, confirmation=confirmation)

    async def send(self, body: bytes) -> str:
        """The reference on the receipt."""
        receipt = await asyncio.to_thread(send, self.machine.layout.intake_url, body)
        return str(receipt["receipt"]["reference"])

    async def raise_confirmed(self, **more: Any) -> str:
        """One escalation whose raiser's address is confirmed; its reference."""
        address, submission = self.fresh_address(), mint_submission_id()
        confirmation = await self.confirmed(address, submission)
        return await self.send(self.sealed(address=address, submission=submission, confirmation=confirmation, **more))

    async def bodies(self, count: int) -> list[bytes]:
        """Sealed submissions whose raisers' addresses are confirmed, ready to send."""
        gate = asyncio.Semaphore(8)

        async def one() -> bytes:
            async with gate:
                address, submission = self.fresh_address(), mint_submission_id()
                confirmation = await self.confirmed(address, submission)
                return self.sealed(address=address, submission=submission, confirmation=confirmation)

        return list(await asyncio.gather(*(one() for _ in range(count))))

    async def letters_about(self, ref: str, count: int, *, seconds: float = 30) -> list[Letter]:
        """Wait for `count` emails whose subject has the reference."""
        return await self.machine.wait_for_letters(count, such=lambda letter: ref in letter.subject, seconds=seconds)
