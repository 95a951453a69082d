"""What router says of an escalation's life and what its page has words and controls for are the same. Pure."""

import re
from pathlib import Path

import msgspec

from services.intake.web.acts import MOVES
from services.router.domain.decision import Part
from services.router.domain.escalation import Move, State
from shared.following import LifeQuestion
from shared.forms import load_definition

ROOT = Path(__file__).parents[2]
WEB = ROOT / "services/intake/web"
BY_COMMAND = {Move.CONVENE_PANEL.value}
SAME_FORM = {Move.REOPEN.value}  # opening again uses the form for a further stage
BESIDE_PARTS = {"panel", "other-duty"}
NOT_AN_ACT = {"yours", "name", "see", "read"}


def keys_of(module: str, name: str) -> set[str]:
    """The keys of one table of words in a module of the page."""
    text = (WEB / "browser" / module).read_text("utf-8")
    table = re.search(rf"const {name} = [^\n]*\(\{{\n(.*?)\n\}}\);", text, re.DOTALL)
    assert table is not None
    return set(re.findall(r'^  "?([\w.-]+)"?: ', table[1], re.MULTILINE))


def acts() -> set[str]:
    """The acts for which the page has a section of its own, and a question to ask."""
    return set(re.findall(r'call act\("([\w.-]+)"', (WEB / "templates/follow_acts.html").read_text("utf-8")))


def test_every_move_of_a_party_has_words_and_a_section() -> None:
    moves = {move.value for move in Move} - BY_COMMAND
    assert keys_of("moves.js", "WORDS") == moves
    assert acts() | set(MOVES.values()) == moves - SAME_FORM


def test_every_state_and_every_part_has_words() -> None:
    assert keys_of("standing.js", "STATES") == {state.value for state in State}
    assert keys_of("standing.js", "PARTS") == {part.value for part in Part} | BESIDE_PARTS


def test_an_act_that_is_no_form_is_a_question_that_router_answers() -> None:
    tags = {msgspec.inspect.type_info(kind).tag for kind in LifeQuestion.__args__}  # type: ignore[union-attr]
    assert acts() == tags - NOT_AN_ACT


def test_the_forms_that_may_be_added_are_those_of_the_page() -> None:
    forms = {load_definition(path.read_text("utf-8")).id for path in (ROOT / "shared/form_definitions").glob("*.toml")}
    assert set(MOVES) == forms - {"monitoring-form"}
