"""Laws of the envelope: it opens to what went in, and to nothing with any one thing changed. Shell."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import envelope
from shared.envelope import SIZES, Binding, OpeningKey
from shared.failures import Code, Permanent
from shared.terms import EscalationRef

KEY = OpeningKey.generate()
PARTS = ["partnership", "key", "form", "compartment", "submission"]
words = st.text(max_size=12)
bindings = st.builds(
    Binding,
    partnership=words,
    key=words,
    form=words,
    form_version=st.integers(1, 99),
    compartment=words,
    submission=words,
)
plaintexts = st.binary(max_size=5000)


def cannot_open(sealed: bytes, binding: Binding, key: OpeningKey = KEY) -> bool:
    with pytest.raises(Permanent) as raised:
        key.open(sealed, binding)
    return raised.value.code is Code.CANNOT_OPEN and str(raised.value) == "envelope.cannot-open"


@settings(max_examples=40, deadline=None)
@given(plaintexts, bindings)
def test_what_was_sealed_opens_to_the_same_bytes(plaintext: bytes, binding: Binding) -> None:
    sealed = envelope.seal(plaintext, to=KEY.public, binding=binding)
    assert KEY.open(sealed, binding) == plaintext
    assert len(sealed) - 1120 - 16 in SIZES


@settings(max_examples=40, deadline=None)
@given(bindings, st.sampled_from(PARTS), words)
def test_with_any_one_part_changed_nothing_opens(binding: Binding, part: str, other: str) -> None:
    changed = msgspec.structs.replace(binding, **{part: other})
    sealed = envelope.seal(b"x", to=KEY.public, binding=binding)
    record_key = envelope.fresh_record_key()
    record = envelope.seal_record(b"x", key=record_key, binding=binding)
    if changed == binding:
        return
    assert cannot_open(sealed, changed)
    with pytest.raises(Permanent):
        envelope.open_record(record, key=record_key, binding=changed)


@given(bindings, bindings)
def test_two_bindings_never_have_the_same_bytes(one: Binding, other: Binding) -> None:
    assert (one.info() == other.info()) == (one == other)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2159), st.integers(1, 255))
def test_with_any_one_byte_changed_nothing_opens(place: int, change: int) -> None:
    binding = Binding(partnership="p", key="k", form="f", form_version=1, compartment="facts", submission="s")
    sealed = bytearray(envelope.seal(b"x", to=KEY.public, binding=binding))
    sealed[place] ^= change
    assert cannot_open(bytes(sealed), binding)


@given(st.binary(max_size=3000))
def test_bytes_from_anywhere_do_not_open(noise: bytes) -> None:
    binding = Binding(partnership="p", key="k", form="f", form_version=1, compartment="facts", submission="s")
    assert cannot_open(noise, binding)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=14), st.text(max_size=14))
def test_a_wrapped_record_key_opens_for_its_reference_alone(record_key: bytes, one: str, other: str) -> None:
    storage = envelope.StorageKey.generate()
    wrapped = storage.wrap(record_key, EscalationRef(one))
    assert storage.unwrap(wrapped, EscalationRef(one)) == record_key
    if one != other:
        with pytest.raises(Permanent):
            storage.unwrap(wrapped, EscalationRef(other))
