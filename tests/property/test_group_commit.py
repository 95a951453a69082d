"""Group commit: whatever waits together, each is accepted, found, refused or failed as if it had come alone."""

import asyncio
import tempfile

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.adapters.chain_reader import ChainReader
from services.intake.adapters.tables import MIGRATIONS
from services.intake.adapters.vault import SqlVault
from services.intake.domain.envelope import Conflict, Incoming
from shared.clock import SystemClock
from shared.failures import Transient
from shared.receipts import SignedReceipt, Signer, verify_chain
from shared.store import Database
from shared.terms import EscalationRef, PartnershipId, SubmissionId
from tests.intake_world import incoming
from tests.migrated import migrated

# which id, which bytes under it, whether writing it fails, whether it waits for those before it
UNIT = st.tuples(st.integers(0, 7), st.integers(0, 1), st.sampled_from((False, False, True)), st.booleans())
SIGNER = Signer.generate()


def unit(number: int, which: int, fails: bool) -> Incoming:
    """One envelope; a partnership that cannot stand in a subject makes it fail while it is written."""
    submission = SubmissionId(f"{number:032x}")
    made = incoming(submission, body=f"{number} {which}".encode())
    if not fails:
        return made
    envelope = msgspec.structs.replace(made.envelope, partnership=PartnershipId("not a subject"))
    return msgspec.structs.replace(made, envelope=envelope)


class Run:
    """One vault, and what each unit got."""

    def __init__(self, references: list[int]) -> None:
        self._references = iter(references)
        self._fallback = 0
        self.outcomes: list[object] = []

    def mint(self, _: str) -> EscalationRef:
        """Some references come twice."""
        self._fallback += 1
        number = next(self._references, None)
        return EscalationRef(f"WS-{number:03}" if number is not None else f"WS-R{self._fallback}")

    async def through(self, units: list[tuple[int, int, bool, bool]]) -> list[SignedReceipt]:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/vault.db"
            migrated(url, scripts=MIGRATIONS)
            database = Database(url)
            vault = SqlVault(database, signer=SIGNER, chain="c", mint=self.mint)
            writing = asyncio.ensure_future(vault.run())
            try:
                await self._accept(vault, units)
                return [stored.signed for stored in await ChainReader(database).receipts("c")]
            finally:
                writing.cancel()
                await asyncio.wait({writing})
                await database.close()

    async def _accept(self, vault: SqlVault, units: list[tuple[int, int, bool, bool]]) -> None:
        waiting: list[asyncio.Future[object]] = []
        now = SystemClock().now()
        for number, which, fails, waits in units:
            if waits:
                await asyncio.wait(waiting) if waiting else None
            waiting.append(asyncio.ensure_future(vault.accept(unit(number, which, fails), at=now)))
        self.outcomes = await asyncio.gather(*waiting, return_exceptions=True)


@settings(max_examples=60, deadline=None)
@given(units=st.lists(UNIT, min_size=1, max_size=24), references=st.lists(st.integers(0, 3), max_size=12))
def test_each_of_a_group_gets_what_it_would_have_got_alone(
    units: list[tuple[int, int, bool, bool]], references: list[int]
) -> None:
    run = Run(references)
    stored = asyncio.run(run.through(units))
    first: dict[int, tuple[int, SignedReceipt]] = {}
    for (number, which, fails, _), outcome in zip(units, run.outcomes, strict=True):
        if number in first:
            kept, receipt = first[number]
            assert outcome == receipt if which == kept else isinstance(outcome, Conflict)
        elif fails:
            assert isinstance(outcome, Transient)
        else:
            assert isinstance(outcome, SignedReceipt)
            first[number] = (which, outcome)
    assert verify_chain(stored, {SIGNER.key_id: SIGNER.public}) is None
    assert {receipt.signature for receipt in stored} == {receipt.signature for _, receipt in first.values()}
    assert len({receipt.receipt.reference for receipt in stored}) == len(stored)
