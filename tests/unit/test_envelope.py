"""The envelope's sizes, keys in files, and refusals. Shell."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared import envelope
from shared.envelope import Binding, OpeningKey, PublicHalf, StorageKey
from shared.failures import Code, Permanent
from shared.terms import EscalationRef, KeyId

BINDING = Binding(partnership="p", key="k", form="f", form_version=1, compartment="facts", submission="s")


@pytest.mark.parametrize(
    ("length", "size"), [(0, 1), (1020, 1), (1021, 4), (65_532, 64), (65_533, 256), (262_140, 256)]
)
def test_lengths_are_told_in_five_sizes_only(length: int, size: int) -> None:
    key = OpeningKey.generate()
    sealed = envelope.seal(bytes(length), to=key.public, binding=BINDING)
    assert len(sealed) == 1120 + size * 1024 + 16
    assert key.open(sealed, BINDING) == bytes(length)


def test_an_answer_can_be_made_as_long_as_the_longest() -> None:
    key = OpeningKey.generate()
    short = envelope.seal(b"no", to=key.public, binding=BINDING, least=16384)
    long = envelope.seal(bytes(16000), to=key.public, binding=BINDING, least=16384)
    assert len(short) == len(long)


def test_what_is_too_long_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="too long"):
        envelope.seal(bytes(262_141), to=OpeningKey.generate().public, binding=BINDING)


@pytest.mark.parametrize("public", [b"", b"\xff" * 1216, bytes(1216), bytes(1215)])
def test_nothing_is_sealed_to_what_is_no_key(public: bytes) -> None:
    with pytest.raises(Permanent) as raised:
        envelope.seal(b"x", to=public, binding=BINDING)
    assert raised.value.code is Code.UNKNOWN_KEY


def test_another_key_does_not_open() -> None:
    sealed = envelope.seal(b"x", to=OpeningKey.generate().public, binding=BINDING)
    with pytest.raises(Permanent, match=r"envelope.cannot-open"):
        OpeningKey.generate().open(sealed, BINDING)


def test_a_record_does_not_open_with_another_key() -> None:
    sealed = envelope.seal_record(b"x", key=envelope.fresh_record_key(), binding=BINDING)
    with pytest.raises(Permanent, match=r"envelope.cannot-open"):
        envelope.open_record(sealed, key=envelope.fresh_record_key(), binding=BINDING)


def test_an_opening_key_comes_back_from_its_file(tmp_path: Path) -> None:
    expires_at = datetime(2026, 12, 26, tzinfo=UTC)
    key = OpeningKey.generate(key_id=KeyId("facts-1"), expires_at=expires_at)
    key.save(tmp_path / "facts-1.key")
    again = OpeningKey.from_file(tmp_path / "facts-1.key")
    assert (again.id, again.public, again.expires_at) == ("facts-1", key.public, expires_at)
    assert again.open(envelope.seal(b"x", to=key.public, binding=BINDING), BINDING) == b"x"


def test_a_public_half_comes_back_from_its_file(tmp_path: Path) -> None:
    half = OpeningKey.generate().half()
    half.save(tmp_path / "a.pub")
    assert PublicHalf.from_file(tmp_path / "a.pub") == half


def test_only_the_owner_reads_a_key_file(tmp_path: Path) -> None:
    OpeningKey.generate().save(tmp_path / "a.key")
    StorageKey.generate().save(tmp_path / "b.key")
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("a.key", "b.key")} == {0o600}


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    OpeningKey.generate().save(tmp_path / "a.key")
    with pytest.raises(FileExistsError):
        OpeningKey.generate().save(tmp_path / "a.key")


def test_a_file_that_holds_no_key_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.key").write_bytes(b'{"id":"a","secret":"c2VjcmV0"}')
    for read in (OpeningKey.from_file, StorageKey.from_file, PublicHalf.from_file):
        with pytest.raises(Permanent, match=r"^settings$"):
            read(tmp_path / "a.key")


def test_keys_do_not_show_or_leave_their_process() -> None:
    storage = StorageKey.generate()
    opening = OpeningKey.generate()
    for key in (storage, opening):
        with pytest.raises(TypeError):
            pickle.dumps(key)
        assert "secret" not in repr(key).lower()


def test_a_storage_key_comes_back_from_its_file(tmp_path: Path) -> None:
    storage, ref = StorageKey.generate(), EscalationRef("WS-7K3-QM9-PXC")
    storage.save(tmp_path / "storage.key")
    assert StorageKey.from_file(tmp_path / "storage.key").unwrap(storage.wrap(b"k" * 32, ref), ref) == b"k" * 32
