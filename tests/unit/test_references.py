"""References are read out by telephone: what is misheard must not lead to another's escalation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.references import ALPHABET, derive_id, mint_code, mint_reference, mint_sign_in_code, parse_reference

references = st.builds(lambda _: mint_reference("WS"), st.integers())


@given(references)
def test_a_minted_reference_reads_back_as_itself(reference: str) -> None:
    assert parse_reference(reference) == reference


@given(references)
def test_case_spaces_and_letters_that_look_like_digits_are_forgiven(reference: str) -> None:
    prefix, body = reference[:3], reference[3:]
    spoken = prefix.lower() + body.replace("0", "o").replace("1", "l").replace("-", " ").lower()
    assert parse_reference(spoken) == reference


@given(references, st.data())
def test_one_wrong_symbol_is_always_found(reference: str, data: st.DataObject) -> None:
    places = [place for place, symbol in enumerate(reference) if place > 2 and symbol != "-"]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([symbol for symbol in ALPHABET if symbol != reference[place]]))
    assert parse_reference(reference[:place] + other + reference[place + 1 :]) is None


@given(references, st.data())
def test_two_neighbours_swapped_are_always_found(reference: str, data: st.DataObject) -> None:
    bare = reference[3:].replace("-", "")
    place = data.draw(st.integers(0, len(bare) - 2))
    swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
    if swapped != bare:
        assert parse_reference("WS" + swapped) is None


@pytest.mark.parametrize(
    "text", ["", "WS", "hello", "7K3QM9PXC", "WS-7K3-QM9", "TOOLONG-7K3-QM9-PXC", "WŚ-7K3-QM9-PXC"]
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    assert parse_reference(text) is None


def test_a_wrong_prefix_is_found() -> None:
    reference = mint_reference("WS")
    assert parse_reference("ES" + reference[2:]) is None


def test_codes_have_the_length_people_are_told() -> None:
    assert len(mint_code()) == 6
    assert mint_code().isdigit()
    assert len(mint_sign_in_code()) == 8


def test_a_derived_id_follows_from_its_parts_and_their_borders() -> None:
    assert derive_id("a", "b") == derive_id("a", "b")
    assert derive_id("a", "b") != derive_id("ab", "")
