"""A partnership's own words: on its page and at the end of letters, plain text, placeholders filled in. Pure."""

from datetime import UTC, datetime

import msgspec
import pytest

from services.notifier.domain.rendering import as_html, as_text
from services.notifier.domain.wording import compose
from services.router.domain.book import public_partnership
from services.router.domain.letters.notices import blank
from services.router.domain.place import place_of
from services.router.domain.wording_own import filled, strangers
from shared.messages import Notice
from shared.public_book import PublicKey
from shared.terms import KeyId, PartnershipId
from tests.policy_world import ROOT, directory, policies

replace = msgspec.structs.replace
HERE = directory().partnerships[PartnershipId("west-sussex")]
PREVIEWS = ROOT / "services/notifier/previews"


def letter(words: str, name: str = "act") -> Notice:
    """A letter as it is shown in the previews, with the partnership's words."""
    place = place_of(replace(HERE, letter_words=words), base_url="https://candour.example")
    known = msgspec.json.decode((PREVIEWS / f"{name}.json").read_bytes(), type=Notice)
    own = blank(place, kind=known.kind, ref=known.ref, address=known.address, cause=("test",)).own_words
    return replace(known, partnership_name=HERE.name, own_words=own)


def test_placeholders_are_filled_in_and_lines_are_paragraphs() -> None:
    assert filled("Ring {duty phone}.\n\n  {partnership} ", HERE) == ("Ring 01632 960001.", HERE.name)


@pytest.mark.parametrize("text", ["{the child}", "{", "a } b", "{duty  phone}", "{{partnership}}"])
def test_what_is_no_placeholder_is_named(text: str) -> None:
    assert strangers(text)


def test_a_placeholder_that_is_one_is_no_stranger() -> None:
    assert strangers("{partnership}, {complaints}") == ()


def test_they_stand_on_the_partnerships_page() -> None:
    key = PublicKey(id=KeyId("k"), key=b"", expires_at=datetime(2030, 1, 1, tzinfo=UTC))
    public = public_partnership(
        replace(HERE, page_words="Ask {duty role}."),
        directory=directory(),
        policy=policies()["pan-sussex"],
        facts_keys=(),
        custody_key=key,
    )
    assert public.words == ("Ask Duty contact.",)


def test_they_end_a_letter_about_an_escalation_and_are_said_to_be_the_partnerships() -> None:
    said = compose(letter("<b>Come</b> to our clinic.\nRing {duty phone}."))
    text, html = as_text(said), as_html(said)
    assert f"From {HERE.name}:" in " ".join(text.split())
    assert "  | Ring 01632 960001." in text
    assert "&lt;b&gt;Come&lt;/b&gt;" in html


def test_without_any_a_letter_is_as_it_was() -> None:
    assert f"From {HERE.name}" not in as_text(compose(letter("")))


@pytest.mark.parametrize("name", ["desk", "waiting", "waiting-urgent", "sign-in-code", "confirmation-code"])
def test_fixed_texts_and_codes_stay_as_they_are(name: str) -> None:
    assert "clinic" not in as_text(compose(letter("Come to our clinic.", name)))
