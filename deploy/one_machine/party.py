"""Somebody in an escalation, from a program, as the page does it: signs in, sees, reads, adds, answers. Shell.

party = Party.of(machine, book, "somebody@agency.example")
await party.sign_in(ref)
await party.add(ref, "acknowledgement", sealed={"safe_meanwhile": "..."})
seen = await party.see(ref)
"""

import asyncio
import hashlib
import re
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import msgspec

from deploy.examples.send import sealed_submission, send
from deploy.one_machine.asking import Asker
from deploy.one_machine.fetching import until
from deploy.one_machine.machine import OneMachine
from deploy.one_machine.mailbox import Letter
from shared.envelope import Binding, open_record
from shared.following import AnswerOutcome, ReadRecord, RecordOpened, SeeEscalation, SeenEscalation
from shared.questions import Answer, CodeSent, Done, Question, SendSignInCode, SignedIn, SignIn
from shared.releases import SignedTicket
from shared.terms import SubmissionId

_CODE = re.compile(r"^\s*([0-9A-Z]{8})\s*$", re.MULTILINE)
_ACT_VERSION = 1


class NotAnswered(Exception):
    """Router answered otherwise than this client can go on from. answer: without a person's name."""

    def __init__(self, what: str, answer: object) -> None:
        super().__init__(f"{what}: {getattr(answer, 'why', type(answer).__name__)}")
        self.answer = answer


class Party:
    """One person with one work address. One sign-in opens all of that address's escalations."""

    def __init__(
        self, intake_url: str, book: dict[str, Any], address: str, *, code: Callable[[], Awaitable[str]]
    ) -> None:
        """code: waits for the email with the sign-in code, and returns what stands in it."""
        self.address = address
        self._url = intake_url
        self._book = book
        self._code = code
        self._asker = Asker(intake_url, book)

    @classmethod
    def of(cls, machine: OneMachine, book: dict[str, Any], address: str) -> Self:
        """Somebody whose codes come to the machine's local inbox."""
        used = {letter.number for letter in machine.letters()}

        def is_new(letter: Letter) -> bool:
            return letter.recipient == address and letter.number not in used and bool(sign_in_code(letter))

        async def code() -> str:
            letter = (await machine.wait_for_letters(1, such=is_new))[0]
            used.add(letter.number)
            return sign_in_code(letter)

        return cls(machine.layout.intake_url, book, address, code=code)

    @property
    def secret(self) -> bytes:
        """The session's."""
        return self._asker.secret

    async def ask(self, question: Question) -> Answer:
        """Router's answer to any sealed question."""
        return await self._asker.ask(question)

    async def sign_in(self, ref: str) -> SignedIn:
        """By the code in the email. Raises NotAnswered."""
        sent = await self.ask(SendSignInCode(ref=ref, address=self.address))
        if not isinstance(sent, CodeSent):
            raise NotAnswered("code", sent)
        answer = await self.ask(SignIn(ref=ref, code=await self._code()))
        if not isinstance(answer, SignedIn):
            raise NotAnswered("sign in", answer)
        return answer

    async def see(self, ref: str) -> SeenEscalation:
        """What this person may see of it now. Raises NotAnswered."""
        answer = await self.ask(SeeEscalation(ref=ref))
        if not isinstance(answer, SeenEscalation):
            raise NotAnswered("see", answer)
        return answer

    async def until(self, ref: str, holds: Callable[[SeenEscalation], bool], *, seconds: float = 20) -> SeenEscalation:
        """The page once it shows what is waited for: an envelope is applied a moment after its receipt."""
        found: list[SeenEscalation] = []

        async def shown() -> bool:
            found.append(await self.see(ref))
            return holds(found[-1])

        await until(f"the page of {ref}", shown, seconds=seconds)
        return found[-1]

    async def read(self, ref: str, submission: str) -> dict[str, Any]:
        """The answers in one sealed record, opened here. Raises NotAnswered where it may not be read."""
        opened = await self.ask(ReadRecord(ref=ref, submission=SubmissionId(submission)))
        if not isinstance(opened, RecordOpened):
            raise NotAnswered("read", opened)
        return unsealed(opened, await asyncio.to_thread(fetched, self._url, opened.ticket))

    def sealed(
        self, ref: str, form: str, *, facts: Mapping[str, Any] | None = None, sealed: Mapping[str, Any] | None = None
    ) -> bytes:
        """What is added to an escalation, sealed and ready to send: the same bytes may be sent again."""
        return sealed_submission(
            self._book,
            {"facts": facts or {}, "record": sealed or {}},
            form={"id": form, "version": _ACT_VERSION},
            beside={"about": ref, "proof": {"secret": self.secret}},
        )

    async def add(
        self, ref: str, form: str, *, facts: Mapping[str, Any] | None = None, sealed: Mapping[str, Any] | None = None
    ) -> str:
        """Seal it and send it; the reference on its receipt. Whether it counts is seen on the page."""
        body = self.sealed(ref, form, facts=facts, sealed=sealed)
        return str((await asyncio.to_thread(send, self._url, body))["receipt"]["reference"])

    async def answer_outcome(self, ref: str, *, agrees: bool, reason: str = "") -> None:
        """Confirm or dispute the version that the page shows now. Raises NotAnswered."""
        outcome = (await self.see(ref)).outcome
        if outcome is None:
            raise NotAnswered("outcome", None)
        answer = await self.ask(AnswerOutcome(ref=ref, digest=outcome.digest, agrees=agrees, reason=reason))
        if not isinstance(answer, Done):
            raise NotAnswered("outcome", answer)


def sign_in_code(letter: Letter) -> str:
    """The code in an email, "" where it is none that signs in."""
    found = _CODE.search(letter.text)
    return found[1] if found is not None and "sign in" in letter.subject else ""


def fetched(intake_url: str, ticket: SignedTicket) -> bytes:
    """The ciphertext for which this ticket was made. Raises HTTPError where intake withholds it."""
    headers = {"content-type": "application/json"}
    body = msgspec.json.encode(ticket)
    request = urllib.request.Request(f"{intake_url}/api/v1/records", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return bytes(response.read())


def unsealed(opened: RecordOpened, ciphertext: bytes) -> dict[str, Any]:
    """The answers in it. Both digests are compared first: AES-GCM does not commit to its key."""
    same = hashlib.sha256(ciphertext).hexdigest() == opened.record_digest
    if not same or hashlib.sha256(opened.key).hexdigest() != opened.key_digest:
        raise NotAnswered("record", None)
    bound = Binding(
        partnership=opened.partnership,
        key="",
        form=opened.form,
        form_version=opened.form_version,
        compartment="record",
        submission=opened.submission,
    )
    answers: dict[str, Any] = msgspec.json.decode(open_record(ciphertext, key=opened.key, binding=bound))["answers"]
    return answers
