"""Signatures, and what a chain of receipts tells when it is damaged. Shell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from shared import receipts
from shared.failures import Code, Permanent
from shared.receipts import NOTHING_BEFORE, ChainDamage, Damage, Receipt, SignedReceipt, Signer, Verifier
from shared.terms import Digest, EscalationRef, Service

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def chain_of(count: int, signer: Signer) -> list[SignedReceipt]:
    chain: list[SignedReceipt] = []
    previous = NOTHING_BEFORE
    for number in range(1, count + 1):
        receipt = Receipt(
            chain="intake-1",
            number=number,
            previous=previous,
            reference=EscalationRef(f"WS-{number}"),
            envelope_digest=Digest("a" * 64),
            accepted_at=AT + timedelta(seconds=number),
        )
        chain.append(receipts.sign_receipt(receipt, signer))
        previous = receipt.digest()
    return chain


def test_a_service_is_believed_by_its_own_key_only() -> None:
    router, intake = Signer.generate(), Signer.generate()
    verifier = Verifier(
        {Service.ROUTER: {router.key_id: router.public}, Service.INTAKE: {intake.key_id: intake.public}}
    )
    verifier.verify(Service.ROUTER, router.key_id, b"x", router.sign(b"x"))
    wrong = [
        (Service.INTAKE, router.key_id, b"x", router.sign(b"x")),
        (Service.ROUTER, intake.key_id, b"x", intake.sign(b"x")),
        (Service.ROUTER, router.key_id, b"y", router.sign(b"x")),
        (Service.ROUTER, router.key_id, b"x", b""),
        (Service.NOTIFIER, router.key_id, b"x", router.sign(b"x")),
    ]
    for service, key, data, signature in wrong:
        with pytest.raises(Permanent) as raised:
            verifier.verify(service, key, data, signature)
        assert raised.value.code is Code.BAD_SIGNATURE


def test_verification_keys_come_from_files_and_may_be_two(tmp_path: Path) -> None:
    old, new = Signer.generate(), Signer.generate()
    receipts.write_public(tmp_path / "router.pub", [old.public, new.public])
    verifier = Verifier.from_dir(tmp_path)
    for signer in (old, new):
        verifier.verify(Service.ROUTER, signer.key_id, b"x", signer.sign(b"x"))


def test_a_signer_comes_back_from_its_file_which_its_owner_alone_reads(tmp_path: Path) -> None:
    signer = Signer.generate()
    signer.save(tmp_path / "signing.key")
    assert Signer.from_file(tmp_path / "signing.key").public == signer.public
    assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600


def test_a_whole_chain_verifies() -> None:
    signer = Signer.generate()
    assert receipts.verify_chain(chain_of(5, signer), {signer.key_id: signer.public}) is None


def test_a_chain_names_the_receipt_that_is_missing() -> None:
    signer = Signer.generate()
    chain = chain_of(5, signer)
    del chain[2]
    damage = receipts.verify_chain(chain, {signer.key_id: signer.public})
    assert damage == ChainDamage(number=3, damage=Damage.ORDER)


def test_a_chain_names_the_receipt_that_was_changed() -> None:
    signer = Signer.generate()
    keys = {signer.key_id: signer.public}
    chain = chain_of(5, signer)
    other = msgspec.structs.replace(chain[1].receipt, envelope_digest=Digest("b" * 64))
    unsigned = [chain[0], msgspec.structs.replace(chain[1], receipt=other), *chain[2:]]
    signed_again = [chain[0], receipts.sign_receipt(other, signer), *chain[2:]]
    assert receipts.verify_chain(unsigned, keys) == ChainDamage(number=2, damage=Damage.SIGNATURE)
    assert receipts.verify_chain(signed_again, keys) == ChainDamage(number=3, damage=Damage.BROKEN)


def test_a_receipt_file_verifies_after_a_trip_through_json() -> None:
    signer = Signer.generate()
    kept = msgspec.json.encode(chain_of(1, signer)[0])
    read = msgspec.json.decode(kept, type=SignedReceipt)
    assert receipts.is_genuine(read, {signer.key_id: signer.public})
    assert not receipts.is_genuine(read, {})
