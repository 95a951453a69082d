"""Fixed vectors: what an earlier version sealed, wrapped or signed still opens and verifies, byte for byte. Shell."""

import base64
import json
from pathlib import Path
from typing import Any

import msgspec

from shared import envelope, receipts
from shared.envelope import Binding, OpeningKey, StorageKey
from shared.receipts import SignedReceipt, Signer
from shared.terms import EscalationRef, KeyId

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden/envelope.json").read_text())


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def opening_key() -> OpeningKey:
    return OpeningKey(raw(GOLDEN["opening_secret"]), key_id=KeyId("facts-2026-11"))


def test_the_public_half_of_a_known_secret_is_the_same() -> None:
    assert envelope.digest_of(opening_key().public) == GOLDEN["public_sha256"]


def test_the_binding_is_the_same_bytes() -> None:
    vector = GOLDEN["hpke"]
    assert msgspec.convert(vector["binding"], Binding).info().hex() == vector["info"]


def test_facts_sealed_long_ago_open() -> None:
    vector = GOLDEN["hpke"]
    opened = opening_key().open(raw(vector["sealed"]), msgspec.convert(vector["binding"], Binding))
    assert opened.decode() == vector["plaintext"]


def test_a_record_sealed_long_ago_opens() -> None:
    vector = GOLDEN["record"]
    bound = msgspec.convert(vector["binding"], Binding)
    assert (
        envelope.open_record(raw(vector["sealed"]), key=raw(vector["key"]), binding=bound).decode()
        == vector["plaintext"]
    )


def test_a_record_key_wrapped_long_ago_unwraps() -> None:
    vector = GOLDEN["wrapped"]
    storage = StorageKey(raw(vector["storage_key"]))
    assert storage.unwrap(raw(vector["wrapped"]), EscalationRef(vector["ref"])) == raw(vector["record_key"])


def test_a_receipt_is_signed_over_the_same_bytes() -> None:
    vector = GOLDEN["receipt"]
    signer = Signer(raw(vector["seed"]))
    signed = msgspec.convert(vector["signed"], SignedReceipt)
    assert signed.receipt.signed_bytes().hex() == vector["signed_bytes"]
    assert signed.receipt.digest() == vector["digest"]
    assert receipts.sign_receipt(signed.receipt, signer) == signed
    assert receipts.is_genuine(signed, {signer.key_id: signer.public})
