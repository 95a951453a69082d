"""What every vault keeps to: the fake, and the real one on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from services.intake.adapters.chain_reader import ChainReader
from services.intake.adapters.tables import MIGRATIONS, OWED, SUBMISSIONS
from services.intake.adapters.vault import SqlVault
from services.intake.domain.envelope import Conflict
from services.intake.ports import Vault
from shared.receipts import SignedReceipt, Signer, is_genuine, verify_chain
from shared.references import mint_submission_id
from shared.store import Database
from shared.terms import EscalationRef
from tests.intake_fakes import MemoryVault
from tests.intake_world import incoming
from tests.migrated import migrated

NOW = datetime(2026, 12, 21, 14, 32, 5, 123456, tzinfo=UTC)
SIGNER = Signer.generate()
KEYS = {SIGNER.key_id: SIGNER.public}


@asynccontextmanager
async def sql_vault(url: str, **given: Any) -> AsyncIterator[SqlVault]:
    """A vault whose writer runs."""
    database = Database(url)
    vault = SqlVault(database, signer=SIGNER, chain="c", **given)
    writing = asyncio.ensure_future(vault.run())
    try:
        yield vault
    finally:
        writing.cancel()
        await asyncio.wait({writing})
        await database.close()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def vault_url(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    if request.param == "memory":
        return "memory"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/vault.db"
    else:
        url = request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    return url


@asynccontextmanager
async def vault_at(url: str) -> AsyncIterator[Vault]:
    if url == "memory":
        yield MemoryVault(SIGNER)
    else:
        async with sql_vault(url) as vault:
            yield vault


async def accepted(vault: Vault, *args: Any, **given: Any) -> SignedReceipt:
    receipt = await vault.accept(incoming(*args, **given), at=NOW)
    assert isinstance(receipt, SignedReceipt)
    return receipt


async def test_a_receipt_is_signed_and_names_the_bytes(vault_url: str) -> None:
    async with vault_at(vault_url) as vault:
        given = incoming()
        receipt = await vault.accept(given, at=NOW)
    assert isinstance(receipt, SignedReceipt)
    assert is_genuine(receipt, KEYS)
    assert receipt.receipt.envelope_digest == given.digest
    assert receipt.receipt.accepted_at == NOW
    assert receipt.receipt.reference.startswith("WS-")


async def test_the_same_bytes_again_give_the_same_receipt(vault_url: str) -> None:
    submission = mint_submission_id()
    async with vault_at(vault_url) as vault:
        assert await accepted(vault, submission) == await accepted(vault, submission)


async def test_other_bytes_under_the_same_id_are_a_conflict(vault_url: str) -> None:
    submission = mint_submission_id()
    async with vault_at(vault_url) as vault:
        await accepted(vault, submission)
        assert isinstance(await vault.accept(incoming(submission, body=b"other"), at=NOW), Conflict)


async def test_receipts_form_a_chain_in_the_order_of_acceptance(vault_url: str) -> None:
    async with vault_at(vault_url) as vault:
        receipts = await asyncio.gather(*(accepted(vault) for _ in range(40)))
    assert [receipt.receipt.number for receipt in receipts] == list(range(1, 41))
    assert verify_chain(receipts, KEYS) is None
    assert len({receipt.receipt.reference for receipt in receipts}) == 40


# ── what only a real store can show ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def store_url(database_url: str) -> str:
    migrated(database_url, scripts=MIGRATIONS)
    return database_url


async def counts(url: str) -> tuple[int, int]:
    database = Database(url)
    try:
        return await database.read(
            lambda connection: (
                connection.execute(select(func.count()).select_from(SUBMISSIONS)).scalar_one(),
                connection.execute(select(func.count()).select_from(OWED)).scalar_one(),
            )
        )
    finally:
        await database.close()


async def test_each_submission_owes_one_message(store_url: str) -> None:
    async with sql_vault(store_url) as vault:
        submission = mint_submission_id()
        await asyncio.gather(*(accepted(vault) for _ in range(5)), accepted(vault, submission))
        await accepted(vault, submission)
    assert await counts(store_url) == (6, 6)


async def test_a_chain_goes_on_after_a_restart(store_url: str) -> None:
    async with sql_vault(store_url) as vault:
        first = [await accepted(vault) for _ in range(3)]
    async with sql_vault(store_url) as vault:
        second = [await accepted(vault) for _ in range(3)]
    assert verify_chain([*first, *second], KEYS) is None


async def test_stored_receipts_read_back_as_they_were_shown(store_url: str) -> None:
    async with sql_vault(store_url) as vault:
        shown = [await accepted(vault) for _ in range(3)]
    database = Database(store_url)
    stored = await ChainReader(database).receipts("c")
    await database.close()
    assert [each.signed for each in stored] == shown
    assert all(each.holds for each in stored)


async def test_a_reference_that_is_taken_is_minted_again(store_url: str) -> None:
    minted = iter(["WS-000-000-000"] * 4 + [f"WS-000-000-00{n}" for n in range(1, 9)])

    def mint(_: str) -> EscalationRef:
        return EscalationRef(next(minted))

    async with sql_vault(store_url, mint=mint) as vault:
        receipts = await asyncio.gather(*(accepted(vault) for _ in range(3)))
    assert len({receipt.receipt.reference for receipt in receipts}) == 3
    assert verify_chain(receipts, KEYS) is None


async def test_the_same_id_twice_in_one_group_is_stored_once(store_url: str) -> None:
    submission = mint_submission_id()
    async with sql_vault(store_url) as vault:
        outcomes = await asyncio.gather(
            *(vault.accept(incoming(submission), at=NOW) for _ in range(3)),
            vault.accept(incoming(submission, body=b"other"), at=NOW),
            *(vault.accept(incoming(), at=NOW) for _ in range(3)),
        )
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert isinstance(outcomes[3], Conflict)
    assert await counts(store_url) == (4, 4)


async def test_a_second_writer_of_a_chain_cannot_fork_it(store_url: str) -> None:
    async with sql_vault(store_url) as one, sql_vault(store_url) as other:
        for _ in range(3):
            await accepted(one)
            await accepted(other)
    database = Database(store_url)
    stored = await ChainReader(database).receipts("c")
    await database.close()
    assert verify_chain([each.signed for each in stored], KEYS) is None
    assert len(stored) == 6


async def test_one_who_went_away_is_not_waited_for(store_url: str) -> None:
    async with sql_vault(store_url) as vault:
        gone = asyncio.ensure_future(vault.accept(incoming(), at=NOW))
        await asyncio.sleep(0)
        gone.cancel()
        await accepted(vault)
