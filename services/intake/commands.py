"""Commands for operators. Shell."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from services.intake.adapters.chain_reader import ChainReader, StoredReceipt
from shared.receipts import SignedReceipt, verify_chain
from shared.store import Database
from shared.terms import KeyId


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
