"""A record is exported still sealed and opened by the custodian alone; deleted, nothing here opens it any more."""

import asyncio
import hashlib
from pathlib import Path

import msgspec
import pytest

from deploy.custodian import main as custodian
from deploy.examples.send import sealed_submission
from services.intake.adapters.kept import Deleted, KeptEnvelopes
from services.intake.adapters.tables import MIGRATIONS, OWED
from services.intake.adapters.vault import SqlVault
from services.intake.commands import delete, export
from services.intake.domain.envelope import Envelope, Incoming
from services.router.domain.changes import Change, What
from services.router.domain.escalation import State
from services.router.domain.life import Life
from services.router.handlers.forgetting import forget_records
from shared.clock import SystemClock
from shared.envelope import OpeningKey
from shared.questions import SendConfirmationCode
from shared.receipts import SignedReceipt
from shared.references import mint_reference, mint_submission_id
from shared.store import Database
from shared.terms import Digest, EscalationRef, KeyId
from tests.contract.test_vault_contract import sql_vault
from tests.migrated import migrated
from tests.router_world import CONTACT, RAISER, RouterWorld
from tests.unit.test_router_questions import signed_in

MARKED = "MARKED-CHILD"


class Kept:
    """An intake's store with one submission, and the keys that it was sealed for."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/intake.db"
        self.custodian = OpeningKey.generate(key_id=KeyId("custodian"))
        self.key_file = folder / "custodian.key"
        self.custodian.save(self.key_file)
        migrated(self.url, scripts=MIGRATIONS)
        body = sealed_submission(self._book(), {"facts": {}, "record": {"child_name": MARKED}})
        envelope = msgspec.json.decode(body, type=Envelope)
        digest = Digest(hashlib.sha256(body).hexdigest())
        self.incoming = Incoming(envelope=envelope, body=body, digest=digest, prefix="WS")
        self.ref = asyncio.run(self._accepted())

    def _book(self) -> dict[str, object]:
        def half(key: OpeningKey) -> dict[str, object]:
            public = msgspec.to_builtins(key.public)
            return {"id": key.id, "key": public, "expires_at": "2099-01-01T00:00:00Z"}

        facts = OpeningKey.generate(key_id=KeyId("facts"))
        partnership = {"id": "west-sussex", "facts_keys": [half(facts)], "custody_key": half(self.custodian)}
        return {"partnership": partnership, "form": {"id": "monitoring-form", "version": 1}}

    async def _accepted(self) -> EscalationRef:
        async with sql_vault(self.url) as vault:
            assert isinstance(vault, SqlVault)
            signed = await vault.accept(self.incoming, at=SystemClock().now())
        assert isinstance(signed, SignedReceipt)
        return signed.receipt.reference

    async def settled(self) -> None:
        """Router took it in: nothing is owed any more."""
        database = Database(self.url)
        await database.write(lambda connection: connection.execute(OWED.delete()))
        await database.close()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_an_export_is_sealed_and_the_custodian_alone_opens_it(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.json"
    assert asyncio.run(export(kept.url, kept.ref, file)) == 0
    assert MARKED.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert custodian([str(kept.key_file), str(file)]) == 0
    assert MARKED in capsys.readouterr().out
    another = tmp_path / "another.key"
    OpeningKey.generate(key_id=KeyId("custodian")).save(another)
    assert custodian([str(another), str(file)]) == 1
    assert MARKED not in "".join(capsys.readouterr())


def test_an_envelope_is_deleted_once_router_has_it_and_its_receipt_stays(kept: Kept, tmp_path: Path) -> None:
    assert _holds(tmp_path, kept)
    assert asyncio.run(delete(kept.url, kept.ref)) == 1  # it is still owed: nothing is lost
    asyncio.run(kept.settled())
    assert asyncio.run(delete(kept.url, kept.ref)) == 0
    assert asyncio.run(export(kept.url, kept.ref, tmp_path / "export.json")) == 1
    assert not _holds(tmp_path, kept)


def _holds(folder: Path, kept: Kept) -> bool:
    """Whether a piece of the ciphertext stands anywhere in the store's files."""
    piece = kept.incoming.body[2000:2100]
    return any(piece in file.read_bytes() for file in folder.glob("intake.db*"))


async def test_a_wrong_reference_deletes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    migrated(url, scripts=MIGRATIONS)
    database = Database(url)
    assert await KeptEnvelopes(database).delete(EscalationRef("WS-7K3-QM9-PX8")) is Deleted.UNKNOWN
    await database.close()


async def test_router_forgets_the_record_key_of_one_that_ended_and_says_so_and_never_of_an_open_one() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(code=page.code())
    came_as = (await (await signed_in(router, ref, CONTACT)).add("acknowledgement", ref)).ref
    assert await forget_records(ref, world=router.world) is None
    found = await router.world.escalations.escalation(ref)
    assert found is not None
    assert found.wrapped_key
    ended = msgspec.structs.replace(found, state=State.CLOSED)
    await router.world.escalations.commit(Change(at=router.clock.now(), escalation=ended))
    forgotten = await forget_records(ref, world=router.world)
    assert forgotten is not None
    assert forgotten.kept_as == (ref, came_as)
    after = await router.world.escalations.escalation(ref)
    assert after is not None
    assert after.wrapped_key == b""
    assert (await router.world.escalations.history(ref))[-1].what is What.RECORD_DELETED


@pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED, State.MOVED_ON, State.DIVERTED, State.PARKED}))
async def test_no_record_of_a_matter_is_forgotten_while_a_later_stage_of_it_is_open(state: State) -> None:
    """Whoever is asked at the third stage reads the form of the second: the child stands in that one."""
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation(code=page.code())
    found = await router.world.escalations.escalation(ref)
    assert found is not None
    later = msgspec.structs.replace(
        found, ref=mint_reference("WS"), submission=mint_submission_id(), state=state, life=Life(matter=ref), version=0
    )
    moved = msgspec.structs.replace(found, state=State.MOVED_ON, life=Life(next=later.ref))
    await router.world.escalations.commit(Change(at=router.clock.now(), escalation=moved))
    await router.world.escalations.commit(Change(at=router.clock.now(), escalation=later))
    assert await forget_records(ref, world=router.world) is None
    kept = await router.world.escalations.escalation(ref)
    assert kept is not None
    assert kept.wrapped_key
