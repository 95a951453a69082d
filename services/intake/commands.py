"""Commands for operators. Shell."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from services.intake.adapters.chain_reader import ChainReader, StoredReceipt
from services.intake.adapters.kept import Deleted, KeptEnvelopes
from shared.receipts import SignedReceipt, verify_chain
from shared.references import parse_reference
from shared.store import Database
from shared.terms import KeyId

_DELETED = {
    Deleted.DONE: "the envelope is deleted; its receipt stays. Run router's delete too; backups of both end in 35 days",
    Deleted.UNKNOWN: "there is no envelope for this reference",
    Deleted.OWED: "router has not taken it in yet: nothing was deleted, try again later",
}


async def verify_receipts(url: str, keys: Mapping[KeyId, bytes], files: Sequence[str]) -> int:
    """Verify every chain of the store, and that receipts kept elsewhere stand in it. 0 if all holds, else 1.

    keys: every public key that receipts here were ever signed with.
    files: receipts that people kept: only they show that the end of a chain was cut off.
    """
    database = Database(url)
    try:
        reader = ChainReader(database)
        chains = {chain: await reader.receipts(chain) for chain in await reader.chains()}
    finally:
        await database.close()
    damage = [
        *(line for chain, receipts in chains.items() for line in damage_of(chain, receipts, keys)),
        *(line for file in files for line in _missing(Path(file), chains.values())),
    ]
    for chain, receipts in chains.items():
        _say(f"{chain}: {len(receipts)} receipts")
    for line in damage:
        _say(line)
    _say("damaged" if damage else "every receipt holds")
    return 1 if damage else 0


def damage_of(chain: str, receipts: Sequence[StoredReceipt], keys: Mapping[KeyId, bytes]) -> list[str]:
    """What is wrong with a chain, each in one line; empty where it holds."""
    found = verify_chain((stored.signed for stored in receipts), keys)
    lines = [] if found is None else [f"{chain}: number {found.number}: {found.damage.value}"]
    changed = [stored.signed.receipt for stored in receipts if not stored.holds]
    return [*lines, *(f"{chain}: number {receipt.number}: envelope {receipt.reference} changed" for receipt in changed)]


async def export(url: str, text: str, file: Path) -> int:
    """Write an envelope, still sealed, for the custodian to open. 0 where it was written, else 1."""
    ref = parse_reference(text)
    database = Database(url)
    try:
        body = await KeptEnvelopes(database).envelope(ref) if ref is not None else None
    finally:
        await database.close()
    if body is None:
        _say("there is no envelope for this reference")
        return 1
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(body)
    except OSError:
        _say("the file cannot be written, or is there already")
        return 1
    _say(f"written, still sealed: {file}")
    return 0


async def delete(url: str, text: str) -> int:
    """Delete an envelope; its receipt stays in the chain. 0 where it is gone, else 1."""
    ref = parse_reference(text)
    database = Database(url)
    try:
        outcome = await KeptEnvelopes(database).delete(ref) if ref is not None else Deleted.UNKNOWN
    finally:
        await database.close()
    _say(_DELETED[outcome])
    return 0 if outcome is Deleted.DONE else 1


def _missing(file: Path, chains: Iterable[Sequence[StoredReceipt]]) -> list[str]:
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=SignedReceipt)
    except (OSError, msgspec.MsgspecError):
        return [f"{file}: no receipt"]
    if any(stored.signed == kept for receipts in chains for stored in receipts):
        return []
    return [f"{kept.receipt.chain}: number {kept.receipt.number}: {kept.receipt.reference} is not in the store"]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
